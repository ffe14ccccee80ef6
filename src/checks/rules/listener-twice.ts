import { list } from '../resource';
import { Rule } from '../rule';
import { GATEWAY } from '../waypoints';

export const listenerTwice: Rule = {
  name: 'listener-twice',
  level: 'error',
  codes: ['KIA1503'],
  about: 'The listeners of a Gateway differ in port, protocol or host. Kubernetes refuses a Gateway with two that do not.',
  bad: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  gatewayClassName: istio
  listeners:
    - { name: shop, port: 80, protocol: HTTP }
    - { name: blog, port: 80, protocol: HTTP }
`,
  good: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  gatewayClassName: istio
  listeners:
    - { name: shop, port: 80, protocol: HTTP, hostname: shop.example.com }
    - { name: blog, port: 80, protocol: HTTP, hostname: blog.example.com }
`,
  check: (mesh, report) => mesh.each(GATEWAY, (gateway) => {
    const first = new Map<string, string>();
    list(gateway.spec.listeners).forEach(({ name, port, protocol, hostname }, i) => {
      const key = `${port} ${protocol} ${hostname ?? ''}`;
      const other = first.get(key);
      if (other !== undefined) {
        report(gateway, `spec.listeners[${i}]`, `the listener "${name}" is for the same port, protocol and host as "${other}" (${protocol} ${port}, ${hostname ?? 'every host'}); give one another host, or remove it`);
      }
      first.set(key, other ?? name);
    });
  }),
};
