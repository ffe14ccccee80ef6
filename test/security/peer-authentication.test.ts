import { Testing } from 'cdk8s';
import { MutualTlsMode, PeerAuthentication, PeerAuthenticationProps } from '../../src';

const { STRICT, PERMISSIVE, DISABLE, UNSET } = MutualTlsMode;

function render(props?: PeerAuthenticationProps) {
  const chart = Testing.chart();
  new PeerAuthentication(chart, 'Peers', props);
  return { chart, manifest: Testing.synth(chart)[0] };
}

describe('PeerAuthentication', () => {
  test('every property reaches the manifest', () => {
    const { chart, manifest } = render({
      metadata: { name: 'finance', namespace: 'foo' },
      selector: { app: 'finance' },
      mtls: STRICT,
      portLevelMtls: { 8080: DISABLE, 65535: PERMISSIVE },
    });

    expect(manifest).toEqual({
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: { name: 'finance', namespace: 'foo' },
      spec: {
        selector: { matchLabels: { app: 'finance' } },
        mtls: { mode: 'STRICT' },
        portLevelMtls: { 8080: { mode: 'DISABLE' }, 65535: { mode: 'PERMISSIVE' } },
      },
    });
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, PeerAuthenticationProps | undefined, object]>([
    ['nothing at all', undefined, {}],
    ['a namespace', { mtls: PERMISSIVE }, { mtls: { mode: 'PERMISSIVE' } }],
    ['what the parent says', { selector: { app: 'a' }, mtls: UNSET, portLevelMtls: { 1: UNSET } },
      { selector: { matchLabels: { app: 'a' } }, mtls: { mode: 'UNSET' }, portLevelMtls: { 1: { mode: 'UNSET' } } }],
    ['no ports', { mtls: DISABLE, portLevelMtls: {} }, { mtls: { mode: 'DISABLE' } }],
  ])('%s is accepted', (_, props, expected) => {
    const { chart, manifest } = render(props);

    expect(manifest.spec).toEqual(expected);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, unknown, string]>([
    ['null', null, 'the properties of the PeerAuthentication is null, expected an object'],
    ['an unknown property', { mode: 'STRICT' }, 'PeerAuthentication has no property "mode" (got "STRICT")'],
    ['the mode as the manifest has it', { mtls: { mode: 'STRICT' } }, 'mtls is {"mode":"STRICT"}, expected one of UNSET, DISABLE, PERMISSIVE, STRICT'],
    ['an unknown mode', { mtls: 'ON' }, 'mtls is "ON", expected one of UNSET, DISABLE, PERMISSIVE, STRICT'],
    ['a mode that is null', { mtls: null }, 'mtls is null, expected one of'],
    ['ports without selector', { portLevelMtls: { 80: 'DISABLE' } }, 'portLevelMtls is {"80":"DISABLE"} and there is no selector, expected the labels of the workloads that have these ports; add a selector'],
    ['a selector without labels', { selector: {} }, 'the selector is {}, expected at least one label; leave it out for the whole namespace'],
    ['ports with a selector without labels', { selector: {}, portLevelMtls: { 80: 'DISABLE' } }, 'the selector is {}, expected at least one label'],
    ['a selector that is null', { selector: null }, 'the selector is null, expected an object'],
    ['a selector that is a list', { selector: ['app'] }, 'the selector is ["app"], expected an object'],
    ['a wildcard in a value', { selector: { app: 'a*' } }, 'the selector has "app": "a*", expected a Kubernetes label'],
    ['a wildcard in a key', { selector: { 'app*': 'a' } }, 'the selector has "app*": "a", expected a Kubernetes label'],
    ['an empty key', { selector: { '': 'a' } }, 'the selector has "": "a", expected a Kubernetes label'],
    ['a value of 64 letters', { selector: { app: 'a'.repeat(64) } }, 'the selector has "app": "aaaa'],
    ['ports that are a list', { selector: { app: 'a' }, portLevelMtls: [80] }, 'portLevelMtls is [80], expected an object'],
    ['ports that are null', { selector: { app: 'a' }, portLevelMtls: null }, 'portLevelMtls is null, expected an object'],
    ['a mode of a port that is unknown', { selector: { app: 'a' }, portLevelMtls: { 80: 'OFF' } }, 'portLevelMtls[80] is "OFF", expected one of UNSET'],
    ['a mode of a port that is undefined', { selector: { app: 'a' }, portLevelMtls: { 80: undefined } }, 'portLevelMtls[80] is undefined, expected one of UNSET'],
    ['port 0', { selector: { app: 'a' }, portLevelMtls: { 0: STRICT } }, 'a port of portLevelMtls is "0", expected a whole number from 1 to 65535; give the number of a port of the workload'],
    ['port 65536', { selector: { app: 'a' }, portLevelMtls: { 65536: STRICT } }, 'a port of portLevelMtls is "65536", expected a whole number'],
    ['a port by name', { selector: { app: 'a' }, portLevelMtls: { http: STRICT } }, 'a port of portLevelMtls is "http", expected a whole number'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new PeerAuthentication(Testing.chart(), 'Peers', props as PeerAuthenticationProps)).toThrow(message);
  });
});
