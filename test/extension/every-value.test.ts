import { Testing } from 'cdk8s';
import {
  EnvoyFilter, EnvoyFilterClass, EnvoyPatch, EnvoyRouteAction, ExtensionFilter, ExtensionPhase, IstioMetric, Telemetry, TrafficExtension,
  WasmFailStrategy, WasmModule, WasmPlugin, WasmPluginType, WorkloadMode,
} from '../../src';

/*
 * Every value of Istio's enums reaches the manifest, in each place that has it.
 */

const image = WasmModule.oci('registry.example.com/filter:v1', { verificationKey: '/etc/key.pub' });
const filter = { name: 'lua', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua' } };

/** The specs of a WasmPlugin and of a TrafficExtension with the same settings. */
function specs(place: object, wasm: object = {}) {
  const chart = Testing.chart();
  new WasmPlugin(chart, 'Plugin', { module: image, ...place, ...wasm });
  new TrafficExtension(chart, 'Extension', { filter: ExtensionFilter.wasm({ module: image, ...wasm }), ...place });
  return Testing.synth(chart).map(({ spec }) => spec);
}

test.each(Object.values(ExtensionPhase))('the phase %s', (phase) => {
  expect(specs({ phase }).map((spec) => spec.phase)).toEqual([phase, phase]);
});

test.each(Object.values(WorkloadMode))('traffic on the side %s', (mode) => {
  expect(specs({ match: [{ mode }] }).map((spec) => spec.match)).toEqual([[{ mode }], [{ mode }]]);

  const chart = Testing.chart();
  new Telemetry(chart, 'Telemetry', {
    tracing: [{ mode, disableSpanReporting: true }],
    metrics: [{ overrides: [{ metric: IstioMetric.REQUEST_SIZE, mode, disabled: true }] }],
    accessLogging: [{ mode, disabled: true }],
  });
  const { tracing, metrics, accessLogging } = Testing.synth(chart)[0].spec;
  expect([tracing[0], metrics[0].overrides[0], accessLogging[0]].map(({ match }) => match.mode)).toEqual([mode, mode, mode]);
});

test.each(Object.values(WasmFailStrategy))('a module that fails: %s', (failStrategy) => {
  const [plugin, { wasm }] = specs({}, { failStrategy });

  expect([plugin.failStrategy, wasm.failStrategy]).toEqual([failStrategy, failStrategy]);
});

test.each(Object.values(WasmPluginType))('a module of type %s', (type) => {
  const [plugin, { wasm }] = specs({}, { type });

  expect([plugin.type, wasm.type]).toEqual([type, type]);
  expect([plugin.verificationKey, wasm.verificationKey]).toEqual(['/etc/key.pub', '/etc/key.pub']);
});

test.each(Object.values(EnvoyFilterClass))('a filter of class %s', (filterClass) => {
  const chart = Testing.chart();
  new EnvoyFilter(chart, 'Filter', { configPatches: [EnvoyPatch.httpFilter().add(filter, { filterClass })] });

  expect(Testing.synth(chart)[0].spec.configPatches[0].patch.filterClass).toBe(filterClass);
});

test.each(Object.values(EnvoyRouteAction))('routes whose action is %s', (action) => {
  const chart = Testing.chart();
  new EnvoyFilter(chart, 'Filter', { configPatches: [EnvoyPatch.httpRoute({ route: { action } }).merge({ route: { timeout: '5s' } })] });

  expect(Testing.synth(chart)[0].spec.configPatches[0].match.routeConfiguration.vhost.route.action).toBe(action);
});
