import { shortHost } from '../mesh';
import { workloadsOf } from '../policies';
import { behindServicePort } from '../ports';
import { entries, list } from '../resource';
import { Rule } from '../rule';

export const policyPortOfService: Rule = {
  name: 'policy-port-of-service',
  level: 'warning',
  about: 'A policy for a workload knows the ports that the workload itself listens on. With the port of the Service in front of it, it is for no connection at all.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80, targetPort: 8080 }], selector: { app: orders } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } } } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, mtls: { mode: STRICT }, portLevelMtls: { 80: { mode: PERMISSIVE } } }
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80, targetPort: 8080 }], selector: { app: orders } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } } } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, mtls: { mode: STRICT }, portLevelMtls: { 8080: { mode: PERMISSIVE } } }
`,
  more: [`
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80, targetPort: web }], selector: { app: orders } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } }, spec: { containers: [{ name: app, ports: [{ name: web, containerPort: 8080 }] }] } } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, action: DENY, rules: [{ to: [{ operation: { paths: [/admin], ports: ["80"] } }] }] }
`, `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80, targetPort: 8080 }], selector: { app: orders } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } } } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, rules: [{ when: [{ key: destination.port, values: ["80"] }] }] }
`],
  quiet: [`
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80, targetPort: web }], selector: { app: orders } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } } } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { rules: [{ to: [{ operation: { ports: ["80"] } }] }] }
`],
  check: (mesh, report) => {
    const look = (policy: Parameters<typeof report>[0], port: unknown, path: string) => {
      const behind = behindServicePort(mesh, workloadsOf(mesh, policy), Number(port));
      if (behind !== undefined) {
        report(policy, path, `port ${port} is that of the Service ${shortHost(behind.service.host)}; the workload behind it listens on ${behind.target}, and the policy knows only that one; write ${behind.target}`);
      }
    };
    mesh.each('PeerAuthentication', (policy) => entries(policy.spec.portLevelMtls).forEach(([port]) => look(policy, port, `spec.portLevelMtls.${port}`)));
    mesh.each('AuthorizationPolicy', (policy) => list(policy.spec.rules).forEach((rule, i) => {
      list(rule?.to).forEach(({ operation }, j) => ['ports', 'notPorts'].forEach((field) => list(operation?.[field])
        .forEach((port, k) => look(policy, port, `spec.rules[${i}].to[${j}].operation.${field}[${k}]`))));
      list(rule?.when).forEach(({ key, values }, j) => key === 'destination.port' && list(values).forEach((port, k) => look(policy, port, `spec.rules[${i}].when[${j}].values[${k}]`)));
    }));
  },
};
