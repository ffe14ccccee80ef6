import { Testing } from 'cdk8s';
import { ClientTls, DestinationRule, ServiceRef } from '../../src';

describe('ClientTls', () => {
  test.each([
    ['disable', ClientTls.disable(), { mode: 'DISABLE' }],
    ['simple', ClientTls.simple(), { mode: 'SIMPLE' }],
    ['simple with a secret', ClientTls.simple({ credentialName: 'ca' }), { mode: 'SIMPLE', credentialName: 'ca' }],
    ['simple with every file', ClientTls.simple({ sni: 'a.com', subjectAltNames: ['a.com'], caCertificates: 'system', caCrl: '/crl' }),
      { mode: 'SIMPLE', sni: 'a.com', subjectAltNames: ['a.com'], caCertificates: 'system', caCrl: '/crl' }],
    ['simple without verification', ClientTls.simple({ insecureSkipVerify: true }), { mode: 'SIMPLE', insecureSkipVerify: true }],
    ['simple with empty names', ClientTls.simple({ subjectAltNames: [] }), { mode: 'SIMPLE' }],
    ['mutual with files', ClientTls.mutual({ clientCertificate: '/cert', privateKey: '/key', caCertificates: '/ca' }),
      { mode: 'MUTUAL', clientCertificate: '/cert', privateKey: '/key', caCertificates: '/ca' }],
    ['mutual with a secret', ClientTls.mutual({ credentialName: 'client', subjectAltNames: ['a.com'] }),
      { mode: 'MUTUAL', credentialName: 'client', subjectAltNames: ['a.com'] }],
    ['mutual with a secret, without verification', ClientTls.mutual({ credentialName: 'client', insecureSkipVerify: true }),
      { mode: 'MUTUAL', credentialName: 'client', insecureSkipVerify: true }],
    ['istioMutual', ClientTls.istioMutual(), { mode: 'ISTIO_MUTUAL' }],
    ['istioMutual with names', ClientTls.istioMutual({ sni: 'a.com', subjectAltNames: ['spiffe://cluster.local/ns/shop/sa/orders'] }),
      { mode: 'ISTIO_MUTUAL', sni: 'a.com', subjectAltNames: ['spiffe://cluster.local/ns/shop/sa/orders'] }],
  ])('%s', (_, tls, rendered) => {
    const chart = Testing.chart();
    new DestinationRule(chart, 'Rule', { service: ServiceRef.fromHost('a.com'), trafficPolicy: { tls } });

    expect(Testing.synth(chart)[0].spec.trafficPolicy.tls).toEqual(rendered);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, () => unknown, string]>([
    ['no certificate', () => ClientTls.mutual({}), 'clientCertificate of ClientTls.mutual is undefined, expected a non-empty string; give its path, or name the secret in credentialName'],
    ['no key', () => ClientTls.mutual({ clientCertificate: '/cert' }), 'privateKey of ClientTls.mutual is undefined, expected a non-empty string; give its path, or name the secret in credentialName'],
    ['secret and certificate', () => ClientTls.mutual({ credentialName: 'a', clientCertificate: '/cert' }), 'ClientTls.mutual has credentialName and files, expected one of them; keep the one you mean'],
    ['secret and key', () => ClientTls.mutual({ credentialName: 'a', privateKey: '/key' }), 'ClientTls.mutual has credentialName and files'],
    ['secret and CA file', () => ClientTls.simple({ credentialName: 'a', caCertificates: '/ca' }), 'ClientTls.simple has credentialName and files, expected one of them; keep the one you mean'],
    ['secret and CRL file', () => ClientTls.simple({ credentialName: 'a', caCrl: '/crl' }), 'ClientTls.simple has credentialName and files'],
    ['skipped check and CA file', () => ClientTls.simple({ insecureSkipVerify: true, caCertificates: '/ca' }), 'ClientTls.simple has insecureSkipVerify beside CA certificates or subjectAltNames, expected one of them; drop insecureSkipVerify to verify the server'],
    ['skipped check and names', () => ClientTls.mutual({ credentialName: 'a', insecureSkipVerify: true, subjectAltNames: ['a'] }), 'ClientTls.mutual has insecureSkipVerify beside'],
    ['skipped check and secret', () => ClientTls.simple({ insecureSkipVerify: true, credentialName: 'a' }), 'ClientTls.simple has insecureSkipVerify beside'],
    ['empty sni', () => ClientTls.simple({ sni: '' }), 'sni of ClientTls.simple is "", expected a non-empty string; leave it out for the default'],
    ['empty sni of the mesh', () => ClientTls.istioMutual({ sni: '' }), 'sni of ClientTls.istioMutual is "", expected a non-empty string'],
    ['names that are no list', () => ClientTls.simple({ subjectAltNames: 'a.com' as any }), 'subjectAltNames of ClientTls.simple is "a.com", expected a list'],
    ['names of the mesh that are no list', () => ClientTls.istioMutual({ subjectAltNames: 'a.com' as any }), 'subjectAltNames of ClientTls.istioMutual is "a.com", expected a list'],
    ['a flag that is text', () => ClientTls.simple({ insecureSkipVerify: 'no' as any }), 'insecureSkipVerify of ClientTls.simple is "no", expected true or false'],
    ['a client certificate for simple TLS', () => ClientTls.simple({ clientCertificate: '/cert' } as any), 'ClientTls.simple has no property "clientCertificate"'],
    ['unknown property, mutual', () => ClientTls.mutual({ credentialName: 'a', mode: 'MUTUAL' } as any), 'ClientTls.mutual has no property "mode"'],
    ['unknown property, istioMutual', () => ClientTls.istioMutual({ credentialName: 'a' } as any), 'ClientTls.istioMutual has no property "credentialName"'],
    ['null', () => ClientTls.simple(null as any), 'the options of ClientTls.simple is null, expected an object'],
    ['text', () => ClientTls.mutual('secret' as any), 'the options of ClientTls.mutual is "secret", expected an object'],
    ['a list', () => ClientTls.istioMutual([] as any), 'the options of ClientTls.istioMutual is [], expected an object'],
  ])('refuses %s', (_, tls, message) => {
    expect(tls).toThrow(message);
  });
});
