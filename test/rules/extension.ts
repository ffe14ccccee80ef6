import { Chart } from 'cdk8s';
import { cel, inexpressible, Rule, throws } from './rule';
import { matchLabels, selectorRules, targetRules } from './shared';
import { ExtensionFilter, PolicyTarget, TrafficExtension, WasmEnv, WasmModule, WasmPlugin, WasmPluginProps } from '../../src';

const wasm = WasmModule.oci('registry.example.com/filter:v1');
const plugin = (props: Partial<WasmPluginProps>) => (chart: Chart) => new WasmPlugin(chart, 'Plugin', { module: wasm, ...props });

/** The rules of a WebAssembly module. */
function wasmRules(): Rule[] {
  return [
    throws('the address of a module is http or https', 'the url of WasmModule.http is "ftp://a.com/a.wasm", expected an http or https address', () => WasmModule.http('ftp://a.com/a.wasm'), cel('url must have schema one of')),
    throws('a module has an address', 'the url of WasmModule.http is "", expected an http or https address', () => WasmModule.http('')),
    throws('a module has an image', 'the image of WasmModule.oci is "", expected a registry and a repository, then a tag or digest', () => WasmModule.oci('')),
    throws('a module has a file', 'the path of WasmModule.file is "", expected an absolute path of letters, digits and . _ ~ + = , -', () => WasmModule.file('')),
    throws('sha256 is 64 digits', 'the sha256 of WasmModule.http is "ab", expected 64 digits of 0 to 9 and a to f', () => WasmModule.http('https://a.com/a.wasm', { sha256: 'ab' })),
    throws('a secret has 253 characters at most', 'the imagePullSecret of WasmModule.oci is "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..., expected at most 253 lower-case letters, digits, dashes and dots', () => WasmModule.oci('registry.example.com/filter:v1', { imagePullSecret: 'a'.repeat(254) })),
    throws('pluginName has 256 characters at most', 'the pluginName of the WasmPlugin is "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa... with 257 characters, expected at most 256', plugin({ pluginName: 'a'.repeat(257) })),
    throws('a variable has a name', 'the env of the WasmPlugin has "", expected a name of at most 256 letters, digits and underscores', plugin({ env: { '': WasmEnv.host() } })),
    inexpressible('no variable stands twice', 'env is a map'),
    inexpressible('a variable of the host has no value', 'WasmEnv.host takes none', cel('value may only be set when valueFrom is INLINE')),
    throws('the value of a variable has 2048 characters at most', 'the value of WasmEnv.inline is "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..., expected a text of at most 2048 characters', () => WasmEnv.inline('a'.repeat(2049))),
    throws('there is a module', 'the module of the WasmPlugin is undefined, expected a WasmModule', (chart) => new WasmPlugin(chart, 'Plugin', {} as any)),
    throws('a port of a match is 1 to 65535', 'is 0, expected a whole number from 1 to 65535', plugin({ match: [{ ports: [0] }] })),
  ];
}

export const wasmPlugin: Rule[] = [
  ...targetRules(),
  ...selectorRules((_, labels) => PolicyTarget.workloads(labels), matchLabels),
  ...wasmRules(),
];

export const trafficExtension: Rule[] = [
  ...targetRules(),
  ...selectorRules((_, labels) => PolicyTarget.workloads(labels), matchLabels),
  ...wasmRules(),
  inexpressible('there is a module or a script', 'ExtensionFilter is made by one of them', cel('exactly one of wasm or lua must be set')),
  throws('there is a filter', 'the filter of the TrafficExtension is undefined, expected an ExtensionFilter', (chart) => new TrafficExtension(chart, 'Extension', {} as any)),
  throws('a script is not empty', 'the code of ExtensionFilter.lua is "", expected a non-empty string', () => ExtensionFilter.lua('')),
  throws('a script has 64 KB at most', 'the code of ExtensionFilter.lua has 65537 bytes, expected at most 65536', () => ExtensionFilter.lua('-'.repeat(65537))),
];
