import { fullHost, gatewaysOf, MESH, shortHost } from '../mesh';
import { list, names } from '../resource';
import { Rule } from '../rule';
import { GATEWAY, hasSidecars, isWaypoint, waypointOf } from '../waypoints';

export const waypointIgnoresRoute: Rule = {
  name: 'waypoint-ignores-route',
  level: 'error',
  codes: ['KIA1114'],
  about: 'A waypoint follows the VirtualServices of its own namespace and of the Service\'s, and does not know which workload a request comes from. It passes over one of another namespace, and over a match on sourceLabels.',
  bad: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint } }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: routes }
spec:
  hosts: [orders.shop.svc.cluster.local]
  http: [{ route: [{ destination: { host: orders.shop.svc.cluster.local } }], timeout: 3s }]
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
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: orders } }], timeout: 3s }]
`,
  more: [`
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint } }
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
  http:
    - match: [{ sourceLabels: { app: batch } }]
      route: [{ destination: { host: orders } }]
      timeout: 60s
    - route: [{ destination: { host: orders } }]
      timeout: 3s
`],
  quiet: [`
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: shop }
spec: { gatewayClassName: kgateway-waypoint, listeners: [{ name: proxy, port: 15088, protocol: istio.io/PROXY }] }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: routes }
spec:
  hosts: [orders.shop.svc.cluster.local]
  http: [{ route: [{ destination: { host: orders.shop.svc.cluster.local } }], timeout: 3s }]
`, `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop, labels: { istio.io/use-waypoint: shared, istio.io/use-waypoint-namespace: infra } }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: infra }
spec:
  hosts: [orders.shop.svc.cluster.local]
  http: [{ route: [{ destination: { host: orders.shop.svc.cluster.local } }], timeout: 3s }]
`],
  check: (mesh, report) => {
    if (hasSidecars(mesh)) {
      return;
    }
    mesh.each('VirtualService', (virtualService) => {
      const { namespace, spec } = virtualService;
      const service = list<string>(spec.hosts).map((name) => mesh.services.get(fullHost(name, namespace))?.[0])
        .find((found) => found !== undefined && waypointOf(mesh, found.resource) !== undefined);
      if (service === undefined || !gatewaysOf(virtualService).every((gateway) => gateway === MESH)) {
        return;
      }
      const waypoint = waypointOf(mesh, service.resource)!;
      const [home, name] = waypoint.split('/');
      const gateway = mesh.find(GATEWAY, home, name);
      if (gateway !== undefined && !isWaypoint(gateway)) {
        return; // one of another project has its own ways
      }
      const homes = [...new Set([service.namespace, home])];
      if (!homes.includes(namespace)) {
        report(virtualService, 'metadata.namespace', `the waypoint ${waypoint} of ${shortHost(service.host)} follows only the VirtualServices of ${names(homes)}, and not one of "${namespace}"; move it there`);
        return;
      }
      list(spec.http).forEach((route, i) => list(route?.match).forEach((match, j) => match?.sourceLabels !== undefined
        && report(virtualService, `spec.http[${i}].match[${j}].sourceLabels`, `the waypoint ${waypoint} of ${shortHost(service.host)} does not know the labels of callers and passes over this match; match on a header instead`)));
    });
  },
};
