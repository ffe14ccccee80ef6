import { add, ROOT_NAMESPACE } from '../mesh';
import { hasTargets, httpFieldsOf, workloadsOf } from '../policies';
import { targetPortsOf } from '../ports';
import { isHttp } from '../protocol';
import { list, names, Resource } from '../resource';
import { Rule } from '../rule';
import { Workload } from '../workload';

export const allowBlocksTcp: Rule = {
  name: 'allow-blocks-tcp',
  level: 'warning',
  about: 'An ALLOW rule with methods or paths holds for HTTP only. On a TCP port it is left out, and where no other rule is left, every connection to that port is refused.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }, { name: tcp-replication, port: 7000 }], selector: { app: orders } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } } } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, rules: [{ to: [{ operation: { methods: [GET] } }] }] }
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }, { name: tcp-replication, port: 7000 }], selector: { app: orders } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } } } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, rules: [{ to: [{ operation: { methods: [GET] } }] }, { to: [{ operation: { ports: ["7000"] } }] }] }
`,
  check: (mesh, report) => {
    const allowing = new Map<Workload, Resource[]>();
    mesh.each('AuthorizationPolicy', (policy) => {
      if ((policy.spec.action ?? 'ALLOW') === 'ALLOW' && !hasTargets(policy) && policy.annotation('istio.io/dry-run') !== 'true') {
        workloadsOf(mesh, policy).forEach((workload) => add(allowing, workload, policy));
      }
    });
    const told = new Set<Resource>();
    for (const [workload, policies] of allowing) {
      const tcp = targetPortsOf(mesh, workload).find(({ target, protocol }) => target !== undefined && protocol !== undefined && !isHttp(protocol)
        && !['UDP', 'SCTP'].includes(protocol) && !policies.some((policy) => list(policy.spec.rules).some((rule) => reaches(rule, target))));
      // A policy for all of a namespace or the mesh is taken to know what it refuses.
      const meant = policies.find((policy) => policy.namespace !== ROOT_NAMESPACE && policy.spec.selector !== undefined
        && list(policy.spec.rules).some((rule) => httpFieldsOf(rule).length > 0));
      const onlyHttp = policies.every((policy) => list(policy.spec.rules).every((rule) => httpFieldsOf(rule).length > 0));
      if (tcp !== undefined && meant !== undefined && onlyHttp && !told.has(meant)) {
        told.add(meant);
        report(meant, 'spec.rules', `the ALLOW rules for ${workload.resource.kind} "${workload.resource.name}" (${names(new Set(policies.map(({ name }) => name)))}) are for HTTP only, `
          + `so connections to its ${tcp.protocol} port ${tcp.target} are refused; add a rule for that port`);
      }
    }
  },
};

/** Whether a rule lets a connection to a TCP port through. */
function reaches(rule: any, port: number): boolean {
  const operations = list(rule?.to);
  return httpFieldsOf(rule).length === 0
    && (operations.length === 0
      || operations.some(({ operation }) => list(operation?.ports).length === 0 || list(operation?.ports).map(Number).includes(port)));
}
