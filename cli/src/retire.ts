import { isDeepStrictEqual } from 'node:util';
import type { DestinationRuleObject } from './circuit-breaker.js';
import type { JsonPatchOperation } from './cluster.js';
import { type RouteDestination, ruleName, type VirtualServiceObject } from './route.js';

const PROTOCOLS = ['http', 'tls', 'tcp'] as const;

const names = (version: string, value: unknown): boolean => typeof value === 'object' && value !== null
  && ((value as { subset?: unknown }).subset === version || Object.values(value).some((inner) => names(version, inner)));

/** What of a VirtualService names a version, in the order of its rules; for comparison. */
export const usesOf = ({ spec }: VirtualServiceObject, version: string): unknown =>
  PROTOCOLS.flatMap((protocol) => (spec[protocol] ?? []).filter((rule) => names(version, rule)));

/**
 * The patch that takes a version out of all rules, which all must send nothing to it any more.
 *
 * @throws when a rule still sends or mirrors requests to it
 */
export function withoutVersion(name: string, { spec }: VirtualServiceObject, version: string): JsonPatchOperation[] {
  return PROTOCOLS.flatMap((protocol) => (spec[protocol] ?? []).flatMap((rule, index) => {
    const left = { ...rule, route: rule.route?.filter((one) => !isIdle(one, version)) };
    if (names(version, left) || rule.route?.length !== left.route?.length && left.route?.length === 0) {
      throw new Error(`${name}: ${ruleName(index, rule)} still sends requests to ${version}, expected a weight of 0 in every rule and no mirror; change that first`);
    }
    return emptied(`/spec/${protocol}/${index}/route`, rule.route ?? [], left.route ?? []);
  }));
}

/** The last indices first, since each removal moves those behind it. */
function emptied(path: string, before: readonly RouteDestination[], left: readonly RouteDestination[]): JsonPatchOperation[] {
  const gone = [...before.keys()].filter((index) => !left.some((kept) => isDeepStrictEqual(kept, before[index])));
  return gone.reverse().map((index) => ({ op: 'remove', path: `${path}/${index}` }));
}

const isIdle = ({ destination, weight = 0 }: RouteDestination, version: string) => destination.subset === version && weight === 0;

/** The patch that takes a version's subset out of a DestinationRule. */
export function withoutSubset({ spec: { subsets = [] } }: DestinationRuleObject, version: string): JsonPatchOperation[] {
  const index = subsets.findIndex(({ name }) => name === version);
  return index < 0 ? [] : [{ op: 'remove', path: subsets.length === 1 ? '/spec/subsets' : `/spec/subsets/${index}` }];
}
