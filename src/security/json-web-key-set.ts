import { X509Certificate } from 'node:crypto';
import { show, text } from '../private/check';
import { isWebAddress } from '../private/web-address';

const MAX_URI = 2048;
/** What a key of each type must have, so that a token can be verified by it. */
const PUBLIC_FIELDS: Record<string, string[]> = { RSA: ['n', 'e'], EC: ['crv', 'x', 'y'], OKP: ['crv', 'x'] };
const CURVES: Record<string, string[]> = { EC: ['P-256', 'P-384', 'P-521'], OKP: ['Ed25519', 'X25519'] };
const PRIVATE_FIELDS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const TEXT_FIELDS = ['kid', 'alg', 'use', 'x5u', 'x5t', 'x5t#S256'];
const OPERATIONS = ['sign', 'verify', 'encrypt', 'decrypt', 'wrapKey', 'unwrapKey', 'deriveKey', 'deriveBits'];
const TAKE = 'take the key set as the issuer publishes it';

/**
 * The public keys that tokens are verified by.
 *
 * @see https://istio.io/latest/docs/reference/config/security/request_authentication/#JWTRule-jwks
 */
export class JsonWebKeySet {
  /**
   * The keys themselves. They must be exchanged in the manifest when the issuer exchanges them, so prefer `uri`.
   *
   * @param json the key set as JSON text: `{"keys": [...]}`, with RSA, EC or OKP keys
   * @throws when it is no set of public keys
   * @see https://datatracker.ietf.org/doc/html/rfc7517#section-5
   */
  public static inline(json: string): JsonWebKeySet {
    const keys = parse(json);
    keys.forEach(checkKey);
    return new JsonWebKeySet({ jwks: json });
  }

  /**
   * The address that the keys are fetched from.
   *
   * @param uri an `http` or `https` address without fragment, at most 2048 characters
   * @throws when it is none
   */
  public static uri(uri: string): JsonWebKeySet {
    if (!isWebAddress(uri) || uri.length > MAX_URI) {
      throw new Error(`JsonWebKeySet.uri is ${show(uri)}, expected an http or https address of at most ${MAX_URI} characters; write one such as "https://example.com/.well-known/jwks.json"`);
    }
    return new JsonWebKeySet({ jwksUri: uri });
  }

  private constructor(private readonly source: { readonly jwks?: string; readonly jwksUri?: string }) {}

  /** @internal */
  public _toIstio(): { readonly jwks?: string; readonly jwksUri?: string } {
    return this.source;
  }
}

type Key = Record<string, unknown>;

function isObject(value: unknown): value is Key {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Its messages name no value: there may be a private key in it, which would end up in a log. */
function parse(json: string): Key[] {
  if (typeof json !== 'string') {
    throw new Error(`JsonWebKeySet.inline is of type ${typeof json}, expected JSON text; write JSON.stringify({ keys: [...] })`);
  }
  let set: unknown;
  try {
    set = JSON.parse(json);
  } catch {
    throw new Error(`JsonWebKeySet.inline is a text of ${json.length} characters, expected JSON; for an address write JsonWebKeySet.uri(...)`);
  }
  if (!isObject(set) || !Array.isArray(set.keys) || set.keys.length === 0 || !set.keys.every(isObject)) {
    const got = isObject(set) ? `an object with the fields ${show(Object.keys(set))}` : 'no object';
    throw new Error(`JsonWebKeySet.inline is ${got}, expected {"keys": [...]} with at least one key; wrap a single key so`);
  }
  return set.keys;
}

function checkKey(key: Key, index: number): void {
  const where = `key ${index + 1} of JsonWebKeySet.inline`;
  const secret = key.kty === 'oct' ? 'kty' : PRIVATE_FIELDS.find((field) => key[field] !== undefined);
  if (secret !== undefined) {
    const reason = secret === 'kty' ? 'its type is "oct"' : `it has ${show(secret)}`;
    throw new Error(`${where} is private (${reason}), expected a public key; leave the private part with the issuer, and exchange the key if the file was shared`);
  }
  if (!Object.hasOwn(PUBLIC_FIELDS, String(key.kty))) {
    throw new Error(`${where} has the type ${show(key.kty)}, expected one of ${Object.keys(PUBLIC_FIELDS).join(', ')} as kty; ${TAKE}`);
  }
  const kty = key.kty as string;
  for (const field of PUBLIC_FIELDS[kty]) {
    const isFine = field === 'crv' ? CURVES[kty].includes(key.crv as string) : isBase64Url(key[field]);
    if (!isFine) {
      throw new Error(`${where} has ${show(key[field])} as ${field}, expected ${field === 'crv' ? `one of ${CURVES[kty].join(', ')}` : 'base64url'}; ${TAKE}`);
    }
  }
  for (const field of TEXT_FIELDS.filter((name) => key[name] !== undefined)) {
    text(`${field} of ${where}`, key[field] as string, TAKE);
  }
  checkList(where, key, 'key_ops', (value) => OPERATIONS.includes(value), 'operations such as "verify"');
  checkList(where, key, 'x5c', isCertificate, 'certificates in base64');
}

function checkList(where: string, key: Key, field: string, isFine: (value: string) => boolean, expected: string): void {
  const values = key[field];
  if (values !== undefined && !(Array.isArray(values) && values.length > 0 && values.every((value) => typeof value === 'string' && isFine(value)))) {
    throw new Error(`${field} of ${where} is ${show(values)}, expected a list of ${expected}; ${TAKE}`);
  }
}

function isCertificate(value: string): boolean {
  try {
    return /^[A-Za-z0-9+/]+={0,2}$/.test(value) && new X509Certificate(Buffer.from(value, 'base64')).raw.toString('base64') === value;
  } catch {
    return false;
  }
}

function isBase64Url(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Za-z0-9_-]+$/.test(value) && value.length % 4 !== 1;
}
