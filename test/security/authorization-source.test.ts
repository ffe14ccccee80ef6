import { Testing } from 'cdk8s';
import { AuthorizationAction, AuthorizationPolicy, AuthorizationSource } from '../../src';

function render(source: AuthorizationSource, action = AuthorizationAction.ALLOW) {
  const chart = Testing.chart();
  new AuthorizationPolicy(chart, 'Policy', { action, rules: [{ from: [source] }] });
  return { chart, rendered: Testing.synth(chart)[0].spec.rules[0].from };
}

describe('AuthorizationSource', () => {
  test.each<[string, AuthorizationSource]>([
    ['every field but service accounts', {
      principals: ['cluster.local/ns/default/sa/sleep', '*', '*/sa/a', 'a*'],
      notPrincipals: ['cluster.local/ns/default/sa/b'],
      requestPrincipals: ['https://issuer.com/sub', '*'],
      notRequestPrincipals: ['https://issuer.com/*'],
      namespaces: ['shop', 'team-*-prod'],
      notNamespaces: ['bank'],
      ipBlocks: ['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8', '0.0.0.0/0'],
      notIpBlocks: ['10.1.2.3/32'],
      remoteIpBlocks: ['203.0.113.0/24'],
      notRemoteIpBlocks: ['203.0.113.4', '::ffff:1.2.3.4', '::/128'],
      trustDomains: ['cluster.local', 'td-*', '*.example.com'],
      notTrustDomains: ['*'],
    }],
    ['service accounts, with all that may stand beside them', {
      serviceAccounts: ['frontend', 'shop/frontend'],
      notServiceAccounts: ['shop/admin'],
      requestPrincipals: ['*'],
      ipBlocks: ['10.0.0.1'],
      trustDomains: ['cluster.local'],
    }],
    ['16 service accounts', { serviceAccounts: Array(16).fill('a') }],
    ['a service account of 320 characters', { serviceAccounts: ['a'.repeat(320)] }],
  ])('%s is accepted', (_, source) => {
    const { chart, rendered } = render(source);

    expect(rendered).toEqual([{ source }]);
    expect(chart).toBeAcceptedByIstio();
  });

  test('addresses are what a provider can be asked about', () => {
    const source = { ipBlocks: ['10.0.0.1'], notIpBlocks: ['10.0.0.2'], remoteIpBlocks: ['10.0.0.3'], notRemoteIpBlocks: ['10.0.0.4'] };
    const { chart, rendered } = render(source, AuthorizationAction.custom('oauth'));

    expect(rendered).toEqual([{ source }]);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each([
    'principals', 'notPrincipals', 'requestPrincipals', 'notRequestPrincipals', 'namespaces', 'notNamespaces', 'serviceAccounts',
    'notServiceAccounts', 'trustDomains', 'notTrustDomains',
  ])('refuses %s under a provider', (field) => {
    expect(() => render({ [field]: ['a'] }, AuthorizationAction.custom('oauth')))
      .toThrow(`rules[0].from[0] has ${field} (["a"]) under AuthorizationAction.custom, expected addresses only; Istio asks the provider before it knows who calls, so check that in a policy of its own`);
  });

  test.each(['principals', 'notPrincipals', 'namespaces', 'notNamespaces'])('refuses service accounts beside %s', (field) => {
    for (const accounts of ['serviceAccounts', 'notServiceAccounts']) {
      expect(() => render({ [accounts]: ['a'], [field]: ['b'] }))
        .toThrow(`rules[0].from[0] has service accounts beside ${field} (["b"]), expected one of them; write the namespace into the service account, as "namespace/name"`);
    }
  });

  const wrongText: [string, unknown, string][] = [
    ['an empty list', [], ' is [], expected a list of at least one entry; leave it out for any'],
    ['null', null, ' is null, expected a list'],
    ['text', 'a', ' is "a", expected a list'],
  ];
  const fields = [
    'principals', 'notPrincipals', 'requestPrincipals', 'notRequestPrincipals', 'namespaces', 'notNamespaces', 'serviceAccounts',
    'notServiceAccounts', 'ipBlocks', 'notIpBlocks', 'remoteIpBlocks', 'notRemoteIpBlocks', 'trustDomains', 'notTrustDomains',
  ];

  test.each(fields)('refuses %s that are no list, or hold nothing', (field) => {
    for (const [, value, message] of wrongText) {
      expect(() => render({ [field]: value } as AuthorizationSource)).toThrow(`rules[0].from[0].${field}${message}`);
    }
    for (const value of ['', null, 5]) {
      expect(() => render({ [field]: [value] } as AuthorizationSource)).toThrow(`an entry of rules[0].from[0].${field} is ${JSON.stringify(value)}, expected `);
    }
  });

  test.each<[string, unknown, string]>([
    ['null', null, 'rules[0].from[0] is null, expected an object'],
    ['text', 'shop', 'rules[0].from[0] is "shop", expected an object'],
    ['nothing', {}, 'rules[0].from[0] is empty, expected at least one field; leave it out for any source'],
    ['nothing but undefined', { namespaces: undefined }, 'rules[0].from[0] is empty'],
    ['the wrapper of the manifest', { source: { namespaces: ['a'] } }, 'rules[0].from[0] has no property "source"'],
    ['an inner wildcard', { principals: ['a*b'] }, 'an entry of rules[0].from[0].principals is "a*b", expected at most one wildcard, at the beginning or the end; list the values'],
    ['two wildcards', { requestPrincipals: ['*a*'] }, 'an entry of rules[0].from[0].requestPrincipals is "*a*", expected at most one wildcard'],
    ['the scheme of SPIFFE', { principals: ['spiffe://cluster.local/ns/a/sa/b'] }, 'an entry of rules[0].from[0].principals is "spiffe://cluster.local/ns/a/sa/b", expected it without "spiffe://", which Istio adds; write "cluster.local/ns/a/sa/b"'],
    ['a wildcard in a service account', { serviceAccounts: ['shop/*'] }, 'an entry of rules[0].from[0].serviceAccounts is "shop/*", expected "name" or "namespace/name" without wildcards, at most 320 characters; write for example "shop/frontend"'],
    ['a principal as service account', { serviceAccounts: ['cluster.local/ns/a/sa/b'] }, 'an entry of rules[0].from[0].serviceAccounts is "cluster.local/ns/a/sa/b", expected "name" or "namespace/name"'],
    ['a service account without name', { serviceAccounts: ['shop/'] }, 'an entry of rules[0].from[0].serviceAccounts is "shop/"'],
    ['a service account without namespace', { notServiceAccounts: ['/a'] }, 'an entry of rules[0].from[0].notServiceAccounts is "/a"'],
    ['a long service account', { serviceAccounts: ['a'.repeat(321)] }, 'an entry of rules[0].from[0].serviceAccounts is "aaa'],
    ['17 service accounts', { serviceAccounts: Array(17).fill('a') }, 'rules[0].from[0].serviceAccounts has 17 entries, expected at most 16; split the resource in two'],
    ['a host as address', { ipBlocks: ['example.com'] }, 'an entry of rules[0].from[0].ipBlocks is "example.com", expected an IP address or block; write one such as "10.1.2.3" or "10.1.0.0/16"'],
    ['a block of 33 bits', { notIpBlocks: ['10.0.0.0/33'] }, 'an entry of rules[0].from[0].notIpBlocks is "10.0.0.0/33", expected an IP address or block'],
    ['a block of 129 bits', { remoteIpBlocks: ['::/129'] }, 'an entry of rules[0].from[0].remoteIpBlocks is "::/129"'],
    ['a block with a leading zero', { notRemoteIpBlocks: ['10.0.0.0/08'] }, 'an entry of rules[0].from[0].notRemoteIpBlocks is "10.0.0.0/08"'],
    ['a block without bits', { ipBlocks: ['10.0.0.0/'] }, 'an entry of rules[0].from[0].ipBlocks is "10.0.0.0/"'],
    ['an address with a zone', { ipBlocks: ['fe80::1%eth0'] }, 'an entry of rules[0].from[0].ipBlocks is "fe80::1%eth0"'],
    ['a trust domain with a slash', { trustDomains: ['cluster.local/'] }, 'an entry of rules[0].from[0].trustDomains is "cluster.local/", expected a trust domain without slash; write for example "cluster.local"'],
    ['a trust domain with an inner wildcard', { notTrustDomains: ['a*b'] }, 'an entry of rules[0].from[0].notTrustDomains is "a*b", expected at most one wildcard'],
  ])('refuses %s', (_, source, message) => {
    expect(() => render(source as AuthorizationSource)).toThrow(message);
  });
});
