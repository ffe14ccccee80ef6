import { Table, table } from './documented';
import { EnvoyContext, EnvoyFilter, EnvoyFilterClass, EnvoyFilterProps, EnvoyPatch, PolicyTarget } from '../../src';

const { GATEWAY, SIDECAR_INBOUND, SIDECAR_OUTBOUND } = EnvoyContext;
const HTTP_CONNECTION_MANAGER = 'envoy.filters.network.http_connection_manager';
const EXT_AUTHZ = 'envoy.filters.http.ext_authz';
const typed = (type: string, value: object = {}) => ({ '@type': `type.googleapis.com/envoy.extensions.filters.${type}`, ...value });
const manager = (value: object) => typed('network.http_connection_manager.v3.HttpConnectionManager', value);
const idle = { common_http_protocol_options: { idle_timeout: '30s' } };
const authorized = (cluster_name: string, metadata: object = {}) =>
  typed('http.ext_authz.v3.ExtAuthz', { grpc_service: { envoy_grpc: { cluster_name }, ...metadata } });

const lua = `function envoy_on_request(request_handle)
  -- Make an HTTP call to an upstream host with the following headers, body, and timeout.
  local headers, body = request_handle:httpCall(
   "lua_cluster",
   {
    [":method"] = "POST",
    [":path"] = "/acl",
    [":authority"] = "internal.org.net"
   },
  "authorize call",
  5000)
end
`;
const attributes = `{
  "attributes": [
    {
      "output_attribute": "istio_operationId",
      "match": [
        {
          "value": "ListReviews",
          "condition": "request.url_path == '/reviews' && request.method == 'GET'"
        }]
    }]
}
`;

const envoyFilters = table<EnvoyFilterProps>('EnvoyFilter', (chart, props) => new EnvoyFilter(chart, 'Documented', props), {
  'custom-protocol': {
    configPatches: [
      EnvoyPatch.networkFilter({ context: SIDECAR_OUTBOUND, portNumber: 9307, filter: 'envoy.filters.network.tcp_proxy' }).insertBefore({
        name: 'envoy.extensions.filters.network.mongo_proxy', typed_config: typed('network.mongo_proxy.v3.MongoProxy'),
      }),
      EnvoyPatch.networkFilter({ filter: HTTP_CONNECTION_MANAGER }).merge({ name: HTTP_CONNECTION_MANAGER, typed_config: manager(idle) }),
    ],
  },
  'reviews-lua': {
    target: PolicyTarget.workloads({ app: 'reviews' }),
    configPatches: [
      EnvoyPatch.httpFilter({ context: SIDECAR_INBOUND, portNumber: 8080, filter: 'envoy.filters.http.router' }).insertBefore({
        name: 'envoy.filters.http.lua', typed_config: typed('http.lua.v3.Lua', { defaultSourceCode: { inlineString: lua } }),
      }),
      EnvoyPatch.cluster({ context: SIDECAR_OUTBOUND }).add({
        name: 'lua_cluster',
        type: 'STRICT_DNS',
        connect_timeout: '0.5s',
        lb_policy: 'ROUND_ROBIN',
        load_assignment: {
          cluster_name: 'lua_cluster',
          endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { protocol: 'TCP', address: 'internal.org.net', port_value: 8888 } } } }] }],
        },
      }),
    ],
  },
  'hcm-tweaks': {
    target: PolicyTarget.workloads({ istio: 'ingressgateway' }),
    configPatches: [
      EnvoyPatch.networkFilter({ context: GATEWAY, filterChain: { sni: 'app.example.com' }, filter: HTTP_CONNECTION_MANAGER })
        .merge({ typed_config: manager({ xff_num_trusted_hops: 5, ...idle }) }),
    ],
  },
  'reviews-request-operation': {
    target: PolicyTarget.workloads({ app: 'reviews' }),
    configPatches: [EnvoyPatch.httpFilter({ context: SIDECAR_INBOUND }).add({
      name: 'istio.request_operation',
      typed_config: {
        '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct',
        'type_url': 'type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm',
        'value': {
          config: {
            configuration: attributes,
            vm_config: { runtime: 'envoy.wasm.runtime.null', code: { local: { inline_string: 'envoy.wasm.attributegen' } } },
          },
        },
      },
    }, { filterClass: EnvoyFilterClass.STATS })],
  },
  'myns-ext-authz': {
    configPatches: [EnvoyPatch.httpFilter({ context: SIDECAR_INBOUND }).add({
      name: EXT_AUTHZ, typed_config: authorized('acme-ext-authz', { initial_metadata: [{ key: 'foo', value: 'myauth.acme' }] }),
    }, { filterClass: EnvoyFilterClass.AUTHZ })],
  },
  'mysvc-ext-authz': {
    target: PolicyTarget.workloads({ app: 'mysvc' }),
    configPatches: [EnvoyPatch.httpFilter({ context: SIDECAR_INBOUND, filter: EXT_AUTHZ }).replace({
      name: EXT_AUTHZ, typed_config: authorized('acme-ext-authz-alt'),
    })],
  },
  'wasm-example': {
    configPatches: [
      EnvoyPatch.extensionConfig({
        name: 'my-wasm-extension',
        typed_config: typed('http.wasm.v3.Wasm', {
          config: {
            root_id: 'my-wasm-root-id',
            vm_config: { vm_id: 'my-wasm-vm-id', runtime: 'envoy.wasm.runtime.v8', code: { remote: { http_uri: { uri: 'http://my-wasm-binary-uri' } } } },
            configuration: { '@type': 'type.googleapis.com/google.protobuf.StringValue', 'value': '{}\n' },
          },
        }),
      }),
      EnvoyPatch.httpFilter({ filter: 'envoy.filters.http.router' }).insertBefore({
        name: 'my-wasm-extension',
        config_discovery: { config_source: { ads: {} }, type_urls: ['type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm'] },
      }),
    ],
  },
  'listener-filter-example': {
    configPatches: [
      EnvoyPatch.listenerFilter({ context: SIDECAR_INBOUND, portNumber: 15006, filter: 'envoy.filters.listener.tls_inspector' }).insertBefore({
        name: 'envoy.filters.listener.proxy_protocol', typed_config: typed('listener.proxy_protocol.v3.ProxyProtocol'),
      }),
    ],
  },
  'domain-match-example': {
    configPatches: [EnvoyPatch.virtualHost({ context: GATEWAY, virtualHost: { domainName: 'foo.com' } }).merge({
      rate_limits: [{
        actions: [
          { request_headers: { header_name: 'authorization', descriptor_key: 'jwt' } },
          { request_headers: { header_name: ':path', descriptor_key: 'path' } },
        ],
      }],
    })],
  },
}, {
  'domain-match-example': {
    reason: 'rate_limits is a list',
    correct: ({ spec: { configPatches: [{ patch: { value } }] } }) => { value.rate_limits = [value.rate_limits]; },
  },
  'mysvc-ext-authz': {
    reason: 'it replaces no filter, since Istio replaces only one that the match names',
    isAccepted: true,
    correct: ({ spec: { configPatches: [{ match }] } }) => {
      match.listener = { filterChain: { filter: { name: HTTP_CONNECTION_MANAGER, subFilter: { name: EXT_AUTHZ } } } };
    },
  },
});

/** What Istio documents of changes to Envoy's configuration. */
export const envoy: Table[] = [envoyFilters];
