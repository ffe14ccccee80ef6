import { eachRoute, gatewaysOfRoute, listenersOf } from '../gateway-api';
import { list, names } from '../resource';
import { Rule } from '../rule';
import { GATEWAY } from '../waypoints';

export const routeParentUnknown: Rule = {
  name: 'route-parent-unknown',
  level: 'error',
  codes: ['KIA1401'],
  about: 'A route of the Gateway API is for the Gateway and the listener that it names. Where there are none of that name, no request reaches it.',
  bad: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: infra }
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: All } } }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec: { parentRefs: [{ name: edge }], rules: [{ backendRefs: [{ name: orders, port: 80 }] }] }
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
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec: { parentRefs: [{ name: edge, sectionName: https }], rules: [{ backendRefs: [{ name: orders, port: 80 }] }] }
`, `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec: { parentRefs: [{ name: egde }], rules: [{ backendRefs: [{ name: orders, port: 80 }] }] }
`],
  check: (mesh, report) => {
    const byName = mesh.group(GATEWAY, ({ name }) => name);
    eachRoute(mesh, (route) => gatewaysOfRoute(mesh, route).forEach((parent) => {
      const { gateway, namespace, name, path, sectionName, port } = parent;
      if (gateway !== undefined) {
        if (listenersOf(parent).length === 0 && list(gateway.spec.listeners).length > 0) {
          const has = list(gateway.spec.listeners).map((listener) => `${listener?.name} (${listener?.port})`);
          report(route, path, `the Gateway ${namespace}/${name} has no listener ${[sectionName && `"${sectionName}"`, port && `on port ${port}`].filter(Boolean).join(' ')} (it has ${names(has)}); name one of its listeners`);
        }
      } else if (!mesh.external('gateway', `${namespace}/${name}`) && !mesh.external('namespace', namespace)) {
        const elsewhere = (byName.get(name) ?? []).map((other) => other.namespace);
        if (elsewhere.length > 0) {
          report(route, path, `there is no Gateway "${name}" in namespace "${namespace}"; add its namespace, ${names(elsewhere)}`);
        } else if (mesh.namespacesWith(GATEWAY).has(namespace)) {
          report(route, path, `there is no Gateway "${name}" in namespace "${namespace}", though there are others; correct the name, or declare External.gateway("${namespace}", "${name}")`);
        }
      }
    }));
  },
};
