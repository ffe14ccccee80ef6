import { VirtualServiceSpecHttpHeaders, VirtualServiceSpecHttpHeadersRequest } from '../../imports/networking.istio.io';
import { noUnknown, object, optionalList, show } from '../private/check';
import { headerName } from '../private/names';
import { given, orUndefined } from '../private/render';

/**
 * What is done to the headers of a message: `remove` first, then `set`, then `add`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#Headers-HeaderOperations
 */
export interface HeaderOperations {
  /**
   * Headers to overwrite, by name. A value may use Envoy's variables, such as `%DOWNSTREAM_REMOTE_ADDRESS%`;
   * a literal percent sign is written twice.
   *
   * @default - none
   */
  readonly set?: Record<string, string>;

  /**
   * Values to append to headers, by name; the variables are those of `set`.
   *
   * @default - none
   */
  readonly add?: Record<string, string>;

  /**
   * Names of headers to remove.
   *
   * @default - none
   */
  readonly remove?: string[];
}

/**
 * Changes to the headers of requests and responses.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#Headers
 */
export interface HttpHeaders {
  /**
   * Changes before the request is sent on. `set` and `add` may name `host` to change the authority.
   *
   * @default - none
   */
  readonly request?: HeaderOperations;

  /**
   * Changes before the response is sent back.
   *
   * @default - none
   */
  readonly response?: HeaderOperations;
}

/** @internal */
export function renderHeaders(where: string, headers: HttpHeaders | undefined): VirtualServiceSpecHttpHeaders | undefined {
  if (headers === undefined) {
    return undefined;
  }
  const { request, response, ...rest } = object(where, headers);
  noUnknown(where, rest);
  return orUndefined({
    ...given(request, (changes) => ({ request: operations(`${where}.request`, changes, true) })),
    ...given(response, (changes) => ({ response: operations(`${where}.response`, changes, false) })),
  });
}

function operations(where: string, value: HeaderOperations, maySetAuthority: boolean): VirtualServiceSpecHttpHeadersRequest {
  const { set, add, remove, ...rest } = object(where, value);
  noUnknown(where, rest);
  for (const [operation, headers] of Object.entries({ set, add })) {
    for (const [name, headerValue] of Object.entries(given(headers, (map) => object(`${where}.${operation}`, map)) ?? {})) {
      check(`${where}.${operation}`, name, maySetAuthority);
      checkValue(`${where}.${operation}["${name}"]`, headerValue);
    }
  }
  optionalList(`${where}.remove`, remove)?.forEach((name) => check(`${where}.remove`, name, false));
  return { set: orUndefined(set), add: orUndefined(add), remove: orUndefined(remove) };
}

/**
 * Whether a header is the one that names the host called.
 *
 * @internal
 */
export function isAuthority(name: string): boolean {
  return ['host', ':authority'].includes(name.toLowerCase());
}

function check(where: string, name: string, maySetAuthority: boolean): void {
  if (typeof name === 'string' && isAuthority(name)) {
    if (!maySetAuthority) {
      throw new Error(`${where} names "${name}", expected another header; the authority can only be set or added on requests`);
    }
    return;
  }
  headerName(`the header in ${where}`, name);
}

/** Text in which every percent sign is doubled or encloses a variable, such as %PROTOCOL%, %REQ(x-id)% or %META(["a", "b"])%. */
const VALUE = /^([^%]|%%|%[^%()]+(\( *(\[ *"[^"\\)]*"( *, *"[^"\\)]*")* *\] *|[^ [)"\\][^)"\\]*)\) *)?%)*$/;

function checkValue(where: string, value: string): void {
  // eslint-disable-next-line no-control-regex
  if (typeof value !== 'string' || /[\x00-\x08\x0a-\x1f\x7f]/.test(value)) {
    throw new Error(`${where} is ${show(value)}, expected a string without control characters; write it on one line`);
  }
  if (!VALUE.test(value)) {
    throw new Error(`${where} is ${show(value)}, expected percent signs to enclose a variable; write a literal one twice, as in "100%%"`);
  }
}
