import { covers } from '../../private/match-cover';
import { Mesh } from '../mesh';
import { list, names, Resource } from '../resource';
import { eachHttpRoute } from '../routes';
import { Report, Rule } from '../rule';

export const delegateBroken: Rule = {
  name: 'delegate-broken',
  level: 'error',
  about: 'Where a delegate is missing, has hosts of its own, delegates further, or is not exported to the root\'s namespace, Istio drops the root\'s rule with nothing but a line in istiod\'s log.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: root, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http: [{ match: [{ uri: { prefix: /orders } }], delegate: { name: order } }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  http: [{ match: [{ uri: { prefix: /orders/v2 } }], route: [{ destination: { host: orders-v2 } }] }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: root, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http: [{ match: [{ uri: { prefix: /orders } }], delegate: { name: orders } }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  http: [{ match: [{ uri: { prefix: /orders/v2 } }], route: [{ destination: { host: orders-v2 } }] }]
`,
  more: [`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: root, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http: [{ match: [{ uri: { prefix: /orders } }], delegate: { name: orders, namespace: orders } }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: orders }
spec:
  exportTo: ['.']
  http: [{ route: [{ destination: { host: orders } }] }]
`, `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: root, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http: [{ match: [{ uri: { prefix: /orders } }], delegate: { name: orders } }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  http: [{ match: [{ uri: { prefix: /carts } }], route: [{ destination: { host: orders } }] }]
`, `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: root, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http: [{ match: [{ uri: { prefix: /orders } }], delegate: { name: orders } }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: orders } }] }]
`],
  check: (mesh, report) => {
    // Only an app with other delegates of the namespace is expected to have them all.
    const homes = new Set(mesh.kind('VirtualService').filter(({ spec }) => list(spec.hosts).length === 0).map(({ namespace }) => namespace));
    eachHttpRoute(mesh, (root, route, path) => judge(mesh, homes, report, root, route, path));
  },
};

function judge(mesh: Mesh, homes: Set<string>, report: Report, root: Resource, route: any, path: string): void {
  const { name, namespace: named } = route?.delegate ?? {};
  if (name === undefined) {
    return;
  }
  const namespace = named || root.namespace;
  const delegate = mesh.find('VirtualService', namespace, name);
  const id = `${namespace}/${name}`;
  if (delegate === undefined) {
    if (homes.has(namespace) && !mesh.external('namespace', namespace)) {
      report(root, `${path}.delegate`, `there is no VirtualService ${id} to delegate to, so Istio drops the rule; correct the name, or declare External.namespace("${namespace}")`);
    }
    return;
  }
  const exported = list<string>(delegate.spec.exportTo).map((entry) => entry === '.' ? namespace : entry);
  if (exported.length > 0 && !exported.includes('*') && !exported.includes(root.namespace)) {
    report(root, `${path}.delegate`, `${id} is exported to ${names(exported)} only, so Istio drops the rule; export it to "${root.namespace}"`);
  } else if (list(delegate.spec.hosts).length > 0) {
    report(root, `${path}.delegate`, `${id} has hosts of its own, and a delegate has none, so Istio drops the rule; take its hosts away, or route to its destination`);
  } else {
    const lost = list(delegate.spec.http).flatMap((leaf, i) => conflicting(route, leaf) ? [i] : []);
    lost.slice(0, 1).forEach((i) => report(delegate as Resource, `spec.http[${i}].match`, `no match of the rule is within one of ${root.namespace}/${root.name} ${path}, which delegates to it, `
      + 'so Istio drops the rule; narrow the root\'s matches, or leave them out here'));
  }
}

/** Whether each pair of matches asks for different things where Istio compares them: only what is certain counts. */
function conflicting(root: any, leaf: any): boolean {
  const [roots, leaves] = [list(root.match), list(leaf?.match)];
  return roots.length > 0 && leaves.length > 0 && leaves.every((match) => roots.every((around) => {
    const uris = [around.uri, match.uri];
    const plain = uris.every((uri) => uri?.exact !== undefined || uri?.prefix !== undefined) && !around.ignoreUriCase && !match.ignoreUriCase;
    return plain && !covers({ uri: around.uri }, { uri: match.uri });
  }));
}
