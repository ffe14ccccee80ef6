import { millis } from '../resource';
import { eachPolicy } from '../routes';
import { Rule } from '../rule';

const SHORT = 100;

export const connectTimeoutShort: Rule = {
  name: 'connect-timeout-short',
  level: 'warning',
  about: 'A connection through two proxies takes a TLS handshake, and between zones that takes longer than a few tens of milliseconds: a healthy service answers with 503.',
  bad: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: default }
spec: { host: reviews, trafficPolicy: { connectionPool: { tcp: { connectTimeout: 30ms } } } }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: default }
spec: { host: reviews, trafficPolicy: { connectionPool: { tcp: { connectTimeout: 250ms } } } }
`,
  check: (mesh, report) => eachPolicy(mesh, (rule, { policy, path }) => {
    const timeout = policy.connectionPool?.tcp?.connectTimeout;
    if ((millis(timeout) ?? SHORT) < SHORT) {
      report(rule, `${path}.connectionPool.tcp.connectTimeout`, `connectTimeout ${timeout} is shorter than a TLS connection between zones may take; set at least 250ms (Istio's default is 10s)`);
    }
  }),
};
