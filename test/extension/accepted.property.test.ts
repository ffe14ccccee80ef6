import * as fc from 'fast-check';
import {
  EnvoyContext, EnvoyFilter, EnvoyFilterClass, EnvoyPatch, EnvoyRouteAction, ExtensionFilter, ExtensionPhase, IstioGateway, PolicyTarget,
  ServiceRef, TrafficExtension, WasmEnv, WasmFailStrategy, WasmModule, WasmPlugin, WasmPluginType, WasmPullPolicy, WaypointPatch, WorkloadMode,
} from '../../src';
import { accepted, judge } from '../istio/random';

/*
 * What the constructs accept, Istio accepts. There is one thing they can't tell: whether a value is what Envoy expects.
 * Those come from a few that are.
 */

const some = <T>(value: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const options = (model: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<any> =>
  fc.record(Object.fromEntries(Object.entries(model).map(([key, value]) => [key, some(value)])));
/** Values that a class makes of others: what it refuses is refused when the object is built. */
type Made = () => any;
const make = (value: any): any => typeof value === 'function' ? value()
  : Array.isArray(value) ? value.map(make)
    : value?.constructor === Object ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, make(part)])) : value;

const mostly = (...good: string[]) => fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...good) },
  fc.constantFrom('', ' ', '*', 'a b', '%', 'é', 'a/b', 'A'),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const listOf = <T>(entry: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 20, arbitrary: fc.array(entry, { minLength: 1, maxLength: 2 }) }, fc.constant([] as T[]));
const mapOf = <T>(keys: fc.Arbitrary<string>, entry: fc.Arbitrary<T>) => fc.dictionary(keys, entry, { maxKeys: 2, noNullPrototype: true });
const number = fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 1, max: 65535 }) }, fc.constantFrom(0, -1, 0.5, 65536, NaN, 2 ** 31, -(2 ** 31)));
const json = fc.oneof({ weight: 9, arbitrary: mapOf(mostly('a', 'b'), fc.jsonValue({ maxDepth: 2 })) }, fc.jsonValue({ maxDepth: 1 }));
const any = <T>(members: Record<string, T>) => fc.constantFrom(...Object.values(members), 'other' as T);

const target: fc.Arbitrary<Made> = fc.oneof(
  mapOf(mostly('app', 'example.com/app'), mostly('a', '')).map((labels) => () => PolicyTarget.workloads(labels)),
  mostly('waypoint').map((name) => () => PolicyTarget.gateway(name)),
  mostly('orders').map((name) => () => PolicyTarget.service(ServiceRef.fromName(name))),
  mostly('waypoint').map((name) => () => PolicyTarget.targetRef(PolicyTarget.gatewayClass(name))),
);

const sha256 = fc.oneof(
  { weight: 9, arbitrary: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 }) },
  mostly('a'.repeat(63), 'A'.repeat(64)),
);
const fetched = { sha256, verificationKey: mostly('key'), imagePullPolicy: any(WasmPullPolicy) };
const reference = fc.tuple(
  mostly('gcr.io', 'localhost:5000', 'a-b', 'a_b', 'a:99999', '[::1]'), mostly('/a', '/a/b', '/a_b', '/a//b', '/A', '/%41'), mostly('', ':v1', ':latest', '@sha256:' + 'a'.repeat(64), ':a:b'),
).map((parts) => parts.join(''));
const address = fc.oneof(
  fc.webUrl({ withFragments: true, withQueryParameters: true, validSchemes: ['http', 'https', 'ftp'] }),
  fc.tuple(fc.constantFrom('http://', 'https://', 'HTTP://', 'http:/'), mostly('a', 'a:80', 'a:', '[::1]', '[::1', 'a:99999', 'a_b'), mostly('', '/', '/%20', '/%zz', '/{a}', '?a'))
    .map((parts) => parts.join('')),
);
const wasm: fc.Arbitrary<Made> = fc.oneof(
  fc.tuple(reference, options({ ...fetched, imagePullSecret: mostly('pull-secret') })).map(([image, given]) => () => WasmModule.oci(image, given)),
  fc.tuple(address, options(fetched)).map(([url, given]) => () => WasmModule.http(url, given)),
  fc.tuple(mostly('/opt/a.wasm', '/a', '/', '/a/../b', 'a', '//a', '/a?b', '/a%'), options({ sha256 })).map(([path, given]) => () => WasmModule.file(path, given)),
);
const env: fc.Arbitrary<Made> = fc.oneof(fc.constant(() => WasmEnv.host()), mostly('a', 'a'.repeat(2048), 'a'.repeat(2049)).map((value) => () => WasmEnv.inline(value)));
const config = fc.tuple(wasm, options({
  pluginName: mostly('openid', 'a'.repeat(256), 'a'.repeat(257)),
  pluginConfig: json,
  failStrategy: any(WasmFailStrategy),
  env: mapOf(mostly('POD_NAME', 'a', '1a', 'a-b'), env),
  type: any(WasmPluginType),
})).map(([code, rest]) => ({ module: code, ...rest }));
const place = options({
  target,
  phase: any(ExtensionPhase),
  priority: number,
  match: listOf(options({ mode: any(WorkloadMode), ports: listOf(number) })),
});

test('Wasm plugins', () => {
  judge(accepted(fc.tuple(place, config).map(([where, code]) => (chart, id) => new WasmPlugin(chart, id, make({ ...where, ...code }))), 60));
});

test('traffic extensions', () => {
  const filter: fc.Arbitrary<Made> = fc.oneof(
    config.map((code) => () => ExtensionFilter.wasm(make(code))),
    mostly('function envoy_on_request(handle) end', 'a'.repeat(65_536), 'a'.repeat(65_537), '\t').map((code) => () => ExtensionFilter.lua(code)),
  );

  judge(accepted(fc.tuple(place, filter).map(([where, code]) => (chart, id) =>
    new TrafficExtension(chart, id, make({ ...where, filter: code }))), 60));
});

test('Envoy filters', () => {
  const proxy = options({ proxyVersion: mostly('^1\\.31.*', '1.(', 'a'.repeat(1025)), metadata: mapOf(mostly('CLUSTER_ID'), mostly('a')) });
  const common = { context: any(EnvoyContext), proxy };
  const listener = { ...common, name: mostly('virtualInbound'), portNumber: number, portName: mostly('http') };
  const filterChain = options({
    name: mostly('a'), sni: mostly('a.example.com'), transportProtocol: mostly('tls'), applicationProtocols: listOf(mostly('h2', 'http/1.1')), destinationPort: number,
  });
  const chain = { ...listener, filterChain };
  const filter = mostly('envoy.filters.http.router', 'envoy.router', 'envoy.filters.network.tcp_proxy');
  const gateway: fc.Arbitrary<Made> = fc.tuple(mostly('edge'), some(mostly('infra'))).map(([name, namespace]) => () => IstioGateway.fromName(name, { namespace }));
  const service: fc.Arbitrary<Made> = fc.tuple(mostly('orders'), some(mostly('shop'))).map(([name, namespace]) => () => ServiceRef.fromName(name, { namespace }));
  const routes = { ...common, name: mostly('http_proxy'), portNumber: number, portName: mostly('https'), gateway };
  const virtualHost = options({ name: mostly('a:80'), domainName: mostly('a') });
  const route = options({ name: mostly('default'), action: any(EnvoyRouteAction) });
  const cluster = { ...common, name: mostly('PassthroughCluster'), service, subset: mostly('v1'), portNumber: number };
  const waypoint = { proxy, portNumber: number };

  const matches: Record<string, [select: (match: any) => any, match: fc.Arbitrary<any>]> = {
    listener: [EnvoyPatch.listener, options(listener)],
    filterChain: [EnvoyPatch.filterChain, options(chain)],
    listenerFilter: [EnvoyPatch.listenerFilter, options({ ...listener, filter })],
    networkFilter: [EnvoyPatch.networkFilter, options({ ...chain, filter })],
    httpFilter: [EnvoyPatch.httpFilter, options({ ...chain, filter })],
    routeConfiguration: [EnvoyPatch.routeConfiguration, options(routes)],
    virtualHost: [EnvoyPatch.virtualHost, options({ ...routes, virtualHost })],
    httpRoute: [EnvoyPatch.httpRoute, options({ ...routes, virtualHost, route })],
    cluster: [EnvoyPatch.cluster, options(cluster)],
    waypointNetworkFilter: [WaypointPatch.networkFilter, options({ ...waypoint, filter })],
    waypointHttpFilter: [WaypointPatch.httpFilter, options({ ...waypoint, filter })],
    waypointHttpRoute: [WaypointPatch.httpRoute, options({ ...waypoint, route: mostly('default') })],
  };
  const value = fc.constantFrom<object>({}, { name: 'a' }, { name: '' }, { name: 'a', unknown: [1] }, [], 'name' as unknown as object);
  const operations = fc.constantFrom('add', 'merge', 'mergeAndReplaceList', 'remove', 'replace', 'insertBefore', 'insertAfter', 'insertFirst');
  const patch: fc.Arbitrary<Made> = fc.oneof(
    {
      weight: 12,
      arbitrary: fc.constantFrom(...Object.values(matches)).chain(([select, match]) => fc.tuple(match, operations, value, some(any(EnvoyFilterClass)))
        .map(([given, operation, part, filterClass]) => () => {
          const selection = select.call(EnvoyPatch, make(given));
          if (!(operation in selection)) {
            throw new Error(`there is no ${operation}, expected another operation`); // TypeScript says so
          }
          return operation === 'remove' ? selection.remove() : selection[operation](part, ...filterClass && selection.replace ? [{ filterClass }] : []);
        })),
    },
    fc.tuple(value, options({ proxy })).map(([part, given]) => () => EnvoyPatch.extensionConfig(part, given)),
    options({ proxy }).map((given) => () => EnvoyPatch.bootstrap({ node: { id: 'a' } }, given)),
  );

  judge(accepted(fc.tuple(some(target), some(number), listOf(patch), fc.constantFrom(undefined, 'shop')).map(([to, priority, configPatches, namespace]) =>
    (chart, id) => new EnvoyFilter(chart, id, make({ metadata: { namespace }, target: to, priority, configPatches }))), 100));
});
