import { WorkloadEntrySpec } from '../../imports/networking.istio.io';
import { noUnknown, object, port, show, text, whole } from '../private/check';
import { atMost, boundedText } from '../private/limits';
import { hostname, isIp, labels } from '../private/names';
import { given, mapValues, orUndefined } from '../private/render';

const UNIX = 'unix://';
const UINT32 = 2 ** 32 - 1;

/**
 * A workload outside Kubernetes, such as a virtual machine, or a server outside the mesh.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/workload-entry/#WorkloadEntry
 */
export interface WorkloadEndpoint {
  /**
   * An IP address, a DNS name or a Unix socket (`unix:///path`, `unix://@name`), without a port.
   *
   * @default - none; then `network` is needed, whose gateway leads to it
   */
  readonly address?: string;

  /**
   * The ports it listens to, by the names of the ports of the service. Not for a Unix socket.
   *
   * @default - the target ports of the service
   */
  readonly ports?: Record<string, number>;

  /**
   * Its labels, which subsets and selectors see.
   *
   * @default - none
   */
  readonly labels?: Record<string, string>;

  /**
   * The network it is in. Endpoints in one network reach each other without a gateway.
   *
   * @default - the default network
   */
  readonly network?: string;

  /**
   * Where it is: `region/zone/subzone`, of which the later parts may be left out.
   *
   * @default - unknown
   */
  readonly locality?: string;

  /**
   * Its share of the requests, in proportion to the other endpoints, at least 1.
   *
   * @default 1
   */
  readonly weight?: number;

  /**
   * The service account it runs as, in its own namespace.
   *
   * @default - none
   */
  readonly serviceAccount?: string;
}

/**
 * What the address of an endpoint may be.
 *
 * @internal
 */
export enum AddressForm {
  ANY = 'an IP address, a DNS name or a Unix socket',
  IP_OR_SOCKET = 'an IP address or a Unix socket',
  IP_OR_NAME = 'an IP address or a DNS name',
}

/** @internal */
export function renderEndpoint(where: string, endpoint: WorkloadEndpoint, form: AddressForm): WorkloadEntrySpec {
  const { address, network } = object(where, endpoint);
  if (address === undefined && (network === undefined || form === AddressForm.IP_OR_NAME)) {
    throw new Error(`${where} has no address, expected ${form}; give it its address`);
  }
  return renderTemplate(where, endpoint, form);
}

/**
 * Like an endpoint, where the address may be left out.
 *
 * @internal
 */
export function renderTemplate(where: string, endpoint: WorkloadEndpoint, form = AddressForm.ANY): WorkloadEntrySpec {
  const { address, ports, labels: values, network, locality, weight, serviceAccount, ...rest } = object(where, endpoint);
  noUnknown(where, rest);
  given(address, (value) => checkAddress(`the address of ${where}`, value, form));
  if (isSocket(address) && ports !== undefined && Object.keys(object(`the ports of ${where}`, ports)).length > 0) {
    throw new Error(`${where} has ports ${show(ports)} beside the Unix socket ${show(address)}, expected one of them; leave the ports out`);
  }
  return {
    address,
    ports: orUndefined(mapValues(given(ports, (map) => atMost(`the ports of ${where}`, object(`the ports of ${where}`, map), 128)),
      (number, name) => port(`port ${show(endpointPortName(where, name))} of ${where}`, number))),
    labels: orUndefined(given(values, (map) => atMost(`the labels of ${where}`, labels(`the labels of ${where}`, map), 256))),
    network: given(network, (value) => boundedText(`the network of ${where}`, value, 2048)),
    locality: given(locality, (value) => boundedText(`the locality of ${where}`, value, 2048)),
    weight: given(weight, (value) => whole(`the weight of ${where}`, value, 1, UINT32, 'leave it out for an equal share')),
    serviceAccount: given(serviceAccount, (value) => boundedText(`the serviceAccount of ${where}`, value, 253)),
  };
}

/** @internal */
export function isSocket(address: string | undefined): boolean {
  return typeof address === 'string' && address.startsWith(UNIX);
}

/**
 * An IP address without zone, as Istio and Node.js agree on it.
 *
 * @internal
 */
export function isPlainIp(value: string): boolean {
  return isIp(value) && !value.includes('%');
}

function checkAddress(where: string, address: string, form: AddressForm): void {
  text(where, address, `give ${form}`);
  if (isPlainIp(address)) {
    return;
  }
  if (isSocket(address)) {
    checkSocket(where, address, form);
  } else if (form === AddressForm.IP_OR_SOCKET) {
    throw new Error(`${where} is ${show(address)}, expected ${form}; for a DNS name resolve the service by DNS`);
  } else if (hostname(where, address).startsWith('*')) {
    throw new Error(`${where} is ${show(address)}, expected ${form}; name one host`);
  }
}

function checkSocket(where: string, address: string, form: AddressForm): void {
  if (form === AddressForm.IP_OR_NAME) {
    throw new Error(`${where} is ${show(address)}, expected ${form}; a Unix socket is a static endpoint`);
  }
  boundedText(where, socketAddress(where, address), 256);
}

/**
 * Refuses anything but the address of a Unix socket.
 *
 * @internal
 */
export function socketAddress(where: string, value: string): string {
  if (!isSocket(value) || !/^(@|\/.*[^/]$)/s.test(value.slice(UNIX.length)) || value.endsWith('/')) {
    throw new Error(`${where} is ${show(value)}, expected a Unix socket such as "unix:///run/shop.sock" or "unix://@shop"; give the path of a file`);
  }
  return value;
}

function endpointPortName(where: string, name: string): string {
  if (!/^[a-z0-9]([-a-z0-9]{0,60}[a-z0-9])?$/i.test(name)) {
    throw new Error(`a port of ${where} is named ${show(name)}, expected at most 62 letters, digits and dashes; use the name of a port of the service`);
  }
  return name;
}
