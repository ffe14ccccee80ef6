import { fullHost, Mesh, shortHost } from '../mesh';
import { CLASHING_MODE, isInAmbient, ownPeerAuthentication } from '../policies';
import { targetPortsOf } from '../ports';
import { list, Resource } from '../resource';
import { Rule } from '../rule';
import { Workload } from '../workload';

export const tlsModePortConflict: Rule = {
  name: 'tls-mode-port-conflict',
  level: 'error',
  codes: ['KIA0207'],
  about: 'A PeerAuthentication may make an exception for a port. Where a DestinationRule has clients call that port the other way, every request to it gets 503.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }, { name: http-metrics, port: 9090, targetPort: 9091 }], selector: { app: orders } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } } } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, mtls: { mode: STRICT }, portLevelMtls: { 9091: { mode: DISABLE } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }, { name: http-metrics, port: 9090, targetPort: 9091 }], selector: { app: orders } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } } } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, mtls: { mode: STRICT }, portLevelMtls: { 9091: { mode: DISABLE } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec:
  host: orders
  trafficPolicy:
    tls: { mode: ISTIO_MUTUAL }
    portLevelSettings: [{ port: { number: 9090 }, tls: { mode: DISABLE } }]
`,
  check: (mesh, report) => mesh.each('DestinationRule', (rule) => {
    const { trafficPolicy, workloadSelector } = rule.spec;
    const host = fullHost(rule.spec.host, rule.namespace);
    const [service] = mesh.services.get(host) ?? [];
    if (trafficPolicy === undefined || workloadSelector !== undefined || service === undefined) {
      return;
    }
    const told = new Set<number>();
    for (const workload of mesh.workloadsOf(service).filter((found) => found.labels['sidecar.istio.io/inject'] !== 'false' && !isInAmbient(mesh, found))) {
      const peer = withPorts(mesh, workload);
      const ports = peer === undefined ? [] : targetPortsOf(mesh, workload)
        .filter((behind) => behind.service === service && behind.target !== undefined);
      for (const { port, target } of ports) {
        const i = list(trafficPolicy.portLevelSettings).findIndex((settings) => settings?.port?.number === port);
        const mode = (i < 0 ? trafficPolicy : trafficPolicy.portLevelSettings[i]).tls?.mode;
        const asked = peer!.spec.portLevelMtls[target!]?.mode ?? 'UNSET';
        const wanted = asked === 'UNSET' ? peer!.spec.mtls?.mode : asked;
        if (CLASHING_MODE[mode] !== undefined && CLASHING_MODE[mode] === wanted && !told.has(port)) {
          told.add(port);
          report(rule, i < 0 ? 'spec.trafficPolicy.tls.mode' : `spec.trafficPolicy.portLevelSettings[${i}].tls.mode`,
            `tls mode ${mode} for port ${port} of ${shortHost(host)} against the PeerAuthentication ${peer!.namespace}/${peer!.name}, which is ${wanted} for the workload's port ${target}: `
            + 'every request to it would get 503; set a mode that agrees in portLevelSettings, or leave tls out');
        }
      }
    }
  }),
};

/** The workload's own PeerAuthentication, where it speaks of ports. */
function withPorts(mesh: Mesh, workload: Workload): Resource | undefined {
  const own = ownPeerAuthentication(mesh, workload);
  return own?.spec.portLevelMtls === undefined ? undefined : own;
}
