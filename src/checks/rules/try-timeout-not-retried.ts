import { eachHttpRoute } from '../routes';
import { Rule } from '../rule';

/** The conditions under which Envoy retries a try that ran into its own timeout. */
const COVERS = new Set(['5xx', 'gateway-error', 'reset']);

export const tryTimeoutNotRetried: Rule = {
  name: 'try-timeout-not-retried',
  level: 'warning',
  about: 'By Istio\'s default conditions, a try that runs into perTryTimeout is not retried: perTryTimeout becomes a second, shorter timeout.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings, namespace: default }
spec:
  hosts: [ratings]
  http:
    - timeout: 10s
      retries: { attempts: 3, perTryTimeout: 2s }
      route: [{ destination: { host: ratings } }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings, namespace: default }
spec:
  hosts: [ratings]
  http:
    - timeout: 10s
      match: [{ method: { exact: GET } }]
      retries: { attempts: 3, perTryTimeout: 2s, retryOn: "gateway-error,connect-failure,refused-stream" }
      route: [{ destination: { host: ratings } }]
    - timeout: 10s
      route: [{ destination: { host: ratings } }]
`,
  check: (mesh, report) => eachHttpRoute(mesh, (virtualService, { retries }, path) => {
    const conditions: string[] = String(retries?.retryOn ?? '').split(',').map((part) => part.trim());
    if (retries?.perTryTimeout && retries.attempts > 0 && !conditions.some((condition) => COVERS.has(condition))) {
      report(virtualService, `${path}.retries.perTryTimeout`, `a try that runs into perTryTimeout ${retries.perTryTimeout} is not retried under `
        + `${retries.retryOn ? `retryOn "${retries.retryOn}"` : 'Istio\'s default conditions'}, so the caller gets 504 then; `
        + 'add 5xx, gateway-error or reset to retryOn, or leave perTryTimeout out');
    }
  }),
};
