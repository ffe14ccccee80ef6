import { eachRoute, gatewaysOfRoute } from '../gateway-api';
import { Mesh } from '../mesh';
import { list, Resource } from '../resource';
import { Rule } from '../rule';
import { GATEWAY } from '../waypoints';

const GRANT = 'gateway.networking.k8s.io/ReferenceGrant';

export const referenceGrantMissing: Rule = {
  name: 'reference-grant-missing',
  level: 'error',
  about: 'What a Gateway or its routes use of another namespace, that namespace has to grant with a ReferenceGrant. Without one, routes answer 500, and listeners have no certificate.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: edge, namespace: infra }
spec: { parentRefs: [{ name: edge }], rules: [{ backendRefs: [{ name: orders, namespace: shop, port: 80 }] }] }
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: { name: infra, namespace: shop }
spec: { from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: infra }], to: [{ group: "", kind: Service }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: edge, namespace: infra }
spec: { parentRefs: [{ name: edge }], rules: [{ backendRefs: [{ name: orders, namespace: shop, port: 80 }] }] }
`,
  more: [`
apiVersion: v1
kind: Secret
metadata: { name: edge, namespace: certificates }
type: kubernetes.io/tls
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: infra }
spec:
  gatewayClassName: istio
  listeners: [{ name: https, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: edge, namespace: certificates }] } }]
`],
  // Only for what the app has itself: the grant stands beside it.
  check: (mesh, report) => {
    const look = (resource: Resource, kind: string, ref: any, path: string) => {
      const { namespace, name } = ref ?? {};
      const foreign = typeof namespace === 'string' && namespace !== resource.namespace && mesh.find(kind, namespace, name) !== undefined;
      if (foreign && !granted(mesh, resource, kind, namespace, name) && !mesh.external('namespace', namespace)) {
        report(resource, path, `the ${kind} "${name}" stands in namespace "${namespace}", and no ReferenceGrant there lets a ${resource.kind} of namespace "${resource.namespace}" use it; add one`);
      }
    };
    eachRoute(mesh, (route) => {
      // Routes for the mesh need no grant.
      if (gatewaysOfRoute(mesh, route).length > 0) {
        list(route.spec.rules).forEach((rule, i) => list(rule?.backendRefs).forEach((backend, j) => (backend?.kind ?? 'Service') === 'Service'
          && look(route, 'Service', backend, `spec.rules[${i}].backendRefs[${j}]`)));
      }
    });
    mesh.each(GATEWAY, (gateway) => list(gateway.spec.listeners).forEach((listener, i) => list(listener?.tls?.certificateRefs)
      .forEach((ref, j) => (ref?.kind ?? 'Secret') === 'Secret' && look(gateway, 'Secret', ref, `spec.listeners[${i}].tls.certificateRefs[${j}]`))));
  },
};

function granted(mesh: Mesh, user: Resource, kind: string, namespace: string, name: string): boolean {
  const grants = mesh.once('grants', () => mesh.group(GRANT, (grant) => grant.namespace)).get(namespace) ?? [];
  return grants.some(({ spec }) => list(spec.from).some((from) => from?.kind === user.kind && from.namespace === user.namespace)
    && list(spec.to).some((to) => to?.kind === kind && (to.name === undefined || to.name === name)));
}
