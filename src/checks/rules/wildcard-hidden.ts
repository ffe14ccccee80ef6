import { gatewaysOf, MESH, wildcardsOf } from '../mesh';
import { list, Resource } from '../resource';
import { hasCatchAll } from '../routes';
import { Rule } from '../rule';

export const wildcardHidden: Rule = {
  name: 'wildcard-hidden',
  level: 'warning',
  about: 'For a host, Istio asks the VirtualService with the most specific name only. What that has no rule for gets 404: it does not fall through to the one for the wildcard.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: all, namespace: shop }
spec:
  hosts: ['*.example.com']
  gateways: [edge]
  http: [{ route: [{ destination: { host: frontend } }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http: [{ match: [{ uri: { prefix: /api } }], route: [{ destination: { host: orders } }] }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: all, namespace: shop }
spec:
  hosts: ['*.example.com']
  gateways: [edge]
  http: [{ route: [{ destination: { host: frontend } }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http:
    - { match: [{ uri: { prefix: /api } }], route: [{ destination: { host: orders } }] }
    - { route: [{ destination: { host: frontend } }] }
`,
  check: (mesh, report) => {
    const byHost = new Map<string, Resource[]>();
    const eachHost = (look: (key: string, host: string, gateway: string, virtualService: Resource) => void) => mesh.each('VirtualService', (virtualService) => {
      for (const gateway of gatewaysOf(virtualService).filter((name) => name !== MESH)) {
        list<string>(virtualService.spec.hosts).forEach((host) => look(`${gateway} ${host}`, host, gateway, virtualService));
      }
    });
    eachHost((key, _host, _gateway, virtualService) => byHost.set(key, [...byHost.get(key)?.slice(0, 1) ?? [], virtualService]));
    const complete = new Set<string>();
    eachHost((key, _host, _gateway, virtualService) => hasCatchAll(virtualService) && complete.add(key));
    const reported = new Set<string>();
    eachHost((key, host, gateway, virtualService) => {
      const wildcard = wildcardsOf(host).find((name) => byHost.has(`${gateway} ${name}`));
      if (wildcard !== undefined && complete.has(`${gateway} ${wildcard}`) && !complete.has(key) && !reported.has(key) && list(virtualService.spec.http).length > 0) {
        reported.add(key);
        const { namespace, name } = byHost.get(`${gateway} ${wildcard}`)![0];
        report(virtualService, 'spec.http', `the rules for "${host}" end without one for all other requests, which get 404: they do not fall through to the `
          + `VirtualService ${namespace}/${name} for "${wildcard}"; add a last rule without a match`);
      }
    });
  },
};
