import { Duration } from 'cdk8s';
import { list, noUnknown, object, optionalList, optionalText, percentage, show, text, whole } from '../private/check';
import { istioDuration } from '../private/duration';
import { orUndefined } from '../private/render';
import { HttpFault } from '../traffic/http-fault';
import { HttpMatch } from '../traffic/http-match';
import { TrafficPolicy } from '../traffic/traffic-policy';

/**
 * A version of a service.
 */
export interface ServiceVersion {
  /**
   * The labels of its pods, beside those that the service selects.
   */
  readonly labels: Record<string, string>;

  /**
   * The name of its subset.
   *
   * @default - the value of its label `version`
   */
  readonly name?: string;

  /**
   * What differs for this version: limits, ejection, load balancing.
   *
   * @default - as for the service
   */
  readonly trafficPolicy?: TrafficPolicy;
}

/**
 * A version of a service that is tried out.
 */
export interface CanaryVersion extends ServiceVersion {
  /**
   * The percentage of requests that it gets, a whole number from 0 to 100. The stable version gets what is left.
   *
   * @default 0
   */
  readonly weight?: number;

  /**
   * Requests that always go to it: those that one of these matches. A claim of a token is known to gateways only; in the mesh such a match is left out.
   *
   * @default - none
   */
  readonly match?: HttpMatch[];

  /**
   * The percentage of requests of which it gets a copy, 0 to 100: a shadow of the others, whose answers nobody sees.
   * Copies are real requests to it: what writes, writes twice. Excludes a weight above 0.
   *
   * @default - no copies
   */
  readonly mirror?: number;
}

/**
 * A group of users with shares of their own.
 */
export interface CanaryUserGroup {
  /**
   * The requests of the group: those that one of these matches, by header, cookie or a claim of a token. A claim is known to gateways only; in the
   * mesh such a match is left out.
   */
  readonly match: HttpMatch[];

  /**
   * The percentage of these requests that the canary gets, a whole number from 0 to 100; of several canaries, the first.
   *
   * @default - 0, or as `weights` says
   */
  readonly weight?: number;

  /**
   * The percentage of these requests that each canary gets, by the name of its version. Excludes `weight`.
   *
   * @default - as `weight` says
   */
  readonly weights?: Record<string, number>;

  /**
   * Faults put into the requests of the group on purpose, for tests: no other request meets them.
   *
   * @default - none
   */
  readonly fault?: HttpFault;

  /**
   * The name of the rule for the group, shown in access logs.
   *
   * @default - no name
   */
  readonly name?: string;
}

/**
 * A cookie by which users stay with the version that they first met.
 */
export interface StickyUsers {
  /**
   * The name of the cookie.
   *
   * @default - the name of the service and `-version`
   */
  readonly cookie?: string;

  /**
   * How long a user stays, in whole seconds. Changed weights reach a user when this time is over.
   *
   * @default Duration.hours(1)
   */
  readonly maxAge?: Duration;
}

/** A canary, its name, and what messages call it. */
export interface Canary {
  readonly role: string;
  readonly name: string;
  readonly props: CanaryVersion;
}

/** A rule before it is bound to the mesh or a gateway: whose requests, and each version's share of them, by its name. */
export interface Split {
  readonly name?: string;
  readonly match?: HttpMatch[];
  readonly fault?: HttpFault;
  readonly shares: ReadonlyMap<string, number>;
}

/** @throws when its labels tell it from no other version */
export function versionOf(role: string, props: ServiceVersion) {
  const { labels, name = labels?.version, trafficPolicy, ...rest } = object(role, props);
  noUnknown(role, rest);
  if (orUndefined(object(`${role}.labels`, labels)) === undefined) {
    throw new Error(`${role}.labels is {}, expected the labels that tell its pods from the other version's; add one such as version: "v1"`);
  }
  return { name: text(`the name of ${role}`, name!, 'add a label version, or name it'), labels, trafficPolicy };
}

/** The rules in their order: who always meets a canary, then the groups, then everybody. */
export function splits(stable: string, canaries: Canary[], userGroups: CanaryUserGroup[], ruleName?: string): Split[] {
  const names = canaries.map(({ name }) => name);
  const weights = new Map(canaries.map(({ role, name, props: { weight = 0 } }) => [name, share(`${role}.weight`, weight)]));
  return [
    ...canaries.filter(({ props }) => props.match !== undefined)
      .map(({ role, name, props }) => ({ match: list(`${role}.match`, props.match!, 'leave it out for none'), shares: new Map([[name, 100]]) })),
    ...optionalList('userGroups', userGroups)!.map((group) => userGroup(stable, names, group)),
    { name: optionalText('ruleName', ruleName, 'leave it out for no name'), shares: total('the canaries', stable, weights) },
  ];
}

/** The copies that each version is to have of requests for others. */
export function mirrors(canaries: Canary[]): Map<string, number> {
  return new Map(canaries.filter(({ props }) => props.mirror !== undefined).map(({ role, name, props: { mirror, weight = 0 } }) => {
    if (weight > 0) {
      throw new Error(`${role} has a mirror and a weight of ${weight}, expected one of them; a version gets either copies or requests`);
    }
    return [name, percentage(`${role}.mirror`, mirror!)];
  }));
}

/** The cookie's name, and what a version's answers set. */
export function stickyCookie(service: string, { cookie = `${service}-version`, maxAge = Duration.hours(1), ...rest }: StickyUsers) {
  noUnknown('sticky', rest);
  istioDuration('sticky.maxAge', maxAge);
  const seconds = maxAge.toMilliseconds() / 1000;
  if (!Number.isInteger(seconds)) {
    throw new Error(`sticky.maxAge is ${seconds} seconds, expected a whole number of them; cookies count in seconds`);
  }
  const name = text('sticky.cookie', cookie, 'leave it out for the name of the service and "-version"');
  return { name, valueFor: (value: string) => `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax` };
}

function userGroup(stable: string, canaries: string[], { match, weight, weights, fault, name, ...rest }: CanaryUserGroup): Split {
  noUnknown('a user group', rest);
  const group = `user group ${name === undefined ? 'without a name' : show(name)}`;
  if (weight !== undefined && weights !== undefined) {
    throw new Error(`${group} has weight and weights, expected one of them; keep the one you mean`);
  }
  const shares = Object.entries(object(`the weights of ${group}`, weights ?? { [canaries[0]]: weight ?? 0 })).map(([canary, value]): [string, number] => {
    if (!canaries.includes(canary)) {
      throw new Error(`the weights of ${group} name ${show(canary)}, expected one of ${canaries.map(show).join(', ')}; the stable version gets what is left`);
    }
    return [canary, share(weights === undefined ? `the weight of ${group}` : `the weight of ${show(canary)} for ${group}`, value)];
  });
  return {
    name,
    fault,
    match: list('match of a user group', match, 'say whose requests it is for'),
    shares: total(group, stable, new Map(shares)),
  };
}

/** The shares with that of the stable version: what the others leave. */
function total(where: string, stable: string, shares: Map<string, number>): Map<string, number> {
  const sum = [...shares.values()].reduce((a, b) => a + b, 0);
  if (sum > 100) {
    throw new Error(`the weights of ${where} total ${sum}, expected at most 100; the stable version gets what is left`);
  }
  return new Map([[stable, 100 - sum], ...shares]);
}

function share(where: string, weight: number): number {
  return whole(where, weight, 0, 100, 'give the percentage of the canary');
}
