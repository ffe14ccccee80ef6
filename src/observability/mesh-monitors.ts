import { ApiObject, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { prometheusDuration } from './prometheus';
import { noUnknown, object, texts } from '../private/check';
import { dnsLabel, labels as labelMap } from '../private/names';

/**
 * Properties of `MeshMonitors`.
 */
export interface MeshMonitorsProps {
  /**
   * The namespace of the monitors. They scrape istiod in whichever namespace it runs.
   *
   * @default "istio-system"
   */
  readonly namespace?: string;

  /**
   * Labels of the monitors. The Prometheus resource takes those with the labels that it selects, such as `release: kube-prometheus-stack`.
   *
   * @default - none
   */
  readonly labels?: Record<string, string>;

  /**
   * The namespaces whose proxies are scraped.
   *
   * @default - all
   */
  readonly namespaces?: string[];

  /**
   * How often Prometheus scrapes, at least 1 ms.
   *
   * @default Duration.seconds(15)
   */
  readonly interval?: Duration;
}

const POD_IP = ['__meta_kubernetes_pod_annotation_prometheus_io_port', '__meta_kubernetes_pod_ip'];

/** Only proxies that ask to be scraped, at the port that they name; and the names that they are known by. */
const RELABELINGS = [
  { action: 'keep', sourceLabels: ['__meta_kubernetes_pod_container_name'], regex: 'istio-proxy' },
  { action: 'keep', sourceLabels: ['__meta_kubernetes_pod_annotationpresent_prometheus_io_scrape'] },
  { action: 'replace', regex: '(\\d+);(([A-Fa-f0-9]{1,4}::?){1,7}[A-Fa-f0-9]{1,4})', replacement: '[$2]:$1', sourceLabels: POD_IP, targetLabel: '__address__' },
  { action: 'replace', regex: '(\\d+);((([0-9]+?)(\\.|$)){4})', replacement: '$2:$1', sourceLabels: POD_IP, targetLabel: '__address__' },
  { action: 'labeldrop', regex: '__meta_kubernetes_pod_label_(.+)' },
  { sourceLabels: ['__meta_kubernetes_namespace'], action: 'replace', targetLabel: 'namespace' },
  { sourceLabels: ['__meta_kubernetes_pod_name'], action: 'replace', targetLabel: 'pod' },
];

/**
 * What the Prometheus operator scrapes of a mesh: a PodMonitor for all proxies (sidecars, gateways, waypoints, ztunnel) and a ServiceMonitor for
 * istiod. They are Istio's own for the operator.
 *
 * A pod with the label `istio-prometheus-ignore` is left alone.
 *
 * @see https://istio.io/latest/docs/ops/integrations/prometheus/
 */
export class MeshMonitors extends Construct {
  /**
   * The PodMonitor of the proxies.
   */
  public readonly podMonitor: ApiObject;

  /**
   * The ServiceMonitor of istiod.
   */
  public readonly serviceMonitor: ApiObject;

  /**
   * Creates the monitors.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props how often what is scraped
   * @throws when a value is wrong
   */
  public constructor(scope: Construct, id: string, props: MeshMonitorsProps = {}) {
    super(scope, id);
    const { namespace = 'istio-system', labels = {}, namespaces, interval = Duration.seconds(15), ...rest } = object('the properties of the MeshMonitors', props);
    noUnknown('MeshMonitors', rest);
    const every = prometheusDuration('interval', interval);
    const home = dnsLabel('the namespace of the MeshMonitors', namespace);
    const chosen = texts('namespaces', namespaces)?.map((name) => dnsLabel('an entry of namespaces', name));
    labelMap('labels', labels);
    this.podMonitor = new ApiObject(this, 'PodMonitor', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PodMonitor',
      metadata: { name: 'envoy-stats-monitor', namespace: home, labels: { monitoring: 'istio-proxies', ...labels } },
      spec: {
        selector: { matchExpressions: [{ key: 'istio-prometheus-ignore', operator: 'DoesNotExist' }] },
        namespaceSelector: chosen ? { matchNames: chosen } : { any: true },
        jobLabel: 'envoy-stats',
        podMetricsEndpoints: [{ path: '/stats/prometheus', interval: every, relabelings: RELABELINGS }],
      },
    });
    this.serviceMonitor = new ApiObject(this, 'ServiceMonitor', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata: { name: 'istio-component-monitor', namespace: home, labels: { monitoring: 'istio-components', ...labels } },
      spec: {
        jobLabel: 'istio',
        targetLabels: ['app'],
        selector: { matchExpressions: [{ key: 'istio', operator: 'In', values: ['pilot'] }] },
        namespaceSelector: { any: true },
        endpoints: [{ port: 'http-monitoring', interval: every }],
      },
    });
  }
}
