import { fullHost, namespaceOf, shortHost } from '../mesh';
import { Rule } from '../rule';

export const destinationRuleHostUnknown: Rule = {
  name: 'destination-rule-host-unknown',
  level: 'error',
  codes: ['IST0174', 'KIA0202'],
  about: 'A DestinationRule for a service that does not exist changes nothing: no limit, no TLS mode, no subset of it is in force.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: order, trafficPolicy: { loadBalancer: { simple: RANDOM } } }
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, trafficPolicy: { loadBalancer: { simple: RANDOM } } }
`,
  check: (mesh, report) => mesh.each('DestinationRule', (rule) => {
    const host = fullHost(rule.spec.host, rule.namespace);
    const known = host.includes('*') || mesh.servicesOf(host).length > 0 || !mesh.knowsServicesOf(host);
    if (!known && (rule.ownNamespace !== undefined || mesh.servicesNamed(host.split('.')[0]).length === 0)) {
      report(rule, 'spec.host', `there is no service ${shortHost(host)}, though the app has other services of namespace "${namespaceOf(host)}"; `
        + `correct the name, or declare External.host("${host}")`);
    }
  }),
};
