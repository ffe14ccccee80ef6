import { add } from '../mesh';
import { list, Resource } from '../resource';
import { Rule } from '../rule';

const TCP = new Set(['TCP', 'MONGO', 'MYSQL', 'REDIS', '']);

export const serviceEntryCaptures: Rule = {
  name: 'service-entry-captures',
  level: 'warning',
  codes: ['IST0134'],
  about: 'Bytes carry no host name. Of two ServiceEntries with the same TCP port and no addresses, one takes the connections of the other, and of all else on that port.',
  bad: `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: orders-db, namespace: shop }
spec: { hosts: [orders.db.example.com], ports: [{ number: 3306, name: tcp, protocol: TCP }], resolution: DNS, location: MESH_EXTERNAL }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: users-db, namespace: shop }
spec: { hosts: [users.db.example.com], ports: [{ number: 3306, name: tcp, protocol: TCP }], resolution: DNS, location: MESH_EXTERNAL }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: orders-db, namespace: shop }
spec: { hosts: [orders.db.example.com], addresses: [10.1.0.1], ports: [{ number: 3306, name: tcp, protocol: TCP }], resolution: DNS, location: MESH_EXTERNAL }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: users-db, namespace: shop }
spec: { hosts: [users.db.example.com], addresses: [10.1.0.2], ports: [{ number: 3306, name: tcp, protocol: TCP }], resolution: DNS, location: MESH_EXTERNAL }
`,
  check: (mesh, report) => {
    const byPort = new Map<number, Resource[]>();
    mesh.each('ServiceEntry', (entry) => {
      if (list(entry.spec.addresses).length === 0 && entry.labels['networking.istio.io/enable-autoallocate-ip'] !== 'true') {
        const ports = list(entry.spec.ports).filter(({ protocol }) => TCP.has(String(protocol ?? '').toUpperCase())).map(({ number }) => number);
        new Set<number>(ports).forEach((port) => add(byPort, port, entry));
      }
    });
    for (const [port, [first, ...others]] of byPort) {
      others.filter((entry) => entry.id !== first.id).forEach((entry) => {
        const i = list(entry.spec.ports).findIndex(({ number }) => number === port);
        report(entry, `spec.ports[${i}]`, `port ${port} (TCP) without addresses is in the ServiceEntry ${first.namespace}/${first.name} too, and a connection does not say which is meant; `
          + 'give each its addresses, or the label networking.istio.io/enable-autoallocate-ip: "true" where DNS capture is on');
      });
    }
  },
};
