import { ChartDelivery, MultiClusterMesh } from 'cdk8s-istio';
import { Platform, Shop } from './shop';

/** How many pods a service has in each cluster. */
const REPLICAS: { readonly [cluster: string]: number } = { eu: 3, us: 2 };

/** One mesh over two regions, each a network and a cluster of its own with a control plane of its own. */
export function multiCluster(): MultiClusterMesh {
  const mesh = new MultiClusterMesh({
    meshId: 'shop',
    trustDomain: 'shop.example.com',
    clusters: [
      { name: 'eu', network: 'eu', region: 'europe-west1' },
      { name: 'us', network: 'us', region: 'us-east1' },
    ],
  });

  for (const cluster of mesh.clusters) {
    cluster.install({ version: '1.31.1', delivery: ChartDelivery.flux() });
    const platform = new Platform(cluster.app, 'platform');
    new Shop(cluster.app, 'shop', mesh.failover(), REPLICAS[cluster.name]).addDependency(platform); // its namespace
  }
  return mesh;
}
