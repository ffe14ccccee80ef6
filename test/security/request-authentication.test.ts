import { Duration, Testing } from 'cdk8s';
import { JsonWebKeySet, JwtRule, PolicyTarget, RequestAuthentication, RequestAuthenticationProps } from '../../src';

const issuer = 'https://example.com';

function render(props: RequestAuthenticationProps) {
  const chart = Testing.chart();
  new RequestAuthentication(chart, 'Requests', props);
  return { chart, manifest: Testing.synth(chart)[0] };
}

describe('RequestAuthentication', () => {
  test('every property reaches the manifest, jwksUri by its name on the wire', () => {
    const { chart, manifest } = render({
      metadata: { name: 'httpbin', namespace: 'foo' },
      target: PolicyTarget.workloads({ app: 'httpbin' }),
      jwtRules: [{
        issuer,
        jwks: JsonWebKeySet.uri('https://example.com/.well-known/jwks.json'),
        audiences: ['shop'],
        fromHeaders: [{ name: 'x-jwt-assertion', prefix: 'Bearer ' }, { name: 'x-token' }],
        fromParams: ['token'],
        fromCookies: ['session'],
        outputPayloadToHeader: 'x-jwt-payload',
        outputClaimToHeaders: [{ header: 'x-jwt-group', claim: 'nested.key.group' }],
        forwardOriginalToken: true,
        timeout: Duration.seconds(3),
        spaceDelimitedClaims: ['roles'],
      }],
    });

    expect(manifest).toEqual({
      apiVersion: 'security.istio.io/v1',
      kind: 'RequestAuthentication',
      metadata: { name: 'httpbin', namespace: 'foo' },
      spec: {
        selector: { matchLabels: { app: 'httpbin' } },
        jwtRules: [{
          issuer,
          jwksUri: 'https://example.com/.well-known/jwks.json',
          audiences: ['shop'],
          fromHeaders: [{ name: 'x-jwt-assertion', prefix: 'Bearer ' }, { name: 'x-token' }],
          fromParams: ['token'],
          fromCookies: ['session'],
          outputPayloadToHeader: 'x-jwt-payload',
          outputClaimToHeaders: [{ header: 'x-jwt-group', claim: 'nested.key.group' }],
          forwardOriginalToken: true,
          timeout: '3s',
          spaceDelimitedClaims: ['roles'],
        }],
      },
    });
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, JwtRule[], object[]]>([
    ['an issuer alone', [{ issuer }], [{ issuer }]],
    ['an address of the keys alone', [{ jwks: JsonWebKeySet.uri('http://keys/') }], [{ jwksUri: 'http://keys/' }]],
    ['two issuers', [{ issuer: 'issuer-foo' }, { issuer: 'issuer-bar' }], [{ issuer: 'issuer-foo' }, { issuer: 'issuer-bar' }]],
    ['keys in the manifest', [{ issuer, jwks: JsonWebKeySet.inline('{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}') }],
      [{ issuer, jwks: '{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}' }]],
    ['a token that stays', [{ issuer, forwardOriginalToken: false }], [{ issuer, forwardOriginalToken: false }]],
  ])('%s is accepted', (_, jwtRules, expected) => {
    const { chart, manifest } = render({ jwtRules });

    expect(manifest.spec).toEqual({ jwtRules: expected });
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, PolicyTarget, object]>([
    ['targets', PolicyTarget.gateway('waypoint'), { targetRefs: [{ kind: 'Gateway', group: 'gateway.networking.k8s.io', name: 'waypoint' }] }],
    ['a target in the older form', PolicyTarget.targetRef(PolicyTarget.serviceEntry('payments')),
      { targetRef: { kind: 'ServiceEntry', group: 'networking.istio.io', name: 'payments' } }],
  ])('is bound to %s', (_, target, expected) => {
    const { chart, manifest } = render({ target, jwtRules: [{ issuer }] });

    expect(manifest.spec).toEqual({ ...expected, jwtRules: [{ issuer }] });
    expect(chart).toBeAcceptedByIstio();
  });

  const rule = (part: object) => ({ jwtRules: [{ issuer, ...part }] });

  test.each<[string, unknown, string]>([
    ['null', null, 'the properties of the RequestAuthentication is null, expected an object'],
    ['an unknown property', { jwtRules: [{ issuer }], selector: {} }, 'RequestAuthentication has no property "selector" (got {})'],
    ['a target as the manifest has it', { jwtRules: [{ issuer }], target: { matchLabels: { a: 'b' } } }, 'the target is {"matchLabels":{"a":"b"}}, expected a PolicyTarget; write for example PolicyTarget.workloads({ app: "orders" })'],
    ['a target that is null', { jwtRules: [{ issuer }], target: null }, 'the target is null, expected a PolicyTarget'],
    ['no rules', {}, 'jwtRules is undefined, expected a list of at least one entry; add a rule such as { issuer: "https://example.com" }'],
    ['an empty list of rules', { jwtRules: [] }, 'jwtRules is [], expected a list of at least one entry'],
    ['too many rules', { jwtRules: Array(4097).fill({ issuer }) }, 'jwtRules has 4097 entries, expected at most 4096; split the resource in two'],
    ['a rule that is null', { jwtRules: [null] }, 'jwtRules[0] is null, expected an object'],
    ['a rule that is text', { jwtRules: [{ issuer }, issuer] }, 'jwtRules[1] is "https://example.com", expected an object'],
    ['neither issuer nor keys', { jwtRules: [{}] }, 'jwtRules[0] has neither an issuer nor an address of its keys, expected at least one of them; name the issuer of the tokens'],
    ['keys in the manifest without issuer', { jwtRules: [{ jwks: JsonWebKeySet.inline('{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}') }] }, 'jwtRules[0] has neither an issuer nor an address of its keys'],
    ['an empty issuer', rule({ issuer: '' }), 'jwtRules[0].issuer is "", expected a non-empty string; give the iss claim of its tokens'],
    ['an issuer that is null', rule({ issuer: null }), 'jwtRules[0].issuer is null, expected a non-empty string'],
    ['keys that are an address', rule({ jwks: 'https://example.com' }), 'jwtRules[0].jwks is "https://example.com", expected a JsonWebKeySet; write for example JsonWebKeySet.uri("https://example.com/.well-known/jwks.json")'],
    ['the name in the manifest', rule({ jwksUri: 'https://example.com' }), 'jwtRules[0] has no property "jwksUri"'],
    ['an empty audience', rule({ audiences: [''] }), 'an entry of jwtRules[0].audiences is "", expected a non-empty string; remove the entry'],
    ['an empty list of audiences', rule({ audiences: [] }), 'jwtRules[0].audiences is [], expected a list of at least one entry; leave it out for any'],
    ['an audience for a list', rule({ audiences: 'shop' }), 'jwtRules[0].audiences is "shop", expected a list'],
    ['audiences that are null', rule({ audiences: null }), 'jwtRules[0].audiences is null, expected a list'],
    ['a header that is a name', rule({ fromHeaders: ['x-token'] }), 'a header of jwtRules[0].fromHeaders is "x-token", expected an object'],
    ['a header without name', rule({ fromHeaders: [{}] }), 'the name of a header of jwtRules[0].fromHeaders is undefined, expected a header name'],
    ['a header of blanks', rule({ fromHeaders: [{ name: 'a b' }] }), 'the name of a header of jwtRules[0].fromHeaders is "a b", expected a header name'],
    ['an empty prefix', rule({ fromHeaders: [{ name: 'x-token', prefix: '' }] }), 'the prefix of a header of jwtRules[0].fromHeaders is "", expected a non-empty string; leave it out where the header holds the token only'],
    ['an unknown property of a header', rule({ fromHeaders: [{ name: 'x-token', value: 'a' }] }), 'a header of jwtRules[0].fromHeaders has no property "value"'],
    ['an empty list of headers', rule({ fromHeaders: [] }), 'jwtRules[0].fromHeaders is [], expected a list of at least one entry; leave it out for the usual places'],
    ['an empty parameter', rule({ fromParams: [''] }), 'an entry of jwtRules[0].fromParams is "", expected a non-empty string'],
    ['an empty cookie', rule({ fromCookies: [''] }), 'an entry of jwtRules[0].fromCookies is "", expected a non-empty string'],
    ['an empty header for the payload', rule({ outputPayloadToHeader: '' }), 'jwtRules[0].outputPayloadToHeader is "", expected a header name'],
    ['a claim that is text', rule({ outputClaimToHeaders: ['sub'] }), 'an entry of jwtRules[0].outputClaimToHeaders is "sub", expected an object'],
    ['a claim without header', rule({ outputClaimToHeaders: [{ claim: 'sub' }] }), 'the header of an entry of jwtRules[0].outputClaimToHeaders is undefined, expected letters, digits, dashes and underscores; write one such as "x-jwt-sub"'],
    ['a header with a dot', rule({ outputClaimToHeaders: [{ header: 'x.sub', claim: 'sub' }] }), 'the header of an entry of jwtRules[0].outputClaimToHeaders is "x.sub", expected letters'],
    ['a header without claim', rule({ outputClaimToHeaders: [{ header: 'x-sub', claim: '' }] }), 'the claim of an entry of jwtRules[0].outputClaimToHeaders is "", expected a non-empty string; give a name such as "sub"'],
    ['an unknown property of a claim', rule({ outputClaimToHeaders: [{ header: 'x-sub', claim: 'sub', prefix: 'a' }] }), 'an entry of jwtRules[0].outputClaimToHeaders has no property "prefix"'],
    ['a flag that is text', rule({ forwardOriginalToken: 'true' }), 'jwtRules[0].forwardOriginalToken is "true", expected true or false'],
    ['a timeout that is text', rule({ timeout: '5s' }), 'jwtRules[0].timeout is "5s", expected a Duration'],
    ['a timeout of 0', rule({ timeout: Duration.seconds(0) }), 'jwtRules[0].timeout is 0 ms'],
    ['an empty claim', rule({ spaceDelimitedClaims: [''] }), 'an entry of jwtRules[0].spaceDelimitedClaims is "", expected a non-empty string'],
    ['65 claims', rule({ spaceDelimitedClaims: Array(65).fill('a') }), 'jwtRules[0].spaceDelimitedClaims has 65 entries, expected at most 64; split the resource in two'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new RequestAuthentication(Testing.chart(), 'Requests', props as RequestAuthenticationProps)).toThrow(message);
  });
});
