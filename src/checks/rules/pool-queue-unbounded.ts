import { fullHost } from '../mesh';
import { isHttp, isHttp2 } from '../protocol';
import { eachPolicy } from '../routes';
import { Rule } from '../rule';

export const poolQueueUnbounded: Rule = {
  name: 'pool-queue-unbounded',
  level: 'warning',
  about: 'When all connections of the pool are taken, HTTP/1 requests wait for one. Without http1MaxPendingRequests, that queue has no end: callers wait where they should fail fast.',
  bad: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: default }
spec: { host: reviews, trafficPolicy: { connectionPool: { tcp: { maxConnections: 100 } } } }
---
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: default }
spec: { ports: [{ name: http, port: 80 }], selector: { app: reviews } }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: default }
spec: { host: reviews, trafficPolicy: { connectionPool: { tcp: { maxConnections: 100 }, http: { http1MaxPendingRequests: 50 } } } }
---
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: default }
spec: { ports: [{ name: http, port: 80 }], selector: { app: reviews } }
`,
  quiet: [`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: redis, namespace: default }
spec: { host: redis, trafficPolicy: { connectionPool: { tcp: { maxConnections: 100 } } } }
---
apiVersion: v1
kind: Service
metadata: { name: redis, namespace: default }
spec: { ports: [{ name: tcp-redis, port: 6379 }], selector: { app: redis } }
`, `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: anything, namespace: default }
spec: { host: anything, trafficPolicy: { connectionPool: { tcp: { maxConnections: 100 } } } }
`],
  check: (mesh, report) => eachPolicy(mesh, (rule, { policy, path }) => {
    const pool = policy.connectionPool;
    const ports = mesh.servicesOf(fullHost(rule.spec.host, rule.namespace)).flatMap((service) => service.ports);
    const http1 = ports.length > 0 && ports.every(({ protocol }) => isHttp(protocol) && !isHttp2(protocol)) && pool?.http?.h2UpgradePolicy !== 'UPGRADE';
    if (pool?.tcp?.maxConnections > 0 && !pool.http?.http1MaxPendingRequests && http1) {
      report(rule, `${path}.connectionPool`, `maxConnections is ${pool.tcp.maxConnections} but http1MaxPendingRequests is not set: requests above the limit wait without end instead of failing; `
        + 'set http1MaxPendingRequests, for example to 50');
    }
  }),
};
