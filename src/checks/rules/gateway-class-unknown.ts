import { names } from '../resource';
import { Rule } from '../rule';
import { GATEWAY } from '../waypoints';

/** The classes that Istio makes itself. */
const CLASSES = new Set(['istio', 'istio-remote', 'istio-waypoint', 'istio-east-west', 'istio-agentgateway', 'istio-agentgateway-waypoint']);

export const gatewayClassUnknown: Rule = {
  name: 'gateway-class-unknown',
  level: 'warning',
  codes: ['KIA1504'],
  about: 'A Gateway whose class nobody knows gets no proxy, and no message either: it waits for a controller.',
  bad: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: shop }
spec: { gatewayClassName: istio-waypoints, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
`,
  good: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: shop }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
`,
  quiet: [`
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: istio-internal }
spec: { controllerName: istio.io/gateway-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: internal, namespace: shop }
spec: { gatewayClassName: istio-internal, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: other, namespace: shop }
spec: { gatewayClassName: envoy-gateway, listeners: [{ name: http, port: 80, protocol: HTTP }] }
`],
  check: (mesh, report) => {
    const own = mesh.group('gateway.networking.k8s.io/GatewayClass', ({ name }) => name);
    mesh.each(GATEWAY, (gateway) => {
      const name = gateway.spec.gatewayClassName;
      // Classes of other controllers are for them to know.
      if (typeof name === 'string' && /istio/i.test(name) && !CLASSES.has(name) && !own.has(name)) {
        report(gateway, 'spec.gatewayClassName', `the class "${name}" is none that Istio makes (${names([...CLASSES].slice(0, 4))}) and none of this app; correct it, or add the GatewayClass`);
      }
    });
  },
};
