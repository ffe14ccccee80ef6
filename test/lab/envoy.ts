import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AGENT_PORT } from './agent';
import { programPath } from './builds';
import { Istiod } from './control-plane';
import { fetchJson } from './http';
import { Process } from './processes';

/** Where an endpoint or a proxy stands. */
export interface Locality {
  readonly region?: string;
  readonly zone?: string;
  readonly subZone?: string;
}

/** Who a proxy is, to istiod. */
export interface EnvoyNode {
  readonly type: 'router' | 'sidecar';
  readonly name: string;
  readonly namespace: string;
  readonly labels: Record<string, string>;
  readonly serviceAccount: string;
  /** The address of its own, by which istiod knows it. */
  readonly address: string;
  readonly token: string;
  readonly locality?: Locality;
  /** More metadata, such as `HTTP_PROXY_PORT`. */
  readonly metadata: object;
}

const istio: Record<string, string> = JSON.parse(readFileSync(join(__dirname, '..', '..', 'imports', 'istio.json'), 'utf8'));
const ADMIN_PORT = 15_000;

/** An Envoy that istiod configures. */
export class Envoy {
  static async start(directory: string, istiod: Istiod, node: EnvoyNode): Promise<Envoy> {
    const bootstrap = join(directory, `${node.type}-${node.name}.json`);
    writeFileSync(bootstrap, JSON.stringify(bootstrapOf(node, istiod.address), undefined, 2), { mode: 0o600 });
    const process = Process.start(directory, `${node.type}-${node.name}`, programPath('envoy'), [
      '-c', bootstrap, '--concurrency', '1', '--disable-hot-restart', '--log-level', 'info', '--drain-time-s', '1', '--file-flush-interval-msec', '100',
    ]);
    const envoy = new Envoy(process, nodeId(node), node.address);
    await process.until('ready', 30, async () => (await fetch(`${envoy.admin}/ready`)).ok);
    return envoy;
  }

  private constructor(readonly process: Process, readonly id: string, readonly address: string) {}

  /** The URL of Envoy's admin interface. */
  get admin(): string {
    return `http://${this.address}:${ADMIN_PORT}`;
  }

  /** Counters and gauges, by name, of those whose name matches. */
  async stats(filter = ''): Promise<Record<string, number>> {
    const { stats } = await fetchJson(`${this.admin}/stats?format=json&filter=${encodeURIComponent(filter)}`);
    return Object.fromEntries(stats.filter((stat: any) => 'value' in stat).map(({ name, value }: any) => [name, value]));
  }

  /** Envoy's configuration, or one part of it, such as `dynamic_route_configs`. */
  async configDump(resource?: string): Promise<any[]> {
    const { configs } = await fetchJson(`${this.admin}/config_dump${resource ? `?resource=${resource}` : '?include_eds'}`);
    return configs ?? [];
  }

  /** The clusters and the state of their endpoints. */
  async clusters(): Promise<any[]> {
    return (await fetchJson(`${this.admin}/clusters?format=json`)).cluster_statuses ?? [];
  }
}

/** The id that istiod reads type, address, name and namespace from. */
function nodeId({ type, address, name, namespace }: EnvoyNode): string {
  return `${type}~${address}~${name}.${namespace}~${namespace}.svc.cluster.local`;
}

/** What Prometheus gets as labels: the parts of names that Istio's own bootstrap names, too. */
const STATS_TAGS = [
  { tag_name: 'cluster_name', regex: '^cluster(\\.(.+);)' },
  { tag_name: 'response_code', regex: '_rq(_(\\d{3}))$' },
  { tag_name: 'response_code_class', regex: '_rq(_(\\dxx))$' },
];

function bootstrapOf(node: EnvoyNode, istiod: string): object {
  const { region, zone, subZone } = node.locality ?? {};
  return {
    node: {
      id: nodeId(node),
      cluster: `${node.name}.${node.namespace}`,
      locality: { region, zone, sub_zone: subZone },
      metadata: {
        NAME: node.name,
        NAMESPACE: node.namespace,
        LABELS: node.labels,
        SERVICE_ACCOUNT: node.serviceAccount,
        CLUSTER_ID: 'Kubernetes',
        ISTIO_VERSION: istio['istio.io/api'].slice(1),
        ...node.metadata,
      },
    },
    admin: { address: socket(node.address, ADMIN_PORT) },
    stats_config: { use_all_default_tags: false, stats_tags: STATS_TAGS },
    dynamic_resources: {
      lds_config: { ads: {}, resource_api_version: 'V3', initial_fetch_timeout: '0s' },
      cds_config: { ads: {}, resource_api_version: 'V3', initial_fetch_timeout: '0s' },
      ads_config: {
        api_type: 'GRPC',
        transport_api_version: 'V3',
        set_node_on_first_message_only: true,
        grpc_services: [{
          envoy_grpc: { cluster_name: 'xds-grpc' },
          initial_metadata: [{ key: 'authorization', value: `Bearer ${node.token}` }],
        }],
      },
    },
    static_resources: {
      clusters: [grpcCluster('xds-grpc', socket(istiod, 15_010)), grpcCluster('sds-grpc', socket(node.address, AGENT_PORT))],
    },
  };
}

function grpcCluster(name: string, address: object): object {
  return {
    name,
    type: 'STATIC',
    connect_timeout: '1s',
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        'explicit_http_config': { http2_protocol_options: {} },
      },
    },
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
  };
}

const socket = (address: string, port: number) => ({ socket_address: { address, port_value: port } });
