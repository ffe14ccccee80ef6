import { Chart } from 'cdk8s';
import { cel, checked, inexpressible, Rule, throws, warned } from './rule';
import { labels, selectorRules, targetRules } from './shared';
import { EnvoyFilter, EnvoyPatch, PolicyTarget, WaypointPatch } from '../../src';

const lua = {
  name: 'lua',
  typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua', 'default_source_code': { inline_string: 'function envoy_on_request(h) end' } },
};
const filter = (...configPatches: (() => EnvoyPatch)[]) => (chart: Chart) => new EnvoyFilter(chart, 'Filter', { configPatches: configPatches.map((make) => make()) });

export const envoyFilter: Rule[] = [
  inexpressible('there is a selector or there are targets', 'a PolicyTarget is one or the other', cel('only one of targetRefs or workloadSelector can be set')),
  ...targetRules().slice(1),
  ...selectorRules((chart, selector) => new EnvoyFilter(chart, 'Filter', { target: PolicyTarget.workloads(selector), configPatches: [EnvoyPatch.httpFilter({ filter: 'a' }).remove()] }), labels),
  throws('there are no null patches', 'configPatches[0] is null, expected an EnvoyPatch', filter(() => null as any)),
  inexpressible('a patch has applyTo', 'EnvoyPatch has a factory for each'),
  inexpressible('a patch has an operation', 'the selection of EnvoyPatch has a method for each'),
  throws('a patch has a value', 'the value of EnvoyPatch.cluster is undefined, expected an object of JSON', filter(() => EnvoyPatch.cluster().add(undefined as any))),
  throws('a removal of a filter names it', 'EnvoyPatch.httpFilter is to remove a filter and names none, expected its name, since Istio does nothing otherwise', filter(() => EnvoyPatch.httpFilter().remove())),
  throws('proxyVersion is RE2', 'the proxyVersion of the proxy of EnvoyPatch.httpFilter is "(", expected an RE2 expression (error parsing regexp: missing closing ): `(`)', filter(() => EnvoyPatch.httpFilter({ proxy: { proxyVersion: '(' } }).add(lua))),
  inexpressible('the match fits applyTo', 'each factory of EnvoyPatch takes its own match'),
  inexpressible('waypoints are matched in their context only', 'WaypointPatch has this context, EnvoyPatch has not', cel('only support waypointMatch when context is WAYPOINT')),
  throws('the port of a waypoint is 1 to 65535', 'the portNumber of WaypointPatch.httpFilter is 0, expected a whole number from 1 to 65535', filter(() => WaypointPatch.httpFilter({ portNumber: 0 }).add(lua)), cel('port must be between 1-65535')),
  throws('the port of a listener is 1 to 65535', 'the portNumber of EnvoyPatch.listener is 65536, expected a whole number from 1 to 65535', filter(() => EnvoyPatch.listener({ portNumber: 65536 }).remove())),
  throws('proxyVersion is 1024 characters at most', ', expected an RE2 expression', filter(() => EnvoyPatch.httpFilter({ proxy: { proxyVersion: 'a'.repeat(1025) } }).add(lua))),
  checked('a value is one of Envoy\'s types', 'the validation of the verifier, which has them'),
  warned('it exposes internals', 'EnvoyFilter exposes internal implementation details', filter(() => EnvoyPatch.httpFilter({ filter: 'envoy.filters.http.router' }).insertBefore(lua))),
];
