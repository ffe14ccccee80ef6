import { Testing } from 'cdk8s';
import { AuthorizationAction, AuthorizationCondition, AuthorizationPolicy, ConditionPorts, ConditionValues } from '../../src';

const C = AuthorizationCondition;

function render(when: AuthorizationCondition[], action = AuthorizationAction.ALLOW) {
  const chart = Testing.chart();
  new AuthorizationPolicy(chart, 'Policy', { action, rules: [{ when }] });
  return { chart, rendered: Testing.synth(chart)[0].spec.rules[0].when };
}

const values = ['a', 'b*', '*c', '*'];
const addresses = ['10.0.0.1', '10.0.0.0/8', '::/0'];
const accounts = ['a', 'shop/a'];

/** Each factory with values that it takes, and its name on the wire. */
const factories: [key: string, make: (options: ConditionValues) => AuthorizationCondition, values: string[]][] = [
  ['request.headers[User-Agent]', (options) => C.requestHeader('User-Agent', options), ['Mozilla/*', '*/*']],
  ['request.headers[:authority]', (options) => C.requestHeader(':authority', options), values],
  ['source.ip', (options) => C.sourceIp(options), addresses],
  ['remote.ip', (options) => C.remoteIp(options), addresses],
  ['source.namespace', (options) => C.sourceNamespace(options), ['shop', 'team-*-prod']],
  ['source.principal', (options) => C.sourcePrincipal(options), ['cluster.local/ns/default/sa/productpage', '*/sa/a']],
  ['source.serviceAccount', (options) => C.sourceServiceAccount(options), accounts],
  ['source.trustDomain', (options) => C.sourceTrustDomain(options), ['cluster.local', 'td*']],
  ['request.auth.principal', (options) => C.requestPrincipal(options), ['https://issuer/sub', '*']],
  ['request.auth.audiences', (options) => C.requestAudiences(options), values],
  ['request.auth.presenter', (options) => C.requestPresenter(options), values],
  ['request.auth.claims[iss]', (options) => C.requestClaim('iss', options), [...values, 'repo:*:read']],
  ['request.auth.claims[realm_access][roles]', (options) => C.nestedRequestClaim(['realm_access', 'roles'], options), values],
  ['destination.ip', (options) => C.destinationIp(options), addresses],
  ['connection.sni', (options) => C.sni(options), ['www.example.com', '*.example.com']],
  ['experimental.envoy.filters.network.mysql_proxy[db.table]', (options) => C.envoyFilter('envoy.filters.network.mysql_proxy', 'db.table', options), ['[update]', 'a']],
];

describe('AuthorizationCondition', () => {
  test.each(factories)('%s', (key, make, some) => {
    const { chart, rendered } = render([make({ values: some, notValues: some }), make({ values: some }), make({ notValues: some })]);

    expect(rendered).toEqual([{ key, values: some, notValues: some }, { key, values: some }, { key, notValues: some }]);
    expect(chart).toBeAcceptedByIstio();
  });

  test('destination.port', () => {
    const { chart, rendered } = render([C.destinationPort({ values: [80, 65535], notValues: [1] }), C.destinationPort({ notValues: [81] })]);

    expect(rendered).toEqual([{ key: 'destination.port', values: ['80', '65535'], notValues: ['1'] }, { key: 'destination.port', notValues: ['81'] }]);
    expect(chart).toBeAcceptedByIstio();
  });

  const withPort: typeof factories = [...factories, ['destination.port', (options) => C.destinationPort(options as unknown as ConditionPorts), []]];

  test.each(withPort)('%s refuses what is no list of values', (key, make) => {
    for (const options of [{}, { values: undefined }]) {
      expect(() => make(options)).toThrow(`the condition on ${key} has no values, expected at least one of values and notValues; leave the condition out for any value`);
    }
    for (const half of ['values', 'notValues']) {
      for (const wrong of [[], null, 'a', {}]) {
        expect(() => make({ [half]: wrong } as ConditionValues)).toThrow(`${half} of ${key} is ${JSON.stringify(wrong)}, expected a list of at least one entry; leave it out for any`);
      }
      for (const wrong of ['', null, {}]) {
        expect(() => make({ [half]: [wrong] } as ConditionValues)).toThrow(`an entry of ${half} of ${key} is ${JSON.stringify(wrong)}, expected `);
      }
    }
    expect(() => make(null as any)).toThrow(`the condition on ${key} is null, expected an object`);
    expect(() => make(['a'] as any)).toThrow(`the condition on ${key} is ["a"], expected an object`);
    expect(() => make({ value: ['a'] } as any)).toThrow(`the condition on ${key} has no property "value"`);
  });

  test.each(factories)('%s under a provider, as far as Istio knows it by then', (key, make, some) => {
    const write = () => render([make({ values: some })], AuthorizationAction.custom('oauth'));

    if (/^(source\.(?!ip$)|request\.auth)/.test(key)) {
      expect(write).toThrow(`a condition is on ${key} under AuthorizationAction.custom, expected none on who calls; Istio asks the provider before it knows that, so check it in a policy of its own`);
    } else {
      expect(write().chart).toBeAcceptedByIstio();
    }
  });

  test.each<[string, () => unknown, string]>([
    ['a header without name', () => C.requestHeader('', { values }), 'the header of the condition is "", expected a header name of letters, digits and dashes; leave out colons and blanks'],
    ['a header that is null', () => C.requestHeader(null as any, { values }), 'the header of the condition is null, expected a header name'],
    ['a header in brackets', () => C.requestHeader('[a]', { values }), 'the header of the condition is "[a]", expected a header name'],
    ['an unknown pseudo header', () => C.requestHeader(':host', { values }), 'the header of the condition ":host" is no header name'],
    ['a claim without name', () => C.requestClaim('', { values }), 'the claim of the condition is "", expected a non-empty string; give a name such as "groups"'],
    ['a claim that is a list', () => C.requestClaim(['a'] as any, { values }), 'the claim of the condition is ["a"], expected a non-empty string'],
    ['a claim in brackets', () => C.requestClaim('a[b]', { values }), 'the claim of the condition is "a[b]", expected a name without brackets; for a nested claim write AuthorizationCondition.nestedRequestClaim(["realm_access", "roles"], ...)'],
    ['a nested claim without names', () => C.nestedRequestClaim([], { values }), 'the claim of the condition is [], expected a list of at least one entry; give its names in a list, such as ["realm_access", "roles"]'],
    ['a nested claim that is text', () => C.nestedRequestClaim('a.b' as any, { values }), 'the claim of the condition is "a.b", expected a list'],
    ['a filter of no Envoy', () => C.envoyFilter('mysql', 'a', { values }), 'the filter of the condition is "mysql", expected the name of a filter of Envoy; write one such as "envoy.filters.network.mysql_proxy"'],
    ['a filter that is null', () => C.envoyFilter(null as any, 'a', { values }), 'the filter of the condition is null, expected the name of a filter of Envoy'],
    ['a filter without key', () => C.envoyFilter('envoy.filters.http.a', '', { values }), 'the key of the condition is "", expected a non-empty string; give one such as "db.table"'],
    ['a host as address', () => C.sourceIp({ values: ['example.com'] }), 'an entry of values of source.ip is "example.com", expected an IP address or block'],
    ['a wildcard in a service account', () => C.sourceServiceAccount({ notValues: ['*'] }), 'an entry of notValues of source.serviceAccount is "*", expected "name" or "namespace/name" without wildcards'],
    ['17 service accounts', () => C.sourceServiceAccount({ values: Array(17).fill('a') }), 'values of source.serviceAccount has 17 entries, expected at most 16'],
    ['a trust domain with two wildcards', () => C.sourceTrustDomain({ values: ['*a*'] }), 'an entry of values of source.trustDomain is "*a*", expected at most one wildcard'],
    ['a port as text', () => C.destinationPort({ values: ['80'] as any }), 'an entry of values of destination.port is "80", expected a whole number from 1 to 65535'],
  ])('refuses %s', (_, write, message) => {
    expect(write).toThrow(message);
  });
});
