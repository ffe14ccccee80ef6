import { covers } from '../../private/match-cover';
import { fullHost, gatewaysOf, MESH } from '../mesh';
import { list, Resource } from '../resource';
import { isCatchAll } from '../routes';
import { Rule } from '../rule';

/** A way to a rule: one of its matches. */
interface Entry {
  readonly virtualService: Resource;
  readonly path: string;
  readonly match: any;
}

/** So many matches with the same path are looked at: a rule behind more of them goes unjudged. */
const LIMIT = 50;

export const ruleUnreachable: Rule = {
  name: 'rule-unreachable',
  level: 'warning',
  codes: ['IST0130', 'IST0131'],
  about: 'The first rule that matches answers. A rule whose every request is matched before it, by its own VirtualService or by another one for the same host on a gateway, never runs.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http:
    - { match: [{ uri: { prefix: /api } }], route: [{ destination: { host: orders } }] }
    - { match: [{ uri: { prefix: /api/v2 } }], route: [{ destination: { host: orders-v2 } }] }
    - { route: [{ destination: { host: orders } }] }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http:
    - { match: [{ uri: { prefix: /api/v2 } }], route: [{ destination: { host: orders-v2 } }] }
    - { match: [{ uri: { prefix: /api } }], route: [{ destination: { host: orders } }] }
    - { route: [{ destination: { host: orders } }] }
`,
  more: [`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http:
    - { match: [{ headers: { x-tester: {} } }], route: [{ destination: { host: orders } }] }
    - { match: [{ headers: { x-tester: { exact: ann } } }], route: [{ destination: { host: orders-v2 } }] }
    - { route: [{ destination: { host: orders } }] }
`, `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http:
    - { route: [{ destination: { host: orders } }] }
    - { match: [{ uri: { exact: /health } }], directResponse: { status: 200 } }
`, `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: a, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http: [{ match: [{ uri: { prefix: /api } }], route: [{ destination: { host: orders } }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: b, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http: [{ match: [{ uri: { prefix: /api } }], route: [{ destination: { host: orders-v2 } }] }]
`],
  quiet: [`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http:
    - { match: [{ uri: { prefix: /api } }, { uri: { prefix: /api/v2 } }], route: [{ destination: { host: orders } }] }
    - { route: [{ destination: { host: orders-v2 } }] }
`, `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: a, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http: [{ route: [{ destination: { host: shop } }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: b, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http: [{ match: [{ uri: { prefix: /api } }], route: [{ destination: { host: orders } }] }]
`],
  check: (mesh, report) => {
    // On a gateway, the rules for a host come from all VirtualServices for it; in the mesh, from one.
    const tables = new Map<string, { table: Table; sources: Map<Resource, string> }>();
    mesh.each('VirtualService', (virtualService) => {
      const own = new Table();
      const entries = waysOf(virtualService);
      const shadowed = new Set<string>();
      for (const entry of entries) {
        const before = own.before(entry);
        // A match that its own rule has already does no harm.
        if (before !== undefined && ruleOf(before) !== ruleOf(entry)) {
          shadowed.add(entry.path);
          report(virtualService, entry.path, `${entry.path} is never reached: ${before.path} before it matches every request that this matches; `
            + 'put the narrower one first, or remove this one');
        }
        own.add(entry);
      }
      for (const gateway of gatewaysOf(virtualService).filter((name) => name !== MESH)) {
        for (const host of list<string>(virtualService.spec.hosts)) {
          const key = `${gateway} ${fullHost(host, virtualService.namespace)}`;
          const { table, sources } = tables.get(key) ?? { table: new Table(), sources: new Map() };
          tables.set(key, { table, sources });
          for (const entry of entries.filter(({ path, match }) => !shadowed.has(path) && !isCatchAll(match))) {
            const before = table.before(entry);
            // Which one is first is told by age, which no manifest shows: only the same match in both is a mistake whichever it is.
            if (before !== undefined && covers(entry.match, before.match) && !shadowed.has(entry.path)) {
              shadowed.add(entry.path);
              const { namespace, name } = before.virtualService;
              report(virtualService, entry.path, `${before.path} of the VirtualService ${namespace}/${name} matches the same requests for "${host}" on the gateway `
                + `${gateway}, and only the older one of the two answers; remove one`);
            }
          }
          entries.forEach((entry) => table.add(entry));
        }
      }
    });
  },
};

/** The path of the rule that a match belongs to. */
function ruleOf({ path }: Entry): string {
  return path.replace(/\.match.*/, '');
}

/** Every match of every rule; a rule without matches is one that matches all. */
function waysOf(virtualService: Resource): Entry[] {
  return list(virtualService.spec.http).flatMap((route, i) => {
    const matches = list(route?.match);
    return matches.length === 0 ? [{ virtualService, path: `spec.http[${i}]`, match: {} }]
      : matches.map((match, j) => ({ virtualService, path: `spec.http[${i}].match[${j}]`, match }));
  });
}

/** Matches by their path, so that those that could cover another one are found by its path. */
class Table {
  private readonly byPath = new Map<string, Entry[]>();

  add(entry: Entry): void {
    const { uri, ignoreUriCase } = entry.match;
    const key = keyOf(uri, ignoreUriCase);
    const entries = this.byPath.get(key) ?? [];
    if (entries.length < LIMIT) {
      entries.push(entry);
      this.byPath.set(key, entries);
    }
  }

  /** The first one that matches whatever this one does. */
  before(entry: Entry): Entry | undefined {
    if (this.byPath.size === 0) {
      return undefined;
    }
    const { uri } = entry.match;
    const start: string = uri?.exact ?? uri?.prefix ?? '';
    const keys = ['', 'prefix /', 'regex .*', keyOf(uri, false), keyOf(uri, true)];
    for (let length = 1; length <= Math.min(start.length, 256); length++) {
      keys.push(`prefix ${start.slice(0, length)}`, `prefix ${start.slice(0, length).toLowerCase()} i`);
    }
    for (const key of new Set(keys)) {
      const found = this.byPath.get(key)?.find(({ match }) => covers(match, entry.match));
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }
}

function keyOf(uri: any, ignoreCase: boolean | undefined): string {
  const [kind] = ['exact', 'prefix', 'regex'].filter((name) => typeof uri?.[name] === 'string');
  return kind === undefined ? '' : ignoreCase && kind !== 'regex' ? `${kind} ${uri[kind].toLowerCase()} i` : `${kind} ${uri[kind]}`;
}
