import { fullHost, shortHost } from '../mesh';
import { entries, list } from '../resource';
import { Rule } from '../rule';

export const servicePinsVersion: Rule = {
  name: 'service-pins-version',
  level: 'error',
  about: 'A subset is a part of the pods that its Service selects. Where the Service itself selects one version, the subsets of all others are empty, and whoever is routed to them gets 503.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders, version: v1 } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec:
  host: orders
  subsets:
    - { name: v1, labels: { version: v1 } }
    - { name: v2, labels: { version: v2 } }
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
spec:
  host: orders
  subsets:
    - { name: v1, labels: { version: v1 } }
    - { name: v2, labels: { version: v2 } }
`,
  more: [`
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders, version: v1 } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders-v1, namespace: shop }
spec: { template: { metadata: { labels: { app: orders, version: v1 } } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders-v2, namespace: shop }
spec: { template: { metadata: { labels: { app: orders, version: v2 } } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, subsets: [{ name: v2, labels: { app: orders, version: v2 } }] }
`],
  quiet: [`
apiVersion: v1
kind: Service
metadata: { name: orders-v1, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders, version: v1 } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders-v1, namespace: shop }
spec: { template: { metadata: { labels: { app: orders, version: v1 } } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders-v2, namespace: shop }
spec: { template: { metadata: { labels: { app: orders, version: v2 } } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders-v1, namespace: shop }
spec: { host: orders-v1, subsets: [{ name: tuned, labels: { version: v1 } }] }
`],
  check: (mesh, report) => mesh.each('DestinationRule', (rule) => {
    const host = fullHost(rule.spec.host, rule.namespace);
    const services = mesh.services.get(host) ?? [];
    const selector = services.length === 1 ? services[0].selector ?? {} : {};
    list(rule.spec.subsets).forEach(({ name, labels }, i) => {
      const [key, value] = entries<string>(labels).find(([label, wanted]) => selector[label] !== undefined && selector[label] !== wanted) ?? [];
      if (key !== undefined) {
        report(rule, `spec.subsets[${i}].labels.${key}`, `the Service ${shortHost(host)} selects ${key}=${selector[key]} only, so subset "${name}" with ${key}=${value} is always empty and a route to it gets 503; `
          + `take ${key} out of the Service's selector`);
      }
    });
  }),
};
