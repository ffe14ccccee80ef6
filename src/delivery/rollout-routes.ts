import { CanaryService } from '../patterns/canary-service';
import { show } from '../private/check';
import { VirtualService } from '../traffic/virtual-service';

/** The versions between which weights move, as routes name them. */
interface Versions {
  readonly host: string;
  readonly stable: string;
  readonly canary: string;
}

/** A VirtualService whose weights a controller moves, with the rule that it is to move. */
export interface MovedRoute {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly rule: any;
  readonly rules: any[];
}

/** The VirtualServices of a service whose rule for everybody is split; one with a single version, such as a preview, is not. */
export function movedRoutes(canary: CanaryService): MovedRoute[] {
  const versions = { host: canary.destinationRule.service.host, stable: canary.stable.name, canary: canary.canary.name };
  return canary._virtualServices().flatMap((virtualService) => movedRoute(virtualService, versions));
}

function movedRoute(virtualService: VirtualService, versions: Versions): MovedRoute[] {
  const { metadata, spec: { http: rules } } = virtualService.toJson();
  const split = rules.filter((rule: any) => versionsOf(rule, versions).length === 2);
  if (split.length === 0) {
    return [];
  }
  const rule = split[split.length - 1]; // a CanaryService has the rule for everybody last
  return [{ name: metadata.name, namespace: metadata.namespace, rule, rules }];
}

function versionsOf(rule: any, { host, stable, canary }: Versions): string[] {
  return (rule.route ?? []).filter(({ destination }: any) => destination.host === host && [stable, canary].includes(destination.subset))
    .map(({ destination }: any) => destination.subset);
}

/** What Argo Rollouts would find wrong with the VirtualServices of a service, or would break in them. */
export function routeProblems(canary: CanaryService, managed: string[]): string[] {
  return movedRoutes(canary).flatMap((route) => [...ruleProblems(route), ...managedProblems(route, managed)]);
}

function ruleProblems({ name, rule, rules }: MovedRoute): string[] {
  const where = `the VirtualService ${show(name)}`;
  if (rule.name === undefined && rules.length > 1) { // a name is the only one of its kind: the CanaryService and exposeVia see to that
    return [`${where} has ${rules.length} rules, and the one whose weights are to move has no name, by which Argo Rollouts would find it; give the CanaryService a ruleName`];
  }
  if (rule.route.length > 2) {
    return [`the rule for everybody of ${where} divides among ${rule.route.length} versions, expected two, as Argo Rollouts takes the others out; keep one canary`];
  }
  const moved = rule.route.find(({ weight }: any) => weight !== 0 && weight !== 100);
  return moved === undefined ? [] : [`the canary has a weight in code (${rule.route.map(({ weight }: any) => weight).join(' and ')}), expected none, as Argo Rollouts sets it; leave weight out`];
}

/** The rules that the controller writes stand first and know no path: on a host of several services they would take everybody's requests. */
function managedProblems({ name, rule, rules }: MovedRoute, managed: string[]): string[] {
  const taken = managed.find((route) => rules.some((other) => other.name === route));
  if (taken !== undefined) {
    return [`the VirtualService ${show(name)} has a rule named ${show(taken)}, which Argo Rollouts would delete as one of its own; rename one of them`];
  }
  return managed.length > 0 && rule.match !== undefined
    ? [`the VirtualService ${show(name)} is for other requests too, and the rule ${show(managed[0])} that Argo Rollouts puts first would take them; expose the service on a host of its own, or use DeliveryPlan.blueGreen with a match of the CanaryService`]
    : [];
}

/** What is wrong with the labels of the subsets, to which Argo Rollouts adds the hash of a version's pods. */
export function labelProblems(canary: CanaryService, pods: Record<string, string>): string[] {
  const { subsets } = canary.destinationRule.toJson().spec;
  return [canary.stable.name, canary.canary.name].flatMap((name) => {
    const labels: Record<string, string> = subsets.find((subset: any) => subset.name === name).labels;
    const wrong = Object.entries(labels).find(([key, value]) => /(^|\/)version$/.test(key) || pods[key] !== value);
    return wrong === undefined ? [] : [
      `the subset ${show(name)} selects ${wrong[0]}=${wrong[1]}, expected labels that the pods of all versions have, as Argo Rollouts adds a hash to tell them apart; `
      + `write { name: ${show(name)}, labels: { app: ... } }`,
    ];
  });
}
