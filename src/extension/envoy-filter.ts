import { Construct } from 'constructs';
import { EnvoyPatch } from './envoy-patch';
import { EnvoyFilter as Binding, EnvoyFilterSpec } from '../../imports/networking.istio.io';
import { PolicyTarget, policyTarget } from '../policy-target';
import { instance, list, noUnknown, object, whole } from '../private/check';
import { atMost } from '../private/limits';
import { given } from '../private/render';
import { IstioResource, IstioResourceProps } from '../resource';

/**
 * Properties of an `EnvoyFilter`.
 */
export interface EnvoyFilterProps extends IstioResourceProps {
  /**
   * What it applies to.
   *
   * @default - all workloads of the namespace, in the root namespace of the mesh
   */
  readonly target?: PolicyTarget;

  /**
   * The changes, in this order, at least one.
   */
  readonly configPatches: EnvoyPatch[];

  /**
   * Its place among the EnvoyFilters: those of the root namespace come first, then the lowest. A 32-bit number, in
   * steps of 10 to leave room. Give one wherever a patch builds on what is there already, or on another EnvoyFilter.
   *
   * @default 0
   */
  readonly priority?: number;
}

const MAX_LABELS = 256;

/**
 * Changes to the configuration that Istio writes for Envoy, for what no other resource offers. Istio's way of writing it
 * changes from one version to the next: test each patch before each upgrade.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/
 */
export class EnvoyFilter extends IstioResource {
  private readonly spec: EnvoyFilterSpec;

  /**
   * Creates the filter.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props what it applies to, and what is changed
   * @throws when there is no change, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: EnvoyFilterProps) {
    super(scope, id, Binding.GVK, object('the properties of the EnvoyFilter', props));
    const { metadata, target, configPatches, priority, ...rest } = props;
    noUnknown('EnvoyFilter', rest);
    this.spec = {
      ...given(target, (value) => this.renderTarget(value)),
      configPatches: Array.from(list('configPatches', configPatches, 'add a patch such as EnvoyPatch.httpFilter().insertFirst({ ... })'), (patch, index) =>
        instance(`configPatches[${index}]`, patch, EnvoyPatch, 'EnvoyPatch.httpFilter().insertFirst({ ... })')._toIstio(this.namespace)),
      priority: given(priority, (value) => whole('the priority of the EnvoyFilter', value, -(2 ** 31), 2 ** 31 - 1, 'the lowest comes first')),
    };
  }

  /** @internal */
  protected _toSpec(): EnvoyFilterSpec {
    return this.spec;
  }

  private renderTarget(target: PolicyTarget): Pick<EnvoyFilterSpec, 'workloadSelector' | 'targetRefs'> {
    const { selector, targetRefs } = policyTarget(target)._toIstio(this.namespace);
    return selector === undefined ? { targetRefs }
      : { workloadSelector: { labels: atMost('the labels of the EnvoyFilter', selector.matchLabels, MAX_LABELS) } };
  }
}
