import { names, Resource } from '../resource';
import { Rule } from '../rule';

export const namespaceMissing: Rule = {
  name: 'namespace-missing',
  level: 'error',
  codes: ['IST0101', 'IST0174'],
  about: 'Without a namespace the resource lands where whoever applies it happens to be, and a short host means a service there. The service stands in a namespace of its own.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: order-service, namespace: prod }
spec: { ports: [{ name: http, port: 80 }], selector: { app: order-service } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: order-service }
spec:
  hosts: [order-service]
  http: [{ route: [{ destination: { host: order-service } }] }]
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: order-service, namespace: prod }
spec: { ports: [{ name: http, port: 80 }], selector: { app: order-service } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: order-service, namespace: prod }
spec:
  hosts: [order-service]
  http: [{ route: [{ destination: { host: order-service } }] }]
`,
  more: [`
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: prod }
spec: { ports: [{ name: http, port: 80 }], selector: { app: reviews } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews }
spec: { host: reviews, trafficPolicy: { loadBalancer: { simple: RANDOM } } }
`],
  check: (mesh, report) => {
    const look = (resource: Resource, host: unknown) => {
      if (resource.ownNamespace !== undefined || typeof host !== 'string' || /[.*]/.test(host)) {
        return false;
      }
      const services = mesh.servicesNamed(host);
      if (services.length === 0 || services.some(({ ownNamespace }) => ownNamespace === undefined || ownNamespace === 'default')) {
        return false;
      }
      report(resource, 'metadata.namespace', `no namespace is set, so the host "${host}" means ${host}.<namespace of whoever applies it>; the Service is in `
        + `${names(services.map(({ namespace }) => namespace))}: set that namespace on the chart or the resource`);
      return true;
    };
    mesh.each('DestinationRule', (rule) => look(rule, rule.spec.host));
    mesh.each('VirtualService', (virtualService) => {
      const targets = mesh.targets.length === 0 ? [] : virtualService.spec.http ?? virtualService.spec.tcp ?? virtualService.spec.tls ?? [];
      targets.flatMap((route: any) => route.route ?? []).some(({ destination }: any) => look(virtualService, destination?.host));
    });
  },
};
