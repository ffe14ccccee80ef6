import { Rule } from '../rule';

export const flaggerOwnsResource: Rule = {
  name: 'flagger-owns-resource',
  level: 'error',
  about: 'Flagger writes the VirtualService, the DestinationRules and the Services of a Canary itself, and overwrites those of the same names: what the app says of them is lost.',
  bad: `
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: orders, namespace: shop }
spec: { provider: istio, targetRef: { apiVersion: apps/v1, kind: Deployment, name: orders }, service: { port: 80 } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: orders-primary } }], timeout: 5s }]
`,
  good: `
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: orders, namespace: shop }
spec: { provider: istio, targetRef: { apiVersion: apps/v1, kind: Deployment, name: orders }, service: { port: 80, timeout: 5s } }
`,
  more: [`
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: orders, namespace: shop }
spec: { provider: istio, targetRef: { apiVersion: apps/v1, kind: Deployment, name: orders }, service: { port: 80, delegation: true, hosts: [shop.example.com] } }
`, `
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: orders, namespace: shop }
spec:
  provider: istio
  targetRef: { apiVersion: apps/v1, kind: Deployment, name: orders }
  service: { port: 80, trafficPolicy: { connectionPool: { tcp: { maxConnections: 10 } } } }
`],
  quiet: [`
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: orders, namespace: shop }
spec: { provider: linkerd, targetRef: { apiVersion: apps/v1, kind: Deployment, name: orders }, service: { port: 80 } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: orders-primary } }], timeout: 5s }]
`],
  check: (mesh, report) => mesh.each('Canary', (canary) => {
    const { service, provider, targetRef } = canary.spec;
    if (provider !== undefined && provider !== 'istio') {
      return;
    }
    const apex = service?.name ?? targetRef?.name;
    const owned = [['VirtualService', apex], ...['-primary', '-canary'].flatMap((end) => [['DestinationRule', `${apex}${end}`], ['Service', `${apex}${end}`]])];
    for (const [kind, name] of owned) {
      const resource = mesh.find(kind, canary.namespace, name);
      if (resource !== undefined) {
        report(resource, 'metadata.name', `the ${kind} ${name} is Flagger's to write, for the Canary ${canary.namespace}/${canary.name}, and it overwrites this one; remove it, and say in the Canary what it is to have`);
      }
    }
    if (service?.delegation === true && (service.hosts?.length > 0 || service.gateways?.length > 0)) {
      report(canary, 'spec.service.delegation', 'delegation is set together with hosts or gateways, which Flagger refuses; leave them out, and delegate from a VirtualService that has them');
    }
    if (service?.trafficPolicy?.connectionPool?.tcp !== undefined) {
      report(canary, 'spec.service.trafficPolicy.connectionPool.tcp', 'the API server drops connectionPool.tcp of a Canary without a word, since its schema has http only; leave it out');
    }
  }),
};
