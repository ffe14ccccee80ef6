import { shortHost } from '../mesh';
import { Rule } from '../rule';

export const portUnknown: Rule = {
  name: 'port-unknown',
  level: 'error',
  codes: ['IST0101', 'KIA1101'],
  about: 'A route to a port that the service does not have answers with 503: the port of a route is the Service\'s, not the container\'s.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80, targetPort: 8080 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: orders, port: { number: 8080 } } }] }]
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80, targetPort: 8080 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: orders, port: { number: 80 } } }] }]
`,
  check: (mesh, report) => {
    for (const { virtualService, path, host, port } of mesh.targets) {
      const ports = mesh.servicesOf(host).flatMap((service) => service.ports.map(({ number }) => number));
      if (port !== undefined && ports.length > 0 && !ports.includes(port)) {
        report(virtualService, `${path}.port.number`, `${shortHost(host)} has no port ${port} (ports: ${ports.join(', ')}); name the port of the Service, not of its containers`);
      }
    }
  },
};
