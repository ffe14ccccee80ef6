import { ServiceMetrics } from './service-metrics';

/*
 * The dashboard of the services of a mesh, in Grafana's JSON.
 */

interface Query { readonly expr: string; readonly legend: string }

interface PanelOptions {
  readonly title: string;
  readonly description?: string;
  readonly unit: string;
  readonly queries: Query[];
  /** In columns; as wide as its neighbours where it is left out. */
  readonly width?: number;
  /** Whether all values are shares of 1. */
  readonly isShare?: boolean;
}

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
const RANGE = '$__rate_interval';
const LABELS = { reporter: '$reporter', destination_service_namespace: '$namespace', destination_service_name: '$service' };
const METRICS = ServiceMetrics._select(LABELS);
const CLUSTER = 'cluster_name=~"outbound\\\\|[0-9]+\\\\|[^|]*\\\\|$service\\\\.$namespace\\\\.svc.*"';
const NEEDS_STATS = 'Sidecars have this metric where proxyStatsMatcher includes it:';

const successBy = (labels: string[]) =>
  `(${METRICS._good(RANGE, labels)} or ${METRICS._requests(RANGE, labels)} * 0) / ${METRICS._requests(RANGE, labels)}`;
const VERSION = ['destination_version'];

/** The panels, row by row: 24 columns a row. */
const PANELS: PanelOptions[][] = [
  [
    { title: 'Success rate', unit: 'percentunit', isShare: true, queries: [{ expr: successBy([]), legend: 'all versions' }, { expr: successBy(VERSION), legend: '{{destination_version}}' }] },
    {
      title: 'Latency',
      unit: 'ms',
      queries: [50, 95, 99].map((percentile) => ({ expr: METRICS._latency(percentile, RANGE), legend: `P${percentile}` })),
    },
  ],
  [
    { title: 'Requests by version', unit: 'reqps', queries: [{ expr: METRICS._requests(RANGE, VERSION), legend: '{{destination_version}}' }] },
    { title: 'P99 by version', unit: 'ms', queries: [{ expr: METRICS._latency(99, RANGE, VERSION), legend: '{{destination_version}}' }] },
  ],
  [
    { title: 'Responses by code', unit: 'reqps', queries: [{ expr: METRICS._requests(RANGE, ['response_code', 'grpc_response_status']), legend: '{{response_code}} {{grpc_response_status}}' }] },
    { title: 'Requests by caller', unit: 'reqps', queries: [{ expr: METRICS._requests(RANGE, ['source_workload_namespace', 'source_workload']), legend: '{{source_workload_namespace}}/{{source_workload}}' }] },
  ],
  [
    {
      title: 'Stopped by the mesh',
      description: 'Requests that a limit, a timeout or the lack of a healthy endpoint ended: response flags of Envoy.',
      unit: 'reqps',
      width: 8,
      queries: [
        { expr: METRICS._flagged(RANGE, '.*UO.*'), legend: 'circuit breaker' },
        { expr: METRICS._flagged(RANGE, '.*URX.*'), legend: 'retries used up' },
        { expr: METRICS._flagged(RANGE, '.*UT.*'), legend: 'timeout' },
        { expr: METRICS._flagged(RANGE, '.*UH.*'), legend: 'no healthy endpoint' },
      ],
    },
    {
      title: 'Retries',
      description: `${NEEDS_STATS} upstream_rq_retry`,
      unit: 'reqps',
      width: 8,
      queries: [
        { expr: `sum(rate(envoy_cluster_upstream_rq_retry{${CLUSTER}}[${RANGE}]))`, legend: 'tried again' },
        { expr: `sum(rate(envoy_cluster_upstream_rq_retry_success{${CLUSTER}}[${RANGE}]))`, legend: 'with success' },
      ],
    },
    {
      title: 'Ejected endpoints',
      description: `${NEEDS_STATS} outlier_detection`,
      unit: 'short',
      width: 8,
      queries: [{ expr: `max by (pod) (envoy_cluster_outlier_detection_ejections_active{${CLUSTER}})`, legend: 'seen by {{pod}}' }],
    },
  ],
];

const HEIGHT = 8;

function panel({ title, description, unit, queries, isShare }: PanelOptions, id: number, gridPos: object): object {
  return {
    id,
    type: 'timeseries',
    title,
    ...description && { description },
    datasource: DATASOURCE,
    gridPos,
    fieldConfig: {
      defaults: { unit, ...isShare ? { max: 1 } : { min: 0 }, custom: { fillOpacity: 10, showPoints: 'never' } },
      overrides: [],
    },
    options: {
      legend: { calcs: ['lastNotNull', 'max'], displayMode: 'table', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index), datasource: DATASOURCE, expr, legendFormat: legend,
    })),
  };
}

function panels(): object[] {
  return PANELS.flatMap((row, y) => {
    const width = row[0].width ?? 24 / row.length;
    return row.map((options, x) => ({ options, gridPos: { x: x * width, y: y * HEIGHT, w: width, h: HEIGHT } }));
  }).map(({ options, gridPos }, index) => panel(options, index + 1, gridPos));
}

const variable = (name: string, label: string, query: string) => ({ type: 'query', name, label, datasource: DATASOURCE, query, refresh: 2, sort: 1 });

const REPORTERS = ['source', 'destination', 'waypoint'];

function variables(): object[] {
  return [
    { type: 'datasource', name: 'datasource', label: 'Data source', query: 'prometheus' },
    variable('namespace', 'Namespace', 'label_values(istio_requests_total, destination_service_namespace)'),
    variable('service', 'Service', 'label_values(istio_requests_total{destination_service_namespace="$namespace"}, destination_service_name)'),
    {
      type: 'custom',
      name: 'reporter',
      label: 'Counted by',
      query: REPORTERS.join(','),
      current: { selected: true, text: REPORTERS[0], value: REPORTERS[0] },
      options: REPORTERS.map((name, index) => ({ selected: index === 0, text: name, value: name })),
    },
  ];
}

/** The dashboard. Its uid stays, so that links to it do, and an upgrade replaces it. */
export function dashboardJson(title: string, uid: string): object {
  return {
    uid,
    title,
    tags: ['istio'],
    schemaVersion: 39,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    templating: { list: variables() },
    annotations: { list: [] },
    links: [],
    panels: panels(),
  };
}
