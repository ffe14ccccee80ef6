import { eachHttpRoute, takesWrites } from '../routes';
import { Rule } from '../rule';

/** The conditions that hold after the request may have been carried out. */
const AFTER = /^(5xx|gateway-error|reset|retriable-4xx|retriable-status-codes|retriable-headers|envoy-ratelimited|[2-5]\d\d)$/;

export const retriesRepeatWrites: Rule = {
  name: 'retries-repeat-writes',
  level: 'info',
  about: 'A request that failed may have been carried out. Repeating it is right where a repetition changes nothing; a second order is one too many.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: default }
spec:
  hosts: [orders]
  http:
    - timeout: 10s
      retries: { attempts: 3, retryOn: "5xx,reset,connect-failure" }
      route: [{ destination: { host: orders } }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: default }
spec:
  hosts: [orders]
  http:
    - timeout: 10s
      retries: { attempts: 3, retryOn: "connect-failure,refused-stream,reset-before-request" }
      route: [{ destination: { host: orders } }]
`,
  check: (mesh, report) => eachHttpRoute(mesh, (virtualService, route, path) => {
    const after = String(route?.retries?.retryOn ?? '').split(',').map((part) => part.trim()).filter((part) => AFTER.test(part));
    if (route?.retries?.attempts > 0 && after.length > 0 && takesWrites(route)) {
      report(virtualService, `${path}.retries.retryOn`, `"${after.join(',')}" repeats requests that may already have been carried out, POST among them; limit the rule to `
        + 'GET and HEAD, or retry on connect-failure,refused-stream,reset-before-request only');
    }
  }),
};
