import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAllYaml } from '@kubernetes/client-node';
import { MeshVersion } from 'cdk8s-istio';
import { KubeObject } from '../../src/cluster.js';
import { configuration, crds, dns, istiod, kubernetes, proxies, RELEASE, releaseOf, webhooks } from '../../src/doctor/checks.js';
import { Crd, fieldsOf, ISTIO_CRDS } from '../../src/doctor/istio-crds.js';

const istios: Crd[] = loadAllYaml(readFileSync(join(__dirname, '..', '..', '..', 'imports', 'crds', 'istio.yaml'), 'utf8'));

const object = (kind: string, name: string, rest: object = {}, metadata: object = {}): KubeObject =>
  ({ apiVersion: 'v1', kind, metadata: { namespace: 'istio-system', name, ...metadata }, ...rest });

describe('Kubernetes', () => {
  test.each([
    ['v1.36.2', 'ok', 'v1.36.2; Istio 1.31 is tested on 1.32 to 1.36'],
    ['v1.32.0-gke.100', 'ok', 'v1.32.0-gke.100; '],
    ['v1.31.9', 'error', 'v1.31.9 is too old; '],
    ['v1.37.0', 'warning', 'v1.37.0 is newer than what is known; '],
  ])('%s is %s', (version, state, message) => {
    expect(kubernetes(version)).toMatchObject({ state, message: expect.stringContaining(message) });
  });

  test('is judged by the release of Istio that runs', () => {
    expect(kubernetes('v1.30.1', MeshVersion.V1_28)).toMatchObject({ state: 'ok' });
  });
});

describe('CRDs', () => {
  test('of this release are known', () => {
    expect(Object.fromEntries(istios.map((crd) => [crd.metadata.name, fieldsOf(crd)]))).toEqual(ISTIO_CRDS);
    expect(crds(istios)).toEqual({ check: 'CRDs', state: 'ok', message: `all 15 are those of Istio ${RELEASE.release}` });
  });

  test('that are missing are named', () => {
    const [first, ...rest] = istios;
    expect(crds(rest)).toMatchObject({ state: 'error', message: `missing: ${first.metadata.name}`, remedy: expect.stringContaining('helm upgrade') });
    expect(crds([])).toMatchObject({ state: 'error', message: 'none of Istio\'s is installed' });
  });

  test('of another release are named, since they drop fields', () => {
    const older = JSON.parse(JSON.stringify(istios));
    const { versions } = older.find(({ metadata }: Crd) => metadata.name === 'virtualservices.networking.istio.io').spec;
    versions.forEach(({ schema }: any) => delete schema.openAPIV3Schema.properties.spec.properties.hosts);
    expect(crds(older)).toMatchObject({
      state: 'warning',
      message: 'not those of Istio 1.31: virtualservices.networking.istio.io (184 fields, 1.31 has 185)',
      remedy: expect.stringContaining('MeshVersion.set'),
    });
  });

  test('that the API server has not accepted are named', () => {
    const status = { conditions: [{ type: 'Established', status: 'False' }] };
    expect(crds(istios.map((crd, index) => index === 0 ? { ...crd, status } : crd))).toMatchObject({ state: 'error', message: expect.stringContaining('not accepted') });
  });
});

describe('istiod', () => {
  const deployment = (ready: number, image = 'docker.io/istio/pilot:1.29.3-distroless') => object('Deployment', 'istiod', {
    spec: { replicas: 2, template: { spec: { containers: [{ name: 'discovery', image }] } } }, status: { readyReplicas: ready },
  });

  test.each([[2, 'ok'], [1, 'warning'], [0, 'error']])('with %d of 2 replicas is %s', (ready, state) => {
    expect(istiod([deployment(ready)])).toMatchObject({ state, message: `istio-system/istiod ${ready}/2 ready (docker.io/istio/pilot:1.29.3-distroless)` });
  });

  test('that is not there is perhaps elsewhere', () => {
    expect(istiod([])).toMatchObject({ state: 'warning', remedy: expect.stringContaining('outside of the cluster') });
  });

  test('has a release', () => {
    expect(releaseOf([deployment(1)])).toBe(MeshVersion.V1_29);
    expect(releaseOf([deployment(1, 'localhost:5000/pilot:1.31.1')])).toBe(MeshVersion.V1_31);
    expect(releaseOf([deployment(1, 'localhost:5000/pilot')])).toBeUndefined();
    expect(releaseOf([deployment(1, 'istio/pilot:1.99.0')])).toBeUndefined();
  });
});

describe('webhooks', () => {
  const hook = (name: string, webhook: object = {}) => object('X', `istio-${name}`, {
    webhooks: [{ name, clientConfig: { caBundle: 'x', service: { namespace: 'istio-system', name: 'istiod' } }, ...webhook }],
  });
  const both = [hook('validation.istio.io'), hook('namespace.sidecar-injector.istio.io')];
  const services = new Set(['istio-system/istiod']);

  test('that are there, and whose service is', () => {
    expect(webhooks(both, services).map(({ check, state }) => [check, state])).toEqual([['validation', 'ok'], ['injection', 'ok']]);
  });

  test('that are missing: what comes of it is said', () => {
    expect(webhooks([object('X', 'other', { webhooks: [{ name: 'other.example.com' }] })], services)).toEqual([
      expect.objectContaining({ state: 'warning', message: 'no webhook, so that configuration that Istio refuses is accepted' }),
      expect.objectContaining({ state: 'warning', message: 'no webhook, so that pods get no sidecar' }),
    ]);
  });

  test('whose service is gone', () => {
    expect(webhooks(both, new Set())[0]).toMatchObject({ state: 'error', message: expect.stringContaining('istio-system/istiod, which isn\'t there, so that what it is to judge is refused') });
    expect(webhooks([hook('validation.istio.io', { failurePolicy: 'Ignore' })], new Set())[0].message).toContain('configuration that Istio refuses is accepted');
  });

  test('that istiod has not taken up', () => {
    expect(webhooks([hook('validation.istio.io', { clientConfig: {} })], services)[0]).toMatchObject({ state: 'warning', message: expect.stringContaining('no certificate yet') });
  });
});

describe('DNS (S001-05)', () => {
  const service = object('Service', 'kube-dns', {}, { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } });
  const slice = (...ready: (boolean | undefined)[]) => object('EndpointSlice', 'kube-dns-x', {
    endpoints: ready.map((each) => ({ conditions: { ready: each } })),
  }, { namespace: 'kube-system', labels: { 'kubernetes.io/service-name': 'kube-dns' } });

  test.each([
    [[service], [slice(true, false, undefined)], 'ok', 'kube-system/kube-dns has 2 endpoints'],
    [[service], [slice(false)], 'error', 'no endpoint that is ready'],
    [[service], [], 'error', 'no endpoint that is ready'],
    [[], [slice(true)], 'warning', 'no Service in kube-system'],
  ])('%#', (services, slices, state, message) => {
    expect(dns(services, slices)).toMatchObject({ state, message: expect.stringContaining(message) });
  });
});

describe('configuration (S001-11, S002-30)', () => {
  const virtualService = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { namespace: 'shop', name: 'orders' },
    spec: { hosts: ['orders'], http: [{ route: [{ destination: { host: 'orders', subset: 'v9' } }] }] },
  };
  const destinationRule = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { namespace: 'shop', name: 'orders' },
    spec: { host: 'orders', subsets: [{ name: 'v1', labels: { version: 'v1' } }] },
  };

  test('is judged by the checks of cdk8s-istio', () => {
    const { state, message, findings } = configuration([virtualService, destinationRule], []);
    expect({ state, message }).toEqual({ state: 'error', message: expect.stringMatching(/^2 objects of Istio; errors: \d, warnings: \d$/) });
    expect(findings).toContainEqual(expect.objectContaining({ kind: 'VirtualService', namespace: 'shop', name: 'orders', level: 'error' }));
  });

  test('that is fine, or that nobody may read', () => {
    expect(configuration([], [])).toEqual({ check: 'configuration', state: 'ok', message: '0 objects of Istio, and nothing to say of them' });
    expect(configuration([], ['Sidecar'])).toMatchObject({ state: 'warning', message: expect.stringContaining('; this user may not read Sidecar') });
  });
});

describe('proxies (S001-25)', () => {
  const CDS = 'type.googleapis.com/envoy.config.cluster.v3.Cluster';
  const RDS = 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration';
  const synced = { proxy: 'b.shop', istio_version: '1.31.1', resources: { [CDS]: { sent: '7', acked: '7' }, [RDS]: {} } };

  test('in sync', () => {
    expect(proxies([synced])).toEqual({
      check: 'proxies',
      state: 'ok',
      message: '1, and all have what istiod sent them',
      proxies: [{ proxy: 'b.shop', version: '1.31.1', sync: { CDS: 'SYNCED', LDS: 'IGNORED', EDS: 'IGNORED', RDS: 'NOT SENT', ECDS: 'IGNORED' }, errors: [] }],
    });
  });

  test('that have not taken what they were sent, or have refused it', () => {
    const stale = { proxy: 'a.shop', resources: { [CDS]: { sent: '8', acked: '7' } } };
    const refused = { proxy: 'c.shop', resources: { [CDS]: { sent: '8', acked: '7', lastError: 'unknown filter' } } };
    expect(proxies([synced, stale])).toMatchObject({ state: 'warning', message: '2, of which 0 refused their configuration, and 1 have not taken it yet' });
    expect(proxies([synced, stale, refused])).toMatchObject({
      state: 'error', proxies: [{ sync: { CDS: 'STALE' } }, { sync: { CDS: 'SYNCED' } }, { sync: { CDS: 'ERROR' }, errors: ['unknown filter'] }],
    });
  });

  test('that are not there', () => {
    expect(proxies([])).toMatchObject({ state: 'warning', message: 'none is connected to this istiod' });
  });
});
