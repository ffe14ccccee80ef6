import { Table, table } from './documented';
import {
  ExtensionFilter, ExtensionPhase, PolicyTarget, ServiceRef, TrafficExtension, TrafficExtensionProps, WasmEnv, WasmModule, WasmPlugin,
  WasmPluginProps, WasmPullPolicy, WorkloadMode,
} from '../../src';

const target = PolicyTarget.workloads({ istio: 'ingressgateway' });
const file = WasmModule.file('/opt/filters/openid.wasm', { sha256: '1ef0c9a92b0420cf25f7fe5d481b231464bc88f486ca3b9c83ed5cc21d2f6210' });
const oci = (image: string, imagePullPolicy = WasmPullPolicy.IF_NOT_PRESENT) =>
  WasmModule.oci(`private-registry:5000/${image}`, { imagePullPolicy, imagePullSecret: 'private-registry-pull-secret' });
const http = WasmModule.http('https://private-bucket/filters/openid.wasm', { imagePullPolicy: WasmPullPolicy.ALWAYS });
const image = oci('openid-connect/openid:latest');
const pluginConfig = { openid_server: 'authn', openid_realm: 'ingress' };
const env = { POD_NAME: WasmEnv.host(), TRUST_DOMAIN: WasmEnv.inline('cluster.local') };
const phase = ExtensionPhase.AUTHN;

/** Each is documented as a plugin and as an extension. */
const plugins: Record<string, WasmPluginProps> = {
  'openid-connect': { target, module: file, phase, pluginConfig },
  'openid-connect 2': { target, module: image, phase, pluginConfig },
  'openid-connect 3': { target, module: image, phase, pluginConfig, env },
  'openid-connect 4': { target, module: http, phase, pluginConfig, env },
  'acl-check': {
    target,
    module: oci('acl-check/acl:latest', WasmPullPolicy.ALWAYS),
    phase: ExtensionPhase.AUTHZ,
    priority: 1000,
    pluginConfig: { acl_server: 'some_server', set_header: 'authz_complete' },
  },
  'check-header': {
    target,
    module: oci('check-header:latest'),
    phase: ExtensionPhase.AUTHZ,
    priority: 10,
    pluginConfig: { read_header: 'authz_complete', verification_key: 'a89gAzxvls0JKAKIJSBnnvvvkIO', function: 'read_data' },
  },
};
const asExtension = ({ target: of, phase: when, priority, ...wasm }: WasmPluginProps): TrafficExtensionProps =>
  ({ target: of, phase: when, priority, filter: ExtensionFilter.wasm(wasm) });

const modifier = `function envoy_on_request(request_handle)
  local domain = "foo.com"
  local headers = request_handle:headers()
  local host = headers:get(":authority")
  local existing_auth_header = headers:get("Authorization")
  if (domain ~= nil and host ~= nil and existing_auth_header == nil and domain == host) then
    local bearer_token = headers:get("cookie"):match("foo")
    if (bearer_token ~= nil) then
      headers:add("Authorization", "Bearer " .. bearer_token)
    end
  end
end
`;
const logger = `function envoy_on_request(request_handle)
  local headers = request_handle:headers()
  local num_headers = 0
  for key, value in pairs(headers) do
    num_headers = num_headers + 1
  end
  request_handle:logInfo("Request to reviews service has " .. num_headers .. " headers")
end
`;

const wasmPlugins = table<WasmPluginProps>('WasmPlugin', (chart, props) => new WasmPlugin(chart, 'Documented', props), plugins);

const trafficExtensions = table<TrafficExtensionProps>('TrafficExtension', (chart, props) => new TrafficExtension(chart, 'Documented', props), {
  ...Object.fromEntries(Object.entries(plugins).map(([key, props]) => [key, asExtension(props)])),
  'conditional-header-modifier': {
    target, phase, priority: 1000, match: [{ mode: WorkloadMode.CLIENT, ports: [8080, 8081] }], filter: ExtensionFilter.lua(modifier),
  },
  'reviews-header-logger': {
    target: PolicyTarget.service(ServiceRef.fromName('reviews')),
    phase: ExtensionPhase.STATS,
    match: [{ mode: WorkloadMode.SERVER }],
    filter: ExtensionFilter.lua(logger),
  },
}, {
  'reviews-header-logger': {
    reason: 'the group of a Service is written out, though it is the empty one',
    isAccepted: true,
    correct: ({ spec: { targetRefs: [ref] } }) => { ref.group = ''; },
  },
});

/** What Istio documents of code that users bring. */
export const extensions: Table[] = [wasmPlugins, trafficExtensions];
