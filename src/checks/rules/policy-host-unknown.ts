import { shortHost } from '../mesh';
import { list } from '../resource';
import { Rule } from '../rule';

export const policyHostUnknown: Rule = {
  name: 'policy-host-unknown',
  level: 'warning',
  codes: ['KIA0104'],
  about: 'The hosts of an AuthorizationPolicy are compared with the host that a request names. For a Service that does not exist there is no request: an ALLOW rule lets nobody in, a DENY rule keeps nobody out.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: admins, namespace: shop }
spec: { action: DENY, rules: [{ to: [{ operation: { hosts: [order.shop.svc.cluster.local] } }] }] }
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: admins, namespace: shop }
spec: { action: DENY, rules: [{ to: [{ operation: { hosts: [orders.shop.svc.cluster.local, "orders.shop.svc.cluster.local:80"] } }] }] }
`,
  more: [`
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: admins, namespace: shop }
spec: { action: DENY, rules: [{ when: [{ key: "request.headers[:authority]", values: ["x"] }], to: [{ operation: { notHosts: [Order.shop.svc] } }] }] }
`],
  quiet: [`
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: order, namespace: shop }
spec: { hosts: [order], http: [{ route: [{ destination: { host: orders } }] }] }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: admins, namespace: shop }
spec: { action: DENY, rules: [{ to: [{ operation: { hosts: [order.shop.svc.cluster.local, admin.example.com, "*.svc.cluster.local", orders.bank.svc.cluster.local] } }] }] }
`],
  check: (mesh, report) => mesh.each('AuthorizationPolicy', (policy) => list(policy.spec.rules).forEach((rule, i) => list(rule?.to).forEach(({ operation }, j) => {
    for (const field of ['hosts', 'notHosts']) {
      list<string>(operation?.[field]).forEach((written, k) => {
        const [, service] = /^([^*.]+\.[^*.]+\.svc)(\.cluster\.local)?(:\d+)?$/i.exec(written) ?? [];
        const host = `${service?.toLowerCase()}.cluster.local`;
        if (service !== undefined && mesh.knowsServicesOf(host) && mesh.servicesOf(host).length === 0 && mesh.virtualServicesFor(host).length === 0) {
          report(policy, `spec.rules[${i}].to[${j}].operation.${field}[${k}]`, `there is no Service ${shortHost(host)}, so no request names it and the entry is for none; correct the name, or declare External.host("${host}")`);
        }
      });
    }
  }))),
};
