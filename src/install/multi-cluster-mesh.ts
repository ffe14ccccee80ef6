import { join } from 'node:path';
import { MeshCluster, MeshClusterProps, MeshOfClusters } from './mesh-cluster';
import { MeshNetworks, NetworkEndpoints, NetworkGateway } from './mesh-networks';
import { list, noUnknown, object, optionalText, show, text } from '../private/check';
import { dnsLabel } from '../private/names';
import { orUndefined } from '../private/render';
import { Locality, RegionFailover } from '../traffic/locality';

/**
 * Properties of a `MultiClusterMesh`.
 */
export interface MultiClusterMeshProps {
  /**
   * The name of the mesh.
   */
  readonly meshId: string;

  /**
   * The clusters, each with a name of its own, at least one of them with a control plane.
   */
  readonly clusters: MeshClusterProps[];

  /**
   * The trust domain of all clusters. Their certificates must come from one root: give each cluster its intermediate one, in the
   * secret `cacerts`, before Istio is installed.
   *
   * @default "cluster.local"
   */
  readonly trustDomain?: string;

  /**
   * The namespace of the control planes.
   *
   * @default "istio-system"
   */
  readonly istioNamespace?: string;

  /**
   * The directory in which each cluster has one of its own, by its name.
   *
   * @default - that of cdk8s: the environment variable `CDK8S_OUTDIR`, or "dist"
   */
  readonly outdir?: string;
}

/**
 * One mesh over several clusters: what each of them has to know of the others, and a directory of manifests for each.
 *
 * A cluster has an `App` of its own, as it has an API server of its own: names don't clash with those in other clusters, and
 * each is checked by itself. Write `mesh.synth()` in place of `app.synth()`.
 *
 * @example
 * const mesh = new MultiClusterMesh({
 *   meshId: 'shop',
 *   clusters: [{ name: 'eu', network: 'eu', region: 'europe-west1' }, { name: 'us', network: 'us', region: 'us-east1' }],
 * });
 * mesh.clusters.forEach((cluster) => cluster.install({ version: '1.31.1', delivery: ChartDelivery.flux() }));
 * mesh.synth();
 *
 * @see https://istio.io/latest/docs/setup/install/multicluster/
 */
export class MultiClusterMesh {
  /**
   * The networks: which clusters are on them, and the addresses of their gateways where they are given. The control planes find
   * other gateways by themselves.
   */
  public readonly networks: MeshNetworks;

  private readonly _clusters: MeshCluster[];

  /**
   * Describes the mesh.
   *
   * @param props the clusters
   * @throws when a name is used twice, a remote cluster has no control plane, or a value is wrong
   */
  public constructor(props: MultiClusterMeshProps) {
    const { meshId, clusters, trustDomain, istioNamespace = 'istio-system', outdir = process.env.CDK8S_OUTDIR ?? 'dist', ...rest } =
      object('the properties of the MultiClusterMesh', props);
    noUnknown('MultiClusterMesh', rest);
    list('clusters of the MultiClusterMesh', clusters, 'describe the first cluster');
    this.networks = networksOf(clusters);
    const mesh: MeshOfClusters = {
      meshId: text('meshId of the MultiClusterMesh', meshId, 'name the mesh'),
      trustDomain: optionalText('trustDomain of the MultiClusterMesh', trustDomain),
      istioNamespace: dnsLabel('istioNamespace of the MultiClusterMesh', istioNamespace),
      hasSeveralNetworks: new Set(clusters.map(({ network }) => network)).size > 1,
      // Addresses have no other place; without any, what the control planes find out by themselves is all there is to know.
      networks: clusters.some(({ gatewayAddress }) => gatewayAddress !== undefined) ? this.networks : undefined,
      clusters,
    };
    this._clusters = clusters.map((cluster) => MeshCluster._of(mesh, cluster, join(outdir, String(cluster.name))));
  }

  /**
   * The clusters, in the order in which they were given.
   */
  public get clusters(): MeshCluster[] {
    return [...this._clusters];
  }

  /**
   * The clusters with a control plane. Istio's resources belong into each of them.
   */
  public get primaries(): MeshCluster[] {
    return this._clusters.filter(({ isPrimary }) => isPrimary);
  }

  /**
   * A cluster.
   *
   * @param name its name
   * @throws when there is none of this name
   */
  public cluster(name: string): MeshCluster {
    const found = this._clusters.find((cluster) => cluster.name === name);
    if (found === undefined) {
      throw new Error(`the cluster is ${show(name)}, expected one of ${this._clusters.map((cluster) => cluster.name).join(', ')}`);
    }
    return found;
  }

  /**
   * Which region takes over when all endpoints in another fail, for the load balancer of a destination.
   *
   * The DestinationRule must have outlier detection, which tells what fails, and stand in all `primaries`: a `ResilientDestination` has it.
   *
   * @param regions which region stands in for which; without any, two regions stand in for each other, and of more any
   * @throws when a region is none of the clusters'
   */
  public failover(...regions: RegionFailover[]): Locality {
    const known = [...new Set(this._clusters.flatMap(({ region }) => region ?? []))];
    for (const { from, to } of regions) {
      for (const region of [from, to]) {
        if (!known.includes(region)) {
          throw new Error(`the region of a failover is ${show(region)}, expected one of the clusters' regions${known.length > 0 ? `: ${known.join(', ')}` : ''}; set the region of its clusters`);
        }
      }
    }
    const [one, other] = known;
    const each = known.length === 2 && regions.length === 0 ? [{ from: one, to: other }, { from: other, to: one }] : regions;
    return Locality.failover({ regions: orUndefined(each) });
  }

  /**
   * The commands that let each control plane see the other clusters. They bring credentials from one cluster into the other, and
   * leave them nowhere else. Run them once the charts are installed.
   */
  public remoteSecretCommands(): string[] {
    return this.primaries.flatMap((primary) => this._clusters.filter((other) => other !== primary).map((other) => other._secretCommand(primary)));
  }

  /**
   * Writes the manifests of all clusters.
   */
  public synth(): void {
    this._clusters.forEach(({ app }) => app.synth());
  }
}

function networksOf(clusters: MeshClusterProps[]): MeshNetworks {
  const names = clusters.map((cluster) => object('a cluster', cluster).name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Error(`clusters of the MultiClusterMesh have the name ${show(twice)} twice, expected each name once; rename one`);
  }
  return new MeshNetworks(...[...new Set(clusters.map(({ network }) => network))].map((name) => {
    const members = clusters.filter(({ network }) => network === name);
    return {
      name,
      endpoints: members.map((cluster) => NetworkEndpoints.fromRegistry(cluster.name)),
      gateways: members.flatMap(({ gatewayAddress, region }) =>
        gatewayAddress === undefined ? [] : NetworkGateway.address(gatewayAddress, { locality: region })),
    };
  }));
}
