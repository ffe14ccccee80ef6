// Written by `npm run import`.
/** The fields and enum values that came after Istio 1.27, by kind: the release that brought each, and all below it. `spec` is the kind itself. */
export const FIELD_SINCE: Record<string, Record<string, string>> = {
  AuthorizationPolicy: {
    'spec.rules[].from[].source.notTrustDomains': '1.30',
    'spec.rules[].from[].source.trustDomains': '1.30',
  },
  DestinationRule: {
    'spec.subsets[].trafficPolicy.connectionPool.http.http2KeepAlive': '1.31',
    'spec.subsets[].trafficPolicy.loadBalancer.consistentHash.httpCookie.attributes': '1.28',
    'spec.subsets[].trafficPolicy.loadBalancer.zoneAwareLbSetting': '1.31',
    'spec.subsets[].trafficPolicy.outlierDetection.outlierDetectionHttpErrorCodes': '1.31',
    'spec.subsets[].trafficPolicy.portLevelSettings[].connectionPool.http.http2KeepAlive': '1.31',
    'spec.subsets[].trafficPolicy.portLevelSettings[].loadBalancer.consistentHash.httpCookie.attributes': '1.28',
    'spec.subsets[].trafficPolicy.portLevelSettings[].loadBalancer.zoneAwareLbSetting': '1.31',
    'spec.subsets[].trafficPolicy.portLevelSettings[].outlierDetection.outlierDetectionHttpErrorCodes': '1.31',
    'spec.subsets[].trafficPolicy.retryBudget.budgetInterval': '1.31',
    'spec.trafficPolicy.connectionPool.http.http2KeepAlive': '1.31',
    'spec.trafficPolicy.loadBalancer.consistentHash.httpCookie.attributes': '1.28',
    'spec.trafficPolicy.loadBalancer.zoneAwareLbSetting': '1.31',
    'spec.trafficPolicy.outlierDetection.outlierDetectionHttpErrorCodes': '1.31',
    'spec.trafficPolicy.portLevelSettings[].connectionPool.http.http2KeepAlive': '1.31',
    'spec.trafficPolicy.portLevelSettings[].loadBalancer.consistentHash.httpCookie.attributes': '1.28',
    'spec.trafficPolicy.portLevelSettings[].loadBalancer.zoneAwareLbSetting': '1.31',
    'spec.trafficPolicy.portLevelSettings[].outlierDetection.outlierDetectionHttpErrorCodes': '1.31',
    'spec.trafficPolicy.retryBudget.budgetInterval': '1.31',
  },
  EnvoyFilter: {
    'spec.configPatches[].match.context=WAYPOINT': '1.29',
    'spec.configPatches[].match.waypoint': '1.29',
    'spec.configPatches[].patch.operation=MERGE_AND_REPLACE_LIST': '1.31',
  },
  Gateway: {
    'spec.servers[].tls.caCertCredentialName': '1.28',
    'spec.servers[].tls.insecureSkipVerify': '1.31',
  },
  RequestAuthentication: {
    'spec.jwtRules[].spaceDelimitedClaims': '1.28',
  },
  ServiceEntry: {
    'spec.resolution=DYNAMIC_DNS': '1.28',
  },
  Sidecar: {
    'spec.inboundConnectionPool.http.http2KeepAlive': '1.31',
    'spec.ingress[].connectionPool.http.http2KeepAlive': '1.31',
    'spec.ingress[].tls.caCertCredentialName': '1.28',
    'spec.ingress[].tls.insecureSkipVerify': '1.31',
  },
  Telemetry: {
    'spec.tracing[].customTags{}.formatter': '1.29',
    'spec.tracing[].disableContextPropagation': '1.30',
  },
  TrafficExtension: {
    'spec': '1.30',
  },
  VirtualService: {
    'spec.http[].redirect.prefixRewrite': '1.31',
  },
};
