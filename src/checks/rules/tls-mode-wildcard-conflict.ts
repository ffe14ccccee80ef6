import { fullHost, Mesh, ROOT_NAMESPACE } from '../mesh';
import { CLASHING_MODE, injects, isAmbient, plainPeerAuthentication } from '../policies';
import { names, Resource } from '../resource';
import { Rule } from '../rule';
import { hasSidecars } from '../waypoints';

const EVERYTHING = new Set(['*', '*.local', '*.cluster.local', '*.svc.cluster.local']);

export const tlsModeWildcardConflict: Rule = {
  name: 'tls-mode-wildcard-conflict',
  level: 'error',
  codes: ['KIA0208', 'KIA0207', 'KIA0505', 'KIA0506'],
  about: 'A DestinationRule for a whole namespace or the mesh says how clients call every service in it. Where the PeerAuthentication says the opposite, all of them answer 503.',
  bad: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: istio-system }
spec: { mtls: { mode: STRICT } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: default, namespace: istio-system }
spec: { host: "*.local", trafficPolicy: { tls: { mode: DISABLE } } }
`,
  good: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: istio-system }
spec: { mtls: { mode: STRICT } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: default, namespace: istio-system }
spec: { host: "*.local", trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }
`,
  more: [`
apiVersion: v1
kind: Service
metadata: { name: legacy, namespace: legacy }
spec: { ports: [{ name: http, port: 80 }], selector: { app: legacy } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: legacy, namespace: legacy }
spec: { template: { metadata: { labels: { app: legacy } } } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: legacy }
spec: { mtls: { mode: DISABLE } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: default, namespace: istio-system }
spec: { host: "*.local", trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }
`, `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: DISABLE } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: default, namespace: shop }
spec: { host: "*.shop.svc.cluster.local", trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }
`],
  quiet: [`
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: all, namespace: shop }
spec: { host: "*.shop.svc.cluster.local", trafficPolicy: { tls: { mode: DISABLE } } }
`, `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: istio-system }
spec: { mtls: { mode: STRICT } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: legacy, namespace: istio-system }
spec: { host: "*.legacy.svc.cluster.local", trafficPolicy: { tls: { mode: DISABLE } } }
`],
  check: (mesh, report) => mesh.each('DestinationRule', (rule) => {
    const mode = rule.spec.trafficPolicy?.tls?.mode;
    const host = fullHost(rule.spec.host, rule.namespace);
    const namespace = /^\*\.([^.]+)\.svc\.cluster\.local$/.exec(host)?.[1];
    if (CLASHING_MODE[mode] === undefined || rule.spec.workloadSelector !== undefined || namespace === undefined && !EVERYTHING.has(host)) {
      return;
    }
    if (namespace === undefined ? mesh.kind('Namespace').some(({ name }) => isAmbient(mesh, name)) && !hasSidecars(mesh) : isAmbient(mesh, namespace)) {
      return; // ztunnel takes no mode from a DestinationRule
    }
    const own = namespace === undefined ? undefined : forAll(mesh, namespace);
    // What the mesh asks of a namespace that may have no proxies is nothing.
    const peer = own ?? (namespace === undefined || injects(mesh, namespace) === true ? forAll(mesh, ROOT_NAMESPACE) : undefined);
    if (peer === undefined || peer.spec.mtls.mode !== CLASHING_MODE[mode]) {
      const exceptions = namespace === undefined ? unmet(mesh, CLASHING_MODE[mode]) : [];
      if (exceptions.length > 0) {
        report(rule, 'spec.trafficPolicy.tls.mode', `tls mode ${mode} for ${host} against the PeerAuthentication of ${names(exceptions)}, which is ${CLASHING_MODE[mode]} there: requests to it would get 503; `
          + 'leave tls out, or add a DestinationRule for "*.<namespace>.svc.cluster.local" that agrees');
      }
    } else {
      report(rule, 'spec.trafficPolicy.tls.mode', `tls mode ${mode} for ${host} against the PeerAuthentication ${peer.namespace}/${peer.name}, which is ${peer.spec.mtls.mode}: every request would get 503; `
        + 'leave tls out, so that Istio does what each service wants, or make the two agree');
    }
  }),
};

/** The namespaces that ask for a mode, with services for which no DestinationRule of their own says how they are called. */
function unmet(mesh: Mesh, mode: string): string[] {
  const namespaces = [...mesh.namespacesWith('PeerAuthentication')].filter((namespace) => namespace !== ROOT_NAMESPACE && forAll(mesh, namespace)?.spec.mtls.mode === mode);
  const services = mesh.once('services by namespace', () => mesh.group('Service', ({ namespace }) => namespace));
  return namespaces.filter((namespace) => mesh.destinationRulesOf(`*.${namespace}.svc.cluster.local`).length === 0
    && (services.get(namespace) ?? []).some(({ name }) => mesh.destinationRulesOf(`${name}.${namespace}.svc.cluster.local`).length === 0));
}

/** The PeerAuthentication for a whole namespace, or of the root namespace for the mesh, that says a mode. */
function forAll(mesh: Mesh, namespace: string): Resource | undefined {
  const plain = plainPeerAuthentication(mesh, namespace);
  return (plain?.spec.mtls?.mode ?? 'UNSET') === 'UNSET' ? undefined : plain;
}
