/*
 * The fields that the schema of a Canary keeps, where Istio has more. The API server drops all others without a word.
 */

/** `true` is kept whatever it holds; `*` is any key. */
export interface Fields { readonly [field: string]: Fields | true }

const STRING_MATCH: Fields = { exact: true, prefix: true, regex: true };
const STRING_MATCHES: Fields = { '*': STRING_MATCH };
const OPERATIONS: Fields = { add: true, remove: true, set: true };

/** Of `spec.service`, as of Flagger 1.36. */
export const SERVICE_FIELDS: Fields = {
  match: {
    authority: STRING_MATCH,
    gateways: true,
    headers: STRING_MATCHES,
    ignoreUriCase: true,
    method: STRING_MATCH,
    name: true,
    port: true,
    queryParams: STRING_MATCHES,
    scheme: STRING_MATCH,
    sourceLabels: true,
    sourceNamespace: true,
    uri: STRING_MATCH,
    withoutHeaders: STRING_MATCHES,
  },
  retries: { attempts: true, perTryTimeout: true, retryOn: true },
  rewrite: { uri: true, authority: true },
  headers: { request: OPERATIONS, response: OPERATIONS },
  corsPolicy: {
    allowCredentials: true,
    allowHeaders: true,
    allowMethods: true,
    allowOrigin: true,
    allowOrigins: STRING_MATCH,
    exposeHeaders: true,
    maxAge: true,
  },
  trafficPolicy: {
    connectionPool: {
      http: {
        h2UpgradePolicy: true,
        http1MaxPendingRequests: true,
        http2MaxRequests: true,
        idleTimeout: true,
        maxRequestsPerConnection: true,
        maxRetries: true,
      },
    },
    loadBalancer: {
      consistentHash: {
        httpCookie: { name: true, path: true, ttl: true },
        httpHeaderName: true,
        httpQueryParameterName: true,
        minimumRingSize: true,
        useSourceIp: true,
      },
      localityLbSetting: { distribute: { from: true, to: true }, enabled: true, failover: { from: true, to: true } },
      simple: true,
      warmupDurationSecs: true,
    },
    outlierDetection: {
      baseEjectionTime: true,
      consecutive5xxErrors: true,
      consecutiveErrors: true,
      consecutiveGatewayErrors: true,
      interval: true,
      maxEjectionPercent: true,
      minHealthPercent: true,
    },
    tls: { caCertificates: true, clientCertificate: true, mode: true, privateKey: true, sni: true, subjectAltNames: true },
  },
};

/** Refuses what a Canary would lose. Lists have the fields of their entries. */
export function keepable(where: string, value: any, fields: Fields | true): void {
  if (fields === true || typeof value !== 'object') {
    return;
  }
  if (Array.isArray(value)) {
    value.forEach((entry) => keepable(where, entry, fields));
    return;
  }
  for (const [name, part] of Object.entries(value)) {
    const known = fields[name] ?? fields['*'];
    if (part !== undefined && known === undefined) {
      throw new Error(`${where}.${name} is set, which the schema of Flagger's Canary does not have, expected one of ${Object.keys(fields).join(', ')}; leave it out, or use a RolloutDelivery`);
    }
    if (part !== undefined) {
      keepable(`${where}.${name}`, part, known);
    }
  }
}
