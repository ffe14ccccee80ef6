import { Resource } from '../resource';
import { Rule } from '../rule';
import { GATEWAY, isWaypoint, waypointAsked } from '../waypoints';

const FOR = 'istio.io/waypoint-for';

export const waypointUnsuitable: Rule = {
  name: 'waypoint-unsuitable',
  level: 'error',
  about: 'A waypoint is for Services, unless its label istio.io/waypoint-for says otherwise, and for its own namespace, unless its listener lets others in. What else asks for it goes without one.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop, labels: { istio.io/use-waypoint: orders } }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: orders, namespace: shop, labels: { istio.io/waypoint-for: workload } }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop, labels: { istio.io/use-waypoint: orders } }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: orders, namespace: shop, labels: { istio.io/waypoint-for: all } }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
`,
  more: [`
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders, istio.io/use-waypoint: orders } } } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: orders, namespace: shop }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
`, `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint, istio.io/use-waypoint-namespace: infra } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: infra }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
`],
  check: (mesh, report) => {
    const classes = mesh.group('gateway.networking.k8s.io/GatewayClass', ({ name }) => name);
    const look = (resource: Resource, labels: Record<string, string>, namespace: string, kind: 'service' | 'workload' | undefined, path: string) => {
      const [home, name] = waypointAsked(labels, namespace)?.split('/') ?? [];
      const waypoint = name === undefined ? undefined : mesh.find(GATEWAY, home, name);
      if (waypoint === undefined || !isWaypoint(waypoint)) {
        return;
      }
      const serves = waypoint.labels[FOR] ?? classes.get('istio-waypoint')?.[0].labels[FOR] ?? 'service';
      const listener = (waypoint.spec.listeners ?? []).find(({ protocol }: any) => protocol === 'HBONE');
      const from = listener?.allowedRoutes?.namespaces?.from ?? 'Same';
      if (kind !== undefined && serves !== kind && serves !== 'all') {
        report(resource, path, `the waypoint ${home}/${name} is for ${serves === 'service' ? 'Services' : `"${serves}"`} and not for a ${kind}, so it is not used; label the Gateway with istio.io/waypoint-for: all`
          + (kind === 'workload' ? ', or the Service instead of its pods' : ''));
      } else if (listener !== undefined && home !== namespace && from === 'Same') {
        report(resource, path, `the waypoint ${home}/${name} lets only its own namespace in, and not "${namespace}", so it is not used; give its listener allowedRoutes.namespaces.from: All or a selector`);
      }
    };
    ['Service', 'ServiceEntry'].forEach((kind) => mesh.each(kind, (resource) => look(resource, resource.labels, resource.namespace, 'service', 'metadata.labels')));
    mesh.each('Namespace', (resource) => look(resource, resource.labels, resource.name, undefined, 'metadata.labels'));
    mesh.workloads.forEach(({ resource, labels, namespace }) => look(resource, labels, namespace, 'workload', resource.kind === 'Pod' ? 'metadata.labels' : 'spec.template.metadata.labels'));
  },
};
