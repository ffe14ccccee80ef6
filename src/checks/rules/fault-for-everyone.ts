import { list } from '../resource';
import { eachHttpRoute } from '../routes';
import { Rule } from '../rule';

export const faultForEveryone: Rule = {
  name: 'fault-for-everyone',
  level: 'warning',
  about: 'A fault in a rule for all callers hits users. Injected faults are not retried and not bounded by the rule\'s timeout.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings, namespace: default }
spec:
  hosts: [ratings]
  http:
    - fault: { delay: { percentage: { value: 0.1 }, fixedDelay: 5s } }
      route: [{ destination: { host: ratings } }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings, namespace: default }
spec:
  hosts: [ratings]
  http:
    - match: [{ headers: { x-chaos: { exact: "on" } } }]
      fault: { delay: { percentage: { value: 100 }, fixedDelay: 5s } }
      route: [{ destination: { host: ratings } }]
    - route: [{ destination: { host: ratings } }]
`,
  check: (mesh, report) => eachHttpRoute(mesh, (virtualService, { fault, match }, path) => {
    const limited = list(match).length > 0
      && list(match).every(({ headers, sourceLabels, sourceNamespace, queryParams }) => headers || sourceLabels || sourceNamespace || queryParams);
    const faults = ['delay', 'abort'].filter((kind) => fault?.[kind]?.percentage?.value > 0 || fault?.[kind]?.percent > 0);
    if (faults.length > 0 && !limited) {
      const hosts = list(virtualService.spec.hosts).join(', ');
      report(virtualService, `${path}.fault`, `the fault (${faults.map((kind) => describe(kind, fault[kind])).join(', ')}) applies to every caller of ${hosts}, and injected faults are `
        + 'neither retried nor bounded by the timeout; add a match on a header such as x-chaos');
    }
  }),
};

function describe(kind: string, { fixedDelay, httpStatus, grpcStatus, percentage, percent }: any): string {
  return `${kind} ${fixedDelay ?? httpStatus ?? grpcStatus ?? ''} on ${percentage?.value ?? percent} %`;
}
