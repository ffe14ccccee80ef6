import { Chart } from 'cdk8s';
import { cel, checked, inexpressible, Rule, throws, warned } from './rule';
import { matchLabels, millis, selectorRules, targetRules } from './shared';
import {
  AuthorizationAction, AuthorizationCondition, AuthorizationOperation, AuthorizationPolicy, AuthorizationPolicyProps, AuthorizationRule,
  AuthorizationSource, JsonWebKeySet, JwtRule, MutualTlsMode, PeerAuthentication, PolicyTarget, RequestAuthentication,
} from '../../src';

const custom = () => AuthorizationAction.custom('oauth');
const policy = (props: AuthorizationPolicyProps) => (chart: Chart) => new AuthorizationPolicy(chart, 'Policy', props);
const rule = (value: AuthorizationRule) => policy({ rules: [value] });
const from = (source: AuthorizationSource) => rule({ from: [source] });
const to = (operation: AuthorizationOperation) => rule({ to: [operation] });
const asked = (value: AuthorizationRule) => (chart: Chart) => new AuthorizationPolicy(chart, 'Policy', { action: custom(), rules: [value] });
const jwt = (value: () => Partial<JwtRule>) => (chart: Chart) => new RequestAuthentication(chart, 'Request', { jwtRules: [{ issuer: 'https://a.com', ...value() } as JwtRule] });

export const authorizationPolicy: Rule[] = [
  ...targetRules(),
  ...selectorRules((_, labels) => PolicyTarget.workloads(labels), matchLabels),
  throws('CUSTOM has rules', 'the action is CUSTOM and there are no rules, expected at least one', (chart) => policy({ action: custom() })(chart)),
  throws('CUSTOM names a provider', 'the provider of AuthorizationAction.custom is "", expected a non-empty string', () => AuthorizationAction.custom('')),
  ...Object.entries<AuthorizationSource>({
    namespaces: { namespaces: ['a'] }, serviceAccounts: { serviceAccounts: ['a'] }, trustDomains: { trustDomains: ['a'] }, principals: { principals: ['a'] }, requestPrincipals: { requestPrincipals: ['a'] },
  }).map(([name, source]) => throws(`CUSTOM has no ${name}`, `has ${name} (["a"]) under AuthorizationAction.custom, expected addresses only`, asked({ from: [source] }))),
  throws('CUSTOM has no condition on the caller', 'a condition is on source.namespace under AuthorizationAction.custom, expected none on who calls', asked({ when: [AuthorizationCondition.sourceNamespace({ values: ['a'] })] })),
  throws('CUSTOM has no condition on the token', 'a condition is on request.auth.principal under AuthorizationAction.custom, expected none on who calls', asked({ when: [AuthorizationCondition.requestPrincipal({ values: ['a'] })] })),
  inexpressible('a provider goes with CUSTOM only', 'AuthorizationAction.custom alone has one'),
  throws('DENY has rules', 'the action is DENY and there are no rules, expected at least one', policy({ action: AuthorizationAction.DENY })),
  throws('there are no null rules', 'rules[0] is null, expected an object with its properties', policy({ rules: [null as any] })),
  throws('from has no null', 'rules[0].from[0] is null, expected an object with its properties', from(null as any)),
  throws('to has no null', 'rules[0].to[0] is null, expected an object with its properties', to(null as any)),
  throws('from is not empty', 'rules[0].from is [], expected a list of at least one entry', rule({ from: [] })),
  throws('to is not empty', 'rules[0].to is [], expected a list of at least one entry', rule({ to: [] })),
  throws('a source says something', 'rules[0].from[0] is empty, expected at least one field', from({})),
  throws('an operation says something', 'rules[0].to[0] is empty, expected at least one field', to({})),
  throws('service accounts go without principals', 'rules[0].from[0] has service accounts beside principals (["b"]), expected one of them', from({ serviceAccounts: ['a'], principals: ['b'] }), cel('Cannot set serviceAccounts with namespaces or principals')),
  throws('service accounts go without namespaces', 'rules[0].from[0] has service accounts beside namespaces (["b"]), expected one of them', from({ serviceAccounts: ['a'], namespaces: ['b'] })),
  throws('a service account is name or namespace/name', 'an entry of rules[0].from[0].serviceAccounts is "a/b/c", expected "name" or "namespace/name" without wildcards, at most 320 characters', from({ serviceAccounts: ['a/b/c'] })),
  throws('a service account has no wildcard', 'an entry of rules[0].from[0].serviceAccounts is "a*", expected "name" or "namespace/name" without wildcards, at most 320 characters', from({ serviceAccounts: ['a*'] })),
  throws('a service account is 320 characters at most', 'an entry of rules[0].from[0].serviceAccounts is "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..., expected "name" or "namespace/name" without wildcards, at most 320 characters', from({ serviceAccounts: ['a'.repeat(321)] })),
  throws('there are 16 service accounts at most', 'rules[0].from[0].serviceAccounts has 17 entries, expected at most 16', from({ serviceAccounts: Array.from({ length: 17 }, (_, i) => `a${i}`) })),
  throws('a trust domain has its wildcard at an end', 'an entry of rules[0].from[0].trustDomains is "a*b", expected at most one wildcard, at the beginning or the end', from({ trustDomains: ['a*b'] })),
  throws('a trust domain has no slash', 'an entry of rules[0].from[0].trustDomains is "a/b", expected a trust domain without slash', from({ trustDomains: ['a/b'] })),
  throws('ipBlocks are addresses or ranges', 'an entry of rules[0].from[0].ipBlocks is "10.0.0", expected an IP address or block', from({ ipBlocks: ['10.0.0'] })),
  throws('remoteIpBlocks are addresses or ranges', 'an entry of rules[0].from[0].remoteIpBlocks is "10.0.0.0/33", expected an IP address or block', from({ remoteIpBlocks: ['10.0.0.0/33'] })),
  throws('a value is not empty', 'an entry of rules[0].from[0].principals is "", expected a non-empty string', from({ principals: [''] })),
  throws('a port is one', 'an entry of rules[0].to[0].ports is 65536, expected a whole number from 1 to 65535', to({ ports: [65536] })),
  throws('a path with {*} has it as a whole part', 'an entry of rules[0].to[0].paths is "/a{*}", expected a path template whose operators {*} and {**} are whole parts, {**} the last of them', to({ paths: ['/a{*}'] })),
  throws('{**} is the last part of a path', 'an entry of rules[0].to[0].paths is "/{**}/{*}", expected a path template whose operators {*} and {**} are whole parts, {**} the last of them', to({ paths: ['/{**}/{*}'] })),
  throws('a path with {*} has characters of paths', 'an entry of rules[0].to[0].paths is "/{*}/ ", expected a path template whose operators {*} and {**} are whole parts, {**} the last of them', to({ paths: ['/{*}/ '] })),
  inexpressible('a condition has a key', 'AuthorizationCondition has a factory for each'),
  throws('a condition has values', 'the condition on source.ip has no values, expected at least one of values and notValues', () => AuthorizationCondition.sourceIp({})),
  inexpressible('the key of a condition is known, and none of destination.labels, .name, .user and .namespace', 'AuthorizationCondition has no factory for another'),
  throws('the header of a condition has a name', 'the header of the condition is "", expected a header name of letters, digits and dashes', () => AuthorizationCondition.requestHeader('', { values: ['a'] })),
  throws('the claim of a condition has a name', 'the claim of the condition is "", expected a non-empty string', () => AuthorizationCondition.requestClaim('', { values: ['a'] })),
  throws('an IP of a condition is one', 'an entry of values of remote.ip is "a", expected an IP address or block', () => AuthorizationCondition.remoteIp({ values: ['a'] })),
  throws('a port of a condition is one', 'an entry of values of destination.port is 65536, expected a whole number from 1 to 65535', () => AuthorizationCondition.destinationPort({ values: [65536] })),
  throws('a service account of a condition is one', 'an entry of values of source.serviceAccount is "a*", expected "name" or "namespace/name" without wildcards, at most 320 characters', () => AuthorizationCondition.sourceServiceAccount({ values: ['a*'] })),
  throws('a trust domain of a condition is one', 'an entry of values of source.trustDomain is "a/b", expected a trust domain without slash', () => AuthorizationCondition.sourceTrustDomain({ values: ['a/b'] })),
  throws('a dry run allows or denies', 'dryRun is true and the action is AUDIT, expected ALLOW or DENY', policy({ action: AuthorizationAction.AUDIT, dryRun: true })),
  warned('DENY by HTTP attributes denies all TCP', 'only HTTP attributes', policy({ action: AuthorizationAction.DENY, rules: [{ to: [{ methods: ['GET'] }] }] })),
  checked('a selector finds a pod', 'IST0127 of the verifier'),
];

export const requestAuthentication: Rule[] = [
  ...targetRules(),
  ...selectorRules((_, labels) => PolicyTarget.workloads(labels), matchLabels),
  throws('there is an issuer or keys', 'jwtRules[0] has neither an issuer nor an address of its keys, expected at least one of them', (chart) => new RequestAuthentication(chart, 'Request', { jwtRules: [{}] })),
  throws('the address of keys is http or https', 'JsonWebKeySet.uri is "ftp://a.com", expected an http or https address of at most 2048 characters', () => JsonWebKeySet.uri('ftp://a.com'), cel('url must have scheme http:// or https://', /jwksUri$/)),
  inexpressible('jwks_uri is http or https', 'JsonWebKeySet.uri writes jwksUri', cel('url must have scheme http:// or https://', /jwks_uri$/)),
  inexpressible('keys are given or fetched', 'JsonWebKeySet is made by one of them', cel('only one of jwks or jwksUri can be set')),
  throws('keys are a JSON Web Key Set', 'JsonWebKeySet.inline is an object with the fields [], expected {"keys": [...]} with at least one key', () => JsonWebKeySet.inline('{}')),
  throws('an audience is not empty', 'an entry of jwtRules[0].audiences is "", expected a non-empty string', jwt(() => ({ audiences: [''] }))),
  throws('a header that the token is taken from has a name', 'the name of a header of jwtRules[0].fromHeaders is "", expected a header name of letters, digits and dashes', jwt(() => ({ fromHeaders: [{ name: '' }] }))),
  throws('a parameter that the token is taken from has a name', 'an entry of jwtRules[0].fromParams is "", expected a non-empty string', jwt(() => ({ fromParams: [''] }))),
  throws('a cookie that the token is taken from has a name', 'an entry of jwtRules[0].fromCookies is "", expected a non-empty string', jwt(() => ({ fromCookies: [''] }))),
  throws('a claim is written into a header', 'the header of an entry of jwtRules[0].outputClaimToHeaders is "", expected letters, digits, dashes and underscores', jwt(() => ({ outputClaimToHeaders: [{ header: '', claim: 'a' }] }))),
  throws('a header is written from a claim', 'the claim of an entry of jwtRules[0].outputClaimToHeaders is "", expected a non-empty string', jwt(() => ({ outputClaimToHeaders: [{ header: 'x-a', claim: '' }] }))),
  throws('the timeout is 1 ms at least', 'jwtRules[0].timeout is 0 ms, expected a whole number of milliseconds and at least 1', jwt(() => ({ timeout: millis(0) })), cel('must be a valid duration greater than 1ms', /timeout$/)),
  throws('given keys are public', 'key 1 of JsonWebKeySet.inline is private (it has "d"), expected a public key', () => JsonWebKeySet.inline(JSON.stringify({ keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB', d: 'AQAB' }] }))),
];

const peers = (props: object) => (chart: Chart) => new PeerAuthentication(chart, 'Peers', props);

export const peerAuthentication: Rule[] = [
  ...selectorRules((chart, selector) => new PeerAuthentication(chart, 'Peers', { selector }), matchLabels),
  throws('the TLS of ports needs a selector', 'portLevelMtls is {"80":"STRICT"} and there is no selector, expected the labels of the workloads that have these ports', peers({ portLevelMtls: { 80: MutualTlsMode.STRICT } }), cel('portLevelMtls requires selector')),
  throws('the TLS of ports needs labels in the selector', 'the selector is {}, expected at least one label', peers({ selector: {}, portLevelMtls: { 80: MutualTlsMode.STRICT } })),
  throws('a port is 1 to 65535', 'a port of portLevelMtls is "0", expected a whole number from 1 to 65535', peers({ selector: { app: 'a' }, portLevelMtls: { 0: MutualTlsMode.STRICT } }), cel('port must be between 1-65535')),
  throws('the mode is known', 'mtls is "ON", expected one of UNSET, DISABLE, PERMISSIVE, STRICT', peers({ mtls: 'ON' })),
];
