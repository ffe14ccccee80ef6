import { MESH, gatewaysOf, shortHost } from '../mesh';
import { Rule } from '../rule';

export const portNeeded: Rule = {
  name: 'port-needed',
  level: 'error',
  codes: ['IST0112'],
  about: 'Where a service has several ports and the route names none, Istio takes the port of the listener. On a gateway that is the gateway\'s port, which the service need not have.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 8080 }, { name: http-metrics, port: 9090 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http: [{ route: [{ destination: { host: orders } }] }]
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 8080 }, { name: http-metrics, port: 9090 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http: [{ route: [{ destination: { host: orders, port: { number: 8080 } } }] }]
`,
  quiet: [`
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: rpc-east, namespace: shop }
spec: { hosts: [rpc.example.com], ports: [{ number: 8765, name: http, protocol: HTTP }], resolution: STATIC, endpoints: [{ address: 10.0.0.1 }] }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: rpc-west, namespace: shop }
spec: { hosts: [rpc.example.com], ports: [{ number: 8765, name: http, protocol: HTTP }], resolution: STATIC, endpoints: [{ address: 10.0.0.2 }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: rpc, namespace: shop }
spec: { hosts: [rpc.example.com], gateways: [edge], http: [{ route: [{ destination: { host: rpc.example.com } }] }] }
`, `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 8080 }, { name: http-metrics, port: 9090 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: orders } }] }]
`],
  check: (mesh, report) => {
    for (const { virtualService, path, host, port } of mesh.targets) {
      const ports = [...new Set(mesh.services.get(host)?.flatMap((service) => service.ports.map(({ number }) => number)))];
      const onGateway = gatewaysOf(virtualService).some((gateway) => gateway !== MESH);
      if (port === undefined && ports.length > 1 && onGateway) {
        report(virtualService, path, `${shortHost(host)} has the ports ${ports.join(', ')} and the route names none, so it would go to the port of the gateway; add port.number`);
      }
    }
  },
};
