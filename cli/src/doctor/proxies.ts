/** What istiod says of a proxy at /debug/syncz, as far as it matters here. */
export interface ProxyStatus {
  readonly proxy: string;
  readonly proxy_type?: string;
  readonly istio_version?: string;
  readonly resources?: Record<string, { readonly sent?: string; readonly acked?: string; readonly lastError?: string }>;
}

/**
 * Whether a proxy has a part of its configuration: `SYNCED`, `STALE` where it has not taken what it was sent, `ERROR` where it has refused it,
 * `NOT SENT` where there is nothing to send, `IGNORED` where it does not ask for it.
 */
export type SyncState = 'SYNCED' | 'STALE' | 'ERROR' | 'NOT SENT' | 'IGNORED';

/**
 * Whether a proxy has taken what istiod sent it, for each part of its configuration.
 */
export interface ProxySync {
  /** Its clusters. */
  readonly CDS: SyncState;

  /** Its listeners. */
  readonly LDS: SyncState;

  /** Its endpoints. */
  readonly EDS: SyncState;

  /** Its routes. */
  readonly RDS: SyncState;

  /** Its extensions. */
  readonly ECDS: SyncState;
}

/**
 * A proxy, and which of its configuration is in sync.
 */
export interface ProxyRow {
  /** Its name and namespace, such as `orders-v1-abc.shop`. */
  readonly proxy: string;

  /**
   * The release of Istio that it says it is.
   *
   * @default - it says none
   */
  readonly version?: string;

  /** Each part of its configuration. */
  readonly sync: ProxySync;

  /** What it said of the configuration that it refused. */
  readonly errors: string[];
}

const TYPES = {
  CDS: 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
  LDS: 'type.googleapis.com/envoy.config.listener.v3.Listener',
  EDS: 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
  RDS: 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
  ECDS: 'type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig',
};

/** The proxies that istiod knows, as `istioctl proxy-status` has them. */
export function proxyRows(statuses: readonly ProxyStatus[]): ProxyRow[] {
  return statuses.map(({ proxy, istio_version: version, resources = {} }) => ({
    proxy,
    ...version && { version },
    sync: Object.fromEntries(Object.entries(TYPES).map(([name, type]) => [name, stateOf(resources[type])])) as unknown as ProxySync,
    errors: Object.values(resources).flatMap(({ lastError }) => lastError ? [lastError] : []),
  })).sort((one, other) => one.proxy.localeCompare(other.proxy));
}

function stateOf(resource?: { readonly sent?: string; readonly acked?: string; readonly lastError?: string }): SyncState {
  if (resource === undefined) {
    return 'IGNORED';
  }
  const { sent, acked, lastError } = resource;
  return lastError ? 'ERROR' : !sent ? 'NOT SENT' : sent === acked ? 'SYNCED' : 'STALE';
}
