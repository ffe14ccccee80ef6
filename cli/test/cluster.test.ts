import { createServer } from 'node:http';
import { type AddressInfo, createServer as listener, type Server } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { as, refusal } from './access.js';
import { IstioWebhook } from './webhook.js';
import { Lab } from '../../test/lab/lab.js';
import { Cluster, ClusterError, type KubeObject, type ObjectRef } from '../src/index.js';

const apiVersion = 'networking.istio.io/v1';
const orders: ObjectRef = { apiVersion, kind: 'VirtualService', metadata: { name: 'orders', namespace: 'default' } };
const manifest = (host = 'orders', name = 'orders'): KubeObject =>
  ({ ...orders, metadata: { name, namespace: 'default' }, spec: { hosts: [host], http: [{ route: [{ destination: { host } }] }] } });

let lab: Lab;
let cluster: Cluster;
beforeAll(async () => {
  lab = await Lab.start({ istiod: false });
  cluster = new Cluster({ kubeConfig: lab.kubeconfig });
});
afterAll(() => lab?.stop());
afterEach(async () => {
  for (const { metadata } of await cluster.list(orders)) {
    await cluster.delete({ ...orders, metadata });
  }
});

const config = () => {
  const loaded = new KubeConfig();
  loaded.loadFromFile(lab.kubeconfig);
  return loaded;
};

/** A port that does as it is told with connections. */
async function port(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function at(server: string): KubeConfig {
  const loaded = new KubeConfig();
  loaded.loadFromClusterAndUser({ name: 'other', server, skipTLSVerify: true }, { name: 'user' });
  return loaded;
}

describe('a cluster', () => {
  test('S000-36: is a real one: what is applied is there', async () => {
    await cluster.apply(manifest());
    expect((await lab.kube.get(manifest() as never))!.spec).toEqual(manifest().spec);
    expect((await cluster.get(orders)).spec).toEqual(manifest().spec);
    await cluster.delete(orders);
    expect(await lab.kube.get(manifest() as never)).toBeUndefined();
  });

  test('is that of a path, of a KubeConfig, or the one that kubectl takes', async () => {
    process.env.KUBECONFIG = lab.kubeconfig;
    try {
      expect([undefined, lab.kubeconfig, config()].map((kubeConfig) => new Cluster({ kubeConfig }).server)).toEqual(Array(3).fill(lab.apiServer.url));
    } finally {
      delete process.env.KUBECONFIG;
    }
  });

  test('has the context that is named, and leaves the KubeConfig as it was', () => {
    const several = config();
    several.addContext({ name: 'other', cluster: 'lab', user: 'lab', namespace: 'shop' });
    expect(new Cluster({ kubeConfig: several }).namespace).toBe('default');
    expect(new Cluster({ kubeConfig: several, context: 'other' }).namespace).toBe('shop');
    expect(several.currentContext).toBe('lab');
    expect(() => new Cluster({ kubeConfig: several, context: 'lost' })).toThrow('the context is "lost", expected one of lab, other; see kubectl config get-contexts');
  });

  test('needs a cluster and a timeout', () => {
    expect(() => new Cluster({ kubeConfig: new KubeConfig() })).toThrow(/the kubeconfig has no cluster for its context/);
    expect(() => new Cluster({ kubeConfig: lab.kubeconfig, timeout: 0 })).toThrow('the timeout is 0, expected more than 0 milliseconds; leave it out for 10 seconds');
    expect(() => new Cluster({ kubeConfig: '/nowhere/kubeconfig' })).toThrow(/ENOENT/);
  });

  test('takes the namespace of the context for objects without one', async () => {
    const several = config();
    several.addContext({ name: 'other', cluster: 'lab', user: 'lab', namespace: 'kube-system' });
    const other = new Cluster({ kubeConfig: several, context: 'other' });
    const { metadata } = await other.apply({ ...manifest(), metadata: { name: 'orders' } });
    expect(metadata.namespace).toBe('kube-system');
    await other.delete({ ...orders, metadata: { name: 'orders' } });
  });

  test('lists a kind, in a namespace and everywhere, and objects without namespace', async () => {
    await cluster.apply(manifest());
    await cluster.apply(manifest('a', 'a'));
    expect((await cluster.list(orders, 'default')).map(({ kind, metadata: { name } }) => `${kind} ${name}`)).toEqual(['VirtualService a', 'VirtualService orders']);
    expect(await cluster.list(orders, 'kube-system')).toEqual([]);
    expect(await cluster.list(orders)).toHaveLength(2);
    expect((await cluster.list({ apiVersion: 'v1', kind: 'Namespace' })).map(({ metadata: { name } }) => name)).toContain('default');
    expect((await cluster.get({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } })).metadata.namespace).toBeUndefined();
  });

  test('says its version', async () => {
    expect(await cluster.read<{ major: string }>('/version')).toMatchObject({ major: '1' });
    expect(await cluster.read('/readyz')).toBe('ok');
  });

  test('keeps nothing of a dry run', async () => {
    expect((await cluster.apply(manifest(), { dryRun: true })).spec).toEqual(manifest().spec);
    await expect(cluster.get(orders)).rejects.toMatchObject({ reason: 'NotFound' });

    await cluster.apply(manifest());
    await cluster.patch(orders, [{ op: 'replace', path: '/spec/hosts/0', value: 'other' }], { dryRun: true });
    await cluster.delete(orders, { dryRun: true });
    await cluster.create(manifest('a', 'a'), { dryRun: true });
    expect((await cluster.list(orders)).map(({ spec }) => spec)).toEqual([manifest().spec]);
  });
});

describe('what fails', () => {
  test('S000-35: 404 is NotFound, of an object, a kind and a group', async () => {
    expect(await refusal(cluster.get(orders))).toEqual({
      reason: 'NotFound',
      status: 404,
      message:
      'VirtualService default/orders isn\'t in the cluster, expected it to be there; check name and namespace (404: virtualservices.networking.istio.io "orders" not found)',
    });
    expect(await refusal(cluster.get({ ...orders, kind: 'Nothing' }))).toEqual({
      reason: 'NotFound',
      status: 404,
      message:
      'kind Nothing of networking.istio.io/v1 isn\'t known to the cluster, expected it installed; install Istio\'s CRDs, or check the name',
    });
    expect(await refusal(cluster.get({ ...orders, apiVersion: 'nothing.io/v1' }))).toMatchObject({ reason: 'NotFound', status: 404, message: expect.stringMatching(/kind VirtualService of nothing.io\/v1 isn't in the cluster/) });
    expect(await refusal(cluster.delete(orders))).toMatchObject({ reason: 'NotFound', status: 404 });
    expect(await refusal(cluster.patch(orders, []))).toMatchObject({ reason: 'NotFound', status: 404 });
    expect(await refusal(cluster.read('/nothing'))).toMatchObject({ reason: 'NotFound', status: 404, message: expect.stringMatching(/^\/nothing isn't in the cluster/) });
  });

  test('S000-35: 409 is Conflict: it exists, it was changed, it belongs to somebody', async () => {
    await cluster.create(manifest());
    expect(await refusal(cluster.create(manifest()))).toMatchObject({ reason: 'Conflict', status: 409, message: expect.stringContaining('already exists') });

    const before = await cluster.get(orders);
    await cluster.patch(orders, [{ op: 'add', path: '/metadata/labels', value: { changed: 'yes' } }]);
    const stale = { op: 'replace', path: '/metadata/resourceVersion', value: before.metadata.resourceVersion } as const;
    expect(await refusal(cluster.patch(orders, [stale]))).toMatchObject({ reason: 'Conflict', status: 409, message: expect.stringContaining('the object has been modified') });

    await lab.kube.apply(manifest('theirs') as never, { force: true, fieldManager: 'argocd' });
    expect(await refusal(cluster.apply(manifest()))).toEqual({
      reason: 'Conflict',
      status: 409,
      message:
      'VirtualService default/orders is owned by argocd in spec.hosts, spec.http, expected cdk8s-istio or nobody; use force: true, or let argocd change it',
    });
  });

  test('S000-35: a test of a JSON Patch that fails is Conflict, though the API server answers 422', async () => {
    const { metadata: { resourceVersion } } = await cluster.apply(manifest());
    await cluster.patch(orders, [{ op: 'test', path: '/metadata/resourceVersion', value: resourceVersion }, { op: 'add', path: '/metadata/labels', value: { a: 'b' } }]);
    expect(await refusal(cluster.patch(orders, [{ op: 'test', path: '/metadata/resourceVersion', value: resourceVersion }, { op: 'remove', path: '/spec/http' }]))).toEqual({
      reason: 'Conflict',
      status: 422,
      message:
      'VirtualService default/orders was changed by somebody else, or is theirs, expected nobody to; read it again and repeat (422: a test of the JSON Patch failed)',
    });
    expect(await refusal(cluster.patch(orders, [{ op: 'remove', path: '/spec/nothing' }]))).toMatchObject({ reason: 'Conflict', status: 422 });
    expect((await cluster.get(orders)).spec).toEqual(manifest().spec);
  });

  test('S000-35: 403 is Forbidden, and so is 401', async () => {
    const stranger = new Cluster({ kubeConfig: await as(lab, 'stranger') });
    const reader = new Cluster({ kubeConfig: await as(lab, 'reader', { apiGroups: ['networking.istio.io'], resources: ['*'], verbs: ['get', 'list'] }) });
    await cluster.apply(manifest());
    expect(await refusal(stranger.get(orders))).toEqual({
      reason: 'Forbidden',
      status: 403,
      message:
      'VirtualService default/orders may not be read or written by this user, expected the right to; have it granted (403: virtualservices.networking.istio.io "orders" is forbidden: '
      + 'User "system:serviceaccount:default:stranger" cannot get resource "virtualservices" in API group "networking.istio.io" in the namespace "default")',
    });
    expect((await reader.get(orders)).spec).toEqual(manifest().spec);
    for (const write of [() => reader.apply(manifest()), () => reader.patch(orders, []), () => reader.delete(orders), () => reader.create(manifest('a', 'a'))]) {
      expect(await refusal(write())).toMatchObject({ reason: 'Forbidden', status: 403 });
    }
    const unknown = config();
    unknown.users = [{ name: 'lab', token: 'wrong' }];
    expect(await refusal(new Cluster({ kubeConfig: unknown }).get(orders))).toMatchObject({ reason: 'Forbidden', status: 401 });
  });

  test('S000-35: a webhook\'s refusal is passed on in its words, whatever its status; so is that of the schema', async () => {
    const webhook = await IstioWebhook.start(lab);
    try {
      const empty = { apiVersion, kind: 'DestinationRule', metadata: { name: 'orders', namespace: 'default' }, spec: { host: 'orders', trafficPolicy: {} } };
      expect(await refusal(cluster.apply(empty))).toEqual({
        reason: 'Refused',
        status: 400,
        message:
        'DestinationRule default/orders was refused: 400: admission webhook "validation.istio.io" denied the request: configuration is invalid: traffic policy must have at least one field',
      });
    } finally {
      await webhook.stop();
    }
    const wrong = { ...manifest(), spec: { hosts: 3 } };
    await expect(cluster.apply(wrong)).rejects.toMatchObject({ reason: 'Refused', message: expect.stringContaining('spec.hosts') });
    await expect(cluster.create(wrong)).rejects.toMatchObject({ reason: 'Refused', status: 422, causes: expect.arrayContaining([expect.objectContaining({ field: 'spec.hosts' })]) });
    await expect(cluster.apply({ ...manifest(), spec: { host: ['orders'] } })).rejects.toMatchObject({ reason: 'Refused', message: expect.stringMatching(/spec\.host\b/) });
    await cluster.apply(manifest());
    expect(await refusal(cluster.patch(orders, [{ op: 'add', path: '/spec/nothing', value: 1 }]))).toEqual({
      reason: 'Refused',
      status: 422,
      message:
      'VirtualService default/orders was refused: 422: strict decoding error: unknown field "spec.nothing"',
    });
  });

  test('a webhook that does not answer is Unreachable: it may answer later', async () => {
    const webhook = await IstioWebhook.start(lab);
    await webhook.close();
    expect(await refusal(cluster.apply(manifest()))).toMatchObject({ reason: 'Unreachable', status: 500, message: expect.stringContaining('failed calling webhook') });
    await webhook.stop();
  });

  test('an API server that is away is Unreachable, and found again when it is back', async () => {
    await cluster.apply(manifest());
    await lab.apiServer.stop();
    expect(await refusal(cluster.get(orders))).toMatchObject({ reason: 'Unreachable', message: expect.stringContaining('ECONNREFUSED') });
    await lab.apiServer.start();
    expect((await cluster.get(orders)).spec).toEqual(manifest().spec);
  });

  test('an API server that hangs is Unreachable when the time is over, before or in its answer', async () => {
    const silent = listener();
    const halting = createServer((_, response) => { response.writeHead(200, { 'content-length': 100 }); response.write('{'); });
    try {
      for (const server of [silent, halting]) {
        const hanging = new Cluster({ kubeConfig: at(await port(server)), timeout: 200 });
        const start = Date.now();
        expect(await refusal(hanging.read('/version'))).toMatchObject({ reason: 'Unreachable', message: expect.stringContaining('no answer within 200 ms') });
        expect(await refusal(hanging.read('/version', { timeout: 100 }))).toMatchObject({ reason: 'Unreachable', message: expect.stringContaining('no answer within 100 ms') });
        expect(Date.now() - start).toBeLessThan(2_000);
      }
    } finally {
      halting.closeAllConnections();
      halting.close();
      silent.close();
    }
  });

  test('an API server that asks to come again later is Unreachable, though it answers', async () => {
    const answers: [number, string][] = [[429, 'Too many requests'], [503, '{"kind":"Status","reason":"ServiceUnavailable"}'], [504, '']];
    for (const [status, text] of answers) {
      const busy = createServer((_, response) => { response.writeHead(status).end(text); });
      const error = await refusal(new Cluster({ kubeConfig: at(await port(busy)) }).read('/version')).finally(() => busy.close());
      expect(error).toMatchObject({ reason: 'Unreachable', status });
    }
  });

  test('a call that is aborted ends at once, with the reason of who aborted it', async () => {
    const silent = listener();
    const hanging = new Cluster({ kubeConfig: at(await port(silent)) });
    const abort = new AbortController();
    const call = hanging.read('/version', { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    await expect(hanging.read('/version', { signal: abort.signal })).rejects.toThrow('enough');
    silent.close();
  });

  test('is an error with a name', async () => {
    const error = await cluster.get(orders).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ClusterError);
    expect(`${error}`).toMatch(/^ClusterError: VirtualService/);
  });
});
