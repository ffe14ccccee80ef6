import { eachHttpRoute } from '../routes';
import { Rule } from '../rule';

export const retryOnBlanks: Rule = {
  name: 'retry-on-blanks',
  level: 'error',
  codes: ['IST0106'],
  about: 'The API server accepts blanks in retryOn; Istio\'s webhook and istioctl refuse them, and where neither is asked the condition is lost in some versions.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: default }
spec:
  hosts: [orders]
  http:
    - retries: { attempts: 3, retryOn: "connect-failure, refused-stream" }
      route: [{ destination: { host: orders } }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: default }
spec:
  hosts: [orders]
  http:
    - retries: { attempts: 3, retryOn: "connect-failure,refused-stream" }
      route: [{ destination: { host: orders } }]
`,
  check: (mesh, report) => eachHttpRoute(mesh, (virtualService, { retries }, path) => {
    if (/\s/.test(retries?.retryOn ?? '')) {
      report(virtualService, `${path}.retries.retryOn`, `"${retries.retryOn}" has blanks, which Istio refuses; write "${retries.retryOn.replace(/\s+/g, '')}"`);
    }
  }),
};
