import { fullHost, ROOT_NAMESPACE, shortHost } from '../mesh';
import { CLASHING_MODE, differsByPort, injects, isInAmbient, peerAuthenticationOf } from '../policies';
import { entries } from '../resource';
import { eachPolicy } from '../routes';
import { Rule } from '../rule';
import { hasLabels } from '../workload';

export const tlsModeConflict: Rule = {
  name: 'tls-mode-conflict',
  level: 'error',
  codes: ['KIA0207', 'KIA0208', 'KIA0505', 'KIA0506'],
  about: 'A DestinationRule says how clients call, a PeerAuthentication how the service is called. Where one says plain text and the other mutual TLS, every request gets 503.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } } } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, trafficPolicy: { tls: { mode: DISABLE } } }
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } } } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }
`,
  quiet: [`
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint } }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } } } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, trafficPolicy: { tls: { mode: DISABLE } } }
`, `
apiVersion: v1
kind: Service
metadata: { name: legacy, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: legacy } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: legacy, namespace: shop }
spec: { template: { metadata: { labels: { app: legacy } } } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: istio-system }
spec: { mtls: { mode: STRICT } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: legacy, namespace: shop }
spec: { host: legacy, trafficPolicy: { tls: { mode: DISABLE } } }
`, `
apiVersion: v1
kind: Service
metadata: { name: metrics, namespace: shop }
spec: { ports: [{ name: http, port: 8080 }], selector: { app: metrics } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: metrics, namespace: shop }
spec: { template: { metadata: { labels: { app: metrics } } } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: metrics, namespace: shop }
spec: { selector: { matchLabels: { app: metrics } }, portLevelMtls: { 8080: { mode: DISABLE } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: metrics, namespace: shop }
spec: { host: metrics, trafficPolicy: { tls: { mode: DISABLE } } }
`],
  check: (mesh, report) => eachPolicy(mesh, (rule, { policy, path, subset }) => {
    const mode = policy.tls?.mode;
    const clash = CLASHING_MODE[mode];
    const host = fullHost(rule.spec.host, rule.namespace);
    const [service] = mesh.services.get(host) ?? [];
    if (clash === undefined || service === undefined || rule.spec.workloadSelector !== undefined) {
      return;
    }
    const workloads = mesh.workloadsOf(service).filter((workload) => hasLabels(workload, entries(subset?.labels)));
    // ztunnel takes no mode from a DestinationRule: whoever calls a workload of its own goes through its tunnel.
    for (const workload of workloads.filter((found) => !isInAmbient(mesh, found))) {
      const peer = peerAuthenticationOf(mesh, workload);
      // Without a proxy, no policy is asked; and a port may be an exception.
      const inMesh = workload.labels['sidecar.istio.io/inject'] !== 'false' && (peer?.namespace !== ROOT_NAMESPACE || injects(mesh, workload.namespace) === true);
      if (peer?.spec.mtls?.mode === clash && !differsByPort(mesh, workload) && inMesh && workload.labels['istio.io/dataplane-mode'] !== 'none') {
        report(rule, `${path}.tls.mode`, `tls mode ${mode} against the PeerAuthentication ${peer.namespace}/${peer.name}, which is ${clash} for ${shortHost(host)}: every request would get 503; `
          + 'leave tls out, so that Istio does what the service wants, or make the two agree');
        return;
      }
    }
  }),
};
