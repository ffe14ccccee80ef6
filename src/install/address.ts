import { show } from '../private/check';
import { hostnameOrIp } from '../private/names';

/** Refuses anything but a host or IP address with a port. */
export function address(where: string, value: string): string {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(String(value)) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || host.includes('*') || +port < 1 || +port > 65535) {
    throw new Error(`${where} is ${show(value)}, expected a host with a port from 1 to 65535; write for example "ca.security.svc.cluster.local:8932"`);
  }
  hostnameOrIp(`the host of ${where}`, host);
  return value;
}
