import { Construct } from 'constructs';
import { exported, ExportTo } from './export-to';
import { namesItsHost, PortProtocol } from './port-protocol';
import { ServiceResolution } from './service-resolution';
import { ServiceEntry as Binding, ServiceEntrySpec, ServiceEntrySpecLocation, ServiceEntrySpecPorts } from '../../imports/networking.istio.io';
import { instance, list, member, noUnknown, object, optionalList, port, show, texts } from '../private/check';
import { atMost } from '../private/limits';
import { dnsLabel, hostname, isIpBlock } from '../private/names';
import { given, orUndefined } from '../private/render';
import { IstioResource, IstioResourceProps } from '../resource';

/**
 * Whether a service is part of the mesh.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-Location
 */
export enum ServiceLocation {
  /** It is outside, such as an API on the internet. Mutual TLS is not used. */
  MESH_EXTERNAL = 'MESH_EXTERNAL',
  /** It is inside, such as one on virtual machines that run the proxy. */
  MESH_INTERNAL = 'MESH_INTERNAL',
}

/**
 * A port of a `ServiceEntry`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/service-entry/#ServicePort
 */
export interface ServiceEntryPort {
  /**
   * The port that clients use, 1 to 65535, each once.
   */
  readonly number: number;

  /**
   * What it speaks.
   *
   * @default - found out from the traffic
   */
  readonly protocol?: PortProtocol;

  /**
   * Its name, letters, digits and dashes, at most 63, each once.
   *
   * @default - protocol and number, such as `https-443`, or `port-9000` without a protocol
   */
  readonly name?: string;

  /**
   * The port that the endpoints listen to, 1 to 65535.
   *
   * @default - the same number
   */
  readonly targetPort?: number;
}

/**
 * Properties of a `ServiceEntry`.
 */
export interface ServiceEntryProps extends IstioResourceProps {
  /**
   * The hosts of the service, at least one: DNS names or wildcards such as `*.example.com`, but not `*` alone.
   * Several hosts need ports of HTTP or TLS, unless the resolution is `ServiceResolution.none()`.
   */
  readonly hosts: string[];

  /**
   * Its ports.
   *
   * @default - none
   */
  readonly ports?: ServiceEntryPort[];

  /**
   * How its endpoints are found.
   *
   * @default ServiceResolution.none()
   */
  readonly resolution?: ServiceResolution;

  /**
   * Whether it is part of the mesh.
   *
   * @default ServiceLocation.MESH_EXTERNAL
   */
  readonly location?: ServiceLocation;

  /**
   * The virtual IP addresses of the service. Ranges such as `10.1.0.0/16` go with the resolutions `none`, `staticEndpoints` and `workloads`.
   *
   * @default - those that Istio allocates, where it does
   */
  readonly addresses?: string[];

  /**
   * The subject alternative names, one of which the certificate of the server must have.
   *
   * @default - not checked
   */
  readonly subjectAltNames?: string[];

  /**
   * The namespaces whose workloads see the service.
   *
   * @default - those that the mesh configuration names, usually all
   */
  readonly exportTo?: ExportTo;
}

/**
 * A service that Kubernetes does not know: an API outside the mesh, or workloads on virtual machines.
 *
 * Wherever this library asks for a service, it takes a ServiceEntry with one host.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/service-entry/
 */
export class ServiceEntry extends IstioResource {
  private readonly spec: ServiceEntrySpec;
  private readonly isDynamicAndInternal: boolean;

  /**
   * Creates the service.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props its hosts, ports and how its endpoints are found
   * @throws when hosts, ports and resolution don't go together, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: ServiceEntryProps) {
    super(scope, id, Binding.GVK, object('the properties of the ServiceEntry', props));
    const { metadata, hosts, ports, resolution, location, addresses, subjectAltNames, exportTo, ...rest } = props;
    noUnknown('ServiceEntry', rest);
    list('the hosts of the ServiceEntry', hosts, 'name the host, such as api.example.com');
    const entry = {
      hosts: atMost('the hosts of the ServiceEntry', hosts, 256).map(entryHost),
      ports: renderPorts(ports),
      addresses: atMost('the addresses of the ServiceEntry', optionalList('the addresses of the ServiceEntry', addresses) ?? [], 256).map(address),
    };
    given(resolution, (value) => instance('the resolution', value, ServiceResolution, 'ServiceResolution.dns()'));
    if (hosts.length > 1 && resolution !== undefined && !resolution._isNone) {
      checkSeveralHosts(hosts, entry.ports);
    }
    this.spec = {
      hosts: entry.hosts,
      ports: orUndefined(entry.ports),
      ...resolution?._toIstio(entry),
      location: given(location, (value) => member('the location', value, ServiceLocation) as string as ServiceEntrySpecLocation),
      addresses: orUndefined(entry.addresses),
      subjectAltNames: texts('the subjectAltNames of the ServiceEntry', subjectAltNames),
      exportTo: given(exportTo, (value) => exported(value, this.namespace)),
    };
    this.isDynamicAndInternal = resolution?._isDynamic === true && location === ServiceLocation.MESH_INTERNAL;
    this.checkWaypoint();
  }

  /**
   * The hosts of the service.
   */
  public get hosts(): string[] {
    return [...this.spec.hosts];
  }

  /**
   * The numbers of its ports.
   *
   * @internal
   */
  public _ports(): number[] {
    return (this.spec.ports ?? []).map(({ number }) => number);
  }

  /** @internal */
  protected _toSpec(): ServiceEntrySpec {
    this.checkWaypoint(); // labels may have been added since
    return this.spec;
  }

  private checkWaypoint(): void {
    const waypoint = this.metadata.getLabel('istio.io/use-waypoint');
    if (this.isDynamicAndInternal && waypoint && waypoint.toLowerCase() !== 'none') {
      throw new Error(`the label istio.io/use-waypoint is ${show(waypoint)} on a service inside the mesh with ServiceResolution.dynamicDns, expected no waypoint; remove the label or use ServiceLocation.MESH_EXTERNAL`);
    }
  }
}

function entryHost(value: string): string {
  if (value === '*') {
    throw new Error('a host of the ServiceEntry is "*", expected a DNS name such as "api.example.com" or "*.example.com"; name the domain');
  }
  return hostname('a host of the ServiceEntry', value);
}

function renderPorts(ports: ServiceEntryPort[] | undefined): ServiceEntrySpecPorts[] {
  const rendered = atMost('the ports of the ServiceEntry', optionalList('the ports of the ServiceEntry', ports) ?? [], 256).map((entry, index) => {
    const where = `port ${index + 1} of the ServiceEntry`;
    const { number, protocol, name, targetPort, ...rest } = object(where, entry);
    noUnknown(where, rest);
    port(`the number of ${where}`, number);
    given(protocol, (value) => member(`the protocol of ${where}`, value, PortProtocol));
    given(name, (value) => dnsLabel(`the name of ${where}`, value));
    given(targetPort, (value) => port(`the targetPort of ${where}`, value));
    return { number, name: name ?? `${protocol?.toLowerCase().replace('_', '-') ?? 'port'}-${number}`, protocol, targetPort };
  });
  rendered.forEach(({ number, name }, index) => {
    const earlier = rendered.slice(0, index);
    if (earlier.some((other) => other.number === number)) {
      throw new Error(`the port ${number} of the ServiceEntry is defined twice, expected each number once; remove the second`);
    }
    if (earlier.some((other) => other.name === name)) {
      throw new Error(`the port name ${show(name)} of the ServiceEntry is used twice, expected each name once; rename the second`);
    }
  });
  return rendered;
}

function address(value: string): string {
  if (!isIpBlock(value)) {
    throw new Error(`an address of the ServiceEntry is ${show(value)}, expected an IP address or a range such as "10.1.0.0/16"; give names as hosts`);
  }
  return value;
}

function checkSeveralHosts(hosts: string[], ports: ServiceEntrySpecPorts[]): void {
  const blind = ports.find(({ protocol }) => !namesItsHost(protocol));
  if (blind !== undefined) {
    throw new Error(`the protocol of port ${blind.number} is ${show(blind.protocol)} for the hosts ${hosts.map(show).join(', ')}, expected HTTP or TLS, which name the host in each request; write a ServiceEntry for each host`);
  }
}
