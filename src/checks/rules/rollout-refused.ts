import { list, Resource } from '../resource';
import { Report, Rule } from '../rule';

const rollout = (canary: string) => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: orders, namespace: shop }
spec:
  strategy:
    canary:
      ${canary.trim().split('\n').join('\n      ')}
`;

export const rolloutRefused: Rule = {
  name: 'rollout-refused',
  level: 'error',
  about: 'Argo Rollouts accepts a Rollout that contradicts itself, marks it as invalid, and never rolls anything out.',
  bad: rollout(`
canaryService: orders
stableService: orders
trafficRouting: { istio: { virtualService: { name: orders } } }
`),
  good: rollout(`
canaryService: orders-canary
stableService: orders-stable
trafficRouting: { istio: { virtualService: { name: orders } } }
`),
  more: [
    rollout(`
canaryService: orders-canary
trafficRouting: { istio: { virtualService: { name: orders } } }
`),
    rollout(`
canaryService: orders-canary
stableService: orders-stable
scaleDownDelaySeconds: 30
dynamicStableScale: true
trafficRouting: { istio: { virtualService: { name: orders } } }
`),
    rollout(`
canaryService: orders-canary
stableService: orders-stable
trafficRouting: { istio: { virtualService: { name: orders } } }
steps: [{ setWeight: 110 }]
`),
    rollout(`
canaryService: orders-canary
stableService: orders-stable
trafficRouting: { istio: { virtualService: { name: orders } } }
steps: [{ setWeight: 10, pause: {} }]
`),
    rollout(`
canaryService: orders-canary
stableService: orders-stable
trafficRouting: { istio: { virtualService: { name: orders } } }
steps: [{ setHeaderRoute: { name: beta, match: [{ headerName: x-beta, headerValue: { exact: "1" } }] } }]
`),
    rollout(`
canaryService: orders-canary
stableService: orders-stable
trafficRouting: { managedRoutes: [{ name: beta }], istio: { virtualService: { name: orders } } }
steps: [{ setHeaderRoute: { name: beta, match: [{ headerName: x-beta, headerValue: { exact: "1", prefix: "2" } }] } }]
`),
    rollout(`
canaryService: orders-canary
stableService: orders-stable
trafficRouting: { maxTrafficWeight: 1000, istio: { virtualService: { name: orders } } }
`),
  ],
  check: (mesh, report) => mesh.each('Rollout', (resource) => {
    const canary = resource.spec.strategy?.canary;
    const { istio } = canary?.trafficRouting ?? {};
    if (istio === undefined || istio === null) {
      return;
    }
    const { canaryService, stableService, pingPong, scaleDownDelaySeconds, dynamicStableScale, trafficRouting } = canary;
    const base = 'spec.strategy.canary';
    if (canaryService !== undefined && canaryService === stableService) {
      report(resource, `${base}.stableService`, `canaryService and stableService are both "${canaryService}"; two Services are required`);
    } else if (istio.destinationRule === undefined && pingPong === undefined && !(canaryService && stableService)) {
      report(resource, base, `traffic is routed by Services, and ${canaryService ? 'stableService' : 'canaryService'} is not set; set both, or name a destinationRule`);
    }
    if (scaleDownDelaySeconds !== undefined && dynamicStableScale === true) {
      report(resource, `${base}.dynamicStableScale`, 'dynamicStableScale is set together with scaleDownDelaySeconds; leave one out');
    }
    if (trafficRouting.maxTrafficWeight !== undefined && trafficRouting.nginx === undefined && list(trafficRouting.plugins).length === 0) {
      report(resource, `${base}.trafficRouting.maxTrafficWeight`, 'maxTrafficWeight is not for Istio, whose weights are of 100; leave it out');
    }
    list(canary.steps).forEach((step, i) => judge(resource, step, `${base}.steps[${i}]`, trafficRouting, report));
  }),
};

function judge(resource: Resource, step: any, path: string, { managedRoutes, maxTrafficWeight }: any, report: Report): void {
  const kinds = ['setWeight', 'pause', 'experiment', 'analysis'].filter((kind) => step?.[kind] !== undefined);
  if (kinds.length > 1) {
    report(resource, path, `a step does one thing, and this one has ${kinds.join(' and ')}; write a step for each`);
  }
  if (typeof step.setWeight === 'number' && (step.setWeight < 0 || step.setWeight > (maxTrafficWeight ?? 100))) {
    report(resource, `${path}.setWeight`, `setWeight ${step.setWeight} is not between 0 and 100; correct it`);
  }
  for (const kind of ['setHeaderRoute', 'setMirrorRoute']) {
    const { name, match } = step[kind] ?? {};
    if (name !== undefined && !list(managedRoutes).some((route) => route?.name === name)) {
      report(resource, `${path}.${kind}.name`, `the route "${name}" is not in trafficRouting.managedRoutes; add it there`);
    }
    list(match).forEach((entry, j) => [entry?.headerValue, entry?.method, entry?.path].forEach((value) => {
      const set = ['exact', 'prefix', 'regex'].filter((field) => value?.[field]);
      if (value !== undefined && set.length !== 1) {
        report(resource, `${path}.${kind}.match[${j}]`, `a match has exactly one of exact, prefix and regex, and this one has ${set.length === 0 ? 'none' : set.join(' and ')}; keep one`);
      }
    }));
  }
}
