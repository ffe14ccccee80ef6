import { Testing } from 'cdk8s';
import {
  ExtensionFilter, ExtensionPhase, PolicyTarget, TrafficExtension, TrafficExtensionProps, WasmConfig, WasmEnv, WasmFailStrategy, WasmModule,
  WasmPlugin, WasmPluginProps, WasmPluginType, WorkloadMode,
} from '../../src';

const code = WasmModule.oci('gcr.io/filters/openid:v1');
const wasm: WasmConfig = {
  module: code,
  pluginName: 'openid',
  pluginConfig: { openid_server: 'authn', retries: 0, realms: ['a', { b: true }], empty: {} },
  failStrategy: WasmFailStrategy.FAIL_OPEN,
  env: { POD_NAME: WasmEnv.host(), TRUST_DOMAIN: WasmEnv.inline('cluster.local'), EMPTY: WasmEnv.inline('') },
  type: WasmPluginType.NETWORK,
};
const rendered = {
  url: 'oci://gcr.io/filters/openid:v1',
  pluginName: 'openid',
  pluginConfig: { openid_server: 'authn', retries: 0, realms: ['a', { b: true }], empty: {} },
  failStrategy: 'FAIL_OPEN',
  vmConfig: { env: [{ name: 'POD_NAME', valueFrom: 'HOST' }, { name: 'TRUST_DOMAIN', value: 'cluster.local' }, { name: 'EMPTY', value: '' }] },
  type: 'NETWORK',
};
const place = {
  metadata: { name: 'openid', namespace: 'istio-ingress' },
  target: PolicyTarget.workloads({ istio: 'ingressgateway' }),
  phase: ExtensionPhase.AUTHN,
  priority: -10,
  match: [{ mode: WorkloadMode.CLIENT, ports: [80, 443] }, { mode: WorkloadMode.SERVER }, { ports: [8080] }, {}],
};
const renderedPlace = {
  selector: { matchLabels: { istio: 'ingressgateway' } },
  phase: 'AUTHN',
  priority: -10,
  match: [{ mode: 'CLIENT', ports: [{ number: 80 }, { number: 443 }] }, { mode: 'SERVER' }, { ports: [{ number: 8080 }] }, {}],
};

describe('WasmPlugin', () => {
  test('every property reaches the manifest', () => {
    const chart = Testing.chart();
    new WasmPlugin(chart, 'Plugin', { ...place, ...wasm });

    expect(Testing.synth(chart)).toEqual([{
      apiVersion: 'extensions.istio.io/v1alpha1', kind: 'WasmPlugin', metadata: place.metadata, spec: { ...renderedPlace, ...rendered },
    }]);
    expect(chart).toBeAcceptedByIstio();
  });

  test('targets in either form', () => {
    const chart = Testing.chart();
    new WasmPlugin(chart, 'Plugin', { module: code, target: PolicyTarget.gateway('waypoint'), env: {} });
    new WasmPlugin(chart, 'Older', { module: code, target: PolicyTarget.targetRef(PolicyTarget.gateway('waypoint')) });

    const waypoint = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' };
    expect(Testing.synth(chart).map(({ spec }) => spec)).toEqual([
      { targetRefs: [waypoint], url: 'oci://gcr.io/filters/openid:v1' }, { targetRef: waypoint, url: 'oci://gcr.io/filters/openid:v1' },
    ]);
  });

  const variables = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`V${i}`, WasmEnv.host()]));

  test.each<[string, unknown, string]>([
    ['null', null, 'the properties of the WasmPlugin is null, expected an object'],
    ['no module', {}, 'the module of the WasmPlugin is undefined, expected a WasmModule; write for example WasmModule.oci("registry.example.com/filters/openid:v1")'],
    ['an address', { module: 'oci://a/b' }, 'the module of the WasmPlugin is "oci://a/b", expected a WasmModule'],
    ['an unknown property', { module: code, url: 'a' }, 'WasmPlugin has no property "url"'],
    ['a target as text', { module: code, target: 'a' }, 'the target is "a", expected a PolicyTarget'],
    ['a phase as text', { module: code, phase: 'authn' }, 'the phase of the WasmPlugin is "authn", expected one of AUTHN, AUTHZ, STATS'],
    ['a fraction of a priority', { module: code, priority: 0.5 }, 'the priority of the WasmPlugin is 0.5, expected a whole number from -2147483648 to 2147483647; the highest comes first'],
    ['a large priority', { module: code, priority: 2 ** 31 }, 'the priority of the WasmPlugin is 2147483648, expected a whole number'],
    ['no match', { module: code, match: [] }, 'the match of the WasmPlugin is [], expected a list of at least one entry; leave it out for all traffic'],
    ['a match as text', { module: code, match: ['CLIENT'] }, 'match[0] of the WasmPlugin is "CLIENT", expected an object'],
    ['an unknown property of a match', { module: code, match: [{ port: 80 }] }, 'match[0] of the WasmPlugin has no property "port"'],
    ['a mode as text', { module: code, match: [{ mode: 'client' }] }, 'the mode of match[0] of the WasmPlugin is "client", expected one of CLIENT_AND_SERVER, CLIENT, SERVER'],
    ['no ports', { module: code, match: [{ ports: [] }] }, 'the ports of match[0] of the WasmPlugin is [], expected a list of at least one entry; leave them out for any'],
    ['port 0', { module: code, match: [{ ports: [0] }] }, 'an entry of the ports of match[0] of the WasmPlugin is 0, expected a whole number from 1 to 65535'],
    ['a port twice', { module: code, match: [{ ports: [80, 81, 80] }] }, 'the ports of match[0] of the WasmPlugin have 80 twice, expected each port once; remove one'],
    ['an empty name', { module: code, pluginName: '' }, 'the pluginName of the WasmPlugin is "", expected a non-empty string'],
    ['a long name', { module: code, pluginName: 'a'.repeat(257) }, 'with 257 characters, expected at most 256'],
    ['configuration as text', { module: code, pluginConfig: '{}' }, 'the pluginConfig of the WasmPlugin is "{}", expected an object of JSON'],
    ['a null in the configuration', { module: code, pluginConfig: { a: null } }, 'the pluginConfig of the WasmPlugin.a is null, expected a value'],
    ['a strategy as text', { module: code, failStrategy: 'open' }, 'the failStrategy of the WasmPlugin is "open", expected one of FAIL_CLOSE, FAIL_OPEN, FAIL_RELOAD'],
    ['variables as a list', { module: code, env: [{ name: 'A' }] }, 'the env of the WasmPlugin is [{"name":"A"}], expected an object'],
    ['a variable with a dash', { module: code, env: { 'A-B': WasmEnv.host() } }, 'the env of the WasmPlugin has "A-B", expected a name of at most 256 letters, digits and underscores; rename it'],
    ['a variable without name', { module: code, env: { '': WasmEnv.host() } }, 'the env of the WasmPlugin has "", expected a name'],
    ['a variable with a long name', { module: code, env: { ['A'.repeat(257)]: WasmEnv.host() } }, 'expected a name of at most 256 letters'],
    ['a value as text', { module: code, env: { A: 'b' } }, 'A in the env of the WasmPlugin is "b", expected a WasmEnv; write for example WasmEnv.inline("debug")'],
    ['257 variables', { module: code, env: variables(257) }, 'the env of the WasmPlugin has 257 entries, expected at most 256'],
    ['a type as text', { module: code, type: 'http' }, 'the type of the WasmPlugin is "http", expected one of HTTP, NETWORK'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new WasmPlugin(Testing.chart(), 'Plugin', props as WasmPluginProps)).toThrow(message);
  });

  test.each([undefined, 1, 'a'.repeat(2049)])('refuses the value %p of a variable', (value) => {
    expect(() => WasmEnv.inline(value as string)).toThrow('expected a text of at most 2048 characters; write a number in quotes, and hand longer ones on as pluginConfig');
  });
});

describe('TrafficExtension', () => {
  test('every property reaches the manifest, with WebAssembly', () => {
    const chart = Testing.chart();
    new TrafficExtension(chart, 'Extension', { ...place, filter: ExtensionFilter.wasm(wasm) });

    expect(Testing.synth(chart)).toEqual([{
      apiVersion: 'extensions.istio.io/v1alpha1', kind: 'TrafficExtension', metadata: place.metadata, spec: { ...renderedPlace, wasm: rendered },
    }]);
    expect(chart).toBeAcceptedByIstio();
  });

  test('with Lua', () => {
    const inlineCode = 'function envoy_on_request(request_handle)\n  request_handle:headers():add("x-custom-header", "custom-value")\nend\n';
    const chart = Testing.chart();
    new TrafficExtension(chart, 'Extension', { target: PolicyTarget.gateway('waypoint'), filter: ExtensionFilter.lua(inlineCode) });

    expect(Testing.synth(chart)[0].spec).toEqual({
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' }], lua: { inlineCode },
    });
    expect(chart).toBeAcceptedByIstio();
  });

  const filter = ExtensionFilter.lua('a');

  test.each<[string, unknown, string]>([
    ['null', null, 'the properties of the TrafficExtension is null, expected an object'],
    ['no code', {}, 'the filter of the TrafficExtension is undefined, expected an ExtensionFilter; write for example ExtensionFilter.lua("...")'],
    ['code as the manifest has it', { filter, lua: { inlineCode: 'a' } }, 'TrafficExtension has no property "lua"'],
    ['the older form of a target', { filter, target: PolicyTarget.targetRef(PolicyTarget.gateway('a')) }, 'the target "a" is a PolicyTarget.targetRef, expected the target itself'],
    ['a phase as text', { filter, phase: 'last' }, 'the phase of the TrafficExtension is "last", expected one of AUTHN, AUTHZ, STATS'],
    ['a match as an object', { filter, match: {} }, 'the match of the TrafficExtension is {}, expected a list'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new TrafficExtension(Testing.chart(), 'Extension', props as TrafficExtensionProps)).toThrow(message);
  });

  test.each<[string, () => unknown, string]>([
    ['options that are none', () => ExtensionFilter.wasm(null as any), 'the options of ExtensionFilter.wasm is null, expected an object'],
    ['no module', () => ExtensionFilter.wasm({} as any), 'the module of ExtensionFilter.wasm is undefined, expected a WasmModule'],
    ['an unknown option', () => ExtensionFilter.wasm({ module: code, phase: 'AUTHN' } as any), 'ExtensionFilter.wasm has no property "phase"'],
    ['no code', () => ExtensionFilter.lua(''), 'the code of ExtensionFilter.lua is "", expected a non-empty string; define envoy_on_request or envoy_on_response'],
    ['code that is none', () => ExtensionFilter.lua({ inlineCode: 'a' } as any), 'the code of ExtensionFilter.lua is {"inlineCode":"a"}, expected a non-empty string'],
    ['long code', () => ExtensionFilter.lua('é'.repeat(32_769)), 'the code of ExtensionFilter.lua has 65538 bytes, expected at most 65536; write a WebAssembly module for it'],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
