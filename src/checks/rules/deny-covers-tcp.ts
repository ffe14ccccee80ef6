import { Mesh } from '../mesh';
import { httpFieldsOf, workloadsOf } from '../policies';
import { isHttp } from '../protocol';
import { list } from '../resource';
import { Rule } from '../rule';
import { Workload } from '../workload';

export const denyCoversTcp: Rule = {
  name: 'deny-covers-tcp',
  level: 'warning',
  about: 'On a TCP port there are no methods and paths. Istio leaves such fields out of a DENY rule there, and the rule denies more than it says: often everything.',
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
spec: { selector: { matchLabels: { app: orders } }, action: DENY, rules: [{ to: [{ operation: { paths: [/admin] } }] }] }
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
spec: { selector: { matchLabels: { app: orders } }, action: DENY, rules: [{ to: [{ operation: { paths: [/admin], ports: ["80"] } }] }] }
`,
  check: (mesh, report) => {
    const byWorkload = tcpPorts(mesh);
    mesh.each('AuthorizationPolicy', (policy) => {
      const ports = policy.spec.action !== 'DENY' ? [] : workloadsOf(mesh, policy).flatMap((workload) => byWorkload.get(workload) ?? []);
      list(policy.spec.rules).forEach((rule, i) => {
        const limited = list(rule?.to).length > 0
          && list(rule.to).every(({ operation }) => list(operation?.ports).length > 0 || list(operation?.notPorts).length > 0);
        const fields = httpFieldsOf(rule);
        if (ports.length > 0 && fields.length > 0 && !limited) {
          report(policy, `spec.rules[${i}]`, `the rule denies by ${fields.join(', ')}, which TCP port ${ports[0]} does not have, so there it denies without regard to that; add the HTTP ports to the operation`);
        }
      });
    });
  },
};

/** The ports of a TCP protocol that Services have, by workload. */
function tcpPorts(mesh: Mesh): Map<Workload, number[]> {
  const ports = new Map<Workload, number[]>();
  for (const [service] of mesh.services.values()) {
    const tcp = service.ports.filter(({ protocol }) => protocol !== undefined && !isHttp(protocol)).map(({ number }) => number);
    mesh.workloadsOf(service).filter(() => tcp.length > 0).forEach((workload) => ports.set(workload, [...ports.get(workload) ?? [], ...tcp]));
  }
  return ports;
}
