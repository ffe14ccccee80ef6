import { Testing } from 'cdk8s';
import { WasmModule, WasmPlugin, WasmPullPolicy } from '../../src';

const sha256 = '1ef0c9a92b0420cf25f7fe5d481b231464bc88f486ca3b9c83ed5cc21d2f6210';

describe('WasmModule', () => {
  test.each<[string, WasmModule, object]>([
    ['an image', WasmModule.oci('registry.example.com/filters/openid:v1'), { url: 'oci://registry.example.com/filters/openid:v1' }],
    ['an image with everything', WasmModule.oci('private-registry:5000/openid', {
      sha256, verificationKey: 'key', imagePullPolicy: WasmPullPolicy.ALWAYS, imagePullSecret: 'pull-secret',
    }), { url: 'oci://private-registry:5000/openid', sha256, verificationKey: 'key', imagePullPolicy: 'Always', imagePullSecret: 'pull-secret' }],
    ['an image by its digest', WasmModule.oci(`gcr.io/a/b@sha256:${sha256}`, { sha256 }), { url: `oci://gcr.io/a/b@sha256:${sha256}`, sha256 }],
    ['an address', WasmModule.http('http://filters/openid.wasm?v=1', { imagePullPolicy: WasmPullPolicy.IF_NOT_PRESENT, sha256 }),
      { url: 'http://filters/openid.wasm?v=1', imagePullPolicy: 'IfNotPresent', sha256 }],
    ['a file', WasmModule.file('/opt/filters/openid-1.0.wasm', { sha256 }), { url: 'file:///opt/filters/openid-1.0.wasm', sha256 }],
  ])('%s', (_, module, spec) => {
    const chart = Testing.chart();
    new WasmPlugin(chart, 'Plugin', { module });

    expect(Testing.synth(chart)[0].spec).toEqual(spec);
    expect(chart).toBeAcceptedByIstio();
  });

  const oci = (options: unknown) => () => WasmModule.oci('gcr.io/a/b', options as object);

  test.each<[string, () => unknown, string]>([
    ['an image without registry', () => WasmModule.oci('openid:latest'), 'the image of WasmModule.oci is "openid:latest", expected a registry and a repository, then a tag or digest; write one such as "registry.example.com/filters/openid:v1", without a scheme'],
    ['an image with scheme', () => WasmModule.oci('oci://gcr.io/a'), 'the image of WasmModule.oci is "oci://gcr.io/a", expected a registry'],
    ['an image that is none', () => WasmModule.oci(null as any), 'the image of WasmModule.oci is null, expected a registry'],
    ['a short digest', () => WasmModule.oci('gcr.io/a@sha256:abc'), 'the image of WasmModule.oci is "gcr.io/a@sha256:abc", expected'],
    ['options that are none', oci(null), 'the options of WasmModule.oci is null, expected an object'],
    ['an unknown option', oci({ pullSecret: 'a' }), 'WasmModule.oci has no property "pullSecret"'],
    ['a checksum with prefix', oci({ sha256: `sha256:${sha256}` }), 'expected 64 digits of 0 to 9 and a to f; leave out a prefix such as "sha256:"'],
    ['a checksum that is a number', oci({ sha256: 1 }), 'the sha256 of WasmModule.oci is 1, expected 64 digits'],
    ['a checksum in capitals', oci({ sha256: sha256.toUpperCase() }), 'expected 64 digits of 0 to 9 and a to f'],
    ['another checksum than the digest', () => WasmModule.oci(`gcr.io/a/b@sha256:${sha256}`, { sha256: 'a'.repeat(64) }),
      `the sha256 of WasmModule.oci is "${'a'.repeat(64)}", expected the digest of the image, ${sha256}; leave it out, the digest is enough`],
    ['an empty key', oci({ verificationKey: '' }), 'the verificationKey of WasmModule.oci is "", expected a non-empty string'],
    ['a pull policy as text', oci({ imagePullPolicy: 'always' }), 'the imagePullPolicy of WasmModule.oci is "always", expected one of IfNotPresent, Always'],
    ['a secret in capitals', oci({ imagePullSecret: 'Secret' }), 'the imagePullSecret of WasmModule.oci is "Secret", expected at most 253 lower-case letters'],
    ['an address without scheme', () => WasmModule.http('example.com/a.wasm'), 'the url of WasmModule.http is "example.com/a.wasm", expected an http or https address; write one such as "https://example.com/filters/openid.wasm"'],
    ['a secret for an address', () => WasmModule.http('https://a/b', { imagePullSecret: 'a' } as object), 'WasmModule.http has no property "imagePullSecret"'],
    ['an address with options that are none', () => WasmModule.http('https://a/b', null as any), 'the options of WasmModule.http is null'],
    ['a relative path', () => WasmModule.file('opt/a.wasm'), 'the path of WasmModule.file is "opt/a.wasm", expected an absolute path of letters, digits and . _ ~ + = , -; write one such as "/opt/filters/openid.wasm"'],
    ['a path with blanks', () => WasmModule.file('/opt/a b.wasm'), 'the path of WasmModule.file is "/opt/a b.wasm", expected an absolute path'],
    ['a path that is none', () => WasmModule.file(undefined as any), 'the path of WasmModule.file is undefined'],
    ['a pull policy for a file', () => WasmModule.file('/a', { imagePullPolicy: WasmPullPolicy.ALWAYS } as object), 'WasmModule.file has no property "imagePullPolicy"'],
    ['a file with options that are none', () => WasmModule.file('/a', [] as any), 'the options of WasmModule.file is [], expected an object'],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
