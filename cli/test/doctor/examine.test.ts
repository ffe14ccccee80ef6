import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { Lab } from '../../../test/lab/lab.js';
import { CheckResult } from '../../src/doctor/check.js';
import { Ended, run } from '../program.js';

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace: 'istio-system', name: 'istiod', labels: { app: 'istiod' } },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'istiod' } },
    template: { metadata: { labels: { app: 'istiod' } }, spec: { containers: [{ name: 'discovery', image: 'docker.io/istio/pilot:1.31.1' }] } },
  },
};
const ISTIOD = { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'istio-system', name: 'istiod' }, spec: { ports: [{ port: 443 }] } };

/** Webhooks as Istio's charts write them, for a kind that nobody uses, since no istiod answers them here. */
const webhook = (kind: string, name: string) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: { name },
  webhooks: [{
    name: name === 'istio-sidecar-injector' ? 'namespace.sidecar-injector.istio.io' : 'rev.validation.istio.io',
    clientConfig: { service: { namespace: 'istio-system', name: 'istiod', path: '/' }, caBundle: Buffer.from(lab.authority.cert).toString('base64') },
    rules: [{ operations: ['CREATE'], apiGroups: ['none.example.com'], apiVersions: ['*'], resources: ['*'] }],
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
  }],
});
const DNS = [
  { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'kube-system', name: 'kube-dns', labels: { 'k8s-app': 'kube-dns' } }, spec: { ports: [{ port: 53, protocol: 'UDP' }] } },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'kube-system', name: 'kube-dns-1', labels: { 'kubernetes.io/service-name': 'kube-dns' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['192.0.2.53'], conditions: { ready: true } }],
  },
];

let lab: Lab;
afterAll(() => lab?.stop());

const doctor = (...args: string[]) => run(['doctor', '--kubeconfig', lab.kubeconfig, ...args]);

/** The results in JSON, by what was checked. */
async function results(...args: string[]): Promise<{ ended: Ended; of: Record<string, CheckResult> }> {
  const ended = await doctor('--json', ...args);
  return { ended, of: Object.fromEntries(ended.stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as CheckResult).map((result) => [result.check, result])) };
}

/** The state of each check. */
const states = (of: Record<string, CheckResult>) => Object.fromEntries(Object.values(of).map(({ check, state }) => [check, state]));

describe('a cluster with Istio', () => {
  let debug: string;

  beforeAll(async () => {
    lab = await Lab.start();
    debug = `http://${lab.istiod.address}:8080`;
    await lab.gateway();
    await lab.apply([DEPLOYMENT, ISTIOD, webhook('ValidatingWebhookConfiguration', 'istio-validator-istio-system'), webhook('MutatingWebhookConfiguration', 'istio-sidecar-injector'), ...DNS]);
    await lab.kube.call('PATCH', '/apis/apps/v1/namespaces/istio-system/deployments/istiod/status', { status: { replicas: 1, readyReplicas: 1 } }, 'application/merge-patch+json');
  });

  test('that is well has nothing to be done (S001-11, S002-30)', async () => {
    const { ended, of } = await results('--istiod', debug);
    expect(states(of)).toEqual({
      'API server': 'ok', 'Kubernetes': 'ok', 'DNS': 'ok', 'CRDs': 'ok', 'istiod': 'ok', 'validation': 'ok', 'injection': 'ok', 'configuration': 'ok', 'proxies': 'ok',
    });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(of.CRDs.message).toBe('all 15 are those of Istio 1.31');
  });

  test('shows its proxies as istioctl proxy-status does (S001-25)', async () => {
    const { of } = await results('--istiod', debug);
    expect(of.proxies.proxies).toEqual([
      { proxy: expect.stringContaining('istio-ingressgateway'), version: expect.anything(), sync: expect.objectContaining({ CDS: 'SYNCED', LDS: 'SYNCED' }), errors: [] },
    ]);
    const { stdout } = await doctor('--istiod', debug);
    expect(stdout).toMatch(/^PROXY +CDS +LDS +EDS +RDS +ECDS +VERSION$/m);
    expect(stdout).toMatch(/istio-ingressgateway\S+ +SYNCED +SYNCED/);
  });

  test('prints plain lines where nobody looks', async () => {
    const { stdout } = await doctor();
    expect(stdout).not.toContain('\x1b');
    expect(stdout).toMatch(/^✔ CRDs +all 15 are those of Istio 1\.31$/m);
    expect(stdout).toMatch(/^- proxies +not asked for\n +→ kubectl port-forward/m);
  });

  test('whose configuration is wrong says what, and what to do', async () => {
    const route = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { namespace: 'istio-system', name: 'lost' },
      spec: { hosts: ['lost'], http: [{ route: [{ destination: { host: 'istiod', subset: 'v9' } }] }] },
    };
    const rule = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { namespace: 'istio-system', name: 'istiod' },
      spec: { host: 'istiod', subsets: [{ name: 'v1', labels: { version: 'v1' } }] },
    };
    await lab.apply([route, rule], { settle: false });
    const { ended, of } = await results();
    await lab.delete([route, rule], { settle: false });
    expect(ended.code).toBe(1);
    expect(of.configuration.state).toBe('error');
    expect(of.configuration.findings).toContainEqual(expect.objectContaining({ kind: 'VirtualService', name: 'lost', rule: 'subset-unknown' }));
  });

  test('whose CRDs are incomplete says which one is missing', async () => {
    const crd = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'wasmplugins.extensions.istio.io' } };
    await lab.kube.delete(crd as never);
    const { ended, of } = await results();
    expect(of.CRDs).toMatchObject({ state: 'error', message: 'missing: wasmplugins.extensions.istio.io', remedy: expect.stringContaining('istio/base') });
    expect(of.configuration.state).not.toBe('error');
    expect(ended.code).toBe(1);
  });

  test('that lets this user read little says so, and goes on', async () => {
    const config = new KubeConfig();
    config.loadFromFile(lab.kubeconfig);
    const kubeconfig = join(lab.directory, 'nobody');
    const { status: { token } } = await lab.kube.create('/api/v1/namespaces/istio-system/serviceaccounts/istio-ingressgateway/token', {
      apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: { name: 'istio-ingressgateway', namespace: 'istio-system' }, spec: { expirationSeconds: 3600 },
    });
    config.users = [{ name: 'lab', token }];
    writeFileSync(kubeconfig, config.exportConfig(), { mode: 0o600 });
    const { stdout } = await run(['doctor', '--json', '--kubeconfig', kubeconfig]);
    const of = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as CheckResult);
    expect(of).toContainEqual(expect.objectContaining({ check: 'istiod', state: 'skipped', remedy: expect.stringContaining('ClusterRole view') }));
    expect(of).toContainEqual(expect.objectContaining({ check: 'configuration', state: 'warning', message: expect.stringContaining('this user may not read VirtualService') }));
  });

  test.each([
    ['nothing', 'http://127.255.255.254:1', 'does not answer'],
    ['not istiod', 'debug', 'expected the state of the proxies'],
  ])('whose istiod is at an address where there is %s', async (_, address, message) => {
    const { ended, of } = await results('--istiod', address === 'debug' ? `${debug}/ready` : address);
    expect(of.proxies).toMatchObject({ state: 'error', message: expect.stringContaining(message) });
    expect(ended.code).toBe(1);
  });

  test('that is away is an error, soon', async () => {
    await lab.apiServer.stop();
    const { ended, of } = await results();
    expect(states(of)).toEqual({ 'API server': 'error' });
    expect(ended).toMatchObject({ code: 1, stderr: '' });
    expect(ended.milliseconds).toBeLessThan(15_000);
  });
});
