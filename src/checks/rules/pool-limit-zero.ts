import { eachPolicy } from '../routes';
import { Rule } from '../rule';

const LIMITS = { tcp: ['maxConnections'], http: ['http1MaxPendingRequests', 'http2MaxRequests', 'maxRetries', 'maxConcurrentStreams'] };

export const poolLimitZero: Rule = {
  name: 'pool-limit-zero',
  level: 'warning',
  about: 'In a connection pool, 0 means "not set": the limit is the default of four billion, not zero.',
  bad: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, trafficPolicy: { connectionPool: { http: { maxRetries: 0 } } } }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, trafficPolicy: { connectionPool: { http: { maxRetries: 1 } } } }
`,
  check: (mesh, report) => eachPolicy(mesh, (rule, { policy, path }) => {
    for (const [part, fields] of Object.entries(LIMITS)) {
      fields.filter((field) => policy.connectionPool?.[part]?.[field] === 0).forEach((field) => report(rule, `${path}.connectionPool.${part}.${field}`,
        `${field} 0 means "not set", so there is no limit; set 1 or more, or leave it out`));
    }
  }),
};
