import { PortProtocol } from './port-protocol';
import { AddressForm, isSocket, renderEndpoint, WorkloadEndpoint } from './workload-endpoint';
import {
  ServiceEntrySpecEndpoints, ServiceEntrySpecPorts, ServiceEntrySpecResolution, ServiceEntrySpecWorkloadSelector,
} from '../../imports/networking.istio.io';
import { list, optionalList, show } from '../private/check';
import { atMost } from '../private/limits';
import { labels } from '../private/names';
import { given, orUndefined } from '../private/render';

/**
 * The parts of a service entry that a resolution depends on.
 *
 * @internal
 */
export interface ResolvedEntry {
  readonly hosts: string[];
  readonly ports: ServiceEntrySpecPorts[];
  readonly addresses: string[];
}

/**
 * The parts of a service entry that a resolution is rendered to.
 *
 * @internal
 */
export interface RenderedResolution {
  readonly resolution: ServiceEntrySpecResolution;
  readonly endpoints?: ServiceEntrySpecEndpoints[];
  readonly workloadSelector?: ServiceEntrySpecWorkloadSelector;
}

/** Envoy's forward proxy for names that it learns from requests knows these. */
const DYNAMIC: (string | undefined)[] = [PortProtocol.HTTP, PortProtocol.HTTP2, PortProtocol.GRPC, PortProtocol.TLS];

/**
 * How the proxy finds the endpoints of a `ServiceEntry`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-Resolution
 */
export class ServiceResolution {
  /**
   * Not at all: a connection goes where the client meant it to go.
   */
  public static none(): ServiceResolution {
    return new ServiceResolution({ resolution: ServiceEntrySpecResolution.NONE });
  }

  /**
   * At these IP addresses or Unix sockets.
   *
   * @param endpoints the endpoints, at least one
   * @throws when there is none, an address is a DNS name, or a value is wrong
   */
  public static staticEndpoints(endpoints: WorkloadEndpoint[]): ServiceResolution {
    list('the endpoints of ServiceResolution.staticEndpoints', endpoints, 'name the address of an endpoint, or use ServiceResolution.workloads');
    return new ServiceResolution({ resolution: ServiceEntrySpecResolution.STATIC, endpoints: render(endpoints, AddressForm.IP_OR_SOCKET) });
  }

  /**
   * At the pods and the `WorkloadEntry` resources of its namespace that have these labels, by their IP addresses.
   *
   * @param selector the labels, at least one
   * @throws when there is none, or one is no label
   */
  public static workloads(selector: Record<string, string>): ServiceResolution {
    return new ServiceResolution({ resolution: ServiceEntrySpecResolution.STATIC, workloadSelector: workloadSelector('workloads', selector) });
  }

  /**
   * At all the addresses that DNS gives for the host, or for the names of the endpoints.
   *
   * @param endpoints the endpoints; without them the hosts are looked up, which must then be names without a wildcard
   * @throws when an endpoint is a Unix socket or has no address, or a value is wrong
   */
  public static dns(endpoints: WorkloadEndpoint[] = []): ServiceResolution {
    optionalList('the endpoints of ServiceResolution.dns', endpoints);
    return new ServiceResolution({ resolution: ServiceEntrySpecResolution.DNS, endpoints: render(endpoints, AddressForm.IP_OR_NAME) });
  }

  /**
   * Like `workloads`, for workloads whose addresses are DNS names.
   *
   * @param selector the labels, at least one
   * @throws when there is none, or one is no label
   */
  public static dnsWorkloads(selector: Record<string, string>): ServiceResolution {
    return new ServiceResolution({ resolution: ServiceEntrySpecResolution.DNS, workloadSelector: workloadSelector('dnsWorkloads', selector) });
  }

  /**
   * At the first address that DNS gives when a connection is made, without closing those to earlier ones. For large services behind DNS.
   *
   * @param endpoint the endpoint; without it the host is looked up, which must then be a name without a wildcard
   * @throws when the endpoint is a Unix socket or has no address, or a value is wrong
   */
  public static dnsRoundRobin(endpoint?: WorkloadEndpoint): ServiceResolution {
    return new ServiceResolution({
      resolution: ServiceEntrySpecResolution.DNS_UNDERSCORE_ROUND_UNDERSCORE_ROBIN,
      endpoints: given(endpoint, (one) => render([one], AddressForm.IP_OR_NAME)),
    });
  }

  /**
   * At the address that DNS gives for the name in each request, for wildcard hosts. Ports are HTTP, HTTP2, GRPC or TLS.
   */
  public static dynamicDns(): ServiceResolution {
    return new ServiceResolution({ resolution: ServiceEntrySpecResolution.DYNAMIC_UNDERSCORE_DNS });
  }

  private constructor(private readonly rendered: RenderedResolution) {}

  /**
   * Whether names are looked up as requests come in.
   *
   * @internal
   */
  public get _isDynamic(): boolean {
    return this.rendered.resolution === ServiceEntrySpecResolution.DYNAMIC_UNDERSCORE_DNS;
  }

  /**
   * Whether connections go where the client meant them to go.
   *
   * @internal
   */
  public get _isNone(): boolean {
    return this.rendered.resolution === ServiceEntrySpecResolution.NONE;
  }

  /**
   * Refuses an entry that does not go with the resolution.
   *
   * @internal
   */
  public _toIstio(entry: ResolvedEntry): RenderedResolution {
    const { resolution, endpoints = [] } = this.rendered;
    if (this._isDynamic) {
      checkDynamic(entry);
    } else if (resolution === ServiceEntrySpecResolution.DNS || resolution === ServiceEntrySpecResolution.DNS_UNDERSCORE_ROUND_UNDERSCORE_ROBIN) {
      checkDns(resolution, endpoints, entry);
    }
    endpoints.forEach((endpoint, index) => checkPorts(`endpoint ${index + 1}`, endpoint, entry.ports));
    return this.rendered;
  }
}

function render(endpoints: WorkloadEndpoint[], form: AddressForm): ServiceEntrySpecEndpoints[] | undefined {
  return orUndefined(atMost('the endpoints of the resolution', endpoints, 4096).map((endpoint, index) => renderEndpoint(`endpoint ${index + 1}`, endpoint, form)));
}

function workloadSelector(factory: string, selector: Record<string, string>): ServiceEntrySpecWorkloadSelector {
  const where = `the labels of ServiceResolution.${factory}`;
  if (Object.keys(atMost(where, labels(where, selector), 256)).length === 0) {
    throw new Error(`${where} is {}, expected at least one label; without one every workload of the namespace would be an endpoint`);
  }
  return { labels: selector };
}

function checkDynamic({ hosts, ports, addresses }: ResolvedEntry): void {
  const plain = hosts.find((host) => !host.startsWith('*'));
  if (plain !== undefined) {
    throw new Error(`the host ${show(plain)} has no wildcard, expected one such as "*.example.com" with ServiceResolution.dynamicDns; use ServiceResolution.dns for it`);
  }
  if (addresses.length > 0) {
    throw new Error(`the addresses are ${show(addresses)} beside ServiceResolution.dynamicDns, expected none; leave them out`);
  }
  const other = ports.find(({ protocol }) => !DYNAMIC.includes(protocol));
  if (other !== undefined) {
    throw new Error(`the protocol of port ${other.number} is ${show(other.protocol)}, expected one of ${DYNAMIC.join(', ')} with ServiceResolution.dynamicDns; use TLS for HTTPS`);
  }
}

function checkDns(resolution: string, endpoints: ServiceEntrySpecEndpoints[], { hosts, addresses }: ResolvedEntry): void {
  const range = addresses.find((address) => address.includes('/'));
  if (range !== undefined) {
    throw new Error(`the address ${show(range)} is a range, expected a single one with resolution ${resolution}; use ServiceResolution.none or .staticEndpoints for ranges`);
  }
  const wildcard = endpoints.length > 0 ? undefined : hosts.find((host) => host.startsWith('*'));
  if (wildcard !== undefined) {
    throw new Error(`the host ${show(wildcard)} can't be looked up with resolution ${resolution}, expected a name without a wildcard; add endpoints or use ServiceResolution.dynamicDns`);
  }
}

function checkPorts(where: string, endpoint: ServiceEntrySpecEndpoints, ports: ServiceEntrySpecPorts[]): void {
  const names = ports.map(({ name }) => name);
  const unknown = Object.keys(endpoint.ports ?? {}).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new Error(`port ${show(unknown)} of ${where} is none of the ServiceEntry, expected one of ${names.map(show).join(', ') || 'none'}; use the name of a port of the ServiceEntry`);
  }
  if (isSocket(endpoint.address) && ports.length !== 1) {
    throw new Error(`${where} is the Unix socket ${show(endpoint.address)} and the ServiceEntry has ${ports.length} ports, expected exactly 1; a socket serves one port`);
  }
}
