import { hasTargets, selectorOf } from '../policies';
import { Resource } from '../resource';
import { Rule } from '../rule';

export const defaultsTwice: Rule = {
  name: 'defaults-twice',
  level: 'error',
  codes: ['IST0111', 'IST0160', 'KIA0002'],
  about: 'A namespace has one PeerAuthentication, one Sidecar and one Telemetry for all of its workloads. Of two, Istio takes the older.',
  bad: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: permissive, namespace: shop }
spec: { mtls: { mode: PERMISSIVE } }
`,
  good: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
`,
  quiet: [`
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: permissive, namespace: shop }
spec: { selector: { matchLabels: { app: legacy } }, mtls: { mode: PERMISSIVE } }
`],
  check: (mesh, report) => {
    for (const kind of ['PeerAuthentication', 'Sidecar', 'Telemetry']) {
      const first = new Map<string, Resource>();
      mesh.each(kind, (policy) => {
        const other = first.get(policy.namespace);
        if (selectorOf(policy).length > 0 || hasTargets(policy)) {
          return;
        }
        if (other !== undefined && other.id !== policy.id) {
          report(policy, 'metadata.name', `namespace "${policy.namespace}" has a ${kind} for all of its workloads already, ${other.name}, and Istio takes the older of the two; `
            + 'put both into one, or give one a selector');
        }
        first.set(policy.namespace, other ?? policy);
      });
    }
  },
};
