import { list } from '../resource';
import { Rule } from '../rule';
import { lacksWaypoint } from '../waypoints';

const POLICIES = ['AuthorizationPolicy', 'RequestAuthentication', 'Telemetry', 'WasmPlugin', 'TrafficExtension'];

export const waypointMissing: Rule = {
  name: 'waypoint-missing',
  level: 'error',
  codes: ['KIA0109', 'KIA1110', 'KIA1111', 'KIA1112', 'KIA1317'],
  about: 'In ambient mode, the waypoint of a Service enforces the policies for it. Without a waypoint nobody does, and every request passes.',
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
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { targetRefs: [{ kind: Service, group: "", name: orders }], rules: [{ to: [{ operation: { methods: [GET] } }] }] }
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
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { targetRefs: [{ kind: Service, group: "", name: orders }], rules: [{ to: [{ operation: { methods: [GET] } }] }] }
`,
  quiet: [`
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop, labels: { istio.io/use-waypoint: orders } }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { targetRefs: [{ kind: Service, group: "", name: orders }], rules: [{ to: [{ operation: { methods: [GET] } }] }] }
`],
  check: (mesh, report) => POLICIES.forEach((kind) => mesh.each(kind, (policy) => {
    const { targetRef, targetRefs } = policy.spec;
    const targets = list(targetRefs).length > 0 ? list(targetRefs).map((target, i) => ({ target, path: `spec.targetRefs[${i}]` })) : [{ target: targetRef, path: 'spec.targetRef' }];
    for (const { target, path } of targets) {
      const service = ['Service', 'ServiceEntry'].includes(target?.kind) ? mesh.find(target.kind, policy.namespace, target.name) : undefined;
      if (service !== undefined && lacksWaypoint(mesh, service)) {
        report(policy, path, `the ${target.kind} "${target.name}" has no waypoint, so nobody enforces the ${kind}; label it or its namespace with istio.io/use-waypoint: <name of the waypoint's Gateway>`);
      }
    }
  })),
};
