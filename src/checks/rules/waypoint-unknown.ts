import { Mesh } from '../mesh';
import { names, Resource } from '../resource';
import { Rule } from '../rule';
import { GATEWAY, isWaypoint, waypointAsked } from '../waypoints';

export const waypointUnknown: Rule = {
  name: 'waypoint-unknown',
  level: 'error',
  codes: ['KIA1313'],
  about: 'The label istio.io/use-waypoint names a Gateway, in the same namespace unless another label says otherwise. Where there is none, requests pass without a waypoint and without its policies.',
  bad: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: infra }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE, allowedRoutes: { namespaces: { from: All } } }] }
`,
  good: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint, istio.io/use-waypoint-namespace: infra } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: infra }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE, allowedRoutes: { namespaces: { from: All } } }] }
`,
  more: [`
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop, labels: { istio.io/use-waypoint: order } }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: orders, namespace: shop }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
`],
  quiet: [`
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint } }
`],
  check: (mesh, report) => {
    const waypoints = mesh.kind(GATEWAY).filter(isWaypoint);
    const look = (resource: Resource, namespace: string) => {
      const asked = waypointAsked(resource.labels, namespace);
      const [home, name] = asked?.split('/') ?? [];
      if (typeof asked !== 'string' || mesh.find(GATEWAY, home, name) !== undefined || isDeclared(mesh, asked, home)) {
        return;
      }
      const here = waypoints.filter((waypoint) => waypoint.namespace === home).map((waypoint) => waypoint.name);
      const elsewhere = waypoints.find((waypoint) => waypoint.name === name);
      if (elsewhere !== undefined) {
        report(resource, 'metadata.labels', `the waypoint "${name}" stands in namespace "${elsewhere.namespace}", and the label istio.io/use-waypoint looks for it in "${home}"; `
          + `add istio.io/use-waypoint-namespace: ${elsewhere.namespace}`);
      } else if (here.length > 0) {
        report(resource, 'metadata.labels', `namespace "${home}" has no waypoint "${name}" (it has ${names(here)}), so requests pass without one; correct the label, or declare External.gateway("${home}", "${name}")`);
      }
    };
    ['Service', 'ServiceEntry'].forEach((kind) => mesh.each(kind, (resource) => look(resource, resource.namespace)));
    mesh.each('Namespace', (resource) => look(resource, resource.name));
  },
};

function isDeclared(mesh: Mesh, gateway: string, namespace: string): boolean {
  return mesh.external('gateway', gateway) !== undefined || mesh.external('namespace', namespace) !== undefined;
}
