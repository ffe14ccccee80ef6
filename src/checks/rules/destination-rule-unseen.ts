import { fullHost, namespaceOf, ROOT_NAMESPACE, shortHost } from '../mesh';
import { isAmbient } from '../policies';
import { names } from '../resource';
import { Rule } from '../rule';
import { waypointOf } from '../waypoints';

export const destinationRuleUnseen: Rule = {
  name: 'destination-rule-unseen',
  level: 'warning',
  codes: ['KIA0212'],
  about: 'A client looks for DestinationRules in its own namespace, then in the service\'s, then in the root namespace. One that stands anywhere else is seen by nobody.',
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
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: mesh-config }
spec: { host: orders.shop.svc.cluster.local, trafficPolicy: { loadBalancer: { simple: RANDOM } } }
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
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders.shop.svc.cluster.local, trafficPolicy: { loadBalancer: { simple: RANDOM } } }
`,
  more: [`
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint } }
---
apiVersion: v1
kind: Namespace
metadata: { name: web, labels: { istio.io/dataplane-mode: ambient } }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: web }
spec: { template: { metadata: { labels: { app: web } } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: web }
spec: { host: orders.shop.svc.cluster.local, trafficPolicy: { loadBalancer: { simple: RANDOM } } }
`],
  check: (mesh, report) => mesh.each('DestinationRule', (rule) => {
    const host = fullHost(rule.spec.host, rule.namespace);
    const home = namespaceOf(host);
    const [service] = mesh.services.get(host) ?? [];
    // In ambient mode, the waypoint is the client.
    const waypoint = service !== undefined && isAmbient(mesh, rule.namespace) ? waypointOf(mesh, service.resource)?.split('/')[0] : undefined;
    const clients = waypoint === rule.namespace || mesh.external('namespace', rule.namespace)
      || waypoint === undefined && (mesh.workloadsWith({}, rule.namespace).length > 0 || mesh.namespacesWith('Service').has(rule.namespace));
    // The root namespace of another name than usual, and that of a gateway from another app, are named istio-something.
    const known = service?.resource.kind === 'Service' && mesh.workloads.length > 0;
    if (known && home !== rule.namespace && rule.ownNamespace !== undefined && !/^(istio|aspen|gateway|ingress)/.test(rule.namespace) && !clients) {
      const homes = names(new Set([home!, waypoint ?? ROOT_NAMESPACE, ROOT_NAMESPACE])).replace(/, (?=[^,]*$)/, ' or ');
      report(rule, 'metadata.namespace', waypoint !== undefined
        ? `nobody sees it: the waypoint of ${shortHost(host)} looks in its own namespace, in that of the Service and in the root namespace; move it to ${homes}`
        : `nobody sees it: a client looks in its own namespace, in that of ${shortHost(host)} and in the root namespace, and the app has no workload in `
          + `"${rule.namespace}"; move it to ${homes}, or declare External.namespace("${rule.namespace}") if clients are there`);
    }
  }),
};
