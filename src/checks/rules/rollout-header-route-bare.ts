import { list, names } from '../resource';
import { Rule } from '../rule';

const SETTINGS = ['timeout', 'retries', 'rewrite', 'corsPolicy', 'headers', 'fault', 'mirror', 'mirrors'];

export const rolloutHeaderRouteBare: Rule = {
  name: 'rollout-header-route-bare',
  level: 'warning',
  about: 'The rule that Argo Rollouts adds for setHeaderRoute has a match and a destination, and nothing else: its requests run without the timeout, retries, rewrite or CORS of the rule below it.',
  bad: `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: orders, namespace: shop }
spec:
  strategy:
    canary:
      canaryService: orders-canary
      stableService: orders-stable
      trafficRouting: { managedRoutes: [{ name: beta }], istio: { virtualService: { name: orders } } }
      steps: [{ setHeaderRoute: { name: beta, match: [{ headerName: x-beta, headerValue: { exact: "1" } }] } }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http:
    - route: [{ destination: { host: orders-stable }, weight: 100 }, { destination: { host: orders-canary }, weight: 0 }]
      timeout: 3s
`,
  good: `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: orders, namespace: shop }
spec:
  strategy:
    canary:
      canaryService: orders-canary
      stableService: orders-stable
      trafficRouting: { istio: { virtualService: { name: orders } } }
      steps: [{ setWeight: 10 }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http:
    - route: [{ destination: { host: orders-stable }, weight: 100 }, { destination: { host: orders-canary }, weight: 0 }]
      timeout: 3s
`,
  check: (mesh, report) => mesh.each('Rollout', (rollout) => {
    const canary = rollout.spec.strategy?.canary ?? {};
    const { istio } = canary.trafficRouting ?? {};
    const step = list(canary.steps).findIndex((each) => list(each?.setHeaderRoute?.match).length > 0);
    for (const wanted of step < 0 ? [] : istio?.virtualService ? [istio.virtualService] : list(istio?.virtualServices)) {
      const [name, namespace = rollout.namespace] = String(wanted?.name).split('.');
      const asked = list<string>(wanted?.routes);
      const routes = list(mesh.find('VirtualService', namespace, name)?.spec.http).filter((route) => asked.length === 0 || asked.includes(route?.name));
      const lost = SETTINGS.filter((field) => routes.some((route) => route?.[field] !== undefined));
      if (lost.length > 0) {
        report(rollout, `spec.strategy.canary.steps[${step}].setHeaderRoute`, `the rule that this step adds to the VirtualService ${namespace}/${name} has none of the ${names(lost)} of the rule that it stands before; `
          + 'write a rule for the header into the VirtualService yourself, and name both in routes');
      }
    }
  }),
};
