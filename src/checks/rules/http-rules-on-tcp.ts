import { fullHost, gatewaysOf, MESH, shortHost } from '../mesh';
import { isHttp } from '../protocol';
import { list } from '../resource';
import { Rule } from '../rule';

export const httpRulesOnTcp: Rule = {
  name: 'http-rules-on-tcp',
  level: 'error',
  about: 'Istio treats a port of a TCP protocol as bytes: rules for HTTP, weights among them, are ignored there without a word.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: goods-service, namespace: default }
spec: { ports: [{ name: tcp-rpc, port: 8053 }], selector: { app: goods-service } }
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
spec: { ports: [{ name: grpc, port: 8053 }], selector: { app: goods-service } }
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
metadata: { name: dns, namespace: default }
spec: { ports: [{ name: dns, port: 53, protocol: UDP }, { name: http, port: 80 }], selector: { app: dns } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: dns, namespace: default }
spec:
  hosts: [dns]
  http: [{ route: [{ destination: { host: dns, port: { number: 80 } } }], timeout: 3s }]
`],
  check: (mesh, report) => mesh.each('VirtualService', (virtualService) => {
    if (list(virtualService.spec.http).length === 0 || !gatewaysOf(virtualService).includes(MESH)) {
      return;
    }
    list<string>(virtualService.spec.hosts).forEach((host, i) => {
      const ports = (mesh.services.get(fullHost(host, virtualService.namespace)) ?? []).flatMap((service) => service.ports);
      if (ports.length > 0 && ports.every(({ protocol }) => protocol !== undefined && !isHttp(protocol) && protocol !== 'HTTPS' && protocol !== 'TLS')) {
        report(virtualService, `spec.hosts[${i}]`, `the ports of ${shortHost(host)} are of ${ports.map(({ number, protocol }) => `${protocol} (${number})`).join(', ')}, where Istio ignores http rules; `
          + 'name the port after its protocol (http, http2, grpc) or set appProtocol, or write tcp rules');
      }
    });
  }),
};
