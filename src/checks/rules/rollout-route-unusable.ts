import { list, names } from '../resource';
import { Rule } from '../rule';

export const rolloutRouteUnusable: Rule = {
  name: 'rollout-route-unusable',
  level: 'error',
  about: 'Argo Rollouts moves weights in routes of a VirtualService that exists. That a route it names is missing, or lacks one of the two versions, it says when the rollout runs.',
  bad: `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: orders, namespace: shop }
spec:
  strategy:
    canary:
      canaryService: orders-canary
      stableService: orders-stable
      trafficRouting: { istio: { virtualService: { name: orders, routes: [main] } } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http:
    - name: primary
      route: [{ destination: { host: orders-stable }, weight: 100 }, { destination: { host: orders-canary }, weight: 0 }]
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
      trafficRouting: { istio: { virtualService: { name: orders, routes: [primary] } } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http:
    - name: primary
      route: [{ destination: { host: orders-stable }, weight: 100 }, { destination: { host: orders-canary }, weight: 0 }]
`,
  more: [`
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: orders, namespace: shop }
spec:
  strategy:
    canary:
      canaryService: orders-canary
      stableService: orders-stable
      trafficRouting: { istio: { virtualServices: [{ name: orders.edge }] } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: edge }
spec:
  hosts: [orders]
  http:
    - { match: [{ uri: { prefix: /a } }], route: [{ destination: { host: orders-stable } }, { destination: { host: orders-canary }, weight: 0 }] }
    - { route: [{ destination: { host: orders-stable } }, { destination: { host: orders-canary }, weight: 0 }] }
`, `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: orders, namespace: shop }
spec:
  strategy:
    canary:
      canaryService: orders-canary
      stableService: orders-stable
      trafficRouting: { istio: { virtualService: { name: orders } } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: orders-stable } }] }]
`, `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: orders, namespace: shop }
spec:
  strategy:
    canary:
      trafficRouting:
        istio:
          virtualService: { name: orders }
          destinationRule: { name: orders, canarySubsetName: canary, stableSubsetName: stable }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, subsets: [{ name: stable, labels: { app: orders } }] }
`],
  check: (mesh, report) => mesh.each('Rollout', (rollout) => {
    const { canaryService, stableService, trafficRouting } = rollout.spec.strategy?.canary ?? {};
    const { istio } = trafficRouting ?? {};
    const base = 'spec.strategy.canary.trafficRouting.istio';
    const rule = istio?.destinationRule;
    const destinationRule = rule && mesh.find('DestinationRule', rollout.namespace, rule.name);
    const subsets = list(destinationRule?.spec.subsets).map(({ name }) => name);
    [rule?.canarySubsetName, rule?.stableSubsetName].filter((name) => destinationRule && name && !subsets.includes(name)).forEach((name) => report(rollout, `${base}.destinationRule`,
      `the DestinationRule ${rollout.namespace}/${rule.name} has no subset "${name}" (it has ${names(subsets)}); add it, or name another`));
    for (const wanted of istio?.virtualService ? [istio.virtualService] : list(istio?.virtualServices)) {
      const [name, namespace = rollout.namespace] = String(wanted.name).split('.');
      const virtualService = mesh.find('VirtualService', namespace, name);
      const managed = new Set(list(trafficRouting?.managedRoutes).map((route) => route.name));
      const routes = list(virtualService?.spec.http).filter((route) => !managed.has(route.name));
      if (virtualService === undefined || routes.length === 0) {
        continue; // it may come from elsewhere, or be for TCP
      }
      const asked = list<string>(wanted.routes);
      const chosen = asked.length === 0 ? routes.slice(0, 1) : routes.filter((route) => asked.includes(route.name));
      const unknown = asked.filter((route) => !routes.some((other) => other.name === route));
      const [canary, stable] = [canaryService, stableService].map((service) => (destination: any) => service && String(destination?.host).split('.')[0] === service);
      const [bySubset, ofSubset] = [rule?.canarySubsetName, rule?.stableSubsetName]
        .map((subset) => (destination: any) => subset && destination?.subset === subset);
      const has = (route: any, tests: ((destination: any) => boolean)[]) => list(route)
        .some(({ destination }) => tests.some((test) => test(destination)));
      const split = chosen.every(({ route }) => has(route, [canary, bySubset]) && has(route, [stable, ofSubset]));
      if (unknown.length > 0) {
        report(rollout, `${base}.virtualService.routes`, `the VirtualService ${namespace}/${name} has no route named ${names(unknown)} (it has ${names(routes.flatMap((route) => route.name ?? []))}); name one of its routes`);
      } else if (asked.length === 0 && routes.length > 1) {
        report(rollout, `${base}.virtualService`, `the VirtualService ${namespace}/${name} has ${routes.length} routes, and the rollout names none; name those that it is to split`);
      } else if (!split) {
        report(rollout, `${base}.virtualService`, `a route of the VirtualService ${namespace}/${name} lacks the canary's or the stable destination, so the weights cannot be moved; give it both`);
      }
    }
  }),
};
