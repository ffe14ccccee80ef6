import { fullHost, shortHost } from '../mesh';
import { entries, list } from '../resource';
import { Rule } from '../rule';
import { hasLabels } from '../workload';

export const subsetLabelsUnmatched: Rule = {
  name: 'subset-labels-unmatched',
  level: 'error',
  codes: ['IST0173', 'KIA0203'],
  about: 'A subset is the pods of its service that have its labels. Where there are none, whoever is routed to it gets 503.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders-v1, namespace: shop }
spec: { template: { metadata: { labels: { app: orders, version: v1 } } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec:
  host: orders
  subsets:
    - { name: v1, labels: { version: v1 } }
    - { name: v2, labels: { version: v2 } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: orders, subset: v1 } }] }]
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders-v1, namespace: shop }
spec: { template: { metadata: { labels: { app: orders, version: v1 } } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders-v2, namespace: shop }
spec: { template: { metadata: { labels: { app: orders, version: v2 } } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec:
  host: orders
  subsets:
    - { name: v1, labels: { version: v1 } }
    - { name: v2, labels: { version: v2 } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: orders, subset: v1 } }] }]
`,
  check: (mesh, report) => mesh.each('DestinationRule', (rule) => {
    const host = fullHost(rule.spec.host, rule.namespace);
    const services = mesh.services.get(host) ?? [];
    const workloads = services.flatMap((service) => mesh.workloadsOf(service));
    // Argo Rollouts writes a label of its own, and Istio gives pods some that no template has.
    const generated = /^(rollouts-pod-template-hash|pod-template-hash|topology\.|kubernetes\.io\/|istio\.io\/|statefulset\.|service\.istio\.io\/)/;
    if (workloads.length === 0 || services.length !== 1 || mesh.externalHost(host)) {
      return;
    }
    list(rule.spec.subsets).forEach(({ name, labels }, i) => {
      const wanted = entries(labels);
      const matched = workloads.some((workload) => hasLabels(workload, wanted));
      const contradicts = wanted.some(([key, value]) => (services[0].selector?.[key] ?? value) !== value); // which service-pins-version says better
      if (wanted.length > 0 && !matched && !contradicts && !wanted.some(([key]) => generated.test(key))) {
        const routed = mesh.targetsOfHost(host).filter(({ subset }) => subset === name);
        const who = routed.length === 0 ? 'a route to it would get' : `the VirtualService ${routed[0].virtualService.namespace}/${routed[0].virtualService.name} routes to it and gets`;
        report(rule, `spec.subsets[${i}].labels`, `no workload of ${shortHost(host)} has the labels ${wanted.map(([key, value]) => `${key}=${value}`).join(', ')} of subset "${name}": `
          + `${who} 503; correct the labels, or remove the subset and the routes to it`);
      }
    });
  }),
};
