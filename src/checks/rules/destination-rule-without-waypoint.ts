import { fullHost, shortHost } from '../mesh';
import { hostsOfGateways } from '../routes';
import { Rule } from '../rule';
import { hasSidecars, lacksWaypoint } from '../waypoints';

export const destinationRuleWithoutWaypoint: Rule = {
  name: 'destination-rule-without-waypoint',
  level: 'warning',
  codes: ['KIA0210', 'KIA0211'],
  about: 'In ambient mode, the waypoint of a Service keeps the limits of its DestinationRules. Without a waypoint nobody reads them: ztunnel does not.',
  bad: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5, maxEjectionPercent: 50 } } }
`,
  good: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint } }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5, maxEjectionPercent: 50 } } }
`,
  quiet: [`
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec: { hosts: [orders.example.com], gateways: [istio-ingress/edge], http: [{ route: [{ destination: { host: orders } }] }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5, maxEjectionPercent: 50 } } }
`],
  check: (mesh, report) => {
    if (hasSidecars(mesh)) {
      return;
    }
    const byGateways = hostsOfGateways(mesh);
    mesh.each('DestinationRule', (rule) => {
      const host = fullHost(rule.spec.host, rule.namespace);
      const [service] = mesh.services.get(host) ?? [];
      if (service !== undefined && lacksWaypoint(mesh, service.resource) && !byGateways.has(host)) {
        report(rule, 'spec.host', `${shortHost(host)} is in ambient mode and has no waypoint, so nobody reads this DestinationRule; `
          + 'label the Service or its namespace with istio.io/use-waypoint: <name of the waypoint\'s Gateway>');
      }
    });
  },
};
