import { add, fullHost, gatewaysOf, MESH, namespaceOf, shortHost, wildcardsOf } from '../mesh';
import { entries, list } from '../resource';
import { Rule } from '../rule';

export const sidecarHidesDestination: Rule = {
  name: 'sidecar-hides-destination',
  level: 'error',
  codes: ['KIA1004'],
  about: 'A Sidecar lists what the proxies of its namespace know. A route to a service that is not in the list answers with 503.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: payments, namespace: bank }
spec: { ports: [{ name: http, port: 80 }], selector: { app: payments } }
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec: { egress: [{ hosts: ['./*', 'istio-system/*'] }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: payments, namespace: shop }
spec:
  hosts: [pay.shop.internal]
  exportTo: ['.']
  http: [{ route: [{ destination: { host: payments.bank.svc.cluster.local } }] }]
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: payments, namespace: bank }
spec: { ports: [{ name: http, port: 80 }], selector: { app: payments } }
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec: { egress: [{ hosts: ['./*', 'istio-system/*', 'bank/payments.bank.svc.cluster.local'] }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: payments, namespace: shop }
spec:
  hosts: [pay.shop.internal]
  exportTo: ['.']
  http: [{ route: [{ destination: { host: payments.bank.svc.cluster.local } }] }]
`,
  check: (mesh, report) => {
    const seen = new Map<string, string[]>();
    mesh.each('Sidecar', ({ namespace, spec }) => {
      if (entries(spec.workloadSelector?.labels).length === 0) {
        list(spec.egress).flatMap(({ hosts }) => list<string>(hosts)).forEach((host) => add(seen, namespace, host));
      }
    });
    for (const { virtualService, path, host } of mesh.targets) {
      const { namespace, spec } = virtualService;
      const visible = seen.get(namespace);
      const home = namespaceOf(host);
      // A VirtualService that others see too may be meant for them.
      const own = list<string>(spec.exportTo).length > 0 && list<string>(spec.exportTo).every((entry) => entry === '.' || entry === namespace) || home === namespace;
      if (visible === undefined || home === undefined || !mesh.services.has(host) || !own || !gatewaysOf(virtualService).includes(MESH)) {
        continue;
      }
      const names = [host, ...wildcardsOf(host)].map((name) => fullHost(name, home));
      const known = visible.some((entry) => {
        const [from, name] = entry.split('/');
        return (from === '*' || from === home || from === '.' && home === namespace) && names.includes(name);
      });
      if (!known) {
        report(virtualService, `${path}.host`, `the Sidecar of namespace "${namespace}" does not list ${shortHost(host)}, so proxies there don't know it and answer with 503; `
          + `add "${home}/${host}" to its egress hosts`);
      }
    }
  },
};
