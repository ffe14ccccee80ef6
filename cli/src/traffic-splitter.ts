import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Duration } from 'cdk8s';
import type { RetryPolicy } from 'cdk8s-istio';
import { type Change, changeOf } from './change.js';
import { breakers, type DestinationRuleObject, disablePatch, enablePatch } from './circuit-breaker.js';
import { owners } from './cluster-error.js';
import {
  type ApplyOptions, Cluster, ClusterError, type ClusterOptions, FIELD_MANAGER, type JsonPatchOperation, type KubeObject, type ObjectRef,
  type WriteOptions,
} from './cluster.js';
import { canaryManifests, type CanaryConfig, circuitBreaker, type CircuitBreaker, limits } from './manifests.js';
import { usesOf, withoutSubset, withoutVersion } from './retire.js';
import type { RolloutOptions } from './rollout-plan.js';
import { ANNOTATION, decode, isActive } from './rollout-state.js';
import type { RolloutStatus } from './rollout-status.js';
import {
  abortRollout, pauseRollout, previewRollout, promoteRollout, resumeRollout, type RolloutPreview, type RolloutRun, rolloutStatus, startRollout,
} from './rollout.js';
import { checkWeights, findRule, locateRule, unchanged, type VirtualServiceObject, type Weights, weightsPatch } from './route.js';

export type { CanaryConfig, CircuitBreaker } from './manifests.js';

/**
 * Which cluster, as whom, and how fast.
 */
export interface TrafficSplitterOptions extends ClusterOptions {
  /**
   * How many milliseconds lie between the write of a DestinationRule and that of the VirtualService which needs it, and
   * between the end of routes and that of their subsets; 0 or more. In that time istiod tells the proxies.
   *
   * @default 2000
   */
  readonly settleTime?: number;
}

/**
 * How to change a rule of a VirtualService.
 */
export interface RuleOptions extends WriteOptions {
  /**
   * The name of the rule.
   *
   * @default - the rule without a match
   */
  readonly rule?: string;
}

/**
 * How to switch a circuit breaker on.
 */
export interface CircuitBreakerOptions extends WriteOptions {
  /**
   * Replaces what single subsets and ports have of their own; otherwise that is an error, since the breaker would not reach them.
   *
   * @default false
   */
  readonly force?: boolean;
}

const API_VERSION = 'networking.istio.io/v1';
const TRIES = 5;

interface Edit {
  /** What to do. */
  readonly patch: JsonPatchOperation[];
  /** What is changed, as it was before: if somebody else changes it meanwhile, that is no more what was asked for. */
  readonly touched: unknown;
}

/**
 * Changes the traffic of a running mesh: canaries, weights, circuit breakers, timeouts and retries.
 *
 * Each change is one write that leaves alone all that it isn't about. If somebody else writes at the same time, it is tried again
 * on what they wrote; if they changed the very thing, that is a `ClusterError` of reason `Conflict`, and theirs stays.
 * With `dryRun` the API server does all that it would do, webhooks included, and keeps nothing; the answer shows the difference.
 */
export class TrafficSplitter {
  /** The cluster that it works on. */
  readonly cluster: Cluster;

  private readonly settleTime: number;

  /**
   * @param options which cluster; the default one if left out
   * @throws when the configuration can't be read, or a number is out of range
   */
  constructor({ settleTime = 2_000, ...cluster }: TrafficSplitterOptions = {}) {
    if (!(settleTime >= 0)) {
      throw new Error(`the settleTime is ${settleTime}, expected 0 milliseconds or more; leave it out for 2 seconds`);
    }
    this.cluster = new Cluster(cluster);
    this.settleTime = settleTime;
  }

  /**
   * Creates the DestinationRule and then the VirtualService of a canary, or makes them as given where they are there.
   * They are what `CanaryService` of cdk8s-istio synthesizes. The API server is asked for both before the first is written,
   * so nothing is done by halves.
   *
   * @param service the name of the service, which both get
   * @param namespace its namespace
   * @param config the versions and their shares
   * @param options how to apply
   * @throws when a value is wrong; ClusterError `Conflict` where somebody else owns the fields, `Refused`, and other reasons
   */
  async createCanary(service: string, namespace: string, config: CanaryConfig, options: ApplyOptions = {}): Promise<Change[]> {
    return this.apply(canaryManifests(service, namespace, config), options);
  }

  /**
   * Gives the versions of a service other shares. Only the weights of one rule change: the named one, or the one without a match.
   *
   * @param service the name of the VirtualService
   * @param namespace its namespace
   * @param weights the weight of each version by its name, whole numbers from 0 to 100 that total 100
   * @param options which rule, and how to write
   * @throws when the weights are wrong or no rule or several can be meant; ClusterError `NotFound`, `Conflict` and other reasons
   */
  async setWeights(service: string, namespace: string, weights: Weights, { rule: name, ...options }: RuleOptions = {}): Promise<Change> {
    checkWeights(`VirtualService ${namespace}/${service}`, weights);
    return this.edit<VirtualServiceObject>(virtualService(service, namespace), (object) => {
      refuseDuringRollout(this.cluster.nameOf(object), object);
      const rule = findRule(object, Object.keys(weights), name);
      return { patch: weightsPatch(object, rule, weights), touched: rule.route };
    }, options);
  }

  /**
   * Takes endpoints that keep failing out of load balancing for a while, for the whole service: also for the ports that have
   * policies of their own, which would otherwise hide it.
   *
   * @param service the name of the DestinationRule
   * @param namespace its namespace
   * @param settings when and for how long; replaces the settings that are there
   * @param options how to write
   * @throws when a value is wrong, or a subset or port has other settings of its own; ClusterError `NotFound` and other reasons
   */
  async enableCircuitBreaker(
    service: string, namespace: string, settings: CircuitBreaker, { force = false, ...options }: CircuitBreakerOptions = {},
  ): Promise<Change> {
    const breaker = circuitBreaker(settings);
    return this.edit<DestinationRuleObject>(destinationRule(service, namespace), (object) => (
      { patch: enablePatch(this.cluster.nameOf(object), object, breaker, force), touched: breakers(object) }
    ), options);
  }

  /**
   * Ends the ejection of endpoints, for all subsets and ports.
   *
   * @param service the name of the DestinationRule
   * @param namespace its namespace
   * @param options how to write
   * @throws ClusterError `NotFound` and other reasons
   */
  async disableCircuitBreaker(service: string, namespace: string, options: WriteOptions = {}): Promise<Change> {
    return this.edit<DestinationRuleObject>(destinationRule(service, namespace), (object) => (
      { patch: disablePatch(object), touched: breakers(object) }
    ), options);
  }

  /**
   * Sets how long a request may take, retries included, without a change of code.
   *
   * @param service the name of the VirtualService
   * @param namespace its namespace
   * @param timeout how long, at least 1 ms; `undefined` takes the limit away, so that Istio waits for ever
   * @param options which rule, and how to write
   * @throws when the value is wrong or no rule or several can be meant; ClusterError `NotFound` and other reasons
   */
  async setTimeout(service: string, namespace: string, timeout: Duration | undefined, options: RuleOptions = {}): Promise<Change> {
    return this.setLimit(service, namespace, 'timeout', limits({ timeout }).timeout, options);
  }

  /**
   * Sets when and how often failed requests are tried again, without a change of code.
   *
   * @param service the name of the VirtualService
   * @param namespace its namespace
   * @param retries when and how often, such as `RetryPolicy.never()`; `undefined` leaves it to Istio, which tries twice
   * @param options which rule, and how to write
   * @throws when no rule or several can be meant; ClusterError `NotFound` and other reasons
   */
  async setRetries(service: string, namespace: string, retries: RetryPolicy | undefined, options: RuleOptions = {}): Promise<Change> {
    return this.setLimit(service, namespace, 'retries', limits({ retries }).retries, options);
  }

  /**
   * A VirtualService, as it is in the cluster.
   *
   * @param name its name
   * @param namespace its namespace
   * @returns `undefined` where there is none
   * @throws ClusterError `Forbidden` or `Unreachable`
   */
  async getVirtualService(name: string, namespace: string): Promise<VirtualServiceObject | undefined> {
    return this.find<VirtualServiceObject>(virtualService(name, namespace));
  }

  /**
   * A DestinationRule, as it is in the cluster.
   *
   * @param name its name
   * @param namespace its namespace
   * @returns `undefined` where there is none
   * @throws ClusterError `Forbidden` or `Unreachable`
   */
  async getDestinationRule(name: string, namespace: string): Promise<DestinationRuleObject | undefined> {
    return this.find<DestinationRuleObject>(destinationRule(name, namespace));
  }

  /**
   * Creates objects, or makes them as given where they are there: a server-side apply, after a dry run of all of them.
   * VirtualServices come last, so that no route names a subset which the proxies don't know.
   *
   * @param objects the manifests, such as `chart.toJson()`
   * @param options how to apply
   * @throws ClusterError `Conflict` where somebody else owns the fields, `Refused` with the words of the webhook, and other reasons
   */
  async apply(objects: readonly KubeObject[], options: ApplyOptions = {}): Promise<Change[]> {
    const ordered = [...objects].sort((a, b) => Number(isRoutes(a)) - Number(isRoutes(b)));
    const planned: Change[] = [];
    for (const object of ordered) {
      planned.push(await this.applyOne(object, { ...options, dryRun: true }));
    }
    return options.dryRun ? planned : this.inTurn(ordered, (object) => this.applyOne(object, options), options);
  }

  /**
   * Takes a version that gets no requests any more out of the VirtualService, and then its subset out of the DestinationRule.
   * After that its workloads can be deleted without a request that is lost.
   *
   * @param service the name of the VirtualService and DestinationRule
   * @param namespace their namespace
   * @param version the subset
   * @param options how to write
   * @throws when a rule still sends or mirrors requests to it; ClusterError `NotFound` and other reasons
   */
  async retireVersion(service: string, namespace: string, version: string, options: WriteOptions = {}): Promise<Change[]> {
    const [routes, rules] = [virtualService(service, namespace), destinationRule(service, namespace)];
    const objects = [await this.cluster.get(routes, options), await this.cluster.get(rules, options)];
    return this.inTurn(objects, (object) => isRoutes(object)
      ? this.edit<VirtualServiceObject>(routes, (now) => {
        refuseDuringRollout(this.cluster.nameOf(now), now);
        return { patch: withoutVersion(this.cluster.nameOf(now), now, version), touched: usesOf(now, version) };
      }, options)
      : this.edit<DestinationRuleObject>(rules, (now) => ({ patch: withoutSubset(now, version), touched: undefined }), options), options);
  }

  /**
   * Deletes the VirtualService of a service and then its DestinationRule. What isn't there is left out.
   *
   * @param service the name of both
   * @param namespace their namespace
   * @param options how to write
   * @throws ClusterError `Forbidden` or `Unreachable`
   */
  async remove(service: string, namespace: string, options: WriteOptions = {}): Promise<Change[]> {
    const objects = [await this.getVirtualService(service, namespace), await this.getDestinationRule(service, namespace)];
    return this.inTurn(objects.filter((object): object is VirtualServiceObject | DestinationRuleObject => object !== undefined), async (object) => {
      await this.cluster.delete(object, options);
      return changeOf(this.cluster.nameOf(object), object, undefined, options.dryRun);
    }, options);
  }

  /**
   * Starts a rollout and drives it to its end: see `startRollout`.
   *
   * @param options what to roll out, and how
   * @param run how this process drives it
   * @throws when it can't begin, or another process has taken it over
   */
  async startRollout(options: RolloutOptions, run: RolloutRun = {}): Promise<RolloutStatus> {
    return startRollout(this.cluster, options, run);
  }

  /**
   * What `startRollout` would do. Nothing is written.
   *
   * @param options what to roll out, and how
   * @throws when it couldn't begin
   */
  async previewRollout(options: RolloutOptions): Promise<RolloutPreview> {
    return previewRollout(this.cluster, options);
  }

  /**
   * How the present rollout of a VirtualService stands, or the last one.
   *
   * @param virtualService the name of the VirtualService
   * @param namespace its namespace
   * @throws when there is none
   */
  async rolloutStatus(virtualService: string, namespace: string): Promise<RolloutStatus> {
    return rolloutStatus(this.cluster, { virtualService, namespace });
  }

  /**
   * Holds a rollout at its present weights.
   *
   * @param virtualService the name of the VirtualService
   * @param namespace its namespace
   * @throws when there is none in progress
   */
  async pauseRollout(virtualService: string, namespace: string): Promise<RolloutStatus> {
    return pauseRollout(this.cluster, { virtualService, namespace });
  }

  /**
   * Goes on with a rollout that is paused, or that nobody drives any more: see `resumeRollout`.
   *
   * @param virtualService the name of the VirtualService
   * @param namespace its namespace
   * @param run how this process drives it, if nobody does
   * @throws when there is none in progress, or one that isn't paused and that another process drives
   */
  async resumeRollout(virtualService: string, namespace: string, run: RolloutRun = {}): Promise<RolloutStatus> {
    return resumeRollout(this.cluster, { virtualService, namespace }, run);
  }

  /**
   * Ends a rollout with all requests for the canary, whatever its metrics say.
   *
   * @param virtualService the name of the VirtualService
   * @param namespace its namespace
   * @throws when there is none in progress
   */
  async promoteRollout(virtualService: string, namespace: string): Promise<RolloutStatus> {
    return promoteRollout(this.cluster, { virtualService, namespace });
  }

  /**
   * Ends a rollout with the weights that were there before it.
   *
   * @param virtualService the name of the VirtualService
   * @param namespace its namespace
   * @throws when there is none in progress
   */
  async abortRollout(virtualService: string, namespace: string): Promise<RolloutStatus> {
    return abortRollout(this.cluster, { virtualService, namespace });
  }

  /** One after the other, with time for the proxies between routes and the subsets that they need. */
  private async inTurn<T extends KubeObject>(
    objects: readonly T[], write: (object: T) => Promise<Change>, { dryRun, signal }: WriteOptions,
  ): Promise<Change[]> {
    const changes: Change[] = [];
    for (const [index, object] of objects.entries()) {
      const unsettled = changes.some(({ patch }) => patch.length > 0) && isRoutes(objects[index - 1]) !== isRoutes(object);
      if (unsettled && !dryRun) {
        await pause(this.settleTime, undefined, { signal });
      }
      changes.push(await write(object));
    }
    return changes;
  }

  private async applyOne(object: KubeObject, options: ApplyOptions): Promise<Change> {
    const before = await this.find(object);
    if (!options.force) {
      refuseDuringRollout(this.cluster.nameOf(object), before);
    }
    const after = await this.cluster.apply(object, options).catch((error: unknown) => {
      if (!before || !isOurs(error)) {
        throw error;
      }
      // Our own patches, such as other weights, are no conflict. Nobody else's become ours by it: the version must be the one that was read.
      const { resourceVersion } = before.metadata;
      return this.cluster.apply({ ...object, metadata: { ...object.metadata, resourceVersion } }, { ...options, force: true });
    });
    return changeOf(this.cluster.nameOf(object), before, after, options.dryRun);
  }

  private setLimit(
    service: string, namespace: string, field: 'timeout' | 'retries', value: unknown, { rule: name, ...options }: RuleOptions,
  ): Promise<Change> {
    return this.edit<VirtualServiceObject>(virtualService(service, namespace), (object) => {
      const { rule, path } = locateRule(object, name);
      if (!path.startsWith('/spec/http/') || rule.route === undefined) {
        throw new Error(`${this.cluster.nameOf(object)}: the rule at ${path} sends no HTTP requests, expected one that can have ${field}; name another rule`);
      }
      const same = isDeepStrictEqual(rule[field], value);
      const patch: JsonPatchOperation = value === undefined ? { op: 'remove', path: `${path}/${field}` } : { op: 'add', path: `${path}/${field}`, value };
      return { patch: same ? [] : [patch], touched: rule[field] };
    }, options);
  }

  /** Reads, patches what was read and nothing newer, and starts again where somebody else was faster. */
  private async edit<T extends KubeObject>(ref: ObjectRef, change: (object: T) => Edit, options: WriteOptions): Promise<Change> {
    const name = this.cluster.nameOf(ref);
    let touched: { readonly first: unknown } | undefined;
    for (let left = TRIES; ; left--) {
      const before = await this.cluster.get<T>(ref, options);
      const edit = change(before);
      touched ??= { first: edit.touched };
      if (!isDeepStrictEqual(edit.touched, touched.first)) {
        throw new ClusterError('Conflict', `${name}: somebody else has just changed the same part, expected it as it was read; look at it, and repeat what is still wanted`, 409);
      }
      if (edit.patch.length === 0) {
        return changeOf(name, before, before, options.dryRun);
      }
      try {
        return changeOf(name, before, await this.cluster.patch<T>(ref, [...unchanged(before), ...edit.patch], options), options.dryRun);
      } catch (error) {
        if (!(error instanceof ClusterError && error.reason === 'Conflict' && left > 1)) {
          throw error;
        }
      }
    }
  }

  private async find<T extends KubeObject>(ref: ObjectRef): Promise<T | undefined> {
    return this.cluster.get<T>(ref).catch((error: unknown) => {
      if (error instanceof ClusterError && error.reason === 'NotFound') {
        return undefined;
      }
      throw error;
    });
  }
}

const virtualService = (name: string, namespace: string): ObjectRef => ({ apiVersion: API_VERSION, kind: 'VirtualService', metadata: { name, namespace } });
const destinationRule = (name: string, namespace: string): ObjectRef => ({ apiVersion: API_VERSION, kind: 'DestinationRule', metadata: { name, namespace } });

const isRoutes = (object: ObjectRef) => object.kind === 'VirtualService';

/** Whose weights move by themselves: a write from outside would end the rollout in the middle. */
function refuseDuringRollout(name: string, object: KubeObject | undefined): void {
  const annotation = object?.metadata.annotations?.[ANNOTATION];
  const state = annotation === undefined ? undefined : decode(annotation);
  if (state !== undefined && isActive(state.phase)) {
    throw new Error(`${name}: a rollout of ${state.plan.canary} is in progress (${state.phase}), expected none; promote or abort it first`);
  }
}

function isOurs(error: unknown): boolean {
  return error instanceof ClusterError && owners(error).length > 0 && owners(error).every((manager) => manager === FIELD_MANAGER);
}
