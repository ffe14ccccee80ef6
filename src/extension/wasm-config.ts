import { WasmModule } from './wasm-module';
import { TrafficExtensionSpecWasm, TrafficExtensionSpecWasmVmConfigEnv as Env } from '../../imports/extensions.istio.io';
import { instance, member, object, show } from '../private/check';
import { jsonObject } from '../private/json';
import { atMost, boundedText } from '../private/limits';
import { given, orUndefined } from '../private/render';

/**
 * What happens to requests when a plugin breaks down: its code can't be fetched, or it crashes.
 *
 * @see https://istio.io/latest/docs/reference/config/proxy_extensions/wasm-plugin/#FailStrategy
 */
export enum WasmFailStrategy {
  /** They fail with status 5xx. */
  FAIL_CLOSE = 'FAIL_CLOSE',
  /** They go on as if there were no plugin. Not for one that decides who may do what. */
  FAIL_OPEN = 'FAIL_OPEN',
  /** After a crash the next request gets a new instance; otherwise they fail. */
  FAIL_RELOAD = 'FAIL_RELOAD',
}

/**
 * What a plugin works on.
 *
 * @see https://istio.io/latest/docs/reference/config/proxy_extensions/wasm-plugin/#PluginType
 */
export enum WasmPluginType {
  /** HTTP requests and responses. */
  HTTP = 'HTTP',
  /** The bytes of connections, those of HTTP too. */
  NETWORK = 'NETWORK',
}

const MAX_VALUE = 2048;
const MAX_NAME = 256;

/**
 * An environment variable of the machine that WebAssembly code runs in.
 *
 * @see https://istio.io/latest/docs/reference/config/proxy_extensions/wasm-plugin/#EnvVar
 */
export class WasmEnv {
  /**
   * With the value that the proxy's own variable of this name has.
   */
  public static host(): WasmEnv {
    return new WasmEnv({ valueFrom: 'HOST' as unknown as Env['valueFrom'] });
  }

  /**
   * With this value.
   *
   * @param value the value, at most 2048 characters
   * @throws when it is no such text
   */
  public static inline(value: string): WasmEnv {
    if (typeof value !== 'string' || value.length > MAX_VALUE) {
      throw new Error(`the value of WasmEnv.inline is ${show(value)}, expected a text of at most ${MAX_VALUE} characters; write a number in quotes, and hand longer ones on as pluginConfig`);
    }
    return new WasmEnv({ value });
  }

  private constructor(private readonly env: Omit<Env, 'name'>) {}

  /** @internal */
  public _toIstio(name: string): Env {
    return { name, ...this.env };
  }
}

/**
 * WebAssembly code that is run in proxies.
 *
 * @see https://istio.io/latest/docs/reference/config/proxy_extensions/traffic_extension/#WasmConfig
 */
export interface WasmConfig {
  /**
   * Where the code comes from.
   */
  readonly module: WasmModule;

  /**
   * The plugin of the module, at most 256 characters. Some modules have several, and ask for it.
   *
   * @default - the only one, or the module's own choice
   */
  readonly pluginName?: string;

  /**
   * What is handed on to the plugin: any JSON object, without nulls.
   *
   * @default - nothing
   */
  readonly pluginConfig?: { readonly [key: string]: any };

  /**
   * What happens to requests when the plugin breaks down.
   *
   * @default WasmFailStrategy.FAIL_CLOSE
   */
  readonly failStrategy?: WasmFailStrategy;

  /**
   * Environment variables of the machine that the code runs in, by name, at most 256.
   *
   * @default - none
   */
  readonly env?: Record<string, WasmEnv>;

  /**
   * What the plugin works on.
   *
   * @default WasmPluginType.HTTP
   */
  readonly type?: WasmPluginType;
}

/**
 * The part of a spec that WasmPlugin and TrafficExtension have in common. Whatever else there is in it is the caller's to refuse.
 *
 * @internal
 */
export function renderWasm<T>(where: string, config: WasmConfig): T {
  const { module, pluginName, pluginConfig, failStrategy, env, type } = config;
  const rendered: TrafficExtensionSpecWasm = {
    ...instance(`the module of ${where}`, module, WasmModule, 'WasmModule.oci("registry.example.com/filters/openid:v1")')._toIstio() as TrafficExtensionSpecWasm,
    pluginName: given(pluginName, (value) => boundedText(`the pluginName of ${where}`, value, MAX_NAME)),
    pluginConfig: given(pluginConfig, (value) => jsonObject(`the pluginConfig of ${where}`, value)),
    failStrategy: given(failStrategy, (value) => member(`the failStrategy of ${where}`, value, WasmFailStrategy) as any),
    vmConfig: given(env, (variables) => given(orUndefined(renderEnv(`the env of ${where}`, variables)), (all) => ({ env: all }))),
    type: given(type, (value) => member(`the type of ${where}`, value, WasmPluginType) as any),
  };
  return rendered as T;
}

/** The properties of a `WasmConfig`, to tell them from others. */
export function withoutWasm(config: WasmConfig): object {
  const { module, pluginName, pluginConfig, failStrategy, env, type, ...rest } = config;
  return rest;
}

function renderEnv(where: string, variables: Record<string, WasmEnv>): Env[] {
  return Object.entries(atMost(where, object(where, variables), MAX_NAME)).map(([name, value]) => {
    if (name.length > MAX_NAME || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new Error(`${where} has ${show(name)}, expected a name of at most ${MAX_NAME} letters, digits and underscores; rename it`);
    }
    return instance(`${name} in ${where}`, value, WasmEnv, 'WasmEnv.inline("debug")')._toIstio(name);
  });
}
