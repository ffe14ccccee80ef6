import { Mesh, ROOT_NAMESPACE } from '../mesh';
import { list } from '../resource';
import { Rule } from '../rule';

const POLICIES = ['AuthorizationPolicy', 'RequestAuthentication', 'Telemetry', 'WasmPlugin', 'TrafficExtension', 'EnvoyFilter'];
const KEYS: Record<string, string> = { Gateway: 'gateway.networking.k8s.io/Gateway', Service: 'Service', ServiceEntry: 'ServiceEntry' };

export const targetUnknown: Rule = {
  name: 'target-unknown',
  level: 'error',
  about: 'A policy is for the Service, ServiceEntry or Gateway that it names, in its own namespace. Where there is none of that name, it protects nothing.',
  bad: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: infra }
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: All } } }] }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: edge, namespace: shop }
spec: { targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: edge }], rules: [{ to: [{ operation: { methods: [GET] } }] }] }
`,
  good: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: infra }
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: All } } }] }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: edge, namespace: infra }
spec: { targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: edge }], rules: [{ to: [{ operation: { methods: [GET] } }] }] }
`,
  more: [`
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { targetRefs: [{ group: "", kind: Service, name: order }], rules: [{ to: [{ operation: { methods: [GET] } }] }] }
`, `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: waypoints, namespace: shop }
spec: { targetRefs: [{ group: gateway.networking.k8s.io, kind: GatewayClass, name: istio-waypoint }], rules: [{ to: [{ operation: { methods: [GET] } }] }] }
`],
  check: (mesh, report) => POLICIES.forEach((kind) => mesh.each(kind, (policy) => {
    const { targetRef, targetRefs } = policy.spec;
    const targets = list(targetRefs).length > 0 ? list(targetRefs).map((target, i) => ({ target, path: `spec.targetRefs[${i}]` })) : [{ target: targetRef, path: 'spec.targetRef' }];
    for (const { target, path } of targets) {
      const key = KEYS[target?.kind];
      if (target?.kind === 'GatewayClass' && policy.ownNamespace !== undefined && policy.namespace !== ROOT_NAMESPACE) {
        report(policy, path, `a policy for a GatewayClass has no effect in namespace "${policy.namespace}"; move it to the root namespace (${ROOT_NAMESPACE}), or name a Gateway`);
      } else if (key !== undefined && mesh.find(key, policy.namespace, target.name) === undefined && !declared(mesh, policy.namespace, target)) {
        const [elsewhere] = mesh.once(`${key} by name`, () => mesh.group(key, ({ name }) => name)).get(target.name) ?? [];
        if (elsewhere !== undefined) {
          report(policy, path, `the ${target.kind} "${target.name}" stands in namespace "${elsewhere.namespace}", and a policy is for its own only ("${policy.namespace}"); move the policy there`);
        } else if (mesh.namespacesWith(key).has(policy.namespace)) {
          report(policy, path, `there is no ${target.kind} "${target.name}" in namespace "${policy.namespace}", so the ${kind} is for nobody; correct the name, or declare External.namespace("${policy.namespace}")`);
        }
      }
    }
  })),
};

function declared(mesh: Mesh, namespace: string, { kind, name }: any): boolean {
  return mesh.external('namespace', namespace) !== undefined || kind === 'Gateway' && mesh.external('gateway', `${namespace}/${name}`) !== undefined
    || kind === 'Service' && mesh.externalHost(`${name}.${namespace}.svc.cluster.local`) !== undefined;
}
