import { Construct } from 'constructs';
import { ExtensionPhase, renderOrder } from './extension-order';
import { renderSelectors, TrafficSelector } from './traffic-selector';
import { renderWasm, WasmConfig, withoutWasm } from './wasm-config';
import { TrafficExtension as Binding, TrafficExtensionSpec } from '../../imports/extensions.istio.io';
import { PolicyTarget, policyTarget } from '../policy-target';
import { instance, noUnknown, object, text } from '../private/check';
import { given } from '../private/render';
import { IstioResource, IstioResourceProps } from '../resource';

const MAX_LUA_BYTES = 65_536;

/**
 * The code of a `TrafficExtension`: WebAssembly or Lua.
 *
 * @see https://istio.io/latest/docs/reference/config/proxy_extensions/traffic_extension/
 */
export class ExtensionFilter {
  /**
   * WebAssembly.
   *
   * @param config the module, and how it is run
   * @throws when a value is wrong
   */
  public static wasm(config: WasmConfig): ExtensionFilter {
    const where = 'ExtensionFilter.wasm';
    noUnknown(where, withoutWasm(object(`the options of ${where}`, config)));
    return new ExtensionFilter({ wasm: renderWasm(where, config) });
  }

  /**
   * Lua, which stands in the manifest. It defines `envoy_on_request(request_handle)`, `envoy_on_response(response_handle)` or both.
   *
   * @param inlineCode the code, at most 64 KiB
   * @throws when it is empty or too long
   * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/lua_filter
   */
  public static lua(inlineCode: string): ExtensionFilter {
    const where = 'the code of ExtensionFilter.lua';
    const bytes = Buffer.byteLength(text(where, inlineCode, 'define envoy_on_request or envoy_on_response'));
    if (bytes > MAX_LUA_BYTES) {
      throw new Error(`${where} has ${bytes} bytes, expected at most ${MAX_LUA_BYTES}; write a WebAssembly module for it`);
    }
    return new ExtensionFilter({ lua: { inlineCode } });
  }

  private constructor(private readonly filter: Pick<TrafficExtensionSpec, 'lua' | 'wasm'>) {}

  /** @internal */
  public _toIstio(): Pick<TrafficExtensionSpec, 'lua' | 'wasm'> {
    return this.filter;
  }
}

/**
 * Properties of a `TrafficExtension`.
 */
export interface TrafficExtensionProps extends IstioResourceProps {
  /**
   * What it applies to.
   *
   * @default - all workloads of the namespace, in the root namespace of the mesh
   */
  readonly target?: PolicyTarget;

  /**
   * The code.
   */
  readonly filter: ExtensionFilter;

  /**
   * Its place among the filters of Istio.
   *
   * @default - at the end, where Istio thinks best
   */
  readonly phase?: ExtensionPhase;

  /**
   * Its place among the extensions of the same phase: the highest comes first. A 32-bit number.
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
 * Code of your own that works on the traffic of some workloads, in WebAssembly or Lua. From Istio 1.30 on.
 *
 * @see https://istio.io/latest/docs/reference/config/proxy_extensions/traffic_extension/
 */
export class TrafficExtension extends IstioResource {
  private readonly spec: TrafficExtensionSpec;

  /**
   * Creates the extension.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the code, and which traffic it works on
   * @throws when a value is wrong
   */
  public constructor(scope: Construct, id: string, props: TrafficExtensionProps) {
    super(scope, id, Binding.GVK, object('the properties of the TrafficExtension', props));
    const { metadata, target, filter, phase, priority, match, ...rest } = props;
    const where = 'the TrafficExtension';
    noUnknown('TrafficExtension', rest);
    this.spec = {
      ...given(target, (value) => policyTarget(value)._toIstio(this.namespace)),
      ...renderOrder(where, phase, priority),
      match: renderSelectors(where, match),
      ...instance(`the filter of ${where}`, filter, ExtensionFilter, 'ExtensionFilter.lua("...")')._toIstio(),
    };
  }

  /** @internal */
  protected _toSpec(): TrafficExtensionSpec {
    return this.spec;
  }
}
