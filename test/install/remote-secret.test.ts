import { Testing } from 'cdk8s';
import { ask } from './judge';
import { RemoteCredential, RemoteSecret, RemoteSecretProps, RemoteTokenOptions } from '../../src';

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const options: RemoteTokenOptions = { server: 'https://203.0.113.9:6443', caCertificate: CERTIFICATE, token: 'not.a.token' };
const credential = RemoteCredential.token(options);

function secret(props: Partial<RemoteSecretProps>) {
  const chart = Testing.chart();
  new RemoteSecret(chart, 'Us', { cluster: 'us', credential, ...props });
  return Testing.synth(chart)[0];
}

const read = (manifest: object, namespace = 'istio-system') => ask({ judge: 'remoteSecret', document: JSON.stringify(manifest), namespace })[0];

const config = (user: object) => ({
  'apiVersion': 'v1',
  'kind': 'Config',
  'clusters': [{ name: 'c', cluster: { server: 'https://us.example.com' } }],
  'users': [{ name: 'u', user }],
  'contexts': [{ name: 'us', context: { cluster: 'c', user: 'u' } }],
  'current-context': 'us',
});

describe('RemoteSecret', () => {
  test('is as istioctl create-remote-secret writes it, but for the credential', () => {
    const { stringData, ...rest } = secret({});
    expect(rest).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: 'istio-remote-secret-us',
        namespace: 'istio-system',
        labels: { 'istio/multiCluster': 'true' },
        annotations: { 'networking.istio.io/cluster': 'us' },
      },
    });
    expect(Object.keys(stringData)).toEqual(['us']);
  });

  test('is read by istiod, with the credential in it', () => {
    expect(read(secret({}))).toMatchObject({ errors: [], objects: [{ cluster: 'us', host: options.server, token: options.token, ca: CERTIFICATE }] });
    const elsewhere = secret({ istioNamespace: 'mesh', metadata: { labels: { team: 'mesh' } }, credential: RemoteCredential.kubeconfig(config({ token: 't' })) });
    expect(read(elsewhere, 'mesh')).toMatchObject({ errors: [], objects: [{ cluster: 'us', host: 'https://us.example.com', token: 't' }] });
  });

  test('is not read in another namespace, which shows that the judge looks', () => {
    expect(read(secret({}), 'mesh').errors).toEqual(['istiod reads 0 of 1 clusters']);
  });

  test.each([
    ['exec', { exec: { command: 'aws', apiVersion: 'client.authentication.k8s.io/v1' } }, 'token'],
    ['tokenFile', { tokenFile: '/var/token' }, 'token'],
    ['client-key', { 'client-key': '/var/key' }, 'client-key-data'],
    ['client-certificate', { 'client-certificate': '/var/crt' }, 'client-certificate-data'],
  ])('refuses a user with %s, as istiod does', (name, user, instead) => {
    expect(() => RemoteCredential.kubeconfig(config(user)))
      .toThrow(`the user "u" of RemoteCredential.kubeconfig has ${name}, expected none, as istiod refuses it; use ${instead}`);
    const manifest = { ...secret({}), stringData: { us: JSON.stringify(config(user)) } };
    expect(read(manifest).errors.join()).toMatch(/not allowed|unable to read|invalid configuration/);
  });

  test.each<[string, () => void, string]>([
    ['a kubeconfig without its context', () => RemoteCredential.kubeconfig({ ...config({}), 'current-context': 'eu' }), 'current-context of RemoteCredential.kubeconfig is "eu", expected the name of one of its contexts'],
    ['an empty kubeconfig', () => RemoteCredential.kubeconfig({}), 'current-context of RemoteCredential.kubeconfig is undefined'],
    ['a server without TLS', () => RemoteCredential.token({ ...options, server: 'http://us' }), 'server of RemoteCredential.token is "http://us", expected an address that begins with https://'],
    ['a certificate that is none', () => RemoteCredential.token({ ...options, caCertificate: 'LS0t' }), 'caCertificate of RemoteCredential.token is no certificate in PEM form, expected one'],
    ['a token with blanks', () => RemoteCredential.token({ ...options, token: 'a b' }), 'token of RemoteCredential.token is none, expected one without blanks'],
    ['an unknown option', () => RemoteCredential.token({ ...options, user: 'x' } as any), 'RemoteCredential.token has no property "user"'],
    ['a cluster that is no name', () => secret({ cluster: 'a/b' }), 'cluster of the RemoteSecret is "a/b"'],
    ['a namespace that is none', () => secret({ istioNamespace: '' }), 'istioNamespace of the RemoteSecret is ""'],
    ['a credential in text', () => secret({ credential: 'x' as any }), 'credential of the RemoteSecret is "x", expected a RemoteCredential'],
    ['an unknown property', () => secret({ token: 'x' } as any), 'RemoteSecret has no property "token"'],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });

  test('names no secret in its messages', () => {
    const messages = [{ token: 'hunter 2' }, { caCertificate: 'hunter2' }].map((wrong) => {
      try {
        return RemoteCredential.token({ ...options, ...wrong });
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(messages.join()).not.toContain('hunter');
  });
});
