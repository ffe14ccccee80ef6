import { fullHost, gatewaysOf, MESH, shortHost } from '../mesh';
import { list, Resource } from '../resource';
import { Rule } from '../rule';

export const gatewayBypassesSubsets: Rule = {
  name: 'gateway-bypasses-subsets',
  level: 'warning',
  codes: ['IST0140'],
  about: 'A VirtualService for a service in the mesh does not hold on a gateway. A route from there to the service, without a subset, spreads requests over all versions.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: orders, subset: v1 } }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: edge, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http: [{ route: [{ destination: { host: orders } }] }]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }] }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: orders, subset: v1 } }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: edge, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http: [{ route: [{ destination: { host: orders, subset: v1 } }] }]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }] }
`,
  check: (mesh, report) => {
    const split = new Map<string, Resource>();
    for (const { virtualService, host, subset, type } of mesh.targets) {
      const hosts = list<string>(virtualService.spec.hosts).map((name) => fullHost(name, virtualService.namespace));
      if (subset !== undefined && type === 'http' && gatewaysOf(virtualService).includes(MESH) && hosts.includes(host)) {
        split.set(host, virtualService);
      }
    }
    for (const { virtualService, host, subset, type, mirror, path } of mesh.targets) {
      const other = split.get(host);
      if (other !== undefined && subset === undefined && type === 'http' && !mirror && !gatewaysOf(virtualService).includes(MESH)) {
        report(virtualService, path, `the VirtualService ${other.namespace}/${other.name} sends requests for ${shortHost(host)} to subsets in the mesh only: those from this gateway go to all versions alike; `
          + 'name the subsets here too');
      }
    }
  },
};
