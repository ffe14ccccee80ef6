import { Construct } from 'constructs';
import { ChartDelivery, ChartOrder } from './chart-delivery';
import {
  BaseChartValues, ChartPlatform, ChartProfile, CniChartValues, CommonChartValues, IstiodChartValues, ZtunnelChartValues,
} from './chart-values';
import { CanaryControlPlane, controlPlane, ControlPlane, joined, newer } from './control-plane';
import { AddGatewayOptions, InstalledGateway } from './installed-gateway';
import { IstioChart } from './istio-chart';
import { textMap } from './istio-component';
import { MeshConfig } from './mesh-config';
import { RevisionTag } from './revision-tag';
import { MeshVersion } from '../mesh-version';
import { instance, noUnknown, object, show } from '../private/check';
import { dnsLabel, labels } from '../private/names';
import { given } from '../private/render';

/**
 * Properties of a `MeshInstallation`.
 */
export interface MeshInstallationProps {
  /**
   * The version of Istio, such as `1.31.1`: one release, so that nothing is upgraded by itself.
   */
  readonly version: string;

  /**
   * Who installs the charts.
   */
  readonly delivery: ChartDelivery;

  /**
   * The revision of the control plane, such as `1-31-1`. Without one it can't be upgraded step by step: there is no second beside it
   * that takes its name.
   *
   * @default - none: namespaces choose it by `istio-injection: enabled`
   */
  readonly revision?: string;

  /**
   * The names that stand for the revision, such as `prod`, which namespaces go by. `default` is also for those with `istio-injection: enabled`.
   *
   * @default - none
   */
  readonly tags?: string[];

  /**
   * A second control plane, to move workloads to one tag after the other.
   *
   * @default - none
   */
  readonly canary?: CanaryControlPlane;

  /**
   * What the mesh goes by.
   *
   * @default - the chart's own
   */
  readonly meshConfig?: MeshConfig;

  /**
   * The set of values that all charts begin with. `ChartProfile.AMBIENT` installs the CNI node agent and ztunnel too.
   *
   * @default - the charts' own, for sidecars
   */
  readonly profile?: ChartProfile;

  /**
   * The kind of cluster.
   *
   * @default - any
   */
  readonly platform?: ChartPlatform;

  /**
   * The version of Kubernetes in the cluster, such as `1.33`, which must be one that Istio runs on.
   *
   * @default - unknown: nobody looks at it
   */
  readonly kubernetesVersion?: string;

  /**
   * The namespace of the control plane.
   *
   * @default "istio-system"
   */
  readonly namespace?: string;

  /**
   * Labels of that namespace, such as `pod-security.kubernetes.io/enforce: privileged` for the CNI node agent.
   *
   * @default - none
   */
  readonly namespaceLabels?: Record<string, string>;

  /**
   * Annotations of that namespace.
   *
   * @default - none
   */
  readonly namespaceAnnotations?: Record<string, string>;

  /**
   * Values of the chart `base`, but for what the installation sets.
   *
   * @default - the chart's own
   */
  readonly base?: BaseChartValues;

  /**
   * Values of the chart `istiod`, but for what the installation sets.
   *
   * @default - the chart's own
   */
  readonly istiod?: IstiodChartValues;

  /**
   * Values of the chart `cni`, which is installed where they are given, be they `{}`.
   *
   * @default - not installed for sidecars, whose pods then need privileges to start; the chart's own for ambient
   */
  readonly cni?: CniChartValues;

  /**
   * Values of the chart `ztunnel`, but for what the installation sets. Only for ambient.
   *
   * @default - the chart's own
   */
  readonly ztunnel?: ZtunnelChartValues;
}

/**
 * Istio in a cluster: CRDs, control plane, node agents and gateways, in the order that they need each other.
 *
 * To upgrade, add the next version as `canary`, move its tags from the one to the other, restart the workloads of each tag, and then
 * make it the `version` and `revision`. CRDs are those of the newer version all the while, as they fit both; node agents stay
 * with `version`.
 *
 * @see https://istio.io/latest/docs/setup/install/helm/
 */
export class MeshInstallation extends Construct {
  /**
   * The namespace of the control plane.
   */
  public readonly namespace: string;

  /**
   * The revision of the control plane, where it has one.
   */
  public readonly revision?: string;

  private readonly _gateways: InstalledGateway[] = [];
  private readonly controlPlanes: ControlPlane[];
  private readonly common: CommonChartValues;
  private readonly install: (order: ChartOrder) => void;

  /**
   * Creates what installs the charts.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the version, who installs it, and what differs from the defaults
   * @throws when a tag or revision is there twice, tags are for another cluster than the manifests, Kubernetes is too old for the
   * version, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: MeshInstallationProps) {
    super(scope, id);
    const {
      version, delivery, revision, tags, canary, meshConfig, profile, platform, kubernetesVersion, namespace = 'istio-system', namespaceLabels,
      namespaceAnnotations, base, istiod, cni, ztunnel, ...rest
    } = object('the properties of the MeshInstallation', props);
    noUnknown('MeshInstallation', rest);
    this.namespace = dnsLabel('namespace of the MeshInstallation', namespace);
    this.revision = revision;
    this.common = { profile, platform };
    this.controlPlanes = controlPlanesOf(
      controlPlane('the MeshInstallation', { version, revision, tags, meshConfig, istiod }),
      given(canary, (value) => controlPlane('canary of the MeshInstallation', { meshConfig, istiod, revision: dashed(value), ...value })),
    );
    this.controlPlanes.forEach((plane) => given(kubernetesVersion, (cluster) => MeshVersion.of(withoutSuffix(plane)).requireKubernetes(cluster)));
    this.install = instance('delivery of the MeshInstallation', delivery, ChartDelivery, 'ChartDelivery.flux()')._start(this);
    this.installBase(base, {
      labels: given(namespaceLabels, (value) => labels('namespaceLabels', value)),
      annotations: given(namespaceAnnotations, (value) => textMap('namespaceAnnotations', value)),
    });
    this.controlPlanes.forEach((plane) => this.installIstiod(plane, cni !== undefined));
    this.installAgents(cni, ztunnel);
    this.tag(delivery);
  }

  /**
   * The gateways.
   */
  public get gateways(): InstalledGateway[] {
    return [...this._gateways];
  }

  /**
   * Installs a gateway.
   *
   * @param name the name of its release, such as `istio-ingress`
   * @param options its namespace and values
   * @returns what other resources need to know of it
   * @throws when there is another gateway with its labels, or a value is wrong
   */
  public addGateway(name: string, options: AddGatewayOptions = {}): InstalledGateway {
    const [stable] = this.controlPlanes;
    const { revision = stable.tags[0] ?? stable.revision, ...others } = object('the options of addGateway', options);
    const gateway = InstalledGateway.fromRelease(name, others);
    const chart = IstioChart.gateway(this.with('values of the gateway', others.values, { revision }));
    this._gateways.forEach((other) => other._refuseTwin(gateway));
    const { namespace } = gateway;
    this.install({ name, chart, version: stable.version, namespace, after: [this.controlPlaneOf(revision).name] });
    this._gateways.push(gateway);
    return gateway;
  }

  /** The values of a chart with those that all charts have. */
  private with<T extends CommonChartValues>(where: string, values: T | undefined, set: Partial<T>): T {
    return joined(where, values, 'the MeshInstallation', { ...this.common, ...set });
  }

  private controlPlaneOf(wanted: string | undefined): ControlPlane {
    const found = this.controlPlanes.find(({ revision, tags }) => revision === wanted || tags.includes(wanted!));
    if (found === undefined) {
      const known = this.controlPlanes.flatMap(({ revision, tags }) => [...tags, ...given(revision, (value) => [value]) ?? []]);
      throw new Error(`revision of the gateway is ${show(wanted)}, expected ${known.join(', ') || 'none, as the control plane has none'}; nobody would configure the gateway`);
    }
    return found;
  }

  private get istioNamespace(): string | undefined {
    return this.namespace === 'istio-system' ? undefined : this.namespace;
  }

  private installBase(values: BaseChartValues | undefined, metadata: Pick<ChartOrder, 'labels' | 'annotations'>): void {
    const [stable] = this.controlPlanes;
    const byDefault = this.controlPlanes.find(({ tags }) => tags.includes('default')) ?? stable;
    this.install({
      ...metadata,
      name: 'istio-base',
      chart: IstioChart.base(this.with('base', values, { defaultRevision: byDefault.revision, istioNamespace: this.istioNamespace })),
      version: this.controlPlanes.map(({ version }) => version).reduce(newer),
      namespace: this.namespace,
      after: [],
    });
  }

  private installIstiod({ name, version, revision, meshConfig, istiod }: ControlPlane, cni: boolean): void {
    const set = { revision, meshConfig, istioNamespace: this.istioNamespace, cni: cni || undefined };
    this.install({ name, version, chart: IstioChart.istiod(this.with('istiod', istiod, set)), namespace: this.namespace, after: ['istio-base'] });
  }

  private installAgents(cni: CniChartValues | undefined, ztunnel: ZtunnelChartValues | undefined): void {
    const [{ name, version, revision }] = this.controlPlanes;
    const isAmbient = this.common.profile === ChartProfile.AMBIENT;
    const agent = { version, namespace: this.namespace };
    if (ztunnel !== undefined && !isAmbient) {
      throw new Error('the MeshInstallation has values for ztunnel and no profile AMBIENT, expected both; leave out ztunnel, which sidecars have no use for');
    }
    if (cni !== undefined || isAmbient) {
      this.install({ ...agent, name: 'istio-cni', chart: IstioChart.cni(this.with('cni', cni, {})), after: [name] });
    }
    if (isAmbient) {
      const chart = IstioChart.ztunnel(this.with('ztunnel', ztunnel, { revision, istioNamespace: this.istioNamespace }));
      this.install({ ...agent, name: 'ztunnel', chart, after: ['istio-cni'] });
    }
  }

  private tag(delivery: ChartDelivery): void {
    for (const { tags, revision = 'default' } of this.controlPlanes) {
      for (const tag of tags) {
        if (delivery._cluster !== undefined) {
          throw new Error(`the MeshInstallation has the tag ${show(tag)} and its charts go to the cluster ${show(delivery._cluster)}, expected tags in the manifests of that cluster; write new RevisionTag(...) in their chart`);
        }
        new RevisionTag(this, `Tag-${tag}`, { tag, revision, istioNamespace: this.namespace });
      }
    }
  }
}

/** Such as `1.31.0` of `1.31.0-rc.1`. */
function withoutSuffix({ version }: ControlPlane): string {
  return version.split('-')[0];
}

function dashed({ version }: CanaryControlPlane): string | undefined {
  return typeof version === 'string' ? version.toLowerCase().replace(/\./g, '-') : undefined;
}

function controlPlanesOf(stable: ControlPlane, canary: ControlPlane | undefined): ControlPlane[] {
  if (canary === undefined) {
    return [stable];
  }
  if (canary.revision === stable.revision) {
    throw new Error(`the MeshInstallation and its canary have the revision ${show(stable.revision)}, expected two; give the canary another, or leave it out`);
  }
  const both = stable.tags.find((tag) => canary.tags.includes(tag));
  if (both !== undefined) {
    throw new Error(`the MeshInstallation and its canary have the tag ${show(both)}, expected it at one of them; move it by taking it from the one and giving it to the other`);
  }
  return [stable, canary];
}
