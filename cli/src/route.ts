import { isDeepStrictEqual } from 'node:util';
import type { JsonPatchOperation, KubeObject } from './cluster.js';

/**
 * Where a rule sends requests.
 */
export interface RouteDestination {
  /** The service, and its subset. */
  readonly destination: {
    /** Its host, as the VirtualService writes it. */
    readonly host: string;
    /**
     * Its subset.
     *
     * @default - all of the service
     */
    readonly subset?: string;
    /** All else. */
    readonly [key: string]: unknown;
  };

  /**
   * Its share, 0 to 100.
   *
   * @default - 100 where it is the only one, 0 otherwise
   */
  readonly weight?: number;

  /** All else. */
  readonly [key: string]: unknown;
}

/**
 * A rule of a VirtualService, as it is in the cluster.
 */
export interface RouteRule {
  /**
   * Its name; only HTTP rules can have one.
   *
   * @default - no name
   */
  readonly name?: string;

  /**
   * Which requests it is for: those that one of these matches.
   *
   * @default - all
   */
  readonly match?: readonly Readonly<Record<string, unknown>>[];

  /**
   * Where it sends them.
   *
   * @default - nowhere: it redirects, delegates or answers itself
   */
  readonly route?: readonly RouteDestination[];

  /** All else. */
  readonly [key: string]: unknown;
}

/**
 * A VirtualService, as it is in the cluster.
 */
export interface VirtualServiceObject extends KubeObject {
  /** Its contents. */
  readonly spec: {
    /**
     * The rules for HTTP.
     *
     * @default - none
     */
    readonly http?: readonly RouteRule[];
    /**
     * The rules for TLS that isn't ended.
     *
     * @default - none
     */
    readonly tls?: readonly RouteRule[];
    /**
     * The rules for TCP.
     *
     * @default - none
     */
    readonly tcp?: readonly RouteRule[];
    /** All else. */
    readonly [key: string]: unknown;
  };
}

/**
 * The shares of the versions in percent, whole numbers from 0 to 100 that total 100, by the name of the subset (or the host, where hosts differ).
 */
export type Weights = Readonly<Record<string, number>>;

/**
 * The rule of a VirtualService whose weights move.
 */
export interface WeightedRule {
  /**
   * Its name.
   *
   * @default - no name
   */
  readonly name?: string;

  /** Where it stands, as a JSON Pointer such as `/spec/http/0`. */
  readonly path: string;

  /** Its destinations, as they were read. */
  readonly route: readonly RouteDestination[];

  /** What each destination is called, in the same order. */
  readonly versions: readonly string[];
}

/**
 * Finds the rule whose weights are to move: the one of that name, or else the one that every request may meet. It is never just the first.
 *
 * @param virtualService the VirtualService, as it was read
 * @param versions the versions that the rule must have
 * @param name the name of the rule; none is the rule without a match
 * @throws when no rule or several can be meant, or the rule doesn't send requests to these versions
 */
export function findRule(virtualService: VirtualServiceObject, versions: readonly string[], name?: string): WeightedRule {
  const { rule, index, path } = locateRule(virtualService, name);
  const text = `${nameOf(virtualService)}: ${ruleName(index, rule)}`;
  if (!rule.route?.length) {
    throw new Error(`${text} has no destinations, since it ${instead(rule)}, expected one that sends requests to ${versions.join(' and ')}; name another rule`);
  }
  const present = versionsOf(text, rule.route);
  const missing = versions.filter((version) => !present.includes(version));
  if (missing.length > 0) {
    throw new Error(`${text} has no destination ${missing.join(' and ')}, expected one of ${present.join(', ')}; apply a route to each version first, with a weight of 0 for those that are to get nothing`);
  }
  if (rule.route.some(setsCookie)) {
    throw new Error(`${text} keeps users with their version by a cookie, and other rules hold them there whatever the weights are, expected none that does; apply the new weights with createCanary, or leave out sticky`);
  }
  return { name: rule.name, path, route: rule.route, versions: present };
}

function setsCookie({ headers }: RouteDestination): boolean {
  const { add = {}, set = {} } = (headers as { response?: { add?: object; set?: object } } | undefined)?.response ?? {};
  return [...Object.keys(add), ...Object.keys(set)].some((name) => name.toLowerCase() === 'set-cookie');
}

/**
 * The rule of that name, or else the one that every request may meet.
 *
 * @param virtualService the VirtualService, as it was read
 * @param name the name of the rule; none is the rule without a match
 * @throws when no rule or several can be meant
 */
export function locateRule(virtualService: VirtualServiceObject, name?: string): { rule: RouteRule; index: number; path: string } {
  const protocol = (['http', 'tls', 'tcp'] as const).find((one) => virtualService.spec[one]?.length) ?? 'http';
  const rules = virtualService.spec[protocol] ?? [];
  const found = [...rules.entries()].filter(([, rule]) => name === undefined
    ? isForAll(rule) || protocol === 'tls' && rules.length === 1 // whose rules always have a match
    : rule.name === name);
  if (found.length !== 1) {
    const many = name === undefined ? `${found.length} of them are for every request` : `${found.length} have the name ${JSON.stringify(name)}`;
    const expected = name === undefined ? 'one without a match, or the name of another' : 'one of that name';
    throw new Error(`${nameOf(virtualService)}: ${describe(rules)}; ${many}, expected ${expected}; say which rule's weights are to move, by a name that it has in its manifest`);
  }
  const [[index, rule]] = found;
  return { rule, index, path: `/spec/${protocol}/${index}` };
}

/**
 * The weights of a rule, as they are now.
 *
 * @param rule the rule
 */
export function weightsOf({ route, versions }: WeightedRule): Weights {
  return Object.fromEntries(route.map(({ weight = route.length === 1 ? 100 : 0 }, index) => [versions[index], weight]));
}

/**
 * Checks weights before anything is written.
 *
 * @param what what they are for, such as `VirtualService shop/orders`
 * @param weights the weights
 * @throws when one is no whole number from 0 to 100, or they don't total 100
 */
export function checkWeights(what: string, weights: Weights): void {
  const values = Object.values(weights);
  const total = values.reduce((sum, weight) => sum + weight, 0);
  if (total !== 100 || values.some((weight) => !Number.isInteger(weight) || weight < 0 || weight > 100)) {
    const shown = Object.entries(weights).map(([version, weight]) => `${version} ${weight}`).join(' + ') || 'none';
    throw new Error(`${what}: weights ${shown} = ${total}, expected whole numbers from 0 to 100 that total 100; fix one of them`);
  }
}

/**
 * The JSON Patch that gives a rule other weights. It is refused as a `Conflict` where the VirtualService is no more as it was read, so that no
 * change of anybody is lost.
 *
 * @param virtualService the VirtualService, as it was read
 * @param rule the rule, as `findRule` found it there
 * @param weights the weight of each version that has one now or gets one
 * @param further what else changes in the same write, such as an annotation
 * @throws when the weights are wrong, or leave out a version that has a weight
 */
export function weightsPatch(
  virtualService: VirtualServiceObject, rule: WeightedRule, weights: Weights, further: readonly JsonPatchOperation[] = [],
): JsonPatchOperation[] {
  const what = nameOf(virtualService);
  checkWeights(what, weights);
  const unknown = Object.keys(weights).filter((version) => !rule.versions.includes(version));
  if (unknown.length > 0) {
    throw new Error(`${what}: there are weights for ${unknown.join(' and ')}, expected only ${rule.versions.join(', ')}; fix the name`);
  }
  const kept = Object.entries(weightsOf(rule)).filter(([version, weight]) => weights[version] === undefined && weight !== 0);
  if (kept.length > 0) {
    throw new Error(`${what}: ${kept.map(([version, weight]) => `${version} has ${weight}`).join(' and ')}, expected a weight for it too; give it one, or 0`);
  }
  return [
    ...unchanged(virtualService),
    { op: 'test', path: `${rule.path}/route`, value: rule.route },
    ...rule.route.flatMap(({ weight }, index): JsonPatchOperation[] => {
      const value = weights[rule.versions[index]] ?? 0;
      return weight === value ? [] : [{ op: weight === undefined ? 'add' : 'replace', path: `${rule.path}/route/${index}/weight`, value }];
    }),
    ...further,
  ];
}

/**
 * The operation that refuses a patch where the object is no more as it was read.
 *
 * @param object the object, as it was read
 */
export function unchanged({ metadata: { resourceVersion } }: KubeObject): JsonPatchOperation[] {
  return [{ op: 'test', path: '/metadata/resourceVersion', value: resourceVersion }];
}

/**
 * Whether a rule is as it was: its destinations and their weights, its match and its name, wherever it stands now.
 *
 * @param before the rule, as it was read first
 * @param now the rule, as it was read later
 */
export function sameRule(before: WeightedRule, now: WeightedRule): boolean {
  return before.name === now.name && isDeepStrictEqual(before.route, now.route);
}

/** What tells the destinations of a rule apart. */
function versionsOf(what: string, route: readonly RouteDestination[]): string[] {
  const bySubset = route.map(({ destination: { host, subset } }) => subset ?? host);
  const byHost = route.map(({ destination: { host } }) => host);
  const distinct = [bySubset, byHost].find((names) => new Set(names).size === names.length);
  if (distinct === undefined) {
    throw new Error(`${what} has destinations that neither subset nor host tells apart, expected each version once; join those of ${bySubset.join(', ')} that are the same`);
  }
  return distinct;
}

/** No match at all; an empty one, or the prefix of all paths, comes to the same. */
function isForAll({ match = [] }: RouteRule): boolean {
  return match.length === 0 || match.some(({ name: _, ...conditions }) => isDeepStrictEqual(conditions, {}) || isDeepStrictEqual(conditions, { uri: { prefix: '/' } }));
}

const nameOf = ({ kind, metadata: { name, namespace } }: KubeObject) => `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

function describe(rules: readonly RouteRule[]): string {
  const all = rules.map((rule, index) => ruleName(index, rule)).join(', ');
  return `${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}${all && ` (${all})`}`;
}

/**
 * A rule as people name it: `rule 0 "testers" for header x-canary = "true"`.
 *
 * @param index where it stands, from 0
 * @param rule the rule
 */
export function ruleName(index: number, rule: RouteRule): string {
  const conditions = (match: object) => Object.entries(match).filter(([key]) => key !== 'name').flatMap(conditionText).join(' and ');
  const match = isForAll(rule) ? 'every request' : rule.match!.map(conditions).join(' or ');
  return `rule ${index}${rule.name === undefined ? '' : ` ${JSON.stringify(rule.name)}`} for ${match}`;
}

function conditionText([key, value]: [string, unknown]): string[] {
  const strings = (one: unknown) => Object.entries(one as object).map(([how, what]) => `${how === 'exact' ? '=' : how} ${JSON.stringify(what)}`).join(' ');
  if (key === 'headers' || key === 'withoutHeaders' || key === 'queryParams') {
    const kind = { headers: 'header', withoutHeaders: 'no header', queryParams: 'query parameter' }[key];
    return Object.entries(value as object).map(([name, one]) => `${kind} ${name} ${strings(one)}`.trimEnd());
  }
  return [`${key} ${typeof value === 'object' && value !== null && !Array.isArray(value) ? strings(value) : JSON.stringify(value)}`];
}

function instead({ redirect, delegate, directResponse }: RouteRule): string {
  const [said] = Object.entries({ 'redirects': redirect, 'delegates to another VirtualService': delegate, 'answers itself': directResponse })
    .find(([, value]) => value !== undefined) ?? ['sends requests nowhere'];
  return said;
}
