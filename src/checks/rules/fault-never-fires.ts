import { eachHttpRoute } from '../routes';
import { Rule } from '../rule';

export const faultNeverFires: Rule = {
  name: 'fault-never-fires',
  level: 'warning',
  about: 'A fault without a percentage is injected into no request at all.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings, namespace: default }
spec:
  hosts: [ratings]
  http: [{ fault: { abort: { httpStatus: 503 } }, route: [{ destination: { host: ratings } }] }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings, namespace: default }
spec:
  hosts: [ratings]
  http:
    - match: [{ headers: { x-chaos: { exact: "on" } } }]
      fault: { abort: { httpStatus: 503, percentage: { value: 10 } } }
      route: [{ destination: { host: ratings } }]
    - route: [{ destination: { host: ratings } }]
`,
  check: (mesh, report) => eachHttpRoute(mesh, (virtualService, { fault }, path) => {
    for (const kind of ['delay', 'abort']) {
      const set = fault?.[kind];
      if (set && !set.percentage && !set.percent) {
        report(virtualService, `${path}.fault.${kind}`, `the ${kind} has no percentage, and without one it is injected into no request; add percentage.value`);
      }
    }
  }),
};
