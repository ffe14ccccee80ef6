import { fullHost, gatewaysOf, MESH, shortHost } from '../mesh';
import { list, Resource } from '../resource';
import { Rule } from '../rule';
import { hasSidecars, lacksWaypoint } from '../waypoints';

const ROUTES = ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'].map((kind) => `gateway.networking.k8s.io/${kind}`);

export const routeWithoutWaypoint: Rule = {
  name: 'route-without-waypoint',
  level: 'warning',
  codes: ['KIA1109', 'KIA1113'],
  about: 'In ambient mode, the waypoint of a Service follows its routes: weights, timeouts, retries. Without a waypoint nobody does.',
  bad: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }
---
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
  good: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint } }
---
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
  more: [`
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: orders } }], timeout: 3s }]
`],
  quiet: [`
apiVersion: v1
kind: Namespace
metadata: { name: web, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: orders } }], timeout: 3s }]
`],
  check: (mesh, report) => {
    if (hasSidecars(mesh)) {
      return;
    }
    const remedy = 'label it or its namespace with istio.io/use-waypoint: <name of the waypoint\'s Gateway>';
    mesh.each('VirtualService', (virtualService) => {
      const alone = gatewaysOf(virtualService).every((gateway) => gateway === MESH);
      list<string>(virtualService.spec.hosts).forEach((host, i) => {
        const [service] = mesh.services.get(fullHost(host, virtualService.namespace)) ?? [];
        if (alone && service !== undefined && lacksWaypoint(mesh, service.resource)) {
          report(virtualService, `spec.hosts[${i}]`, `${shortHost(service.host)} is in ambient mode and has no waypoint, so nobody follows this VirtualService; ${remedy}`);
        }
      });
    });
    ROUTES.forEach((kind) => mesh.each(kind, (route) => list(route.spec.parentRefs).forEach((parent, i) => {
      const service: Resource | undefined = parent?.kind === 'Service' ? mesh.find('Service', parent.namespace ?? route.namespace, parent.name) : undefined;
      if (service !== undefined && lacksWaypoint(mesh, service)) {
        report(route, `spec.parentRefs[${i}]`, `the Service "${parent.name}" is in ambient mode and has no waypoint, so nobody follows this ${route.kind}; ${remedy}`);
      }
    })));
  },
};
