import { Testing } from 'cdk8s';
import { GatewayServer, IstioGateway, ServerTls, TlsVersion } from '../../src';

const file = { certificate: '/rsa.crt', privateKey: '/rsa.key' };
const second = { certificate: '/ec.crt', privateKey: '/ec.key' };

describe('ServerTls', () => {
  test.each([
    ['simple with a secret', ServerTls.simple({ credentialName: 'shop-tls' }), { mode: 'SIMPLE', credentialName: 'shop-tls' }],
    ['simple with two secrets', ServerTls.simple({ credentialNames: ['rsa', 'ec'] }), { mode: 'SIMPLE', credentialNames: ['rsa', 'ec'] }],
    ['simple with a file', ServerTls.simple({ files: [file] }), { mode: 'SIMPLE', serverCertificate: '/rsa.crt', privateKey: '/rsa.key' }],
    ['simple with two files', ServerTls.simple({ files: [file, { ...second, caCertificates: '/ca' }] }), {
      mode: 'SIMPLE',
      tlsCertificates: [
        { serverCertificate: '/rsa.crt', privateKey: '/rsa.key' },
        { serverCertificate: '/ec.crt', privateKey: '/ec.key', caCertificates: '/ca' },
      ],
    }],
    ['simple with negotiation', ServerTls.simple({ credentialName: 'a', credentialNames: [], files: [], minVersion: TlsVersion.V1_2, maxVersion: TlsVersion.V1_3, cipherSuites: ['ECDHE-RSA-AES128-GCM-SHA256'] }),
      { mode: 'SIMPLE', credentialName: 'a', minProtocolVersion: 'TLSV1_2', maxProtocolVersion: 'TLSV1_3', cipherSuites: ['ECDHE-RSA-AES128-GCM-SHA256'] }],
    ['mutual with a secret', ServerTls.mutual({ credentialName: 'a' }), { mode: 'MUTUAL', credentialName: 'a' }],
    ['mutual with everything', ServerTls.mutual({
      files: [file],
      caCertificates: '/ca',
      caCrl: '/crl',
      subjectAltNames: ['client.example.com'],
      verifyCertificateHash: ['ab'.repeat(32)],
      verifyCertificateSpki: ['NvqYIYSbgK2vCJpQhObf77vv+bQWtc5ek5RIOwPiC9A='],
      insecureSkipVerify: true,
    }), {
      mode: 'MUTUAL',
      serverCertificate: '/rsa.crt',
      privateKey: '/rsa.key',
      caCertificates: '/ca',
      caCrl: '/crl',
      subjectAltNames: ['client.example.com'],
      verifyCertificateHash: ['ab'.repeat(32)],
      verifyCertificateSpki: ['NvqYIYSbgK2vCJpQhObf77vv+bQWtc5ek5RIOwPiC9A='],
      insecureSkipVerify: true,
    }],
    ['mutual with the CA of its only file', ServerTls.mutual({ files: [{ ...file, caCertificates: '/ca' }] }),
      { mode: 'MUTUAL', serverCertificate: '/rsa.crt', privateKey: '/rsa.key', caCertificates: '/ca' }],
    ['mutual with two files', ServerTls.mutual({ files: [file, second], caCertificates: '/ca' }), {
      mode: 'MUTUAL',
      caCertificates: '/ca',
      tlsCertificates: [{ serverCertificate: '/rsa.crt', privateKey: '/rsa.key' }, { serverCertificate: '/ec.crt', privateKey: '/ec.key' }],
    }],
    ['mutual with a CA of its own', ServerTls.mutual({ credentialName: 'a', caCertCredentialName: 'configmap://istio-system/ca', subjectAltNames: [] }),
      { mode: 'MUTUAL', credentialName: 'a', caCertCredentialName: 'configmap://istio-system/ca' }],
    ['mutual with two secrets', ServerTls.mutual({ credentialNames: ['rsa', 'ec'], caCrl: '/crl' }), { mode: 'MUTUAL', credentialNames: ['rsa', 'ec'], caCrl: '/crl' }],
    ['optionalMutual', ServerTls.optionalMutual({ credentialName: 'a' }), { mode: 'OPTIONAL_MUTUAL', credentialName: 'a' }],
    ['istioMutual', ServerTls.istioMutual(), { mode: 'ISTIO_MUTUAL' }],
    ['istioMutual with negotiation', ServerTls.istioMutual({ minVersion: TlsVersion.AUTO }), { mode: 'ISTIO_MUTUAL', minProtocolVersion: 'TLS_AUTO' }],
    ['passthrough', ServerTls.passthrough(), { mode: 'PASSTHROUGH' }],
    ['autoPassthrough', ServerTls.autoPassthrough(), { mode: 'AUTO_PASSTHROUGH' }],
  ])('%s', (_, tls, rendered) => {
    const chart = Testing.chart();
    new IstioGateway(chart, 'Edge', { servers: [GatewayServer.tls(['shop.example.com'], { tls })] });

    expect(Testing.synth(chart)[0].spec.servers[0].tls).toEqual(rendered);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, () => unknown, string]>([
    ['no certificate', () => ServerTls.simple({}), 'ServerTls.simple has no certificate, expected exactly one of credentialName, credentialNames and files; name the secret with the certificate'],
    ['no certificate, mutual', () => ServerTls.mutual({ caCertificates: '/ca' }), 'ServerTls.mutual has no certificate, expected exactly one of'],
    ['empty lists', () => ServerTls.simple({ files: [], credentialNames: [] }), 'ServerTls.simple has no certificate'],
    ['two sources', () => ServerTls.simple({ credentialName: 'a', files: [file] }), 'ServerTls.simple has credentialName and files, expected exactly one of'],
    ['three sources', () => ServerTls.optionalMutual({ credentialName: 'a', credentialNames: ['b'], files: [file] }), 'ServerTls.optionalMutual has credentialName and credentialNames and files, expected exactly one of'],
    ['three secrets', () => ServerTls.simple({ credentialNames: ['a', 'b', 'c'] }), 'credentialNames of ServerTls.simple has 3 entries, expected at most two, one for RSA and one for ECDSA; give other hosts a server of their own'],
    ['three files', () => ServerTls.simple({ files: [file, file, file] }), 'files of ServerTls.simple has 3 entries, expected at most two'],
    ['a secret without name', () => ServerTls.simple({ credentialName: '' }), 'credentialName of ServerTls.simple is "", expected a non-empty string; name the secret with the certificate'],
    ['a secret that is null', () => ServerTls.simple({ credentialName: null as any }), 'credentialName of ServerTls.simple is null, expected a non-empty string'],
    ['secrets that are text', () => ServerTls.simple({ credentialNames: 'ab' as any }), 'credentialNames of ServerTls.simple is "ab", expected a list'],
    ['secrets without name', () => ServerTls.simple({ credentialNames: [''] }), 'an entry of credentialNames of ServerTls.simple is "", expected a non-empty string'],
    ['a file for a list', () => ServerTls.simple({ files: file as any }), 'files of ServerTls.simple is {"certificate":"/rsa.crt"'],
    ['a file that is null', () => ServerTls.simple({ files: [null as any] }), 'an entry of files of ServerTls.simple is null, expected an object'],
    ['a file without key', () => ServerTls.simple({ files: [{ certificate: '/a' } as any] }), 'privateKey of ServerTls.simple is undefined, expected a non-empty string; give the path in the container'],
    ['a file without certificate', () => ServerTls.simple({ files: [{ privateKey: '/a' } as any] }), 'certificate of ServerTls.simple is undefined, expected a non-empty string'],
    ['an empty CA of a file', () => ServerTls.simple({ files: [{ ...file, caCertificates: '' }] }), 'caCertificates of an entry of files of ServerTls.simple is "", expected a non-empty string'],
    ['an unknown property of a file', () => ServerTls.simple({ files: [{ ...file, key: '/a' } as any] }), 'an entry of files of ServerTls.simple has no property "key"'],
    ['files and nothing to verify by', () => ServerTls.mutual({ files: [file] }), 'ServerTls.mutual has files and no caCertificates, expected the path of the CA certificates that clients are verified by; add it beside files or use a secret'],
    ['a CA for each of two files', () => ServerTls.optionalMutual({ files: [file, second].map((pair) => ({ ...pair, caCertificates: '/ca' })) }), 'ServerTls.optionalMutual has files and no caCertificates'],
    ['an empty CA', () => ServerTls.mutual({ files: [file], caCertificates: '' }), 'caCertificates of ServerTls.mutual is "", expected a non-empty string; give the path in the container'],
    ['a list of revoked certificates beside a secret', () => ServerTls.mutual({ credentialName: 'a', caCrl: '/crl' }), 'ServerTls.mutual has caCrl beside credentialName, expected one of them; put the list into the secret as ca.crl'],
    ['an empty list of revoked certificates', () => ServerTls.mutual({ credentialNames: ['a'], caCrl: '' }), 'caCrl of ServerTls.mutual is "", expected a non-empty string'],
    ['a CA secret that is no text', () => ServerTls.mutual({ credentialName: 'a', caCertCredentialName: 5 as any }), 'caCertCredentialName of ServerTls.mutual is 5, expected a non-empty string'],
    ['names that are text', () => ServerTls.mutual({ credentialName: 'a', subjectAltNames: 'b' as any }), 'subjectAltNames of ServerTls.mutual is "b", expected a list'],
    ['hashes that are text', () => ServerTls.mutual({ credentialName: 'a', verifyCertificateHash: 'b' as any }), 'verifyCertificateHash of ServerTls.mutual is "b", expected a list'],
    ['keys that are text', () => ServerTls.mutual({ credentialName: 'a', verifyCertificateSpki: 'b' as any }), 'verifyCertificateSpki of ServerTls.mutual is "b", expected a list'],
    ['a flag that is text', () => ServerTls.mutual({ credentialName: 'a', insecureSkipVerify: 'b' as any }), 'insecureSkipVerify of ServerTls.mutual is "b", expected true or false'],
    ['cipher suites as text', () => ServerTls.simple({ credentialName: 'a', cipherSuites: 'A:B' as any }), 'cipherSuites of ServerTls.simple is "A:B", expected a list'],
    ['an unknown version', () => ServerTls.simple({ credentialName: 'a', minVersion: '1.2' as any }), 'minVersion of ServerTls.simple is "1.2", expected one of TLS_AUTO, TLSV1_0, TLSV1_1, TLSV1_2, TLSV1_3'],
    ['an unknown highest version', () => ServerTls.istioMutual({ maxVersion: null as any }), 'maxVersion of ServerTls.istioMutual is null, expected one of'],
    ['settings for clients on simple', () => ServerTls.simple({ credentialName: 'a', subjectAltNames: ['b'] } as any), 'ServerTls.simple has no property "subjectAltNames"'],
    ['an unknown property, mutual', () => ServerTls.mutual({ credentialName: 'a', mode: 'SIMPLE' } as any), 'ServerTls.mutual has no property "mode"'],
    ['an unknown property, istioMutual', () => ServerTls.istioMutual({ credentialName: 'a' } as any), 'ServerTls.istioMutual has no property "credentialName"'],
    ['null', () => ServerTls.simple(null as any), 'the options of ServerTls.simple is null, expected an object'],
    ['text', () => ServerTls.istioMutual('a' as any), 'the options of ServerTls.istioMutual is "a", expected an object'],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});
