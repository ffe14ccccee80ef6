import { eachRoute, gatewaysOfRoute, hostsMeet, listenersOf, takesKind, takesNamespace } from '../gateway-api';
import { list, names } from '../resource';
import { Rule } from '../rule';

export const routeNotAdmitted: Rule = {
  name: 'route-not-admitted',
  level: 'error',
  about: 'A listener takes the routes of its Gateway\'s own namespace, unless allowedRoutes says otherwise, for its own host and protocol. Other routes are refused, and clients get 404.',
  bad: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: infra }
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec: { parentRefs: [{ name: edge, namespace: infra }], rules: [{ backendRefs: [{ name: orders, port: 80 }] }] }
`,
  good: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: infra }
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: All } } }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec: { parentRefs: [{ name: edge, namespace: infra }], rules: [{ backendRefs: [{ name: orders, port: 80 }] }] }
`,
  more: [`
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP, hostname: "*.example.com" }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec: { parentRefs: [{ name: edge }], hostnames: [shop.example.org], rules: [{ backendRefs: [{ name: orders, port: 80 }] }] }
`, `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec: { gatewayClassName: istio, listeners: [{ name: db, port: 5432, protocol: TCP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec: { parentRefs: [{ name: edge }], rules: [{ backendRefs: [{ name: orders, port: 80 }] }] }
`],
  quiet: [`
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: infra }
spec:
  gatewayClassName: istio
  listeners:
    - { name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: { edge: "yes" } } } } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec: { parentRefs: [{ name: edge, namespace: infra }], hostnames: [shop.example.com], rules: [{ backendRefs: [{ name: orders, port: 80 }] }] }
`],
  check: (mesh, report) => eachRoute(mesh, (route) => gatewaysOfRoute(mesh, route).forEach((parent) => {
    const { gateway, path } = parent;
    const listeners = listenersOf(parent);
    if (gateway === undefined || listeners.length === 0) {
      return;
    }
    const which = `of the Gateway ${gateway.namespace}/${gateway.name}`;
    const ofKind = listeners.filter((listener) => takesKind(listener, route.kind));
    const admitting = ofKind.filter((listener) => takesNamespace(mesh, listener, gateway, route.namespace));
    const hosts = list<string>(route.spec.hostnames);
    if (ofKind.length === 0) {
      report(route, path, `no listener ${which} takes a ${route.kind} (they are for ${names(new Set(listeners.map(({ protocol }) => protocol)))}), so it is refused; name another listener, or allow the kind`);
    } else if (admitting.length === 0) {
      report(route, path, `no listener ${which} lets in routes of namespace "${route.namespace}", so it is refused; give the listener allowedRoutes.namespaces with from: All or a selector`);
    } else if (hosts.length > 0 && admitting.every(({ hostname }) => hostname !== undefined && !hosts.some((host) => hostsMeet(host, hostname)))) {
      report(route, 'spec.hostnames', `no listener ${which} is for ${names(hosts)} (they are for ${names(new Set(admitting.map(({ hostname }) => hostname)))}), so it is refused; add a listener, or correct the host`);
    }
  })),
};
