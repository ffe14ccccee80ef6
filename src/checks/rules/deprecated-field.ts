import { eachHttpRoute, eachPolicy } from '../routes';
import { Rule } from '../rule';

export const deprecatedField: Rule = {
  name: 'deprecated-field',
  level: 'warning',
  codes: ['IST0133'],
  about: 'Old names still work and will go: LEAST_CONN, minimumRingSize outside of ringHash, mirror_percent, the percent of a delay.',
  bad: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: order-service, namespace: prod }
spec: { host: order-service, trafficPolicy: { loadBalancer: { simple: LEAST_CONN } } }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: order-service, namespace: prod }
spec: { host: order-service, trafficPolicy: { loadBalancer: { simple: LEAST_REQUEST } } }
`,
  more: [`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: user-service, namespace: default }
spec: { host: user-service, trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: x-user-id, minimumRingSize: 1024 } } } }
`, `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: httpbin, namespace: default }
spec:
  hosts: [httpbin]
  http:
    - match: [{ method: { exact: GET } }]
      route: [{ destination: { host: httpbin } }]
      mirror: { host: httpbin-next }
      mirror_percent: 100
    - route: [{ destination: { host: httpbin } }]
`, `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: httpbin, namespace: default }
spec:
  hosts: [httpbin]
  http:
    - match: [{ headers: { x-chaos: { exact: "on" } } }]
      fault: { delay: { percent: 10, fixedDelay: 1s } }
      route: [{ destination: { host: httpbin } }]
    - route: [{ destination: { host: httpbin } }]
`],
  check: (mesh, report) => {
    eachPolicy(mesh, (rule, { policy, path }) => {
      const { simple, consistentHash } = policy.loadBalancer ?? {};
      if (simple === 'LEAST_CONN') {
        report(rule, `${path}.loadBalancer.simple`, 'simple: LEAST_CONN is the deprecated name of LEAST_REQUEST; write LEAST_REQUEST');
      }
      if (consistentHash?.minimumRingSize !== undefined) {
        report(rule, `${path}.loadBalancer.consistentHash.minimumRingSize`, `minimumRingSize ${consistentHash.minimumRingSize} is deprecated here; write consistentHash.ringHash.minimumRingSize`);
      }
    });
    eachHttpRoute(mesh, (virtualService, route, path) => {
      for (const field of ['mirror_percent', 'mirrorPercent'].filter((name) => route?.[name] !== undefined)) {
        report(virtualService, `${path}.${field}`, `${field} ${route[field]} is deprecated; write mirrorPercentage: {value: ${route[field]}}`);
      }
      if (route?.fault?.delay?.percent !== undefined) {
        report(virtualService, `${path}.fault.delay.percent`, `percent ${route.fault.delay.percent} is deprecated; write percentage: {value: ${route.fault.delay.percent}}`);
      }
    });
  },
};
