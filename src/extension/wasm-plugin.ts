import { Construct } from 'constructs';
import { ExtensionPhase, renderOrder } from './extension-order';
import { renderSelectors, TrafficSelector } from './traffic-selector';
import { renderWasm, WasmConfig, withoutWasm } from './wasm-config';
import { WasmPlugin as Binding, WasmPluginSpec } from '../../imports/extensions.istio.io';
import { PolicyTarget, policyTarget } from '../policy-target';
import { noUnknown, object } from '../private/check';
import { given } from '../private/render';
import { IstioResource, IstioResourceProps } from '../resource';

/**
 * Properties of a `WasmPlugin`.
 */
export interface WasmPluginProps extends IstioResourceProps, WasmConfig {
  /**
   * What it applies to.
   *
   * @default - all workloads of the namespace, in the root namespace of the mesh
   */
  readonly target?: PolicyTarget;

  /**
   * Its place among the filters of Istio.
   *
   * @default - at the end, where Istio thinks best
   */
  readonly phase?: ExtensionPhase;

  /**
   * Its place among the plugins of the same phase: the highest comes first. A 32-bit number.
   *
   * @default 0
   */
  readonly priority?: number;

  /**
   * The traffic it has to do with: any of these.
   *
   * @default - all
   */
  readonly match?: TrafficSelector[];
}

/**
 * WebAssembly code that works on the traffic of some workloads. Since Istio 1.30 there is `TrafficExtension`, which can
 * do the same and more.
 *
 * @see https://istio.io/latest/docs/reference/config/proxy_extensions/wasm-plugin/
 */
export class WasmPlugin extends IstioResource {
  private readonly spec: WasmPluginSpec;

  /**
   * Creates the plugin.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the code, and which traffic it works on
   * @throws when a value is wrong
   */
  public constructor(scope: Construct, id: string, props: WasmPluginProps) {
    super(scope, id, Binding.GVK, object('the properties of the WasmPlugin', props));
    const { metadata, target, phase, priority, match, ...wasm } = props;
    noUnknown('WasmPlugin', withoutWasm(wasm));
    this.spec = {
      ...given(target, (value) => policyTarget(value)._toIstio(this.namespace, true)),
      ...renderWasm<WasmPluginSpec>('the WasmPlugin', wasm),
      ...renderOrder('the WasmPlugin', phase, priority),
      match: renderSelectors('the WasmPlugin', match),
    };
  }

  /** @internal */
  protected _toSpec(): WasmPluginSpec {
    return this.spec;
  }
}
