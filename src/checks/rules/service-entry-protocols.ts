import { list, Resource } from '../resource';
import { Rule } from '../rule';

export const serviceEntryProtocols: Rule = {
  name: 'service-entry-protocols',
  level: 'warning',
  codes: ['IST0177', 'KIA1212'],
  about: 'Istio merges the ServiceEntries for one host. Where they give a port two protocols, clients get one of the two.',
  bad: `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: api, namespace: shop }
spec: { hosts: [api.example.com], ports: [{ number: 443, name: tls, protocol: TLS }], resolution: DNS, location: MESH_EXTERNAL }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: api-again, namespace: shop }
spec: { hosts: [api.example.com], ports: [{ number: 443, name: https, protocol: HTTPS }], resolution: DNS, location: MESH_EXTERNAL }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: api, namespace: shop }
spec: { hosts: [api.example.com], ports: [{ number: 443, name: tls, protocol: TLS }], resolution: DNS, location: MESH_EXTERNAL }
`,
  quiet: [`
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: a, namespace: shop }
spec: { hosts: [db.internal], ports: [{ number: 443, name: tls, protocol: TLS }], resolution: STATIC, endpoints: [{ address: 10.0.0.1 }] }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: b, namespace: shop }
spec: { hosts: [db.internal], ports: [{ number: 443, name: tls, protocol: TLS }], resolution: STATIC, endpoints: [{ address: 10.0.0.2 }] }
`],
  check: (mesh, report) => {
    const first = new Map<string, [entry: Resource, protocol: string]>();
    mesh.each('ServiceEntry', (entry) => {
      const exported = list<string>(entry.spec.exportTo).map((name) => name === '.' ? entry.namespace : name);
      const scope = exported.length === 0 || exported.includes('*') ? '*' : exported.sort().join();
      const ports = list<string>(entry.spec.hosts).flatMap((host) => list(entry.spec.ports).map(({ number, protocol }, j) => ({
        host, j, number, protocol: String(protocol).toUpperCase(), key: `${scope} ${host} ${number}`,
      })));
      const clash = ports.find(({ key, protocol }) => first.has(key) && first.get(key)![1] !== protocol);
      ports.forEach(({ key, protocol }) => first.set(key, first.get(key) ?? [entry, protocol]));
      if (clash !== undefined && first.get(clash.key)![0].id !== entry.id) {
        const [{ namespace, name }, protocol] = first.get(clash.key)!;
        report(entry, `spec.ports[${clash.j}].protocol`, `port ${clash.number} of "${clash.host}" is ${clash.protocol} here and ${protocol} in the ServiceEntry ${namespace}/${name}, `
          + 'and clients get one of the two; give both the same protocol');
      }
    });
  },
};
