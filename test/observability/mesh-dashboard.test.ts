import { Testing } from 'cdk8s';
import { ask } from './judge';
import { MeshDashboard, MeshDashboardProps } from '../../src';
import { typeErrors } from '../docs/type-check';

function configMap(props?: MeshDashboardProps) {
  const chart = Testing.chart();
  new MeshDashboard(chart, 'Dashboard', props);
  return Testing.synth(chart)[0];
}

const dashboard = () => JSON.parse(configMap().data['mesh-services.json']);

/** Grafana publishes its schema as types: JSON of a type has the values of enums, and no property that the type does not know. */
const schema = (document: object & { panels: { options: object; fieldConfig: { defaults: { custom: object } } }[] }) => `
import type { Dashboard } from '@grafana/schema';
import type { FieldConfig, Options } from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
type Json<T> = T extends string ? \`\${T}\` : T extends object ? { [K in keyof T]: Json<T[K]> } : T;
export const dashboard: Json<Dashboard> = ${JSON.stringify(document)};
export const options: Json<Options>[] = ${JSON.stringify(document.panels.map(({ options }) => options))};
export const custom: Json<FieldConfig>[] = ${JSON.stringify(document.panels.map(({ fieldConfig }) => fieldConfig.defaults.custom))};
`;

const filled = (expr: string) => expr.replace(/\$__rate_interval/g, '1m').replace(/\$(\w+)/g, '$1');

describe('MeshDashboard', () => {
  test('is a ConfigMap that Grafana\'s sidecar loads', () => {
    const { data, ...rest } = configMap({ metadata: { name: 'mesh', namespace: 'monitoring', labels: { team: 'platform' } }, folder: 'Mesh', title: 'Our mesh', uid: 'our-mesh' });
    expect(rest).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'mesh', namespace: 'monitoring', labels: { grafana_dashboard: '1', team: 'platform' }, annotations: { grafana_folder: 'Mesh' } },
    });
    expect(JSON.parse(data['our-mesh.json'])).toMatchObject({ title: 'Our mesh', uid: 'our-mesh' });
    expect(configMap({ discoveryLabels: { dashboards: 'yes' } }).metadata.labels).toEqual({ dashboards: 'yes' });
  });

  test('follows Grafana\'s schema, which finds what is wrong', () => {
    const good = dashboard();
    const [first, ...others] = good.panels;
    const errors = typeErrors(new Map([
      ['good', schema(good)],
      ['field', schema({ ...good, refreshing: '30s' })],
      ['panel', schema({ ...good, panels: [{ ...first, unit: 'ms' }, ...others] })],
      ['enum', schema({ ...good, panels: [{ ...first, options: { ...first.options, legend: { ...first.options.legend, displayMode: 'rows' } } }] })],
    ]));
    expect(errors.get('good')).toEqual([]);
    expect([...errors].map(([name, found]) => [name, found.length > 0])).toEqual([['good', false], ['field', true], ['panel', true], ['enum', true]]);
  }, 60_000);

  test('S000-42: shows success, latency, traffic by version, retries and ejections, by queries that Prometheus takes', () => {
    const { panels } = dashboard();
    expect(panels.map(({ title }: { title: string }) => title)).toEqual([
      'Success rate', 'Latency', 'Requests by version', 'P99 by version', 'Responses by code', 'Requests by caller', 'Stopped by the mesh', 'Retries', 'Ejected endpoints',
    ]);
    const queries: string[] = panels.flatMap(({ targets }: { targets: { expr: string }[] }) => targets.map(({ expr }) => filled(expr)));
    expect(ask({ queries })[0].errors).toEqual([]);
  });

  test('its queries find what the proxies report', () => {
    const labels = 'reporter="reporter",destination_service_namespace="namespace",destination_service_name="service"';
    const { panels } = dashboard();
    const all = panels.map(({ targets }: { targets: { expr: string }[] }) => filled(targets[0].expr).replace(/\[1m\]/g, '[5m]'));
    const [{ errors, results }] = ask({
      queries: all,
      at: '30m',
      series: {
        [`istio_requests_total{${labels},destination_version="v1",response_code="200",response_flags="-",source_workload="web",source_workload_namespace="a"}`]: '0+540x60',
        [`istio_requests_total{${labels},destination_version="v1",response_code="503",response_flags="UO",source_workload="web",source_workload_namespace="a"}`]: '0+60x60',
        [`istio_request_duration_milliseconds_bucket{${labels},destination_version="v1",le="50"}`]: '0+600x60',
        [`istio_request_duration_milliseconds_bucket{${labels},destination_version="v1",le="+Inf"}`]: '0+600x60',
        'envoy_cluster_upstream_rq_retry{cluster_name="outbound|80|v1|service.namespace.svc.cluster.local",pod="a"}': '0+60x60',
        'envoy_cluster_upstream_rq_retry{cluster_name="outbound|80|v1|other.namespace.svc.cluster.local",pod="a"}': '0+600x60',
        'envoy_cluster_outlier_detection_ejections_active{cluster_name="outbound|80||service.namespace.svc.cluster.local;",pod="a"}': '2+0x60',
      },
    });
    expect(errors).toEqual([]);
    const values = results.map((found) => found.map(({ value }) => Number(value)).sort((a, b) => b - a));
    expect(values).toEqual([[0.9], [25], [10], [49.5], [9, 1], [10], [1], [1], [2]]);
  });

  test('stands in rows of 24 columns, each panel by itself', () => {
    const { panels } = dashboard();
    const cells = panels.flatMap(({ gridPos: { x, y, w } }: { gridPos: Record<string, number> }) => Array.from({ length: w }, (_, i) => `${y} ${x + i}`));
    expect(new Set(cells).size).toBe(cells.length);
    expect(cells.length).toBe(24 * 4);
    expect(panels.map(({ id }: { id: number }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test.each<[string, object, string]>([
    ['an unknown property', { panels: [] }, 'MeshDashboard has no property "panels"'],
    ['an empty title', { title: '' }, 'title is "", expected a non-empty string'],
    ['a uid that is too long', { uid: 'x'.repeat(41) }, 'uid is "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", expected at most 40 letters'],
    ['a folder without name', { folder: ' ' }, 'folder is " ", expected a non-empty string'],
    ['labels that are none', { discoveryLabels: { 'a b': '1' } }, 'discoveryLabels has "a b": "1", expected a Kubernetes label'],
  ])('refuses %s', (_, props, message) => expect(() => configMap(props)).toThrow(message));
});
