import { entries } from '../resource';
import { eachHttpRoute, eachPolicy } from '../routes';
import { Rule } from '../rule';

const OUTLIER = new Set(['consecutiveErrors', 'consecutive5xxErrors', 'consecutiveGatewayErrors', 'interval', 'baseEjectionTime', 'maxEjectionPercent', 'minHealthPercent',
  'splitExternalLocalOriginErrors']);
const POOL_HTTP = new Set(['http1MaxPendingRequests', 'http2MaxRequests', 'maxRequestsPerConnection', 'maxRetries', 'idleTimeout', 'h2UpgradePolicy']);

export const fieldMisplaced: Rule = {
  name: 'field-misplaced',
  level: 'error',
  codes: ['IST0106'],
  about: 'Settings in the wrong block, or by a name of Istio\'s own code, are refused by kubectl, or pruned without a word where it validates nothing: the limit is not there.',
  bad: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: user-service, namespace: default }
spec:
  host: user-service
  trafficPolicy: { connectionPool: { http: { http2MaxRequests: 100, consecutiveGatewayErrors: 5, interval: 30s, baseEjectionTime: 30s } } }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: user-service, namespace: default }
spec:
  host: user-service
  trafficPolicy:
    connectionPool: { http: { http2MaxRequests: 100 } }
    outlierDetection: { consecutiveGatewayErrors: 5, interval: 30s, baseEjectionTime: 30s, maxEjectionPercent: 50 }
`,
  more: [`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: user-service, namespace: default }
spec:
  host: user-service
  trafficPolicy: { connectionPool: { http2MaxRequests: 100 } }
`, `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: httpbin, namespace: default }
spec:
  hosts: [httpbin]
  http: [{ match: [{ method: { exact: GET } }], route: [{ destination: { host: httpbin } }], mirror: { host: httpbin-next }, mirror_percentage: { value: 10 } }, { route: [{ destination: { host: httpbin } }] }]
`],
  check: (mesh, report) => {
    eachHttpRoute(mesh, (virtualService, route, path) => {
      if (route?.mirror_percentage !== undefined) {
        report(virtualService, `${path}.mirror_percentage`, `a rule has no mirror_percentage, and without it every request is mirrored; write mirrorPercentage: {value: ${route.mirror_percentage?.value ?? route.mirror_percentage}}`);
      }
    });
    eachPolicy(mesh, (rule, { policy, path }) => {
      const blocks: [string, any][] = [['connectionPool', policy.connectionPool], ['connectionPool.http', policy.connectionPool?.http], ['connectionPool.tcp', policy.connectionPool?.tcp]];
      for (const [name, block] of blocks) {
        const fields = entries(block).map(([field]) => field);
        const [outlier, pool] = [fields.filter((field) => OUTLIER.has(field)), name === 'connectionPool.http' ? [] : fields.filter((field) => POOL_HTTP.has(field) && field !== 'idleTimeout')];
        for (const [wrong, home] of [[outlier, 'outlierDetection'], [pool, 'connectionPool.http']] as const) {
          if (wrong.length > 0) {
            report(rule, `${path}.${name}.${wrong[0]}`, `${name} has no ${wrong.join(', ')}; move ${wrong.length === 1 ? 'it' : 'them'} to ${home}`);
          }
        }
      }
    });
  },
};
