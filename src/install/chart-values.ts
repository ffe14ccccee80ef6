import { ContainerResources } from './container-resources';
import { MeshConfig } from './mesh-config';
import { MeshNetworks } from './mesh-networks';
import { ProxyImage } from '../traffic/proxy-config';

/**
 * A set of values that comes with Istio's charts. All charts of an installation have the same.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/config-profiles/
 */
export enum ChartProfile {
  /** For the ambient mode. */
  AMBIENT = 'ambient',
  /** Much tracing and logging, few resources: for trying Istio out. */
  DEMO = 'demo',
  /** With features that are experimental. */
  PREVIEW = 'preview',
  /** For a cluster whose control plane is in another. */
  REMOTE = 'remote',
  /** With features that are stable only. */
  STABLE = 'stable',
}

/**
 * A kind of cluster that Istio needs other values for.
 *
 * @see https://istio.io/latest/docs/ambient/install/platform-prerequisites/
 */
export enum ChartPlatform {
  /** Google Kubernetes Engine. */
  GKE = 'gke',
  /** k3d. */
  K3D = 'k3d',
  /** k3s. */
  K3S = 'k3s',
  /** MicroK8s. */
  MICROK8S = 'microk8s',
  /** minikube. */
  MINIKUBE = 'minikube',
  /** OpenShift. */
  OPENSHIFT = 'openshift',
}

/**
 * What the values of every chart have.
 */
export interface CommonChartValues {
  /**
   * The set of values to begin with.
   *
   * @default - the chart's own values
   */
  readonly profile?: ChartProfile;

  /**
   * The kind of cluster.
   *
   * @default - any
   */
  readonly platform?: ChartPlatform;

  /**
   * The release whose defaults the mesh goes by, such as `1.30`.
   *
   * @default - that of the chart
   */
  readonly compatibilityVersion?: string;

  /**
   * Values for what no property sets. What a property sets may not be among them.
   *
   * @default - none
   */
  readonly values?: { [key: string]: any };
}

/**
 * What the values of every chart with an image of Istio have.
 */
export interface ImageChartValues extends CommonChartValues {
  /**
   * The registry and path of the images, such as `docker.io/istio`.
   *
   * @default - that of the release
   */
  readonly hub?: string;

  /**
   * The tag of the images.
   *
   * @default - that of the release
   */
  readonly tag?: string;

  /**
   * The kind of the images: `ProxyImage.DEBUG` or `ProxyImage.DISTROLESS`.
   *
   * @default - the usual one
   */
  readonly variant?: ProxyImage;
}

/**
 * What the values of every chart with pods have.
 */
export interface PodChartValues {
  /**
   * CPU and memory of the container.
   *
   * @default - the chart's own
   */
  readonly resources?: ContainerResources;

  /**
   * Environment variables of the container.
   *
   * @default - none
   */
  readonly env?: Record<string, string>;

  /**
   * Annotations of the pods.
   *
   * @default - the chart's own
   */
  readonly podAnnotations?: Record<string, string>;

  /**
   * The taints that the pods bear: Kubernetes' `Toleration` objects.
   *
   * @default - the chart's own
   */
  readonly tolerations?: { [key: string]: any }[];

  /**
   * Where the pods prefer to run, or must: Kubernetes' `Affinity`.
   *
   * @default - none
   */
  readonly affinity?: { [key: string]: any };
}

/**
 * How many pods there are, by their load.
 */
export interface ChartAutoscaling {
  /**
   * The fewest pods, at least 1.
   *
   * @default 1
   */
  readonly min?: number;

  /**
   * The most pods, at least `min`.
   *
   * @default 5
   */
  readonly max?: number;
}

/**
 * Values of the chart `base`: the CRDs and what belongs to the whole cluster.
 *
 * @see https://istio.io/latest/docs/setup/install/helm/
 */
export interface BaseChartValues extends CommonChartValues {
  /**
   * The revision that validates Istio's resources.
   *
   * @default "default"
   */
  readonly defaultRevision?: string;

  /**
   * The CRDs that the chart leaves out, such as `wasmplugins.extensions.istio.io`.
   *
   * @default - none
   */
  readonly excludedCrds?: string[];

  /**
   * Whether the CRDs are among the templates, so that Helm upgrades them.
   *
   * @default true
   */
  readonly enableCrdTemplates?: boolean;

  /**
   * The namespace of the control plane.
   *
   * @default "istio-system"
   */
  readonly istioNamespace?: string;
}

/**
 * Values of the chart `istiod`: a control plane.
 *
 * @see https://istio.io/latest/docs/setup/install/helm/
 */
export interface IstiodChartValues extends ImageChartValues, PodChartValues {
  /**
   * The revision of the control plane, such as `1-31-1`, with which several run side by side.
   *
   * @default - none
   */
  readonly revision?: string;

  /**
   * Names that stand for the revision, such as `prod`. `RevisionTag` is easier to move from one to another.
   *
   * @default - none
   */
  readonly revisionTags?: string[];

  /**
   * What the mesh goes by.
   *
   * @default - the chart's own
   */
  readonly meshConfig?: MeshConfig;

  /**
   * The networks of the mesh.
   *
   * @default - one network
   */
  readonly meshNetworks?: MeshNetworks;

  /**
   * The name of the mesh, the same in all its clusters.
   *
   * @default - the trust domain
   */
  readonly meshId?: string;

  /**
   * The name of the cluster, as the other clusters' remote secrets have it.
   *
   * @default "Kubernetes"
   */
  readonly clusterName?: string;

  /**
   * The network of the cluster.
   *
   * @default - one for all clusters
   */
  readonly network?: string;

  /**
   * The namespace of the control plane.
   *
   * @default "istio-system"
   */
  readonly istioNamespace?: string;

  /**
   * Whether the CNI node agent is installed, so that pods need no privileges.
   *
   * @default false
   */
  readonly cni?: boolean;

  /**
   * The namespace of ztunnel, where it is not that of istiod.
   *
   * @default - that of istiod
   */
  readonly trustedZtunnelNamespace?: string;

  /**
   * How many pods of istiod there are, by their load.
   *
   * @default - 1 to 5
   */
  readonly autoscaling?: ChartAutoscaling;

  /**
   * How many pods of istiod there are, whatever their load; at least 1.
   *
   * @default - by their load
   */
  readonly replicaCount?: number;

  /**
   * The labels of the nodes that istiod may run on.
   *
   * @default - any node
   */
  readonly nodeSelector?: Record<string, string>;

  /**
   * CPU and memory of the sidecars.
   *
   * @default - 100m and 128Mi, at most 2 and 1Gi
   */
  readonly proxyResources?: ContainerResources;

  /**
   * CPU and memory of waypoints.
   *
   * @default - 100m and 128Mi, at most 2 and 1Gi
   */
  readonly waypointResources?: ContainerResources;

  /**
   * Whether every namespace gets sidecars, unless its labels say otherwise.
   *
   * @default false
   */
  readonly enableNamespacesByDefault?: boolean;

  /**
   * Whether logs are lines of JSON.
   *
   * @default false
   */
  readonly logAsJson?: boolean;

  /**
   * The names of the secrets that images are fetched with.
   *
   * @default - none
   */
  readonly imagePullSecrets?: string[];
}

/**
 * Values of the chart `cni`: the CNI node agent.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/cni/
 */
export interface CniChartValues extends ImageChartValues, PodChartValues {
  /**
   * Whether pods are enrolled in the ambient mode.
   *
   * @default - as the profile has it
   */
  readonly ambient?: boolean;

  /**
   * The directory of CNI plugins on the nodes.
   *
   * @default "/opt/cni/bin"
   */
  readonly cniBinDir?: string;

  /**
   * The directory of CNI configuration on the nodes.
   *
   * @default "/etc/cni/net.d"
   */
  readonly cniConfDir?: string;

  /**
   * The namespaces whose pods it leaves alone.
   *
   * @default - kube-system
   */
  readonly excludeNamespaces?: string[];
}

/**
 * Values of the chart `ztunnel`: the node proxy of the ambient mode.
 *
 * @see https://istio.io/latest/docs/ambient/install/helm/
 */
export interface ZtunnelChartValues extends ImageChartValues, PodChartValues {
  /**
   * The revision of the control plane that it connects to.
   *
   * @default - the one without a revision
   */
  readonly revision?: string;

  /**
   * The name of the cluster, as the control plane has it.
   *
   * @default "Kubernetes"
   */
  readonly clusterName?: string;

  /**
   * The network of the cluster.
   *
   * @default - one for all clusters
   */
  readonly network?: string;

  /**
   * The namespace of the control plane.
   *
   * @default "istio-system"
   */
  readonly istioNamespace?: string;

  /**
   * Whether logs are lines of JSON.
   *
   * @default false
   */
  readonly logAsJson?: boolean;
}

/**
 * How a gateway is reached.
 */
export enum GatewayServiceType {
  /** From inside of the cluster. */
  CLUSTER_IP = 'ClusterIP',
  /** At a port of every node. */
  NODE_PORT = 'NodePort',
  /** Through a load balancer of the cloud. */
  LOAD_BALANCER = 'LoadBalancer',
  /** Without a Service. */
  NONE = 'None',
}

/**
 * A port of a gateway.
 */
export interface GatewayServicePort {
  /**
   * Its name, such as `http2`.
   */
  readonly name: string;

  /**
   * Its number at the Service.
   */
  readonly port: number;

  /**
   * Its number at the pods.
   *
   * @default - `port`
   */
  readonly targetPort?: number;

  /**
   * `TCP` or `UDP`.
   *
   * @default "TCP"
   */
  readonly protocol?: string;
}

/**
 * The Service of a gateway.
 */
export interface GatewayService {
  /**
   * How it is reached.
   *
   * @default GatewayServiceType.LOAD_BALANCER
   */
  readonly type?: GatewayServiceType;

  /**
   * Its ports, each name and number once.
   *
   * @default - status-port 15021, http2 80, https 443
   */
  readonly ports?: GatewayServicePort[];

  /**
   * Annotations, such as those that a cloud reads.
   *
   * @default - none
   */
  readonly annotations?: Record<string, string>;

  /**
   * The ranges of addresses that a load balancer lets in.
   *
   * @default - any
   */
  readonly loadBalancerSourceRanges?: string[];

  /**
   * `Local` to keep the address of the client, or `Cluster`.
   *
   * @default - Kubernetes' own
   */
  readonly externalTrafficPolicy?: string;
}

/**
 * Values of the chart `gateway`.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/gateway/
 */
export interface GatewayChartValues extends CommonChartValues, PodChartValues {
  /**
   * The name of the gateway.
   *
   * @default - the name of the release
   */
  readonly name?: string;

  /**
   * The revision of the control plane, or its tag, that configures it.
   *
   * @default - the one that the namespace names
   */
  readonly revision?: string;

  /**
   * Labels, which IstioGateway resources select it by.
   *
   * @default - `app` and `istio` with the name
   */
  readonly labels?: Record<string, string>;

  /**
   * How it is reached.
   *
   * @default - a load balancer
   */
  readonly service?: GatewayService;

  /**
   * How many pods there are, by their load.
   *
   * @default - 1 to 5
   */
  readonly autoscaling?: ChartAutoscaling;

  /**
   * How many pods there are, whatever their load; at least 1.
   *
   * @default - by their load
   */
  readonly replicaCount?: number;

  /**
   * The labels of the nodes that it may run on.
   *
   * @default - any node
   */
  readonly nodeSelector?: Record<string, string>;

  /**
   * The network whose services it lets the other clusters of the mesh reach: an east-west gateway.
   *
   * @default - none
   */
  readonly networkGateway?: string;

  /**
   * The names of the secrets that images are fetched with.
   *
   * @default - none
   */
  readonly imagePullSecrets?: string[];
}
