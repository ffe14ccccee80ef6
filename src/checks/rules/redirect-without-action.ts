import { eachHttpRoute } from '../routes';
import { Rule } from '../rule';

const CODES = [301, 302, 303, 307, 308];

export const redirectWithoutAction: Rule = {
  name: 'redirect-without-action',
  level: 'error',
  about: 'Istio accepts any redirect code and makes a route without an action of all but five.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: old, namespace: default }
spec:
  hosts: [old]
  http: [{ redirect: { authority: new.example.com, redirectCode: 304 } }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: old, namespace: default }
spec:
  hosts: [old]
  http: [{ redirect: { authority: new.example.com, redirectCode: 308 } }]
`,
  check: (mesh, report) => eachHttpRoute(mesh, (virtualService, { redirect }, path) => {
    const code = redirect?.redirectCode;
    if (code && !CODES.includes(code)) {
      report(virtualService, `${path}.redirect.redirectCode`, `the redirect code ${code} leaves the route without an action; use one of ${CODES.join(', ')}`);
    }
  }),
};
