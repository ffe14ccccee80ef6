import { Duration } from 'cdk8s';
import { JsonWebKeySet } from './json-web-key-set';
import { entries, words } from './values';
import { RequestAuthenticationSpecJwtRules } from '../../imports/security.istio.io';
import { flag, instance, noUnknown, object, optionalText, show, text } from '../private/check';
import { optionalDuration } from '../private/duration';
import { headerName } from '../private/names';
import { given } from '../private/render';

/**
 * A header that a token comes in.
 *
 * @see https://istio.io/latest/docs/reference/config/security/request_authentication/#JWTHeader
 */
export interface JwtHeader {
  /**
   * The name of the header.
   */
  readonly name: string;

  /**
   * What stands before the token in the header, with its blank, such as `"Bearer "`.
   *
   * @default - the header holds the token only
   */
  readonly prefix?: string;
}

/**
 * A claim that is handed on as a header.
 *
 * @see https://istio.io/latest/docs/reference/config/security/request_authentication/#ClaimToHeader
 */
export interface ClaimToHeader {
  /**
   * The name of the header: letters, digits, dashes and underscores. One that the client sent is replaced.
   */
  readonly header: string;

  /**
   * The name of the claim, nested ones joined by dots. Its value must be a string, a whole number or a boolean.
   */
  readonly claim: string;
}

/**
 * What makes a JSON Web Token valid, and where it is found in a request. At least `issuer` or the `uri` of its keys.
 *
 * @see https://istio.io/latest/docs/reference/config/security/request_authentication/#JWTRule
 */
export interface JwtRule {
  /**
   * The issuer: the `iss` claim of its tokens.
   *
   * @default - any issuer; the keys must then come from an address
   */
  readonly issuer?: string;

  /**
   * The keys that tokens are verified by.
   *
   * @default - those that the issuer's OpenID configuration names
   */
  readonly jwks?: JsonWebKeySet;

  /**
   * The audiences, one of which must be in the `aud` claim.
   *
   * @default - any audience
   */
  readonly audiences?: string[];

  /**
   * The headers that the token may come in.
   *
   * @default - `Authorization` with `Bearer `, then the query parameter `access_token`, where no other place is named
   */
  readonly fromHeaders?: JwtHeader[];

  /**
   * The query parameters that the token may come in.
   *
   * @default - as for `fromHeaders`
   */
  readonly fromParams?: string[];

  /**
   * The cookies that the token may come in.
   *
   * @default - as for `fromHeaders`
   */
  readonly fromCookies?: string[];

  /**
   * The header that the token's payload is handed on in, in base64url.
   *
   * @default - the payload is not handed on
   */
  readonly outputPayloadToHeader?: string;

  /**
   * The claims that are handed on as headers.
   *
   * @default - none
   */
  readonly outputClaimToHeaders?: ClaimToHeader[];

  /**
   * Whether the workload gets the token too.
   *
   * @default false
   */
  readonly forwardOriginalToken?: boolean;

  /**
   * How long to wait for the keys when they are fetched, at least 1 ms.
   *
   * @default Duration.seconds(5)
   */
  readonly timeout?: Duration;

  /**
   * The claims beside `scope` and `permission` whose text is a list, its values separated by blanks. At most 64.
   *
   * @default - `scope` and `permission` only
   */
  readonly spaceDelimitedClaims?: string[];
}

const MAX_SPACE_DELIMITED = 64;

/** @internal */
export function renderJwtRule(rule: JwtRule, index: number): RequestAuthenticationSpecJwtRules {
  const where = `jwtRules[${index}]`;
  const {
    issuer, jwks, audiences, fromHeaders, fromParams, fromCookies, outputPayloadToHeader, outputClaimToHeaders, forwardOriginalToken, timeout,
    spaceDelimitedClaims, ...rest
  } = object(where, rule);
  noUnknown(where, rest);
  const keys = given(jwks, (set) => instance(`${where}.jwks`, set, JsonWebKeySet, 'JsonWebKeySet.uri("https://example.com/.well-known/jwks.json")')._toIstio());
  if (issuer === undefined && keys?.jwksUri === undefined) {
    throw new Error(`${where} has neither an issuer nor an address of its keys, expected at least one of them; name the issuer of the tokens`);
  }
  return {
    issuer: optionalText(`${where}.issuer`, issuer, 'give the iss claim of its tokens'),
    ...keys,
    audiences: words(`${where}.audiences`, audiences),
    fromHeaders: entries(`${where}.fromHeaders`, fromHeaders, (header) => renderHeader(`a header of ${where}.fromHeaders`, header), Infinity, PLACES),
    fromParams: words(`${where}.fromParams`, fromParams, Infinity, PLACES),
    fromCookies: words(`${where}.fromCookies`, fromCookies, Infinity, PLACES),
    outputPayloadToHeader: given(outputPayloadToHeader, (name) => headerName(`${where}.outputPayloadToHeader`, name)),
    outputClaimToHeaders: entries(`${where}.outputClaimToHeaders`, outputClaimToHeaders, (output) => renderClaim(`an entry of ${where}.outputClaimToHeaders`, output), Infinity, NONE),
    forwardOriginalToken: flag(`${where}.forwardOriginalToken`, forwardOriginalToken),
    timeout: optionalDuration(`${where}.timeout`, timeout),
    spaceDelimitedClaims: words(`${where}.spaceDelimitedClaims`, spaceDelimitedClaims, MAX_SPACE_DELIMITED, NONE),
  };
}

const PLACES = 'leave it out for the usual places';
const NONE = 'leave it out for none';

function renderHeader(where: string, header: JwtHeader): JwtHeader {
  const { name, prefix, ...rest } = object(where, header);
  noUnknown(where, rest);
  return {
    name: headerName(`the name of ${where}`, name),
    prefix: optionalText(`the prefix of ${where}`, prefix, 'leave it out where the header holds the token only'),
  };
}

function renderClaim(where: string, output: ClaimToHeader): ClaimToHeader {
  const { header, claim, ...rest } = object(where, output);
  noUnknown(where, rest);
  if (typeof header !== 'string' || !/^[-_A-Za-z0-9]+$/.test(header)) {
    throw new Error(`the header of ${where} is ${show(header)}, expected letters, digits, dashes and underscores; write one such as "x-jwt-sub"`);
  }
  return { header, claim: text(`the claim of ${where}`, claim, 'give a name such as "sub"') };
}
