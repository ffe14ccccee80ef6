import { fullHost, gatewaysOf, MESH, shortHost } from '../mesh';
import { list, Resource } from '../resource';
import { Rule } from '../rule';

const ROUTES = ['HTTPRoute', 'GRPCRoute'].map((kind) => `gateway.networking.k8s.io/${kind}`);

export const routeApisMixed: Rule = {
  name: 'route-apis-mixed',
  level: 'warning',
  about: 'Routes of the Gateway API and a VirtualService for the same Service are not put together: one of them wins, and the other has no effect.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: orders }]
  rules: [{ backendRefs: [{ name: orders, port: 80 }], timeouts: { request: 3s } }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: orders } }], retries: { attempts: 0 } }]
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: orders }]
  rules: [{ backendRefs: [{ name: orders, port: 80 }], timeouts: { request: 3s } }]
`,
  check: (mesh, report) => {
    const routed = new Map<string, Resource>();
    ROUTES.forEach((kind) => mesh.each(kind, (route) => list(route.spec.parentRefs).filter((parent) => parent?.kind === 'Service')
      .forEach(({ name, namespace = route.namespace }) => routed.set(fullHost(name, namespace), route))));
    mesh.each('VirtualService', (virtualService) => list<string>(virtualService.spec.hosts).forEach((host, i) => {
      const route = routed.get(fullHost(host, virtualService.namespace));
      if (route !== undefined && gatewaysOf(virtualService).includes(MESH)) {
        report(virtualService, `spec.hosts[${i}]`, `the ${route.kind} ${route.namespace}/${route.name} routes ${shortHost(fullHost(host, virtualService.namespace))} too, and only one of the two has an effect; `
          + 'put both into one of the two kinds');
      }
    }));
  },
};
