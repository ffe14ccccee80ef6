import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { dashboardJson } from './dashboard-json';
import { noUnknown, object, show, text } from '../private/check';
import { labels as labelMap } from '../private/names';
import { IstioResourceProps } from '../resource';

/**
 * Properties of a `MeshDashboard`.
 */
export interface MeshDashboardProps extends IstioResourceProps {
  /**
   * The title of the dashboard.
   *
   * @default "Services of the mesh"
   */
  readonly title?: string;

  /**
   * The identity of the dashboard in Grafana, which is part of its address: at most 40 letters, digits, dashes and underscores.
   *
   * @default "mesh-services"
   */
  readonly uid?: string;

  /**
   * The labels by which Grafana's sidecar finds the dashboard.
   *
   * @default - `grafana_dashboard: "1"`, as in Grafana's Helm chart
   */
  readonly discoveryLabels?: Record<string, string>;

  /**
   * The folder of the dashboard in Grafana, where the sidecar goes by the annotation `grafana_folder`.
   *
   * @default - Grafana's default folder
   */
  readonly folder?: string;
}

/**
 * A Grafana dashboard of each service of the mesh: success rate, P50, P95 and P99, traffic and latency by version, who calls, what the mesh stopped,
 * retries and ejected endpoints. It is a ConfigMap that Grafana's sidecar loads.
 *
 * @see https://istio.io/latest/docs/ops/integrations/grafana/
 */
export class MeshDashboard extends ApiObject {
  /**
   * Creates the ConfigMap.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props what differs from the defaults
   * @throws when a value is wrong
   */
  public constructor(scope: Construct, id: string, props: MeshDashboardProps = {}) {
    const {
      metadata, title = 'Services of the mesh', uid = 'mesh-services', discoveryLabels = { grafana_dashboard: '1' }, folder, ...rest
    } = object('the properties of the MeshDashboard', props);
    noUnknown('MeshDashboard', rest);
    text('title', title, 'leave it out for "Services of the mesh"');
    if (typeof uid !== 'string' || !/^[a-zA-Z0-9_-]{1,40}$/.test(uid)) {
      throw new Error(`uid is ${show(uid)}, expected at most 40 letters, digits, dashes and underscores; rename it`);
    }
    super(scope, id, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        ...metadata,
        labels: { ...labelMap('discoveryLabels', discoveryLabels), ...metadata?.labels },
        annotations: { ...folder === undefined ? {} : { grafana_folder: text('folder', folder, 'leave it out for the default folder') }, ...metadata?.annotations },
      },
      data: { [`${uid}.json`]: JSON.stringify(dashboardJson(title, uid), undefined, 2) },
    });
  }
}
