import { fullHost, shortHost } from '../mesh';
import { list } from '../resource';
import { Rule } from '../rule';

export const versionsUnrouted: Rule = {
  name: 'versions-unrouted',
  level: 'warning',
  about: 'Subsets alone route nothing. Without a VirtualService, the Service spreads requests over the pods of all versions, a canary among them.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: order-service, namespace: prod }
spec: { ports: [{ name: http, port: 80 }], selector: { app: order-service } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: order-v1, namespace: prod }
spec: { template: { metadata: { labels: { app: order-service, version: v1 } } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: order-v2, namespace: prod }
spec: { template: { metadata: { labels: { app: order-service, version: v2 } } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: order-service, namespace: prod }
spec:
  host: order-service
  subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }]
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: order-service, namespace: prod }
spec: { ports: [{ name: http, port: 80 }], selector: { app: order-service } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: order-v1, namespace: prod }
spec: { template: { metadata: { labels: { app: order-service, version: v1 } } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: order-v2, namespace: prod }
spec: { template: { metadata: { labels: { app: order-service, version: v2 } } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: order-service, namespace: prod }
spec:
  host: order-service
  subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: order-service, namespace: prod }
spec:
  hosts: [order-service]
  http: [{ route: [{ destination: { host: order-service, subset: v1 } }] }]
`,
  check: (mesh, report) => mesh.each('DestinationRule', (rule) => {
    const host = fullHost(rule.spec.host, rule.namespace);
    const [service] = mesh.services.get(host) ?? [];
    const labels = list(rule.spec.subsets).map((subset) => subset?.labels?.version).filter((version) => version !== undefined);
    if (service === undefined || labels.length < 2 || mesh.targetsOfHost(host).length > 0 || mesh.externalHost(host)
      || mesh.kind('gateway.networking.k8s.io/HTTPRoute').length > 0 || mesh.kind('Rollout').length > 0) {
      return;
    }
    const versions = new Set(mesh.workloadsOf(service).map((workload) => workload.labels.version));
    const running = [...new Set(labels)].filter((version) => versions.has(version));
    if (running.length > 1) {
      report(rule, 'spec.subsets', `no route names a subset of ${shortHost(host)}, so its Service sends requests to the versions ${running.join(' and ')} alike, by the number of their pods; `
        + 'add a VirtualService that sends all to one of them first');
    }
  }),
};
