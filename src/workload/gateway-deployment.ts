import { IConstruct } from 'constructs';
import { MeshMetadata, MeshObject } from './mesh-object';
import { flag, member, noUnknown, object, port, show } from '../private/check';
import { dnsLabel, objectName } from '../private/names';
import { given } from '../private/render';

/**
 * Whose requests a waypoint takes.
 *
 * @see https://istio.io/latest/docs/ambient/usage/waypoint/#waypoint-traffic-types
 */
export enum WaypointTraffic {
  /** Those to services. */
  SERVICE = 'service',
  /** Those to pods and virtual machines by their own address. */
  WORKLOAD = 'workload',
  /** Both. */
  ALL = 'all',
  /** None; for tests. */
  NONE = 'none',
}

/**
 * How Istio deploys a `Gateway` or `GatewayClass` of the Kubernetes Gateway API.
 */
export interface GatewayDeploymentProps {
  /**
   * Whose requests the waypoint takes.
   *
   * @default WaypointTraffic.SERVICE
   */
  readonly waypointFor?: WaypointTraffic;

  /**
   * The revision of the control plane that deploys it. For a Gateway.
   *
   * @default - the default one
   */
  readonly revision?: string;

  /**
   * The name of the Deployment and Service that Istio makes. For a Gateway.
   *
   * @default - the names of gateway and class, joined
   */
  readonly nameOverride?: string;

  /**
   * The name of the ServiceAccount that Istio makes. For a Gateway.
   *
   * @default - that of the Deployment
   */
  readonly serviceAccount?: string;

  /**
   * Whether requests come to the waypoint by the PROXY protocol and not by HBONE. For waypoints that are no Envoy of Istio.
   *
   * @default false
   */
  readonly inboundProxyProtocol?: boolean;

  /**
   * The port of the PROXY protocol, 1 to 65535. Needs `inboundProxyProtocol`.
   *
   * @default - that of the request
   */
  readonly inboundPort?: number;
}

/**
 * How Istio deploys gateways and waypoints of the Kubernetes Gateway API. Not for an IstioGateway, which is not deployed.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/#automated-deployment
 */
export class GatewayDeployment {
  /**
   * Writes the settings into the labels and annotations of the gateway. What is there already stays.
   *
   * @param gateway a `Gateway` or `GatewayClass` of the Kubernetes Gateway API, by any binding or YAML
   * @param props the settings
   * @throws when it is something else, has no such setting, says something else already, or a value is wrong
   */
  public static configure(gateway: IConstruct, props: GatewayDeploymentProps): void {
    const where = 'GatewayDeployment.configure';
    const { waypointFor, revision, nameOverride, serviceAccount, inboundProxyProtocol, inboundPort, ...rest } = object(`the properties of ${where}`, props);
    noUnknown(where, rest);
    const gatewayOnly = [revision, nameOverride, serviceAccount].some((value) => value !== undefined);
    const metadata: MeshMetadata = {
      labels: {
        'istio.io/waypoint-for': given(waypointFor, (value) => member('waypointFor', value, WaypointTraffic)),
        'istio.io/rev': given(revision, (value) => dnsLabel('the revision', value)),
      },
      annotations: {
        'gateway.istio.io/name-override': given(nameOverride, (value) => dnsLabel('nameOverride', objectName('nameOverride', value))),
        'gateway.istio.io/service-account': given(serviceAccount, (value) => objectName('serviceAccount', value)),
        'ambient.istio.io/waypoint-inbound-binding': renderBinding(inboundProxyProtocol, inboundPort),
      },
    };
    MeshObject.of(where, gateway, 'Gateway', ...gatewayOnly ? [] : ['GatewayClass' as const]).add(metadata);
  }

  private constructor() {}
}

function renderBinding(inboundProxyProtocol: boolean | undefined, inboundPort: number | undefined): string | undefined {
  const proxy = flag('inboundProxyProtocol', inboundProxyProtocol);
  if (inboundPort !== undefined && proxy !== true) {
    throw new Error(`inboundPort is ${show(inboundPort)} without inboundProxyProtocol, expected both; set inboundProxyProtocol to true`);
  }
  return given(proxy, (on) => on ? ['PROXY', ...inboundPort === undefined ? [] : [port('inboundPort', inboundPort)]].join('/') : 'NONE');
}
