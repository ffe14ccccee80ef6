import { fullHost, shortHost } from '../mesh';
import { containerPorts } from '../ports';
import { list } from '../resource';
import { Rule } from '../rule';

export const targetPortUnknown: Rule = {
  name: 'target-port-unknown',
  level: 'warning',
  codes: ['KIA0701'],
  about: 'A Service may name the port of its pods. Where no container has a port of that name, the port of the Service has no endpoint, and every request to it gets 503.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80, targetPort: web }], selector: { app: orders } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } }, spec: { containers: [{ name: app, image: orders, ports: [{ name: http, containerPort: 8080 }] }] } } }
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80, targetPort: http }], selector: { app: orders } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } }, spec: { containers: [{ name: app, image: orders, ports: [{ name: http, containerPort: 8080 }] }] } } }
`,
  quiet: [`
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80, targetPort: web }, { name: grpc, port: 81, targetPort: 9090 }], selector: { app: orders } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } }, spec: { containers: [{ name: app, image: orders }] } } }
`],
  check: (mesh, report) => mesh.each('Service', (resource) => {
    const service = mesh.services.get(fullHost(resource.name, resource.namespace))?.find((found) => found.resource === resource);
    const named = list(resource.spec.ports).some(({ targetPort }) => typeof targetPort === 'string');
    const workloads = service === undefined || !named ? [] : mesh.workloadsOf(service);
    list(resource.spec.ports).forEach(({ targetPort }, i) => {
      // A container without ports may listen on any, and an injected one is not shown.
      const known = workloads.length > 0 && workloads.every(({ pod, annotations }) => annotations['inject.istio.io/templates'] === undefined
        && list(pod.containers).some((container) => list(container?.ports).length > 0));
      const has = workloads.map((workload) => [...containerPorts(workload).keys()]);
      if (typeof targetPort === 'string' && !/^\d+$/.test(targetPort) && known && !has.some((names) => names.includes(targetPort))) {
        report(resource, `spec.ports[${i}].targetPort`, `no container behind ${shortHost(service!.host)} has a port named "${targetPort}" (they have ${[...new Set(has.flat())].join(', ')}), so the port has no endpoint; `
          + 'name one of theirs, or its number');
      }
    });
  }),
};
