import { eachPolicy } from '../routes';
import { Rule } from '../rule';

export const connectionPerRequest: Rule = {
  name: 'connection-per-request',
  level: 'warning',
  about: 'With maxRequestsPerConnection 1, each request pays for a connection and a TLS handshake of its own.',
  bad: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: user-service-v2, namespace: default }
spec: { host: user-service-v2, trafficPolicy: { connectionPool: { http: { maxRequestsPerConnection: 1 } } } }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: user-service-v2, namespace: default }
spec: { host: user-service-v2, trafficPolicy: { connectionPool: { http: { maxRequestsPerConnection: 1000 } } } }
`,
  check: (mesh, report) => eachPolicy(mesh, (rule, { policy, path }) => {
    if (policy.connectionPool?.http?.maxRequestsPerConnection === 1) {
      report(rule, `${path}.connectionPool.http.maxRequestsPerConnection`, 'maxRequestsPerConnection 1 closes every connection after one request (no keep-alive, a TLS handshake for each); '
        + 'leave it out, or set a large number');
    }
  }),
};
