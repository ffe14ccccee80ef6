import { millis, span } from '../resource';
import { eachHttpRoute } from '../routes';
import { Rule } from '../rule';

export const timeoutTooShort: Rule = {
  name: 'timeout-too-short',
  level: 'warning',
  about: 'The timeout of a rule holds for all tries together. Where it is shorter than they take, the last tries never run.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: order-service, namespace: prod }
spec:
  hosts: [order-service]
  http:
    - match: [{ method: { exact: GET } }]
      timeout: 10s
      retries: { attempts: 3, perTryTimeout: 3s, retryOn: "gateway-error,connect-failure" }
      route: [{ destination: { host: order-service } }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: order-service, namespace: prod }
spec:
  hosts: [order-service]
  http:
    - timeout: 12s
      match: [{ method: { exact: GET } }]
      retries: { attempts: 3, perTryTimeout: 3s, retryOn: "gateway-error,connect-failure" }
      route: [{ destination: { host: order-service } }]
    - timeout: 12s
      route: [{ destination: { host: order-service } }]
`,
  check: (mesh, report) => eachHttpRoute(mesh, (virtualService, { timeout, retries }, path) => {
    const [whole, oneTry, attempts] = [millis(timeout), millis(retries?.perTryTimeout), retries?.attempts];
    if (whole && oneTry && attempts > 0 && (attempts + 1) * oneTry > whole) {
      const fits = Math.floor(whole / oneTry) - 1;
      report(virtualService, `${path}.timeout`, `the tries take up to ${span((attempts + 1) * oneTry)} (1 + ${attempts} retries, each perTryTimeout ${span(oneTry)}) but timeout is `
        + `${span(whole)}, so the last one never runs to its end; set timeout to at least ${span((attempts + 1) * oneTry)}, perTryTimeout to at most ${span(Math.floor(whole / (attempts + 1)))}`
        + `${fits > 0 ? `, or attempts to at most ${fits}` : ''}`);
    }
  }),
};
