import { list, show, text } from '../private/check';
import { isIpBlock } from '../private/names';

/*
 * Lists of a security policy. An empty one is refused and not left out: what is left out matches everything, so a list
 * that came out empty by mistake would open a door.
 */

/** The remedy for a list without entries. */
const LEAVE_OUT = 'leave it out for any';

/** A list of at least one entry, each checked, that may be left out. */
export function entries<T, R>(
  where: string, values: T[] | undefined, check: (value: T, index: number) => R, max = Infinity, remedy = LEAVE_OUT,
): R[] | undefined {
  if (values === undefined) {
    return undefined;
  }
  if (list(where, values, remedy).length > max) {
    throw new Error(`${where} has ${values.length} entries, expected at most ${max}; split the resource in two`);
  }
  return Array.from(values, check); // in place of map, which skips the holes of a list
}

/** Non-empty strings. */
export function words(where: string, values: string[] | undefined, max?: number, remedy?: string): string[] | undefined {
  return entries(where, values, (value) => text(`an entry of ${where}`, value, 'remove the entry'), max, remedy);
}

/** Strings that match exactly, by their beginning (`a*`), by their end (`*a`), or any (`*`). */
export function patterns(where: string, values: string[] | undefined): string[] | undefined {
  return entries(where, values, (value) => pattern(where, value));
}

/** One such string. */
export function pattern(where: string, value: string, remedy = 'list the values'): string {
  const inner = text(`an entry of ${where}`, value, 'remove the entry').replace(/^\*|\*$/, '');
  if (inner.includes('*')) {
    throw new Error(`an entry of ${where} is ${show(value)}, expected at most one wildcard, at the beginning or the end; ${remedy}`);
  }
  return value;
}

/** IP addresses and blocks of them, such as `10.1.0.0/16`. */
export function ipBlocks(where: string, values: string[] | undefined): string[] | undefined {
  return entries(where, values, (value) => ipBlock(where, value));
}

function ipBlock(where: string, value: string): string {
  if (!isIpBlock(value)) {
    throw new Error(`an entry of ${where} is ${show(value)}, expected an IP address or block; write one such as "10.1.2.3" or "10.1.0.0/16"`);
  }
  return value;
}

const MAX_ACCOUNTS = 16;

/** Service accounts, as `name` or `namespace/name`. */
export function serviceAccounts(where: string, values: string[] | undefined): string[] | undefined {
  return entries(where, values, (value) => {
    if (typeof value !== 'string' || value.length > 320 || !/^([^\s/*]+\/)?[^\s/*]+$/.test(value)) {
      throw new Error(`an entry of ${where} is ${show(value)}, expected "name" or "namespace/name" without wildcards, at most 320 characters; write for example "shop/frontend"`);
    }
    return value;
  }, MAX_ACCOUNTS);
}

/** Trust domains, with one wildcard at an end. */
export function trustDomains(where: string, values: string[] | undefined): string[] | undefined {
  return patterns(where, values)?.map((value) => {
    if (value.includes('/')) {
      throw new Error(`an entry of ${where} is ${show(value)}, expected a trust domain without slash; write for example "cluster.local"`);
    }
    return value;
  });
}

/** Identities of workloads, such as `cluster.local/ns/shop/sa/frontend`. */
export function principals(where: string, values: string[] | undefined): string[] | undefined {
  return patterns(where, values)?.map((value) => {
    if (value.startsWith('spiffe://')) {
      throw new Error(`an entry of ${where} is ${show(value)}, expected it without "spiffe://", which Istio adds; write ${show(value.slice(9))}`);
    }
    return value;
  });
}

/** Port numbers, which the manifest has as text. */
export function ports(where: string, values: number[] | undefined): string[] | undefined {
  return entries(where, values, (value) => {
    if (!Number.isInteger(value) || value < 1 || value > 65535) {
      throw new Error(`an entry of ${where} is ${show(value)}, expected a whole number from 1 to 65535; give the number of a port of the workload`);
    }
    return String(value);
  });
}

/** Methods, in upper case as HTTP has them. */
export function methods(where: string, values: string[] | undefined): string[] | undefined {
  return patterns(where, values)?.map((value) => {
    if (value !== value.toUpperCase()) {
      throw new Error(`an entry of ${where} is ${show(value)}, expected upper case as HTTP sends it; write ${show(value.toUpperCase())}`);
    }
    return value;
  });
}

/** What a part of a path template may consist of. */
const TEMPLATE_TEXT = /^[a-zA-Z0-9\-._~%!$&'()+,;:@=]+$/;

/** Paths with a wildcard at an end, or templates with `{*}` and `{**}`. */
export function paths(where: string, values: string[] | undefined): string[] | undefined {
  return entries(where, values, (value) => {
    text(`an entry of ${where}`, value, 'remove the entry');
    if (!/^[/*]/.test(value)) {
      throw new Error(`an entry of ${where} is ${show(value)}, expected it to begin with a slash or a wildcard; write ${show(`/${value}`)}`);
    }
    return /[{}]/.test(value) ? template(where, value) : pattern(where, value, 'write {*} for one part of a path, {**} for the rest');
  });
}

function template(where: string, value: string): string {
  // Istio looks at the parts between slashes, without those at the ends.
  const parts = value.replace(/^\/+|\/+$/g, '').split('/');
  const rest = parts.indexOf('{**}');
  const fits = (part: string, index: number) => part === '{**}' ? index === rest
    : part === '{*}' ? rest === -1 || index < rest
      : TEMPLATE_TEXT.test(part);
  if (!value.startsWith('/') || !parts.every(fits)) {
    throw new Error(`an entry of ${where} is ${show(value)}, expected a path template whose operators {*} and {**} are whole parts, {**} the last of them; write one such as "/orders/{*}/items/{**}"`);
  }
  return value;
}
