import { Rule } from '../rule';
import { waypointAsked } from '../waypoints';

export const waypointUnused: Rule = {
  name: 'waypoint-unused',
  level: 'warning',
  codes: ['KIA1312'],
  about: 'It is ztunnel that sends requests through a waypoint, and only callers in ambient mode have one. Where no namespace is in ambient mode, requests pass the waypoint by, and its policies with it.',
  bad: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled, istio.io/use-waypoint: waypoint } }
`,
  good: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint } }
`,
  quiet: [`
apiVersion: v1
kind: Namespace
metadata: { name: egress, labels: { istio.io/use-waypoint: waypoint } }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }
`, `
apiVersion: v1
kind: Namespace
metadata: { name: egress, labels: { istio.io/use-waypoint: waypoint } }
`],
  check: (mesh, report) => {
    const ambient = [...mesh.kind('Namespace'), ...mesh.workloads].some(({ labels }) => labels['istio.io/dataplane-mode'] === 'ambient');
    mesh.each('Namespace', (namespace) => {
      const { labels, name } = namespace;
      const sidecars = labels['istio-injection'] === 'enabled' || labels['istio.io/rev'] !== undefined || labels['istio.io/dataplane-mode'] === 'none';
      if (!ambient && sidecars && waypointAsked(labels, name) && labels['istio.io/ingress-use-waypoint'] !== 'true') {
        report(namespace, 'metadata.labels', `the label istio.io/use-waypoint: ${labels['istio.io/use-waypoint']} has no effect: namespace "${name}" is not in ambient mode, and none of the app's is; `
          + 'set istio.io/dataplane-mode: ambient in place of sidecars, or remove the label');
      }
    });
  },
};
