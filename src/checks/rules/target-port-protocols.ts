import { targetPortsOf } from '../ports';
import { isHttp } from '../protocol';
import { Resource } from '../resource';
import { Rule } from '../rule';

export const targetPortProtocols: Rule = {
  name: 'target-port-protocols',
  level: 'warning',
  codes: ['IST0137', 'IST0116'],
  about: 'A port of a pod has one protocol. Where one Service calls it HTTP and another TCP, Istio goes by one of them, and policies and telemetry for the other have no effect.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80, targetPort: 8080 }], selector: { app: orders } }
---
apiVersion: v1
kind: Service
metadata: { name: orders-raw, namespace: shop }
spec: { ports: [{ name: tcp, port: 8080 }], selector: { app: orders } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } } } }
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80, targetPort: 8080 }], selector: { app: orders } }
---
apiVersion: v1
kind: Service
metadata: { name: orders-raw, namespace: shop }
spec: { ports: [{ name: grpc, port: 8080 }], selector: { app: orders } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } } } }
`,
  check: (mesh, report) => {
    const told = new Set<Resource>();
    mesh.workloads.forEach((workload) => {
      const first = new Map<number, ReturnType<typeof targetPortsOf>[number]>();
      // The protocol of UDP is another port.
      targetPortsOf(mesh, workload).filter(({ target, protocol }) => target !== undefined && protocol !== undefined && !['UDP', 'SCTP'].includes(protocol)).forEach((port) => {
        const other = first.get(port.target!) ?? port;
        const { resource } = port.service;
        if (isHttp(other.protocol) !== isHttp(port.protocol) && !told.has(resource)) {
          told.add(resource);
          const i = port.service.ports.findIndex(({ number }) => number === port.port);
          report(resource, `spec.ports[${i}]`, `port ${port.target} of ${workload.resource.kind} "${workload.resource.name}" is ${port.protocol} here and ${other.protocol} in the Service "${other.service.resource.name}", `
            + 'and Istio goes by one of the two; give it the same protocol in both');
        }
        first.set(port.target!, other);
      });
    });
  },
};
