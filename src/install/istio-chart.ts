import { image, namespace, renderCommon, renderPods, renderService, scaling, some } from './chart-render';
import { BaseChartValues, CniChartValues, CommonChartValues, GatewayChartValues, IstiodChartValues, ZtunnelChartValues } from './chart-values';
import { renderResources } from './container-resources';
import { MeshConfig } from './mesh-config';
import { MeshNetworks } from './mesh-networks';
import { mergeValues, plain } from './plain';
import { revisionName } from './revision';
import { flag, instance, noUnknown, optionalText, texts } from '../private/check';
import { labels, objectName } from '../private/names';
import { given } from '../private/render';

/**
 * One of Istio's Helm charts with its values: for `FluxHelmRelease`, `ArgoApplication`, cdk8s' own `Helm`, or a file of values.
 *
 * @see https://istio.io/latest/docs/setup/install/helm/
 */
export class IstioChart {
  /** The address of Istio's charts. */
  public static readonly REPOSITORY = 'https://istio-release.storage.googleapis.com/charts';

  /**
   * The CRDs and what belongs to the whole cluster.
   *
   * @param values the values
   * @throws when a value is wrong
   */
  public static base(values: BaseChartValues = {}): IstioChart {
    const where = 'IstioChart.base';
    const { common, rest: { defaultRevision, excludedCrds, enableCrdTemplates, istioNamespace, ...rest } } = renderCommon(where, values);
    noUnknown(where, rest);
    return new IstioChart('base', values, {
      ...common,
      defaultRevision: given(defaultRevision, (value) => revisionName(value, `defaultRevision of ${where}`)),
      base: some({
        excludedCRDs: texts(`excludedCrds of ${where}`, excludedCrds),
        enableCRDTemplates: flag(`enableCrdTemplates of ${where}`, enableCrdTemplates),
      }),
      global: some({ istioNamespace: namespace(where, istioNamespace) }),
    });
  }

  /**
   * A control plane.
   *
   * @param values the values
   * @throws when a value is wrong
   */
  public static istiod(values: IstiodChartValues = {}): IstioChart {
    const where = 'IstioChart.istiod';
    const { common, rest: { hub, tag, variant, ...afterImage } } = renderCommon(where, values);
    const { pods, rest: others } = renderPods(where, afterImage);
    const {
      revision, revisionTags, meshConfig, meshNetworks, meshId, clusterName, network, istioNamespace, cni, trustedZtunnelNamespace, autoscaling,
      replicaCount, nodeSelector, proxyResources, waypointResources, enableNamespacesByDefault, logAsJson, imagePullSecrets, ...rest
    } = others;
    noUnknown(where, rest);
    const { min, max, enabled } = scaling(where, autoscaling, replicaCount);
    const sized = (name: string, resources = { proxyResources, waypointResources }[name]) =>
      given(resources, (value) => ({ resources: renderResources(`${name} of ${where}`, value) }));
    return new IstioChart('istiod', values, {
      ...common,
      ...pods,
      revision: given(revision, revisionName),
      revisionTags: texts(`revisionTags of ${where}`, revisionTags)?.map((name) => revisionName(name, `a tag of ${where}`)),
      meshConfig: given(meshConfig, (value) => instance(`meshConfig of ${where}`, value, MeshConfig, 'new MeshConfig({ ... })').toValues()),
      cni: given(cni, () => ({ enabled: flag(`cni of ${where}`, cni) })),
      trustedZtunnelNamespace: namespace(where, trustedZtunnelNamespace, 'trustedZtunnelNamespace'),
      autoscaleEnabled: enabled,
      autoscaleMin: min,
      autoscaleMax: max,
      replicaCount,
      nodeSelector: given(nodeSelector, (value) => labels(`nodeSelector of ${where}`, value)),
      sidecarInjectorWebhook: some({ enableNamespacesByDefault: flag(`enableNamespacesByDefault of ${where}`, enableNamespacesByDefault) }),
      global: some({
        ...image(where, { hub, tag, variant }),
        istioNamespace: namespace(where, istioNamespace),
        meshNetworks: given(meshNetworks, (value) => instance(`meshNetworks of ${where}`, value, MeshNetworks, 'new MeshNetworks({ ... })').toValues()),
        meshID: optionalText(`meshId of ${where}`, meshId),
        network: optionalText(`network of ${where}`, network),
        multiCluster: some({ clusterName: optionalText(`clusterName of ${where}`, clusterName) }),
        proxy: sized('proxyResources'),
        waypoint: sized('waypointResources'),
        logAsJson: flag(`logAsJson of ${where}`, logAsJson),
        imagePullSecrets: texts(`imagePullSecrets of ${where}`, imagePullSecrets),
      }),
    });
  }

  /**
   * The CNI node agent.
   *
   * @param values the values
   * @throws when a value is wrong
   */
  public static cni(values: CniChartValues = {}): IstioChart {
    const where = 'IstioChart.cni';
    const { common, rest: { hub, tag, variant, ...afterImage } } = renderCommon(where, values);
    const { pods, rest: { ambient, cniBinDir, cniConfDir, excludeNamespaces, ...rest } } = renderPods(where, afterImage);
    noUnknown(where, rest);
    return new IstioChart('cni', values, {
      ...common,
      ...pods,
      ...image(where, { hub, tag, variant }),
      ambient: given(ambient, () => ({ enabled: flag(`ambient of ${where}`, ambient) })),
      cniBinDir: optionalText(`cniBinDir of ${where}`, cniBinDir),
      cniConfDir: optionalText(`cniConfDir of ${where}`, cniConfDir),
      excludeNamespaces: texts(`excludeNamespaces of ${where}`, excludeNamespaces)?.map((name) => namespace(where, name, 'an entry of excludeNamespaces')),
    });
  }

  /**
   * The node proxy of the ambient mode.
   *
   * @param values the values
   * @throws when a value is wrong
   */
  public static ztunnel(values: ZtunnelChartValues = {}): IstioChart {
    const where = 'IstioChart.ztunnel';
    const { common, rest: { hub, tag, variant, ...afterImage } } = renderCommon(where, values);
    const { pods, rest: { revision, clusterName, network, istioNamespace, logAsJson, ...rest } } = renderPods(where, afterImage);
    noUnknown(where, rest);
    return new IstioChart('ztunnel', values, {
      ...common,
      ...pods,
      ...image(where, { hub, tag, variant }),
      revision: given(revision, revisionName),
      multiCluster: some({ clusterName: optionalText(`clusterName of ${where}`, clusterName) }),
      network: optionalText(`network of ${where}`, network),
      istioNamespace: namespace(where, istioNamespace),
      logAsJson: flag(`logAsJson of ${where}`, logAsJson),
    });
  }

  /**
   * A gateway.
   *
   * @param values the values
   * @throws when a value is wrong
   */
  public static gateway(values: GatewayChartValues = {}): IstioChart {
    const where = 'IstioChart.gateway';
    const { common, rest: afterCommon } = renderCommon(where, values);
    const {
      pods, rest: { name, revision, labels: own, service, autoscaling, replicaCount, nodeSelector, networkGateway, imagePullSecrets, ...rest },
    } = renderPods(where, afterCommon);
    noUnknown(where, rest);
    const { min, max, enabled } = scaling(where, autoscaling, replicaCount);
    return new IstioChart('gateway', values, {
      ...common,
      ...pods,
      name: given(name, (value) => objectName(`name of ${where}`, value)),
      revision: given(revision, revisionName),
      labels: given(own, (value) => labels(`labels of ${where}`, value)),
      service: given(service, (value) => renderService(`service of ${where}`, value)),
      autoscaling: some({ enabled, minReplicas: min, maxReplicas: max }),
      replicaCount,
      nodeSelector: given(nodeSelector, (value) => labels(`nodeSelector of ${where}`, value)),
      networkGateway: optionalText(`networkGateway of ${where}`, networkGateway),
      imagePullSecrets: texts(`imagePullSecrets of ${where}`, imagePullSecrets)?.map((secret) => ({ name: secret })),
    });
  }

  private readonly rendered: object;

  private constructor(
    /** The name of the chart. */
    public readonly name: string,

    { values }: CommonChartValues,
    set: { [key: string]: any },
  ) {
    this.rendered = plain(mergeValues(`the values of IstioChart.${name}`, values, set) ?? {});
  }

  /**
   * The values as an object.
   */
  public toValues(): { [key: string]: any } {
    return plain(this.rendered);
  }
}
