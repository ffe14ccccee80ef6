import { IConstruct } from 'constructs';
import { MeshKind, MeshObject } from './mesh-object';
import { labelValue } from './mesh-workload';
import { commaSeparated } from './values';
import { flag, list, member, noUnknown, object, port, text } from '../private/check';
import { labels } from '../private/names';
import { given } from '../private/render';
import { ExportTo, exported } from '../traffic/export-to';

/**
 * Which endpoints of a service ztunnel sends requests to.
 *
 * @see https://istio.io/latest/docs/reference/config/annotations/#NetworkingTrafficDistribution
 */
export enum TrafficDistribution {
  /** Those in the same network, region and zone first, then further ones. */
  PREFER_CLOSE = 'PreferClose',
  /** The same, by Kubernetes' newer name. */
  PREFER_SAME_ZONE = 'PreferSameZone',
  /** Those on the same node first, then further ones. */
  PREFER_SAME_NODE = 'PreferSameNode',
}

/**
 * How the mesh finds services and reaches them.
 */
export interface ServiceDiscoveryProps {
  /**
   * The namespaces whose workloads see it. For a Service; a ServiceEntry has it in its spec.
   *
   * @default - those that the mesh configuration names, usually all
   */
  readonly exportTo?: ExportTo;

  /**
   * Whether no workload sees it, whatever `exportTo` of the mesh says. For a Service.
   *
   * @default false
   */
  readonly hidden?: boolean;

  /**
   * Which endpoints requests go to, in ambient; of a Namespace for all its services that don't say it.
   *
   * @default - that of the namespace, else all
   */
  readonly trafficDistribution?: TrafficDistribution;

  /**
   * The network that a Service, a gateway, is the way into for other networks; or that of the cluster, for the Namespace that Istio is installed in.
   *
   * @default - it is no such gateway; all clusters of the mesh are on one network
   */
  readonly network?: string;

  /**
   * The port of that gateway for other networks, 1 to 65535. For a Service.
   *
   * @default 15443
   */
  readonly gatewayPort?: number;

  /**
   * The labels of the nodes whose addresses other networks reach the gateway by. For a Service of type NodePort.
   *
   * @default - that of its load balancer
   */
  readonly nodeSelector?: { readonly [label: string]: string };

  /**
   * Whether Istio gives it an IP address where it has none. For a ServiceEntry.
   *
   * @default - as Istio was installed, usually true
   */
  readonly autoAllocateIp?: boolean;

  /**
   * The clusters whose control planes may lead this one, a remote cluster; `*` for any. For the Namespace that Istio is installed in.
   *
   * @default - none
   */
  readonly controlPlaneClusters?: string[];
}

/** The kinds of objects that Istio reads each property from. */
const HOMES: Record<keyof ServiceDiscoveryProps, MeshKind[]> = {
  exportTo: ['Service'],
  hidden: ['Service'],
  trafficDistribution: ['Service', 'ServiceEntry', 'Namespace'],
  network: ['Service', 'Namespace'],
  gatewayPort: ['Service'],
  nodeSelector: ['Service'],
  autoAllocateIp: ['ServiceEntry'],
  controlPlaneClusters: ['Namespace'],
};

/**
 * How the mesh finds services and reaches them: settings of Services, ServiceEntries and Namespaces, of any cdk8s-plus version, any binding or YAML.
 *
 * @see https://istio.io/latest/docs/reference/config/annotations/
 */
export class ServiceDiscovery {
  /**
   * Writes the settings into the labels and annotations of the object. What is there already stays.
   *
   * @param target a Service, a ServiceEntry or a Namespace
   * @param props the settings; each says which of them it is for
   * @throws when it is something else, has no such setting, says something else already, or a value is wrong
   */
  public static configure(target: IConstruct, props: ServiceDiscoveryProps): void {
    const where = 'ServiceDiscovery.configure';
    const {
      exportTo, hidden, trafficDistribution, network, gatewayPort, nodeSelector, autoAllocateIp, controlPlaneClusters, ...rest
    } = object(`the properties of ${where}`, props);
    noUnknown(where, rest);
    MeshObject.of(where, target, ...homesOf(where, props)).add({
      labels: {
        'topology.istio.io/network': given(network, (value) => labelValue('network', value)),
        'networking.istio.io/gatewayPort': given(gatewayPort, (value) => String(port('gatewayPort', value))),
        'networking.istio.io/enable-autoallocate-ip': given(flag('autoAllocateIp', autoAllocateIp), String),
      },
      annotations: {
        'networking.istio.io/exportTo': renderVisibility(exportTo, hidden),
        'networking.istio.io/traffic-distribution': given(trafficDistribution, (value) => member('trafficDistribution', value, TrafficDistribution)),
        'traffic.istio.io/nodeSelector': given(nodeSelector, renderNodes),
        'topology.istio.io/controlPlaneClusters': given(controlPlaneClusters, renderClusters),
      },
    });
  }

  private constructor() {}
}

/** The kinds that have all of the properties. */
function homesOf(where: string, props: ServiceDiscoveryProps): MeshKind[] {
  const names = (Object.keys(HOMES) as (keyof ServiceDiscoveryProps)[]).filter((name) => props[name] !== undefined);
  const kinds = (['Service', 'ServiceEntry', 'Namespace'] as MeshKind[]).filter((kind) => names.every((name) => HOMES[name].includes(kind)));
  if (kinds.length === 0) {
    throw new Error(`${where} has ${names.map((name) => `${name} for a ${HOMES[name].join(' or ')}`).join(', ')}, expected settings of one kind; configure each object by itself`);
  }
  return kinds;
}

function renderVisibility(exportTo: ExportTo | undefined, hidden: boolean | undefined): string | undefined {
  const namespaces = given(exportTo, (value) => exported(value, undefined).join(','));
  if (!flag('hidden', hidden)) {
    return namespaces;
  }
  if (namespaces !== undefined) {
    throw new Error(`exportTo is ${namespaces} beside hidden: true, expected one of them; drop hidden to show the service there`);
  }
  return '~';
}

/** Istio reads JSON here, whatever its reference says. */
function renderNodes(selector: { readonly [label: string]: string }): string {
  if (Object.keys(labels('nodeSelector', { ...object('nodeSelector', selector) })).length === 0) {
    throw new Error('nodeSelector is {}, expected at least one label of a node; leave it out for the load balancer');
  }
  return JSON.stringify(selector);
}

function renderClusters(clusters: string[]): string {
  return commaSeparated('controlPlaneClusters', list('controlPlaneClusters', clusters, 'name a cluster, or "*" for any'), (where, name) => {
    if (text(where, name, 'leave it out').includes(',')) {
      throw new Error(`${where} is "${name}", expected the name of one cluster; give each name by itself`);
    }
    return name;
  });
}
