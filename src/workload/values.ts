/*
 * Checks of values that only settings of proxies have.
 */
import { Duration, Size, SizeRoundingBehavior } from 'cdk8s';
import { optionalList, port, show, text } from '../private/check';
import { istioDuration } from '../private/duration';
import { hostname, isIp } from '../private/names';

/** An address such as `zipkin.istio-system:9411`; an IP address of version 6 in brackets. */
export function proxyAddress(where: string, value: string): string {
  const [, host, number] = /^(.+):(\d{1,5})$/.exec(text(where, value, 'give host and port')) ?? [];
  const bare = host?.replace(/^\[(.*)\]$/, '$1');
  const hostIsFine = () => bare.includes(':') ? bare !== host && isIp(bare) : isIp(bare) || isHost(where, bare);
  if (host === undefined || !hostIsFine() || Number(number) < 1 || Number(number) > 65535) {
    throw new Error(`${where} is ${show(value)}, expected host and port such as "collector.telemetry:9411"; leave out scheme and path`);
  }
  return value;
}

/** Like {@link proxyAddress}, with `$(HOST_IP)` for the node that the pod runs on. */
export function tracerAddress(where: string, value: string): string {
  proxyAddress(where, text(where, value, 'give host and port').replace('$(HOST_IP)', '127.0.0.1'));
  return value;
}

function isHost(where: string, host: string): boolean {
  try {
    return !hostname(where, host).startsWith('*') && !/^\d+\.?$/.test(host); // a number alone is no name for Istio
  } catch {
    return false;
  }
}

/** A Duration in Istio's notation, of whole seconds. */
export function wholeSeconds(where: string, value: Duration): string {
  const written = istioDuration(where, value);
  const millis = value.toMilliseconds({ integral: false });
  if (millis % 1000 !== 0) {
    throw new Error(`${where} is ${millis} ms, expected whole seconds and at least 1; round it`);
  }
  return written;
}

/** A Duration in Istio's notation that may be 0. */
export function durationOrZero(where: string, value: Duration): string {
  return value?.toMilliseconds?.({ integral: false }) === 0 ? '0s' : istioDuration(where, value);
}

/** The kibibytes of a Size, fractions and all. */
export function kibibytes(where: string, value: Size): number {
  // No instanceof: an app may hold a second copy of cdk8s.
  if (typeof value?.toKibibytes !== 'function') {
    throw new Error(`${where} is ${show(value)}, expected a Size; write for example Size.mebibytes(128)`);
  }
  return value.toKibibytes({ rounding: SizeRoundingBehavior.NONE });
}

/** The items of a list as one text, each checked. An empty list is an empty text. */
export function commaSeparated<T>(where: string, values: T[], check: (where: string, value: T) => unknown): string {
  const items = optionalList(where, values)!.map((value) => String(check(`an entry of ${where}`, value)));
  const twice = items.find((item, index) => items.indexOf(item) !== index);
  if (twice !== undefined) {
    throw new Error(`${where} has ${twice} twice, expected each entry once; remove the second`);
  }
  return items.join(',');
}

/** Port numbers as one text. */
export function ports(where: string, values: number[]): string {
  return commaSeparated(where, values, port);
}

/** Names of network interfaces as one text. */
export function interfaces(where: string, values: string[]): string {
  return commaSeparated(where, values, (entry, name) => {
    if (typeof name !== 'string' || !/^[a-zA-Z][a-zA-Z0-9_.-]{0,14}$/.test(name)) {
      throw new Error(`${entry} is ${show(name)}, expected the name of an interface of at most 15 letters, digits, dots, dashes and underscores, such as "eth1"; give each name by itself`);
    }
    return name;
  });
}

/** Ranges of IP addresses as one text. */
export function ranges(where: string, values: string[]): string {
  return commaSeparated(where, values, (entry, range) => {
    const [ip, bits, ...more] = typeof range === 'string' ? range.split('/') : [''];
    if (!isIp(ip) || ip.includes('%') || more.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(bits ?? '') || Number(bits) > (ip.includes(':') ? 128 : 32)) {
      throw new Error(`${entry} is ${show(range)}, expected a range such as "10.1.0.0/16"; write an address as a range, such as "10.1.2.3/32"`);
    }
    return range;
  });
}
