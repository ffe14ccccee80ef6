import { add, shortHost } from '../mesh';
import { protocolOf } from '../protocol';
import { list, Resource } from '../resource';
import { Rule } from '../rule';

export const protocolUndeclared: Rule = {
  name: 'protocol-undeclared',
  level: 'warning',
  codes: ['IST0118', 'KIA0601', 'KIA0602'],
  about: 'Where a port declares no protocol, Istio waits for the first bytes and guesses. Rules for HTTP hold only if it guesses that, and gRPC to a server that speaks first waits for good.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: goods-service, namespace: default }
spec: { ports: [{ name: rpc, port: 8053 }], selector: { app: goods-service } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: goods-service, namespace: default }
spec:
  hosts: [goods-service]
  http: [{ route: [{ destination: { host: goods-service } }], timeout: 3s }]
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: goods-service, namespace: default }
spec: { ports: [{ name: rpc, port: 8053, appProtocol: grpc }], selector: { app: goods-service } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: goods-service, namespace: default }
spec:
  hosts: [goods-service]
  http: [{ route: [{ destination: { host: goods-service } }], timeout: 3s }]
`,
  quiet: [`
apiVersion: v1
kind: Service
metadata: { name: anything, namespace: default }
spec: { ports: [{ port: 8053 }], selector: { app: anything } }
`],
  check: (mesh, report) => {
    const routed = new Map<Resource, Set<number | undefined>>();
    const services = new Map<Resource, string[]>();
    for (const { type, host, port } of mesh.targets) {
      const [service] = mesh.services.get(host) ?? [];
      if (type === 'http' && service?.resource.kind === 'Service') {
        routed.set(service.resource, (routed.get(service.resource) ?? new Set()).add(port));
        add(services, service.resource, host);
      }
    }
    for (const [service, numbers] of routed) {
      const ports = list(service.spec.ports);
      ports.forEach((port, i) => {
        const used = numbers.has(port.port) || numbers.has(undefined) && ports.length === 1;
        if (used && protocolOf(port) === undefined && !(service.spec.type === 'ExternalName')) {
          report(service, `spec.ports[${i}]`, `port ${port.port} of ${shortHost(services.get(service)![0])} is ${port.name ? `named "${port.name}"` : 'not named'} and has no appProtocol Istio knows, so it guesses `
            + 'the protocol, and HTTP rules for it may be ignored; set appProtocol to http, http2 or grpc, or begin its name with that');
        }
      });
    }
  },
};
