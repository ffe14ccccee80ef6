import { Testing } from 'cdk8s';
import {
  EnvoyContext, EnvoyFilter, EnvoyFilterClass, EnvoyFilterProps, EnvoyPatch, EnvoyRouteAction, IstioGateway, PolicyTarget, ServiceRef, WaypointPatch,
} from '../../src';

const { SIDECAR_INBOUND, SIDECAR_OUTBOUND, GATEWAY } = EnvoyContext;

/** What a patch gives in an EnvoyFilter of namespace `shop`. */
function render(...configPatches: EnvoyPatch[]): any[] {
  const chart = Testing.chart();
  new EnvoyFilter(chart, 'Filter', { metadata: { namespace: 'shop' }, configPatches, priority: 10 });
  return Testing.synth(chart)[0].spec.configPatches;
}

const value = { name: 'a' };
const proxy = { proxyVersion: '^1\\.31.*', metadata: { CLUSTER_ID: 'west' } };
const hcm = 'envoy.filters.network.http_connection_manager';

describe('EnvoyFilter', () => {
  test('every property reaches the manifest', () => {
    const chart = Testing.chart();
    new EnvoyFilter(chart, 'Filter', {
      metadata: { name: 'lua', namespace: 'shop' },
      target: PolicyTarget.workloads({ app: 'orders' }),
      configPatches: [EnvoyPatch.httpFilter({ context: SIDECAR_INBOUND }).insertFirst({
        name: 'envoy.filters.http.lua', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua' },
      })],
      priority: -10,
    });

    expect(Testing.synth(chart)).toEqual([{
      apiVersion: 'networking.istio.io/v1alpha3',
      kind: 'EnvoyFilter',
      metadata: { name: 'lua', namespace: 'shop' },
      spec: {
        workloadSelector: { labels: { app: 'orders' } },
        configPatches: [{
          applyTo: 'HTTP_FILTER',
          match: { context: 'SIDECAR_INBOUND' },
          patch: {
            operation: 'INSERT_FIRST',
            value: { name: 'envoy.filters.http.lua', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua' } },
          },
        }],
        priority: -10,
      },
    }]);
    expect(chart).toBeAcceptedByIstio();
  });

  test('a waypoint as target', () => {
    const chart = Testing.chart();
    new EnvoyFilter(chart, 'Filter', { target: PolicyTarget.gateway('waypoint'), configPatches: [EnvoyPatch.cluster().remove()] });

    expect(Testing.synth(chart)[0].spec).toEqual({
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' }],
      configPatches: [{ applyTo: 'CLUSTER', patch: { operation: 'REMOVE' } }],
    });
    expect(chart).toBeAcceptedByIstio();
  });

  const configPatches = [EnvoyPatch.cluster().remove()];
  const labels = Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`l${i}`, 'a']));

  test.each<[string, unknown, string]>([
    ['null', null, 'the properties of the EnvoyFilter is null, expected an object'],
    ['no patches', {}, 'configPatches is undefined, expected a list of at least one entry; add a patch such as EnvoyPatch.httpFilter().insertFirst({ ... })'],
    ['an empty list of patches', { configPatches: [] }, 'configPatches is [], expected a list of at least one entry'],
    ['a patch as the manifest has it', { configPatches: [{ applyTo: 'CLUSTER' }] }, 'configPatches[0] is {"applyTo":"CLUSTER"}, expected an EnvoyPatch; write for example EnvoyPatch.httpFilter().insertFirst({ ... })'],
    ['a selection without operation', { configPatches: [EnvoyPatch.cluster()] }, 'configPatches[0] is an EnvoyObjectSelection, expected an EnvoyPatch'],
    ['an unknown property', { configPatches, workloadSelector: {} }, 'EnvoyFilter has no property "workloadSelector"'],
    ['a target as text', { configPatches, target: 'orders' }, 'the target is "orders", expected a PolicyTarget'],
    ['the older form of a target', { configPatches, target: PolicyTarget.targetRef(PolicyTarget.gateway('a')) }, 'the target "a" is a PolicyTarget.targetRef, expected the target itself'],
    ['257 labels', { configPatches, target: PolicyTarget.workloads(labels) }, 'the labels of the EnvoyFilter has 257 entries, expected at most 256'],
    ['a large priority', { configPatches, priority: 2 ** 31 }, 'the priority of the EnvoyFilter is 2147483648, expected a whole number from -2147483648 to 2147483647; the lowest comes first'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new EnvoyFilter(Testing.chart(), 'Filter', props as EnvoyFilterProps)).toThrow(message);
  });
});

describe('EnvoyPatch', () => {
  test('operations', () => {
    const [listener, filterChain, cluster] = [EnvoyPatch.listener(), EnvoyPatch.filterChain(), EnvoyPatch.cluster()];
    const [routeConfiguration, virtualHost, httpRoute] = [EnvoyPatch.routeConfiguration(), EnvoyPatch.virtualHost(), EnvoyPatch.httpRoute()];
    const filter = 'a';
    const [networkFilter, httpFilter] = [EnvoyPatch.networkFilter({ filter }), EnvoyPatch.httpFilter({ filter })];
    const listenerFilter = EnvoyPatch.listenerFilter({ filter });
    const all = [
      ...[listener, filterChain, cluster, virtualHost].flatMap((selection) => [selection.add(value), selection.remove()]),
      ...[listener, filterChain, cluster, virtualHost, routeConfiguration, httpRoute]
        .flatMap((selection) => [selection.merge(value), selection.mergeAndReplaceList(value)]),
      ...[networkFilter, httpFilter, listenerFilter].flatMap((selection) => [selection.add(value), selection.merge(value), selection.remove()]),
      ...[networkFilter, httpFilter, listenerFilter, httpRoute]
        .flatMap((selection) => [selection.insertBefore(value), selection.insertAfter(value), selection.insertFirst(value)]),
      ...[networkFilter, httpFilter, virtualHost].map((selection) => selection.replace(value)),
      EnvoyPatch.extensionConfig(value),
      EnvoyPatch.bootstrap({ node: { id: 'a' } }),
    ];
    const operations: Record<string, string[]> = {};
    render(...all).forEach(({ applyTo, patch }) => (operations[applyTo] ??= []).push(patch.operation));

    expect(operations).toEqual({
      LISTENER: ['ADD', 'REMOVE', 'MERGE', 'MERGE_AND_REPLACE_LIST'],
      FILTER_CHAIN: ['ADD', 'REMOVE', 'MERGE', 'MERGE_AND_REPLACE_LIST'],
      CLUSTER: ['ADD', 'REMOVE', 'MERGE', 'MERGE_AND_REPLACE_LIST'],
      VIRTUAL_HOST: ['ADD', 'REMOVE', 'MERGE', 'MERGE_AND_REPLACE_LIST', 'REPLACE'],
      ROUTE_CONFIGURATION: ['MERGE', 'MERGE_AND_REPLACE_LIST'],
      HTTP_ROUTE: ['MERGE', 'MERGE_AND_REPLACE_LIST', 'INSERT_BEFORE', 'INSERT_AFTER', 'INSERT_FIRST'],
      NETWORK_FILTER: ['ADD', 'MERGE', 'REMOVE', 'INSERT_BEFORE', 'INSERT_AFTER', 'INSERT_FIRST', 'REPLACE'],
      HTTP_FILTER: ['ADD', 'MERGE', 'REMOVE', 'INSERT_BEFORE', 'INSERT_AFTER', 'INSERT_FIRST', 'REPLACE'],
      LISTENER_FILTER: ['ADD', 'MERGE', 'REMOVE', 'INSERT_BEFORE', 'INSERT_AFTER', 'INSERT_FIRST'],
      EXTENSION_CONFIG: ['ADD'],
      BOOTSTRAP: ['MERGE'],
    });
  });

  const listener = { name: '0.0.0.0_8080', portNumber: 8080, portName: 'http' };
  const filterChain = { name: 'chain', sni: 'shop.example.com', transportProtocol: 'tls', applicationProtocols: ['h2', 'http/1.1'], destinationPort: 443 };
  const chain = { ...filterChain, applicationProtocols: 'h2,http/1.1' };
  const reviews = ServiceRef.fromName('reviews', { namespace: 'prod' });

  test.each<[string, EnvoyPatch, object | undefined]>([
    ['nothing', EnvoyPatch.listener().remove(), undefined],
    ['an empty part', EnvoyPatch.networkFilter({ filterChain: {} }).add(value), undefined],
    ['a context', EnvoyPatch.listener({ context: EnvoyContext.ANY }).remove(), { context: 'ANY' }],
    ['a proxy', EnvoyPatch.extensionConfig(value, { proxy }), { proxy }],
    ['a proxy without conditions', EnvoyPatch.bootstrap({}, { proxy: { metadata: {} } }), { proxy: {} }],
    ['a listener', EnvoyPatch.listener({ context: SIDECAR_OUTBOUND, proxy, ...listener }).merge(value), { context: 'SIDECAR_OUTBOUND', proxy, listener }],
    ['a chain', EnvoyPatch.filterChain({ ...listener, filterChain }).merge({ name: 'b' }), { listener: { ...listener, filterChain: chain } }],
    ['a network filter', EnvoyPatch.networkFilter({ portNumber: 443, filterChain: { sni: 'a' }, filter: hcm }).remove(),
      { listener: { portNumber: 443, filterChain: { sni: 'a', filter: { name: hcm } } } }],
    ['an HTTP filter', EnvoyPatch.httpFilter({ filter: 'envoy.filters.http.router' }).insertBefore(value),
      { listener: { filterChain: { filter: { name: hcm, subFilter: { name: 'envoy.filters.http.router' } } } } }],
    ['a listener filter', EnvoyPatch.listenerFilter({ portNumber: 15006, filter: 'envoy.filters.listener.tls_inspector' }).remove(),
      { listener: { portNumber: 15006, listenerFilter: 'envoy.filters.listener.tls_inspector' } }],
    ['a cluster by name', EnvoyPatch.cluster({ context: SIDECAR_OUTBOUND, name: 'PassthroughCluster' }).merge({ name: 'b' }),
      { context: 'SIDECAR_OUTBOUND', cluster: { name: 'PassthroughCluster' } }],
    ['a cluster of a service', EnvoyPatch.cluster({ service: reviews, subset: 'v2', portNumber: 9080 }).remove(),
      { cluster: { service: 'reviews.prod.svc.cluster.local', subset: 'v2', portNumber: 9080 } }],
    ['a cluster of a service beside it', EnvoyPatch.cluster({ service: ServiceRef.fromName('orders') }).remove(),
      { cluster: { service: 'orders.shop.svc.cluster.local' } }],
    ['a route configuration', EnvoyPatch.routeConfiguration({ name: 'http_proxy', portNumber: 80 }).merge({ name: 'b' }),
      { routeConfiguration: { name: 'http_proxy', portNumber: 80 } }],
    ['the routes of a gateway', EnvoyPatch.routeConfiguration({ context: GATEWAY, portName: 'https', gateway: IstioGateway.fromName('edge') }).merge({}),
      { context: 'GATEWAY', routeConfiguration: { portName: 'https', gateway: 'shop/edge' } }],
    ['the routes of a gateway elsewhere', EnvoyPatch.virtualHost({ context: GATEWAY, gateway: IstioGateway.fromName('edge', { namespace: 'infra' }) }).remove(),
      { context: 'GATEWAY', routeConfiguration: { gateway: 'infra/edge' } }],
    ['a virtual host', EnvoyPatch.virtualHost({ virtualHost: { name: 'a:80', domainName: 'a' } }).replace(value),
      { routeConfiguration: { vhost: { name: 'a:80', domainName: 'a' } } }],
    ['a route', EnvoyPatch.httpRoute({ virtualHost: { name: 'a:80' }, route: { name: 'default', action: EnvoyRouteAction.REDIRECT } }).merge({}),
      { routeConfiguration: { vhost: { name: 'a:80', route: { name: 'default', action: 'REDIRECT' } } } }],
    ['a route of any host', EnvoyPatch.httpRoute({ route: { name: 'default' } }).insertAfter({}), { routeConfiguration: { vhost: { route: { name: 'default' } } } }],
    ['an empty route', EnvoyPatch.httpRoute({ route: {}, virtualHost: {} }).insertFirst({}), undefined],
  ])('matches %s', (_, patch, match) => {
    expect(render(patch)[0].match).toEqual(match);
  });

  test('a place among the filters of Istio', () => {
    expect(render(EnvoyPatch.httpFilter().add(value, { filterClass: EnvoyFilterClass.AUTHZ }))[0].patch).toEqual({ operation: 'ADD', filterClass: 'AUTHZ', value });
  });

  test('what happens to a match or value afterwards makes no difference', () => {
    const match = { portNumber: 80 };
    const changing = { name: 'a' };
    const patch = EnvoyPatch.listener(match).add(changing);
    match.portNumber = 0;
    changing.name = 'b';

    expect(render(patch)).toEqual([{ applyTo: 'LISTENER', match: { listener: { portNumber: 80 } }, patch: { operation: 'ADD', value: { name: 'a' } } }]);
  });

  const wrong = (match: unknown) => match as any;

  test.each<[string, () => unknown, string]>([
    ['a match that is null', () => EnvoyPatch.listener(wrong(null)), 'the match of EnvoyPatch.listener is null, expected an object'],
    ['a context as text', () => EnvoyPatch.listener(wrong({ context: 'inbound' })), 'the context of EnvoyPatch.listener is "inbound", expected one of ANY, SIDECAR_INBOUND, SIDECAR_OUTBOUND, GATEWAY'],
    ['the context of waypoints', () => EnvoyPatch.httpFilter(wrong({ context: 'WAYPOINT' })), 'the context of EnvoyPatch.httpFilter is "WAYPOINT", expected one of'],
    ['a proxy as text', () => EnvoyPatch.listener(wrong({ proxy: '1.31' })), 'the proxy of EnvoyPatch.listener is "1.31", expected an object'],
    ['an unknown property of a proxy', () => EnvoyPatch.listener(wrong({ proxy: { version: 'a' } })), 'the proxy of EnvoyPatch.listener has no property "version"'],
    ['a version that is no expression', () => EnvoyPatch.listener({ proxy: { proxyVersion: '1.31(' } }), 'the proxyVersion of the proxy of EnvoyPatch.listener is "1.31(", expected an RE2 expression'],
    ['a number in metadata', () => EnvoyPatch.listener(wrong({ proxy: { metadata: { a: 1 } } })), 'the metadata of the proxy of EnvoyPatch.listener has "a": 1, expected a text, since Istio compares no others; write it in quotes'],
    ['metadata as text', () => EnvoyPatch.extensionConfig(value, wrong({ proxy: { metadata: 'a' } })), 'the metadata of the proxy of EnvoyPatch.extensionConfig is "a", expected an object'],
    ['a chain of a listener', () => EnvoyPatch.listener(wrong({ filterChain: {} })), 'EnvoyPatch.listener has no property "filterChain"'],
    ['a filter of a chain', () => EnvoyPatch.filterChain(wrong({ filter: 'a' })), 'EnvoyPatch.filterChain has no property "filter"'],
    ['a cluster of a listener', () => EnvoyPatch.networkFilter(wrong({ subset: 'a' })), 'EnvoyPatch.networkFilter has no property "subset"'],
    ['a context of an extension', () => EnvoyPatch.extensionConfig(value, wrong({ context: 'ANY' })), 'EnvoyPatch.extensionConfig has no property "context"'],
    ['an empty name', () => EnvoyPatch.listener({ name: '' }), 'the name of EnvoyPatch.listener is "", expected a non-empty string'],
    ['port 0', () => EnvoyPatch.listener({ portNumber: 0 }), 'the portNumber of EnvoyPatch.listener is 0, expected a whole number from 1 to 65535'],
    ['an empty port name', () => EnvoyPatch.listener(wrong({ portName: '' })), 'the portName of EnvoyPatch.listener is "", expected a non-empty string'],
    ['a chain as text', () => EnvoyPatch.filterChain(wrong({ filterChain: 'a' })), 'the filterChain of EnvoyPatch.filterChain is "a", expected an object'],
    ['an unknown property of a chain', () => EnvoyPatch.filterChain(wrong({ filterChain: { port: 1 } })), 'the filterChain of EnvoyPatch.filterChain has no property "port"'],
    ['protocols with a comma', () => EnvoyPatch.filterChain({ filterChain: { applicationProtocols: ['h2,http/1.1'] } }), 'an entry of the applicationProtocols of the filterChain of EnvoyPatch.filterChain is "h2,http/1.1", expected a protocol without blanks and commas; write one such as "h2"'],
    ['no protocols', () => EnvoyPatch.filterChain({ filterChain: { applicationProtocols: [] } }), 'is [], expected a list of at least one entry; leave them out for any'],
    ['an empty filter', () => EnvoyPatch.httpFilter({ filter: '' }), 'the filter of EnvoyPatch.httpFilter is "", expected a non-empty string; leave it out for any'],
    ['an empty listener filter', () => EnvoyPatch.listenerFilter({ filter: '' }), 'the filter of EnvoyPatch.listenerFilter is "", expected a non-empty string'],
    ['a name and more', () => EnvoyPatch.cluster({ name: 'a', subset: 'v1' }), 'EnvoyPatch.cluster has the name "a" and more, expected nothing beside a name but context and proxy, since Istio looks at nothing else then; remove the rest or the name'],
    ['a service as text', () => EnvoyPatch.cluster(wrong({ service: 'reviews' })), 'the service is "reviews", expected a Service construct'],
    ['a subset with a dot', () => EnvoyPatch.cluster({ subset: 'v1.0' }), 'the subset of EnvoyPatch.cluster is "v1.0", expected a DNS label'],
    ['an unknown property of a cluster', () => EnvoyPatch.cluster(wrong({ host: 'a' })), 'EnvoyPatch.cluster has no property "host"'],
    ['a gateway outside of gateways', () => EnvoyPatch.routeConfiguration({ gateway: IstioGateway.fromName('edge') }), 'EnvoyPatch.routeConfiguration names a gateway in the context undefined, expected EnvoyContext.GATEWAY, since Istio looks at it nowhere else; add the context'],
    ['a port name outside of gateways', () => EnvoyPatch.virtualHost({ context: SIDECAR_INBOUND, portName: 'a' }), 'EnvoyPatch.virtualHost names a portName in the context "SIDECAR_INBOUND", expected EnvoyContext.GATEWAY'],
    ['a gateway as text', () => EnvoyPatch.routeConfiguration(wrong({ context: GATEWAY, gateway: 'a/b' })), 'the name of the gateway is undefined, expected a non-empty string'],
    ['a host of a route configuration', () => EnvoyPatch.routeConfiguration(wrong({ virtualHost: {} })), 'EnvoyPatch.routeConfiguration has no property "virtualHost"'],
    ['a route of a virtual host', () => EnvoyPatch.virtualHost(wrong({ route: {} })), 'EnvoyPatch.virtualHost has no property "route"'],
    ['a virtual host as text', () => EnvoyPatch.virtualHost(wrong({ virtualHost: 'a' })), 'the virtualHost of EnvoyPatch.virtualHost is "a", expected an object'],
    ['an unknown property of a host', () => EnvoyPatch.httpRoute(wrong({ virtualHost: { route: {} } })), 'the virtualHost of EnvoyPatch.httpRoute has no property "route"'],
    ['an action as text', () => EnvoyPatch.httpRoute(wrong({ route: { action: 'redirect' } })), 'the action of the route of EnvoyPatch.httpRoute is "redirect", expected one of ANY, ROUTE, REDIRECT, DIRECT_RESPONSE'],
    ['an unknown property of a route', () => EnvoyPatch.httpRoute(wrong({ route: { match: 'a' } })), 'the route of EnvoyPatch.httpRoute has no property "match"'],
    ['no value', () => EnvoyPatch.cluster().add(wrong(undefined)), 'the value of EnvoyPatch.cluster is undefined, expected an object of JSON; write its fields by the names they have in the manifest'],
    ['a value as text', () => EnvoyPatch.bootstrap(wrong('{}')), 'the value of EnvoyPatch.bootstrap is "{}", expected an object of JSON'],
    ['a null in a value', () => EnvoyPatch.httpRoute().merge({ route: { timeout: null } }), 'the value of EnvoyPatch.httpRoute.route.timeout is null, expected a value'],
    ['options as text', () => EnvoyPatch.httpFilter().add(value, wrong('AUTHZ')), 'the options of adding a filter is "AUTHZ", expected an object'],
    ['an unknown option', () => EnvoyPatch.httpFilter().add(value, wrong({ class: 'AUTHZ' })), 'the options of adding a filter has no property "class"'],
    ['a class as text', () => EnvoyPatch.httpFilter().add(value, wrong({ filterClass: 'authz' })), 'the filterClass of the options of adding a filter is "authz", expected one of AUTHN, AUTHZ, STATS'],
    ['to remove any filter', () => EnvoyPatch.networkFilter().remove(), 'EnvoyPatch.networkFilter is to remove a filter and names none, expected its name, since Istio does nothing otherwise; add { filter: "..." } to the match'],
    ['to replace any filter', () => EnvoyPatch.httpFilter({ context: SIDECAR_INBOUND }).replace(value), 'EnvoyPatch.httpFilter is to replace a filter and names none, expected its name'],
    ['to merge into any listener filter', () => EnvoyPatch.listenerFilter().merge(value), 'EnvoyPatch.listenerFilter is to merge into a filter and names none, expected its name'],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test.each<[string, EnvoyPatch, string]>([
    ['a service', EnvoyPatch.cluster({ service: ServiceRef.fromName('orders') }).remove(), 'the service of EnvoyPatch.cluster is "orders", expected one whose namespace is known; name the namespace of the service or of the EnvoyFilter'],
    ['a gateway', EnvoyPatch.routeConfiguration({ context: GATEWAY, gateway: IstioGateway.fromName('edge') }).merge({}), 'the gateway of EnvoyPatch.routeConfiguration is "edge", expected one whose namespace is known; name the namespace of the gateway or of the EnvoyFilter'],
  ])('refuses %s in no namespace', (_, patch, message) => {
    expect(() => new EnvoyFilter(Testing.chart(), 'Filter', { configPatches: [patch] })).toThrow(message);
  });
});

describe('WaypointPatch', () => {
  test.each<[string, EnvoyPatch, string, object]>([
    ['any filter', WaypointPatch.httpFilter().insertFirst(value), 'HTTP_FILTER', {}],
    ['an HTTP filter', WaypointPatch.httpFilter({ portNumber: 80, filter: 'a' }).replace(value), 'HTTP_FILTER', { portNumber: 80, filter: { name: hcm, subFilter: { name: 'a' } } }],
    ['a network filter', WaypointPatch.networkFilter({ filter: hcm }).remove(), 'NETWORK_FILTER', { filter: { name: hcm } }],
    ['a route', WaypointPatch.httpRoute({ route: 'default' }).merge({}), 'HTTP_ROUTE', { route: { name: 'default' } }],
  ])('matches %s', (_, patch, applyTo, waypoint) => {
    const [rendered] = render(patch);

    expect(rendered).toMatchObject({ applyTo, match: { context: 'WAYPOINT', waypoint } });
    expect(rendered.match).toEqual({ context: 'WAYPOINT', waypoint });
  });

  test('matches a proxy', () => {
    expect(render(WaypointPatch.httpRoute({ proxy }).insertFirst({}))[0].match).toEqual({ context: 'WAYPOINT', proxy, waypoint: {} });
  });

  test.each<[string, () => unknown, string]>([
    ['a context', () => WaypointPatch.httpFilter({ context: 'ANY' } as any), 'WaypointPatch.httpFilter has no property "context"'],
    ['port 0', () => WaypointPatch.httpFilter({ portNumber: 0 }), 'the portNumber of WaypointPatch.httpFilter is 0, expected a whole number from 1 to 65535'],
    ['an empty filter', () => WaypointPatch.networkFilter({ filter: '' }), 'the filter of WaypointPatch.networkFilter is "", expected a non-empty string; leave it out for any'],
    ['an empty route', () => WaypointPatch.httpRoute({ route: '' }), 'the route of WaypointPatch.httpRoute is "", expected a non-empty string; leave it out for any'],
    ['to remove any filter', () => WaypointPatch.httpFilter().remove(), 'WaypointPatch.httpFilter is to remove a filter and names none'],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
