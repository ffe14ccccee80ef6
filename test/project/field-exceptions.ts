const DEFAULT = 'the name of what happens without the field: leave it out';
const ALIAS = 'a second spelling of the same field of Istio';
const OTHER_NAMESPACE = 'Istio refuses it: "cross namespace referencing is not currently supported"';
const TARGET_PORT = 'Istio refuses it: "targetPort has no effect" on such a port';
const SIDECAR_TLS = 'Istio refuses it in a Sidecar';
const UNREAD = 'Istio does not read it, and hides it in its documentation';

/**
 * The fields and enum values of Istio's CRDs that no typed property sets, each with its reason; `*` stands for any part of a path.
 * One that a test does set after all is reported as stale.
 */
export const exceptions: Record<string, Record<string, string>> = {
  DestinationRule: {
    '*loadBalancer.simple=UNSPECIFIED': DEFAULT,
    '*outlierDetection.consecutiveErrors': 'removed by Istio, which ignores it with a warning: consecutive5xxErrors takes its place',
  },
  Gateway: {
    'spec.servers[].port.targetPort': TARGET_PORT,
    'spec.servers[].defaultEndpoint': UNREAD,
  },
  Sidecar: {
    'spec.ingress[].port.targetPort': TARGET_PORT,
    'spec.egress[].port.targetPort': TARGET_PORT,
    'spec.ingress[].tls.credentialName*': SIDECAR_TLS,
    'spec.ingress[].tls.httpsRedirect': SIDECAR_TLS,
    'spec.ingress[].tls.mode=AUTO_PASSTHROUGH': SIDECAR_TLS,
    'spec.ingress[].tls.mode=ISTIO_MUTUAL': SIDECAR_TLS,
    'spec.ingress[].tls.subjectAltNames': SIDECAR_TLS,
    'spec.ingress[].tls.tlsCertificates*': SIDECAR_TLS,
  },
  VirtualService: {
    'spec.http[].corsPolicy.unmatchedPreflights=UNSPECIFIED': DEFAULT,
    'spec.http[].fault.abort.http2Error': 'Istio refuses it: not supported',
    'spec.http[].fault.delay.exponentialDelay': 'Istio refuses it: not supported',
    'spec.http[].mirror_percent': ALIAS,
    'spec.tcp[].match[].sourceSubnet': UNREAD,
  },
  WorkloadGroup: {
    'spec.probe.grpc*': 'Istio refuses it: "unknown health check method"',
  },
  AuthorizationPolicy: {
    'spec.targetRef*.namespace': OTHER_NAMESPACE,
  },
  RequestAuthentication: {
    'spec.jwtRules[].jwks_uri': ALIAS,
    'spec.targetRef*.namespace': OTHER_NAMESPACE,
  },
  Telemetry: {
    'spec.metrics[].overrides[].tagOverrides{}.operation=UPSERT': DEFAULT,
    'spec.targetRef*.namespace': OTHER_NAMESPACE,
  },
  WasmPlugin: {
    'spec.targetRef*.namespace': OTHER_NAMESPACE,
    'spec.phase=UNSPECIFIED_PHASE': DEFAULT,
    'spec.type=UNSPECIFIED_PLUGIN_TYPE': DEFAULT,
    'spec.imagePullPolicy=UNSPECIFIED_POLICY': DEFAULT,
    'spec.match[].mode=UNDEFINED': DEFAULT,
    'spec.vmConfig.env[].valueFrom=INLINE': DEFAULT,
  },
  TrafficExtension: {
    'spec.targetRefs[].namespace': OTHER_NAMESPACE,
    'spec.phase=UNSPECIFIED': DEFAULT,
    'spec.wasm.type=UNSPECIFIED_PLUGIN_TYPE': DEFAULT,
    'spec.wasm.imagePullPolicy=UNSPECIFIED_POLICY': DEFAULT,
    'spec.match[].mode=UNDEFINED': DEFAULT,
    'spec.wasm.vmConfig.env[].valueFrom=INLINE': DEFAULT,
  },
  EnvoyFilter: {
    'spec.targetRefs[].namespace': OTHER_NAMESPACE,
    'spec.configPatches[].applyTo=INVALID': 'Istio refuses it',
    'spec.configPatches[].patch.operation=INVALID': 'Istio refuses it',
    'spec.configPatches[].patch.filterClass=UNSPECIFIED': DEFAULT,
  },
};
