import { writeFileSync } from 'node:fs';
import { createServer, Server } from 'node:http';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { Backend } from './backend';
import { programPath } from './builds';
import { Envoy } from './envoy';
import { fetchJson } from './http';
import { Process } from './processes';

/** A series that a query gave, and its value at the time of the query. */
export interface Sample {
  readonly labels: Record<string, string>;
  readonly value: number;
}

const PORT = 9090;
const BACKENDS_PORT = 15_020;

/** Prometheus, which scrapes the lab's Envoys and backends every second. */
export class Prometheus {
  static async start(directory: string, address: string, envoys: () => Envoy[], backends: () => Backend[]): Promise<Prometheus> {
    const prometheus = new Prometheus(directory, address, envoys, backends);
    writeFileSync(join(directory, 'prometheus.yaml'), stringify(configuration(address)));
    await prometheus.serveBackends();
    prometheus.updateTargets();
    await prometheus.start();
    return prometheus;
  }

  private process!: Process;
  private readonly backendsServer: Server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(this.backends().map(({ metrics }) => metrics).join(''));
  });

  private constructor(
    private readonly directory: string,
    private readonly address: string,
    private readonly envoys: () => Envoy[],
    private readonly backends: () => Backend[],
  ) {}

  get url(): string {
    return `http://${this.address}:${PORT}`;
  }

  /** Starts it, again too: at the same address, with all that it had scraped. */
  async start(): Promise<void> {
    this.process = Process.start(this.directory, 'prometheus', programPath('prometheus'), [
      `--config.file=${join(this.directory, 'prometheus.yaml')}`, `--storage.tsdb.path=${join(this.directory, 'prometheus')}`, '--storage.tsdb.no-lockfile',
      `--web.listen-address=${this.address}:${PORT}`, '--log.level=warn',
    ]);
    await this.process.until('ready', 30, async () => (await fetch(`${this.url}/-/ready`)).ok);
  }

  /** Ends it at once, as a crash does. */
  stop(): Promise<void> {
    return this.process.stop();
  }

  /** Ends it with what it scrapes. */
  async close(): Promise<void> {
    await this.stop();
    this.backendsServer.closeAllConnections();
    await new Promise((resolve) => this.backendsServer.close(resolve));
  }

  /** What a query gives now; an error if it isn't PromQL. */
  async query(promql: string): Promise<Sample[]> {
    const { data } = await fetchJson(`${this.url}/api/v1/query?${new URLSearchParams({ query: promql })}`);
    const samples = data.resultType === 'scalar' ? [{ metric: {}, value: data.result }] : data.result;
    return samples.map(({ metric, value: [, value] }: any) => ({ labels: metric, value: Number(value.replace('Inf', 'Infinity')) }));
  }

  /** Waits until all that has happened so far is counted: each proxy and backend has been scraped since. */
  async scraped(): Promise<void> {
    const since = Date.now();
    // A target is said to be scraped before its samples can be asked for; `up` comes with them.
    await this.process.until('all targets scraped', 15, async () => {
      const scrapes = await this.query('timestamp(up) and up == 1');
      return scrapes.length === this.envoys().length + 1 && scrapes.every(({ value }) => value * 1_000 > since);
    });
  }

  /** Tells it of the proxies that there are now; it watches the file. */
  updateTargets(): void {
    writeFileSync(join(this.directory, 'envoys.json'), JSON.stringify(this.envoys().map(({ admin, id }) => {
      const [pod, namespace] = id.split('~')[2].split('.');
      return { targets: [new URL(admin).host], labels: { pod, namespace } };
    })));
  }

  /** Backends have no sidecars, so they say themselves what those would. */
  private serveBackends(): Promise<void> {
    return new Promise((resolve, reject) => this.backendsServer.once('error', reject).listen(BACKENDS_PORT, this.address, resolve).unref());
  }
}

/**
 * Makes Istio's metrics of what upstream's Envoy counts for each cluster, in the milliseconds and with the buckets that both have. A
 * cluster is `outbound|PORT|SUBSET|NAME.NAMESPACE.svc.cluster.local`: the subset stands in the place of the version.
 */
function configuration(address: string): object {
  const relabel = (source_labels: string[], regex: string) => (target_label: string, replacement: string) =>
    ({ source_labels, regex, target_label, replacement });
  const fromCluster = relabel(
    ['__name__', 'response_code_class', 'cluster_name'], 'envoy_cluster_upstream_rq(?:_time_.+)?;;outbound\\|\\d*\\|([^|]*)\\|(.+)');
  const fromService = relabel(['destination_service'], '([^.]+)\\.([^.]+)\\.svc\\..+');
  const fromCount = relabel(['reporter', '__name__'], 'source;envoy_cluster_upstream_rq');
  const fromDuration = relabel(['reporter', '__name__'], 'source;envoy_cluster_upstream_rq_time_(.+)');
  const fromBoth = relabel(['reporter'], 'source');
  return {
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [
      { job_name: 'backends', honor_labels: true, static_configs: [{ targets: [`${address}:${BACKENDS_PORT}`] }] },
      {
        job_name: 'envoys',
        metrics_path: '/stats/prometheus',
        file_sd_configs: [{ files: ['envoys.json'] }],
        metric_relabel_configs: [
          fromCluster('reporter', 'source'),
          fromCluster('destination_version', '$1'),
          fromCluster('destination_service', '$2'),
          fromCluster('destination_service_name', '$2'), // what Istio says of a host that is no Service
          fromService('destination_service_name', '$1'),
          fromService('destination_service_namespace', '$2'),
          fromCount('__name__', 'istio_requests_total'),
          fromDuration('__name__', 'istio_request_duration_milliseconds_$1'),
          fromBoth('cluster_name', ''),
        ],
      },
    ],
  };
}
