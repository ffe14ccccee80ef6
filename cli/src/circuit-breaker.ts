import { isDeepStrictEqual } from 'node:util';
import type { JsonPatchOperation, KubeObject } from './cluster.js';

/**
 * The policy of a DestinationRule, of one of its subsets or ports.
 */
export interface PolicyObject {
  /**
   * When a failing endpoint is taken out.
   *
   * @default - as around it; for a port: never
   */
  readonly outlierDetection?: Readonly<Record<string, unknown>>;

  /**
   * The policies of single ports, which stand in place of the whole policy around them.
   *
   * @default - none
   */
  readonly portLevelSettings?: readonly PortPolicyObject[];

  /** All else. */
  readonly [key: string]: unknown;
}

/**
 * The policy of a port.
 */
export interface PortPolicyObject extends PolicyObject {
  /** The port. */
  readonly port: {
    /** Its number. */
    readonly number: number;
  };
}

/**
 * A DestinationRule, as it is in the cluster.
 */
export interface DestinationRuleObject extends KubeObject {
  /** Its contents. */
  readonly spec: {
    /** The host that it is for. */
    readonly host: string;

    /**
     * The policy for all of the service.
     *
     * @default - none
     */
    readonly trafficPolicy?: PolicyObject;

    /**
     * The subsets of the service.
     *
     * @default - none
     */
    readonly subsets?: readonly {
      /** Its name. */
      readonly name: string;

      /**
       * What differs for it from the policy for all of the service.
       *
       * @default - nothing
       */
      readonly trafficPolicy?: PolicyObject;

      /** All else. */
      readonly [key: string]: unknown;
    }[];

    /** All else. */
    readonly [key: string]: unknown;
  };
}

/** A policy that decides for some requests, whatever stands around it. */
interface Place {
  /** Such as `subset "v2"`; nothing for the whole. */
  readonly what?: string;
  readonly path: string;
  readonly policy?: PolicyObject;
  /** Whether it hides the policy around it even where it says nothing of ejection. */
  readonly isPort: boolean;
}

function places({ spec: { trafficPolicy, subsets = [] } }: DestinationRuleObject): Place[] {
  const withPorts = (what: string | undefined, path: string, policy?: PolicyObject): Place[] => [
    { what, path, policy, isPort: false },
    ...(policy?.portLevelSettings ?? []).map((port, index) => ({
      what: `${what ? `${what}, ` : ''}port ${port.port.number}`, path: `${path}/portLevelSettings/${index}`, policy: port, isPort: true,
    })),
  ];
  return [
    ...withPorts(undefined, '/spec/trafficPolicy', trafficPolicy),
    ...subsets.flatMap(({ name, trafficPolicy: own }, index) => withPorts(`subset ${JSON.stringify(name)}`, `/spec/subsets/${index}/trafficPolicy`, own)),
  ];
}

/** What decides on ejection now, by the name of the place; for comparison. */
export function breakers(rule: DestinationRuleObject): Record<string, unknown> {
  return Object.fromEntries(places(rule).map(({ what = '', policy }) => [what, policy?.outlierDetection]));
}

/**
 * The patch that puts the breaker in force for the whole service: also for ports, whose policies inherit nothing.
 *
 * @throws when a subset or port has another one of its own, and `force` isn't given
 */
export function enablePatch(name: string, rule: DestinationRuleObject, breaker: Record<string, unknown>, force: boolean): JsonPatchOperation[] {
  const all = places(rule);
  const others = all.filter(({ what, policy }) => what !== undefined && policy?.outlierDetection !== undefined
    && !isDeepStrictEqual(policy.outlierDetection, breaker));
  if (others.length > 0 && !force) {
    throw new Error(`${name}: ${others.map(({ what }) => what).join(' and ')} has an outlierDetection of its own, which this one would not reach, expected none or the same; use force: true to replace it`);
  }
  return all.filter(({ what, policy, isPort }) => what === undefined || isPort || policy?.outlierDetection !== undefined)
    .filter(({ policy }) => !isDeepStrictEqual(policy?.outlierDetection, breaker))
    .map(({ path, policy }) => policy === undefined
      ? { op: 'add', path, value: { outlierDetection: breaker } }
      : { op: 'add', path: `${path}/outlierDetection`, value: breaker });
}

/** What ejects nothing, for a port's policy that has nothing else and can't be empty. */
const OFF = { consecutive5xxErrors: 0, consecutiveGatewayErrors: 0 };

/** The patch that ends all ejection, leaving no empty policy behind, which Istio refuses. */
export function disablePatch(rule: DestinationRuleObject): JsonPatchOperation[] {
  return places(rule).filter(({ policy }) => policy?.outlierDetection !== undefined && !isDeepStrictEqual(policy.outlierDetection, OFF))
    .map(({ path, policy, isPort }): JsonPatchOperation => {
      const alone = Object.keys(policy!).filter((key) => key !== 'port').length === 1;
      return isPort && alone ? { op: 'replace', path: `${path}/outlierDetection`, value: OFF } : { op: 'remove', path: alone ? path : `${path}/outlierDetection` };
    });
}
