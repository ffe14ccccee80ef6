import { Testing } from 'cdk8s';
import { JsonWebKeySet, RequestAuthentication } from '../../src';

const rsa = { kty: 'RSA', n: 'AQAB', e: 'AQAB' };
const ec = { kty: 'EC', crv: 'P-256', x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0' };
const okp = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
const certificate = [
  'MIIBcDCCARWgAwIBAgIUVKVrwaUtpOPKh8lSGNzJBVzA17gwCgYIKoZIzj0EAwIwDDEKMAgGA1UEAwwBYTAgFw0yNjExMjExMDUzMDRaGA8yMTI2MTAyODEwNTMwNFow',
  'DDEKMAgGA1UEAwwBYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABE5348D0Ot1GDOvSa8mFswV226+iAhDcMbPWMospMEbV6x0pz7wx41/6cJfmifSQnd+XalOB9LvG',
  'T9rtQO0DeGujUzBRMB0GA1UdDgQWBBRHwoeAgQSDvYxvHqbC/lUwxLRUwTAfBgNVHSMEGDAWgBRHwoeAgQSDvYxvHqbC/lUwxLRUwTAPBgNVHRMBAf8EBTADAQH/MAoG',
  'CCqGSM49BAMCA0kAMEYCIQCcsNpEQS4svtcrDA+u5IAql5vGs/O3F7eVig7FancXmwIhAIql7ymwN09kJPVvw5LU85x7hoXVFceQlko073jXKIyD',
].join('');
const set = (...keys: unknown[]) => JSON.stringify({ keys });

describe('JsonWebKeySet', () => {
  test.each([
    ['inline with keys of every type', JsonWebKeySet.inline(set(rsa, ec, okp)), { jwks: set(rsa, ec, okp) }],
    ['inline with all that a key may say', JsonWebKeySet.inline(set({ ...rsa, kid: 'a', alg: 'RS256', use: 'sig', key_ops: ['verify'], x5c: [certificate] })),
      { jwks: set({ ...rsa, kid: 'a', alg: 'RS256', use: 'sig', key_ops: ['verify'], x5c: [certificate] }) }],
    ['uri', JsonWebKeySet.uri('https://example.com:8443/a/b.json?c=%20'), { jwksUri: 'https://example.com:8443/a/b.json?c=%20' }],
    ['uri in the cluster', JsonWebKeySet.uri('http://keys.shop'), { jwksUri: 'http://keys.shop' }],
    ['uri with an address', JsonWebKeySet.uri('http://[::1]:80/'), { jwksUri: 'http://[::1]:80/' }],
  ])('%s', (_, jwks, rendered) => {
    const chart = Testing.chart();
    new RequestAuthentication(chart, 'Requests', { jwtRules: [{ issuer: 'a', jwks }] });

    expect(Testing.synth(chart)[0].spec.jwtRules).toEqual([{ issuer: 'a', ...rendered }]);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, unknown, string]>([
    ['null', null, 'JsonWebKeySet.inline is of type object, expected JSON text; write JSON.stringify({ keys: [...] })'],
    ['an object', { keys: [rsa] }, 'JsonWebKeySet.inline is of type object, expected JSON text'],
    ['no JSON', 'https://example.com', 'JsonWebKeySet.inline is a text of 19 characters, expected JSON; for an address write JsonWebKeySet.uri(...)'],
    ['nothing', '', 'JsonWebKeySet.inline is a text of 0 characters, expected JSON'],
    ['a list', '[]', 'JsonWebKeySet.inline is no object, expected {"keys": [...]} with at least one key; wrap a single key so'],
    ['JSON null', 'null', 'JsonWebKeySet.inline is no object, expected {"keys": [...]}'],
    ['a single key', JSON.stringify(rsa), 'JsonWebKeySet.inline is an object with the fields ["kty","n","e"], expected {"keys": [...]} with at least one key; wrap a single key so'],
    ['no keys', set(), 'JsonWebKeySet.inline is an object with the fields ["keys"], expected {"keys": [...]} with at least one key'],
    ['a key that is text', set('a'), 'expected {"keys": [...]} with at least one key'],
    ['a private key', set(rsa, { ...ec, d: 'secret' }), 'key 2 of JsonWebKeySet.inline is private (it has "d"), expected a public key; leave the private part with the issuer, and exchange the key if the file was shared'],
    ['a symmetric key', set({ kty: 'oct', k: 'secret' }), 'key 1 of JsonWebKeySet.inline is private (its type is "oct"), expected a public key'],
    ['a symmetric key without value', set({ kty: 'oct' }), 'key 1 of JsonWebKeySet.inline is private (its type is "oct"), expected a public key'],
    ['a key without type', set({}), 'key 1 of JsonWebKeySet.inline has the type undefined, expected one of RSA, EC, OKP as kty; take the key set as the issuer publishes it'],
    ['a key of a strange type', set({ kty: 'constructor' }), 'key 1 of JsonWebKeySet.inline has the type "constructor", expected one of RSA, EC, OKP as kty'],
    ['a key without number', set({ kty: 'RSA', e: 'AQAB' }), 'key 1 of JsonWebKeySet.inline has undefined as n, expected base64url; take the key set as the issuer publishes it'],
    ['a number that is no base64url', set({ ...rsa, e: 'A+/=' }), 'key 1 of JsonWebKeySet.inline has "A+/=" as e, expected base64url'],
    ['an unknown curve', set({ ...ec, crv: 'P-1' }), 'key 1 of JsonWebKeySet.inline has "P-1" as crv, expected one of P-256, P-384, P-521; take the key set as the issuer publishes it'],
    ['a kid that is a number', set({ ...rsa, kid: 5 }), 'kid of key 1 of JsonWebKeySet.inline is 5, expected a non-empty string; take the key set as the issuer publishes it'],
    ['no list of operations', set({ ...rsa, key_ops: 'verify' }), 'key_ops of key 1 of JsonWebKeySet.inline is "verify", expected a list of operations such as "verify"; take the key set'],
    ['an unknown operation', set({ ...rsa, key_ops: ['a'] }), 'key_ops of key 1 of JsonWebKeySet.inline is ["a"], expected a list of operations'],
    ['a certificate that is none', set({ ...rsa, x5c: ['AQAB'] }), 'x5c of key 1 of JsonWebKeySet.inline is ["AQAB"], expected a list of certificates in base64; take the key set'],
    ['a certificate and more', set({ ...rsa, x5c: [`${certificate}AQAB`] }), 'x5c of key 1 of JsonWebKeySet.inline is ["MII'],
    ['certificates that are numbers', set({ ...rsa, x5c: [5] }), 'x5c of key 1 of JsonWebKeySet.inline is [5], expected a list of certificates'],
  ])('inline refuses %s', (_, json, message) => {
    expect(() => JsonWebKeySet.inline(json as string)).toThrow(message);
  });

  test.each([
    ['in a set', set({ ...rsa, d: 'c2VjcmV0' })],
    ['alone', JSON.stringify({ d: 'c2VjcmV0' })],
    ['in JSON that is cut off', '{"d":"c2VjcmV0'],
    ['in a list', '[{"d":"c2VjcmV0"}]'],
    ['in an object', { keys: [{ d: 'c2VjcmV0' }] } as unknown as string],
  ])('a private key %s does not show in the message', (_, json) => {
    expect(() => JsonWebKeySet.inline(json)).toThrow(/^(?!.*c2VjcmV0).*, expected /);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a file', 'file:///jwks.json'],
    ['no scheme', 'example.com/jwks.json'],
    ['no host', 'https:///jwks.json'],
    ['a blank', 'https://example.com/a b'],
    ['a fragment', 'https://example.com/a#b'],
    ['a wrong escape', 'https://example.com/%zz'],
    ['a port out of range', 'https://example.com:99999/'],
    ['an upper-case scheme', 'HTTPS://example.com/'],
    ['a user', 'https://user:password@example.com/'],
    ['one that is too long', `https://example.com/${'a'.repeat(2048)}`],
  ])('uri refuses %s', (_, uri) => {
    expect(() => JsonWebKeySet.uri(uri as string)).toThrow(/^JsonWebKeySet.uri is .*, expected an http or https address of at most 2048 characters; write one such as "https:\/\/example.com\/.well-known\/jwks.json"$/);
  });
});
