import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { ChartProfile, GatewayChartValues, IstiodChartValues } from './chart-values';
import { joined } from './control-plane';
import { ambientGateway, EAST_WEST, exposeIstiod, exposeServices } from './east-west-gateway';
import { MeshInstallation, MeshInstallationProps } from './mesh-installation';
import { MeshNetworks } from './mesh-networks';
import { noUnknown, object, optionalText, show } from '../private/check';
import { hostnameOrIp, labels } from '../private/names';
import { given, orUndefined } from '../private/render';

/**
 * A cluster of a `MultiClusterMesh`.
 */
export interface MeshClusterProps {
  /**
   * Its name, of lower-case letters, digits and dashes.
   */
  readonly name: string;

  /**
   * The network that its pods are on: clusters on one network have pods that reach each other directly.
   */
  readonly network: string;

  /**
   * The region of its nodes, as their label `topology.kubernetes.io/region` has it.
   *
   * @default - unknown: no failover can name it
   */
  readonly region?: string;

  /**
   * The name of the cluster whose control plane leads this one, a remote cluster.
   *
   * @default - it has a control plane of its own
   */
  readonly primary?: string;

  /**
   * The IP address or host name of its east-west gateway. A cluster that leads others needs it.
   *
   * @default - the control planes read it from the Service of the gateway
   */
  readonly gatewayAddress?: string;

  /**
   * Its context in the kubeconfig of who runs the commands.
   *
   * @default - its name
   */
  readonly context?: string;
}

/**
 * Properties of `MeshCluster.install`.
 */
export interface ClusterInstallationProps extends MeshInstallationProps {
  /**
   * Values of the chart of the east-west gateway, which is installed where there are several networks, or remote clusters to lead.
   *
   * @default - a load balancer
   */
  readonly eastWestGateway?: GatewayChartValues;
}

/** What a cluster knows of the mesh. */
export interface MeshOfClusters {
  readonly meshId: string;
  readonly trustDomain?: string;
  readonly istioNamespace: string;
  readonly hasSeveralNetworks: boolean;
  readonly networks?: MeshNetworks;
  readonly clusters: MeshClusterProps[];
}

/**
 * A cluster of a mesh: its manifests, and what its control plane has to know.
 *
 * @see https://istio.io/latest/docs/ops/deployment/deployment-models/#multiple-clusters
 */
export class MeshCluster {
  /** @internal */
  public static _of(mesh: MeshOfClusters, props: MeshClusterProps, outdir: string): MeshCluster {
    return new MeshCluster(mesh, props, outdir);
  }

  /**
   * The name of the cluster.
   */
  public readonly name: string;

  /**
   * The network of the cluster.
   */
  public readonly network: string;

  /**
   * The region of the cluster, where it is known.
   */
  public readonly region?: string;

  /**
   * Whether it has a control plane of its own.
   */
  public readonly isPrimary: boolean;

  /**
   * The app of all manifests of the cluster. Add your charts to it.
   */
  public readonly app: App;

  /**
   * The chart of Istio's own manifests, of no namespace.
   */
  public readonly chart: Chart;

  private readonly context: string;
  private readonly leader?: MeshClusterProps;
  private readonly leads: boolean;

  private constructor(private readonly mesh: MeshOfClusters, props: MeshClusterProps, outdir: string) {
    const { name, network, region, primary, gatewayAddress, context, ...rest } = props;
    noUnknown('a cluster of the MultiClusterMesh', rest);
    if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
      throw new Error(`the name of a cluster is ${show(name)}, expected lower-case letters, digits and dashes, as istioctl does; rename it, and set "context" where it has another`);
    }
    labels(`the network of the cluster ${show(name)}`, { 'topology.istio.io/network': network });
    this.name = name;
    this.network = network;
    this.region = optionalText(`region of the cluster ${show(name)}`, region);
    given(gatewayAddress, (address) => hostnameOrIp(`gatewayAddress of the cluster ${show(name)}`, address));
    this.context = optionalText(`context of the cluster ${show(name)}`, context) ?? name;
    this.isPrimary = primary === undefined;
    this.leader = given(primary, (leader) => leaderOf(name, leader, mesh.clusters));
    this.leads = mesh.clusters.some((other) => other.primary === name);
    this.app = new App({ outdir });
    this.chart = new Chart(this.app, 'istio');
  }

  /**
   * What the chart `istiod` has to be told of the mesh, for those who install it otherwise than by `install`.
   */
  public get istiodValues(): IstiodChartValues {
    const { meshId, trustDomain, networks: meshNetworks } = this.mesh;
    const identity = { meshId, clusterName: this.name, network: this.network };
    if (this.leader !== undefined) {
      return {
        ...identity,
        profile: ChartProfile.REMOTE,
        values: {
          istiodRemote: { injectionPath: `/inject/cluster/${this.name}/net/${this.network}` },
          global: { configCluster: true, remotePilotAddress: this.leader.gatewayAddress },
        },
      };
    }
    return {
      ...identity,
      meshNetworks,
      values: { ...trustDomain && { meshConfig: { trustDomain } }, ...this.leads && { global: { externalIstiod: true } } },
    };
  }

  /**
   * Installs Istio as this cluster of the mesh, with an east-west gateway where it needs one.
   *
   * @param props the version, who installs it, and what differs from the defaults
   * @param scope the construct of what installs the charts, where one Argo CD does so for several clusters
   * @returns the installation, for more gateways
   * @throws when it sets what the mesh sets, or a value is wrong
   */
  public install(props: ClusterInstallationProps, scope: Construct = this.chart): MeshInstallation {
    const { eastWestGateway, ...others } = object('the properties of install', props);
    const isAmbient = others.profile === ChartProfile.AMBIENT;
    if (isAmbient && this.leads) {
      throw new Error(`the cluster ${show(this.name)} leads others and has the profile AMBIENT, expected sidecars, as ambient has no remote clusters; give each cluster a control plane`);
    }
    const isChart = !isAmbient && (this.mesh.hasSeveralNetworks || this.leads);
    if (eastWestGateway !== undefined && !isChart) {
      throw new Error(`the cluster ${show(this.name)} has values for eastWestGateway and installs none, expected several networks or remote clusters, and sidecars; leave them out`);
    }
    const installation = new MeshInstallation(scope, 'Istio', this.inMesh(others, isAmbient));
    if (isChart) {
      this.addEastWestGateway(installation, eastWestGateway);
    } else if (this.mesh.hasSeveralNetworks) {
      ambientGateway(this.chart, this.mesh.istioNamespace, this.network);
    }
    return installation;
  }

  /**
   * The command that gives the control plane of another cluster what it needs to see this one.
   *
   * @internal
   */
  public _secretCommand(into: MeshCluster): string {
    // Without the namespace, istioctl takes that of the current context.
    const from = `--context=${quoted(this.context)} --namespace=${this.mesh.istioNamespace}`;
    return `istioctl create-remote-secret ${from} --name=${this.name} | kubectl apply --context=${quoted(into.context)} -f -`;
  }

  private addEastWestGateway(installation: MeshInstallation, own: GatewayChartValues | undefined): void {
    const values = joined('eastWestGateway', own, 'the MultiClusterMesh', { networkGateway: this.network });
    const gateway = installation.addGateway(EAST_WEST, { namespace: this.mesh.istioNamespace, values });
    if (this.mesh.hasSeveralNetworks) {
      exposeServices(this.chart, gateway);
    }
    if (this.leads) {
      exposeIstiod(this.chart, given(installation.revision, (revision) => `istiod-${revision}`) ?? 'istiod', gateway);
    }
  }

  /** The properties of the installation with what the mesh says. */
  private inMesh(props: MeshInstallationProps, isAmbient: boolean): MeshInstallationProps {
    const { profile, ...istiod } = this.istiodValues;
    const by = 'the MultiClusterMesh';
    const env: Record<string, string> = isAmbient && this.mesh.hasSeveralNetworks ? { AMBIENT_ENABLE_MULTI_NETWORK: 'true' } : {};
    const told = (where: string, values: IstiodChartValues = {}) =>
      joined(where, { ...object(where, values), env: orUndefined({ ...env, ...values.env }) }, by, istiod);
    const { leader, network } = this;
    return {
      ...joined<MeshInstallationProps>('the properties of install', props, by, { profile, namespace: this.mesh.istioNamespace }),
      istiod: told('istiod', props.istiod),
      canary: given(props.canary, (canary) => ({ ...canary, istiod: told('istiod of canary', canary.istiod ?? props.istiod) })),
      ztunnel: isAmbient ? joined('ztunnel', props.ztunnel, by, { clusterName: this.name, network }) : props.ztunnel,
      namespaceLabels: { ...props.namespaceLabels, 'topology.istio.io/network': network },
      namespaceAnnotations: { ...props.namespaceAnnotations, ...leader && { 'topology.istio.io/controlPlaneClusters': leader.name } },
    };
  }
}

function leaderOf(name: string, primary: string, clusters: MeshClusterProps[]): MeshClusterProps {
  const leader = clusters.find((cluster) => cluster.name === primary && cluster.primary === undefined);
  if (leader === undefined) {
    const known = clusters.filter((cluster) => cluster.primary === undefined).map((cluster) => cluster.name);
    throw new Error(`primary of the cluster ${show(name)} is ${show(primary)}, expected a cluster with a control plane: ${known.join(', ') || 'there is none'}; leave primary out for those that have one`);
  }
  if (leader.gatewayAddress === undefined) {
    throw new Error(`the cluster ${show(primary)} leads ${show(name)} and has no gatewayAddress, expected that of its east-west gateway; reserve the address before`);
  }
  return leader;
}

/** A word of a shell. */
function quoted(word: string): string {
  return /^[-\w.:/@]+$/.test(word) ? word : `'${word.replace(/'/g, '\'\\\'\'')}'`;
}
