import { isIP } from 'node:net';
import { IConstruct } from 'constructs';
import { plain } from './plain';
import { instance, list, noUnknown, object, optionalList, optionalText, port as portNumber, show, text } from '../private/check';
import { dnsLabel, hostname, isIp } from '../private/names';
import { orUndefined } from '../private/render';
import { ServiceRef } from '../traffic/service-ref';

/**
 * Which endpoints belong to a network.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#Network-NetworkEndpoints
 */
export class NetworkEndpoints {
  /**
   * Those with an address in a range.
   *
   * @param range an IP address, or a range of them such as `10.0.0.0/8`
   * @throws when it is neither
   */
  public static fromCidr(range: string): NetworkEndpoints {
    const [ip, bits, ...more] = String(range).split('/');
    const version = isIP(ip);
    if (version === 0 || more.length > 0 || bits !== undefined && !(/^(0|[1-9]\d*)$/.test(bits) && +bits <= (version === 4 ? 32 : 128))) {
      throw new Error(`the range of NetworkEndpoints.fromCidr is ${show(range)}, expected an IP address or a range of them; write for example "10.0.0.0/8"`);
    }
    return new NetworkEndpoints({ fromCidr: range }, `the range ${range}`);
  }

  /**
   * Those that a cluster knows.
   *
   * @param cluster the name of the cluster, as its remote secret has it
   * @throws when it is no DNS label
   */
  public static fromRegistry(cluster: string): NetworkEndpoints {
    return new NetworkEndpoints({ fromRegistry: dnsLabel('the cluster of NetworkEndpoints.fromRegistry', cluster) }, `the cluster ${cluster}`);
  }

  private constructor(private readonly endpoints: object, private readonly described: string) {}

  /** @internal */
  public _toIstio(): object {
    return this.endpoints;
  }

  /** @internal */
  public _describe(): string {
    return this.described;
  }
}

/**
 * Options of a `NetworkGateway`.
 */
export interface NetworkGatewayOptions {
  /**
   * The port at which requests from other networks come in, by mutual TLS.
   *
   * @default 15443
   */
  readonly port?: number;

  /**
   * Where the gateway is: `region/zone/subzone`.
   *
   * @default - unknown
   */
  readonly locality?: string;
}

/**
 * A gateway through which other networks reach a network.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#Network-IstioNetworkGateway
 */
export class NetworkGateway {
  /**
   * A gateway with an IP address. A host name needs `RESOLVE_HOSTNAME_GATEWAYS`, which istiod has by default.
   *
   * @param address the IP address or host name
   * @param options its port and locality
   * @throws when a value is wrong
   */
  public static address(address: string, options: NetworkGatewayOptions = {}): NetworkGateway {
    return new NetworkGateway({ address: isIp(address) ? address : host('the address of the gateway', address) }, options);
  }

  /**
   * A gateway whose address istiod reads from its service in the clusters of the network.
   *
   * @param service the service; its namespace must be known
   * @param options its port and locality
   * @throws when a value is wrong
   */
  public static service(service: IConstruct, options: NetworkGatewayOptions = {}): NetworkGateway {
    const ref = ServiceRef.of(service);
    if (!ref.host.includes('.')) {
      throw new Error(`the service of the gateway is ${show(ref.host)}, expected a full host name; give the namespace of the service`);
    }
    return new NetworkGateway({ registryServiceName: host('the service of the gateway', ref.host) }, options);
  }

  private readonly options: object;

  private constructor(private readonly place: object, options: NetworkGatewayOptions) {
    const { port = 15443, locality, ...rest } = object('the options of the gateway', options);
    noUnknown('NetworkGateway', rest);
    this.options = { port: portNumber('the port of the gateway', port), locality: optionalText('the locality of the gateway', locality) };
  }

  /** @internal */
  public _toIstio(): object {
    return { ...this.place, ...this.options };
  }
}

const ENDPOINTS = 'NetworkEndpoints.fromRegistry("cluster-1")';

/**
 * A network: endpoints that reach each other directly.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#Network
 */
export interface MeshNetwork {
  /**
   * Its name, as in the label `topology.istio.io/network`.
   */
  readonly name: string;

  /**
   * Which endpoints belong to it, at least one entry.
   */
  readonly endpoints: NetworkEndpoints[];

  /**
   * The gateways through which other networks reach it.
   *
   * @default - none: it can't be reached from other networks
   */
  readonly gateways?: NetworkGateway[];
}

/**
 * The networks of a mesh, and how they reach each other.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshNetworks
 */
export class MeshNetworks {
  private readonly networks = new Map<string, object>();

  /**
   * Describes the networks.
   *
   * @param networks the networks
   * @throws when a name is used twice, or endpoints are in two networks
   */
  public constructor(...networks: MeshNetwork[]) {
    const owners = new Map<string, string>();
    for (const network of list('MeshNetworks', networks, 'describe a network')) {
      const { name, endpoints, gateways, ...rest } = object('a network', network);
      noUnknown('a network', rest);
      const where = `the network ${show(text('the name of a network', name, 'name the network'))}`;
      if (this.networks.has(name)) {
        throw new Error(`${where} is there twice, expected each name once; join the two or rename one`);
      }
      for (const entry of list(`the endpoints of ${where}`, endpoints, `write for example ${ENDPOINTS}`)) {
        instance(`an entry of the endpoints of ${where}`, entry, NetworkEndpoints, ENDPOINTS);
        const owner = owners.get(entry._describe());
        if (owner !== undefined) {
          throw new Error(`${entry._describe()} is in ${owner} and in ${where}, expected it in one network; remove it from the other`);
        }
        owners.set(entry._describe(), where);
      }
      this.networks.set(name, {
        endpoints: endpoints.map((entry) => entry._toIstio()),
        gateways: orUndefined(optionalList(`the gateways of ${where}`, gateways)
          ?.map((gateway) => instance(`a gateway of ${where}`, gateway, NetworkGateway, 'NetworkGateway.address("203.0.113.7")')._toIstio())),
      });
    }
  }

  /**
   * The networks as an object: the value `global.meshNetworks` of Istio's Helm charts and of IstioOperator.
   */
  public toValues(): { [key: string]: any } {
    return plain(Object.fromEntries(this.networks));
  }
}

function host(where: string, value: string): string {
  if (hostname(where, value).includes('*') || /^\d+\.?$/.test(value)) {
    throw new Error(`${where} is ${show(value)}, expected a single host; leave out the wildcard, and give a name that is no number`);
  }
  return value;
}
