import { eachPolicy } from '../routes';
import { Rule } from '../rule';

const BLOCKS = ['loadBalancer', 'connectionPool', 'outlierDetection', 'tls'];

export const portPolicyDrops: Rule = {
  name: 'port-policy-drops',
  level: 'warning',
  about: 'An entry of portLevelSettings replaces the whole policy for its port. What the entry leaves out is off there, not inherited.',
  bad: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: user-service, namespace: default }
spec:
  host: user-service
  trafficPolicy:
    loadBalancer: { simple: RANDOM }
    outlierDetection: { consecutive5xxErrors: 5, maxEjectionPercent: 50 }
    portLevelSettings: [{ port: { number: 8080 }, connectionPool: { http: { http2MaxRequests: 100 } } }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: user-service, namespace: default }
spec:
  host: user-service
  trafficPolicy:
    loadBalancer: { simple: RANDOM }
    outlierDetection: { consecutive5xxErrors: 5, maxEjectionPercent: 50 }
    portLevelSettings:
      - port: { number: 8080 }
        loadBalancer: { simple: RANDOM }
        outlierDetection: { consecutive5xxErrors: 5, maxEjectionPercent: 50 }
        connectionPool: { http: { http2MaxRequests: 100 } }
`,
  check: (mesh, report) => eachPolicy(mesh, (rule, { policy, path, around }) => {
    const dropped = BLOCKS.filter((block) => around?.[block] !== undefined && policy[block] === undefined);
    if (dropped.length > 0) {
      const set = BLOCKS.filter((block) => policy[block] !== undefined);
      report(rule, path, `the entry for port ${policy.port?.number} sets ${set.length > 0 ? `only ${set.join(' and ')}` : 'nothing'}, and it replaces the whole policy for that port, so `
        + `${dropped.join(' and ')} would be off on it; repeat ${dropped.length === 1 ? 'it' : 'them'} in the entry`);
    }
  }),
};
