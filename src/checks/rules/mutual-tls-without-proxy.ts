import { fullHost, Mesh, shortHost } from '../mesh';
import { isInAmbient } from '../policies';
import { eachPolicy } from '../routes';
import { Rule } from '../rule';
import { Workload } from '../workload';

export const mutualTlsWithoutProxy: Rule = {
  name: 'mutual-tls-without-proxy',
  level: 'error',
  codes: ['KIA0205', 'KIA0206'],
  about: 'ISTIO_MUTUAL makes clients begin with a TLS handshake that only a proxy answers. In front of pods without one, every request gets 503.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: legacy, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: legacy } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: legacy, namespace: shop }
spec: { template: { metadata: { labels: { app: legacy, sidecar.istio.io/inject: "false" } } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: legacy, namespace: shop }
spec: { host: legacy, trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: legacy, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: legacy } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: legacy, namespace: shop }
spec: { template: { metadata: { labels: { app: legacy, sidecar.istio.io/inject: "false" } } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: legacy, namespace: shop }
spec: { host: legacy, trafficPolicy: { tls: { mode: DISABLE } } }
`,
  quiet: [`
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders, sidecar.istio.io/inject: "false" } } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }
`],
  check: (mesh, report) => eachPolicy(mesh, (rule, { policy, path, subset }) => {
    const host = fullHost(rule.spec.host, rule.namespace);
    const [service] = mesh.services.get(host) ?? [];
    if (policy.tls?.mode !== 'ISTIO_MUTUAL' || subset !== undefined || service === undefined) {
      return;
    }
    const workloads = mesh.workloadsOf(service);
    if (workloads.length > 0 && workloads.every((workload) => hasNoProxy(mesh, workload))) {
      report(rule, `${path}.tls.mode`, `tls mode ISTIO_MUTUAL for ${shortHost(host)}, whose pods have no proxy (${workloads[0].resource.kind} "${workloads[0].resource.name}"), so every request would get 503; `
        + 'leave tls out, or set DISABLE');
    }
  }),
};

/** Whether the app says that a workload has no proxy, neither beside nor below it. */
function hasNoProxy(mesh: Mesh, workload: Workload): boolean {
  const { labels, annotations, pod, resource } = workload;
  const containers = [...Array.isArray(pod.containers) ? pod.containers : [], ...Array.isArray(pod.initContainers) ? pod.initContainers : []];
  const refused = String(labels['sidecar.istio.io/inject'] ?? annotations['sidecar.istio.io/inject']) === 'false' || pod.hostNetwork === true;
  return resource.kind !== 'WorkloadEntry' && resource.kind !== 'WorkloadGroup' && refused && !isInAmbient(mesh, workload) && !containers.some(({ name }) => name === 'istio-proxy')
    // A proxy without a container of its own, such as that of gRPC.
    && annotations['inject.istio.io/templates'] === undefined;
}
