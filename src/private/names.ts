import { isIP } from 'node:net';
import { object, show, text } from './check';

const LABEL = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
/** A first label that may have a wildcard in front, and more labels behind it. */
const HOST = new RegExp(`^(\\*|(\\*-?)?${LABEL})(\\.${LABEL})*\\.?$`, 'i');
const DNS_LABEL = new RegExp(`^${LABEL}$`, 'i');
const NUMERIC_TOP = /\.\d+\.?$/;
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const PSEUDO_HEADERS = [':method', ':scheme', ':authority', ':path', ':status'];
const JWT_CLAIM = /^@request\.auth\.claims(\.|\[)/;

/** A name such as a subset's or a namespace's: letters, digits and dashes, at most 63. */
export function dnsLabel(where: string, value: string): string {
  if (typeof value !== 'string' || !DNS_LABEL.test(value)) {
    throw new Error(`${where} is ${show(value)}, expected a DNS label of at most 63 letters, digits and dashes; rename it`);
  }
  return value;
}

/** The name of a Kubernetes object: lower-case labels joined by dots. */
export function objectName(where: string, value: string): string {
  if (typeof value !== 'string' || value.length > 253 || !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(value)) {
    throw new Error(`${where} is ${show(value)}, expected at most 253 lower-case letters, digits, dashes and dots; rename it`);
  }
  return value;
}

/** A DNS name, or a wildcard domain such as `*.example.com` or `*-eu.example.com`. */
export function hostname(where: string, value: string): string {
  if (typeof value !== 'string' || value.length > 255 || !HOST.test(value) || NUMERIC_TOP.test(value)) {
    throw new Error(`${where} is ${show(value)}, expected a DNS name such as "shop.example.com" or "*.example.com"; give the host without scheme, port or path`);
  }
  return value;
}

/** A DNS name, a wildcard domain or an IP address. */
export function hostnameOrIp(where: string, value: string): string {
  return isIp(value) ? value : hostname(where, value);
}

/** Whether two hosts, each possibly a wildcard, can mean the same name. */
export function hostsOverlap(a: string, b: string): boolean {
  const matches = (pattern: string, name: string) => pattern.startsWith('*') && name.endsWith(pattern.slice(1));
  return a === b || matches(a, b) || matches(b, a);
}

/** The name of a header in a match, a pseudo header, or a JWT claim. */
export function headerMatchName(where: string, name: string): string {
  if (isJwtClaim(name)) {
    return name;
  }
  if (name !== name.toLowerCase()) {
    throw new Error(`${where} "${name}" has upper-case letters, expected lower case as HTTP/2 sends it; write "${name.toLowerCase()}"`);
  }
  if (!HEADER_NAME.test(name) && !PSEUDO_HEADERS.includes(name)) {
    throw new Error(`${where} "${name}" is no header name, expected letters, digits and dashes or one of ${PSEUDO_HEADERS.join(', ')}; leave out colons and blanks`);
  }
  return name;
}

/** Whether a header name stands for a claim of a validated JSON Web Token. */
export function isJwtClaim(name: string): boolean {
  return JWT_CLAIM.test(name);
}

/** A plain HTTP header name. */
export function headerName(where: string, name: string): string {
  if (typeof name !== 'string' || !HEADER_NAME.test(name)) {
    throw new Error(`${where} is ${show(name)}, expected a header name of letters, digits and dashes; leave out colons and blanks`);
  }
  return name;
}

const LABEL_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Kubernetes labels, as a selector of workloads has them. */
export function labels(where: string, values: Record<string, string>): Record<string, string> {
  for (const [key, value] of Object.entries(object(where, values))) {
    const [name, prefix] = key.split('/').reverse();
    const keyIsFine = LABEL_NAME.test(name) && (prefix === undefined || prefix.length <= 253 && LABEL_PREFIX.test(prefix)) && key.split('/').length <= 2;
    if (!keyIsFine || typeof value !== 'string' || (value !== '' && !LABEL_NAME.test(value))) {
      throw new Error(`${where} has ${show(key)}: ${show(value)}, expected a Kubernetes label; use at most 63 letters, digits, dashes, dots and underscores`);
    }
  }
  return values;
}

/** Whether it is an IP address, of version 4 or 6. */
export function isIp(value: string): boolean {
  return typeof value === 'string' && isIP(value) !== 0;
}

/** Whether it is an IP address or a block of them, such as `10.1.0.0/16`. */
export function isIpBlock(value: string): boolean {
  const [, address, bits] = /^([^/%]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(typeof value === 'string' ? value : '') ?? [];
  const version = isIP(address ?? '');
  return version !== 0 && Number(bits ?? 0) <= (version === 4 ? 32 : 128);
}

/** Whether a host, possibly a wildcard, is part of what another one stands for. */
export function isWithinHost(inner: string, outer: string): boolean {
  if (!outer.startsWith('*')) {
    return inner === outer;
  }
  const isLonger = !inner.startsWith('*') || inner.length >= outer.length;
  return isLonger && inner.replace(/^\*/, '').endsWith(outer.slice(1));
}

const CONFIG_MAP = 'configmap://';

/**
 * The name of a secret, or of a ConfigMap in the form `configmap://namespace/name`.
 *
 * @throws when it is empty, or names no ConfigMap in that form
 */
export function credential(where: string, value: string): string {
  if (text(where, value, 'name the secret').startsWith(CONFIG_MAP) && !/^[^/]+\/[^/]+$/.test(value.slice(CONFIG_MAP.length))) {
    throw new Error(`${where} is ${show(value)}, expected configmap://namespace/name; write the namespace too`);
  }
  return value;
}

/** The namespace of a ConfigMap that is named in that form; undefined for a secret. */
export function configMapNamespace(value: string | undefined): string | undefined {
  return value?.startsWith(CONFIG_MAP) ? value.slice(CONFIG_MAP.length).split('/')[0] : undefined;
}
