import { Mesh, ROOT_NAMESPACE } from '../mesh';
import { hasTargets, isAmbient, selectorOf } from '../policies';
import { Rule } from '../rule';
import { GATEWAY, isWaypoint } from '../waypoints';

const POLICIES = ['RequestAuthentication', 'WasmPlugin'];

export const ambientPolicyIgnored: Rule = {
  name: 'ambient-policy-ignored',
  level: 'error',
  codes: ['IST0166', 'KIA1115', 'KIA1116', 'KIA1117'],
  about: 'In ambient mode, only a waypoint verifies tokens and runs WebAssembly, and a waypoint takes only policies that name a target. Others have no effect.',
  bad: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint } }
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: orders, namespace: shop }
spec: { jwtRules: [{ issuer: https://accounts.example.com }] }
`,
  good: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint } }
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: orders, namespace: shop }
spec: { targetRefs: [{ kind: Service, group: "", name: orders }], jwtRules: [{ issuer: https://accounts.example.com }] }
`,
  more: [`
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: shop }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: waypoint, namespace: shop }
spec: { selector: { matchLabels: { gateway.networking.k8s.io/gateway-name: waypoint } }, rules: [{ to: [{ operation: { methods: [GET] } }] }] }
`],
  quiet: [`
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: edge, namespace: shop }
spec: { jwtRules: [{ issuer: https://accounts.example.com }] }
`],
  check: (mesh, report) => ['AuthorizationPolicy', ...POLICIES].forEach((kind) => mesh.each(kind, (policy) => {
    if (hasTargets(policy)) {
      return;
    }
    const gateway = selectorOf(policy).find(([key]) => key === 'gateway.networking.k8s.io/gateway-name')?.[1];
    const named = gateway === undefined ? undefined : mesh.find(GATEWAY, policy.namespace, gateway);
    if (named !== undefined && isWaypoint(named)) {
      report(policy, 'spec.selector', `the waypoint "${gateway}" takes no policies by a selector, so the ${kind} has no effect; name the Gateway, or the Services behind it, in targetRefs`);
    } else if (POLICIES.includes(kind) && policy.namespace !== ROOT_NAMESPACE && isAmbient(mesh, policy.namespace)
      && !hasOtherProxies(mesh, policy.namespace)) {
      report(policy, 'spec', `namespace "${policy.namespace}" is in ambient mode, where a ${kind} without targets has no effect; name the Service or the waypoint's Gateway in targetRefs`);
    }
  })),
};

/** Whether a namespace in ambient mode has gateways or pods with sidecars, which take policies without targets. */
function hasOtherProxies(mesh: Mesh, namespace: string): boolean {
  return (mesh.once('gateways by namespace', () => mesh.group(GATEWAY, (gateway) => gateway.namespace)).get(namespace) ?? []).some((gateway) => !isWaypoint(gateway))
    || mesh.workloadsWith({}, namespace).some(({ labels, annotations }) => labels['sidecar.istio.io/inject'] !== undefined || annotations['inject.istio.io/templates'] !== undefined
      || labels['istio.io/dataplane-mode'] === 'none');
}
