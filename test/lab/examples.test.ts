import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { selfSigned, tlsSecret } from './certificates';
import { KubeObject, nameOf } from './kube';
import { Lab } from './lab';

const examples = join(__dirname, '..', '..', 'examples');
const apps = readdirSync(examples).filter((name) => existsSync(join(examples, name, 'main.ts')));

/** What `cdk8s synth` writes, for each directory of its own, in the order of the files, which is that of `kubectl apply -f dist/`. */
function synthesized(name: string): [string, KubeObject[]][] {
  const directory = mkdtempSync(join(tmpdir(), 'lab-example-'));
  const before = process.env.CDK8S_OUTDIR;
  process.env.CDK8S_OUTDIR = directory;
  try {
    jest.isolateModules(() => jest.requireActual(join(examples, name, 'main')));
    const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.k8s.yaml')).sort();
    return [...new Set(files.map(dirname))].map((own) => [join(name, own), files.filter((file) => dirname(file) === own).flatMap((file) =>
      parseAllDocuments(readFileSync(join(directory, file), 'utf8')).map((document) => document.toJS())).filter(isKnown)]);
  } finally {
    process.env.CDK8S_OUTDIR = before;
    if (before === undefined) {
      delete process.env.CDK8S_OUTDIR;
    }
    rmSync(directory, { recursive: true });
  }
}

/** Installing Istio is Flux's and Argo's work, which are not here. */
function isKnown({ apiVersion }: KubeObject): boolean {
  return !/fluxcd|argoproj/.test(apiVersion);
}

/** The certificates that gateways name, which no example has in its manifests. */
function secrets(objects: KubeObject[]): object[] {
  const servers: any[] = objects.filter(({ kind }) => kind === 'Gateway').flatMap((object: any) => object.spec.servers ?? []);
  return servers.filter(({ tls }) => tls?.credentialName).map(({ tls, hosts }) => tlsSecret('istio-system', tls.credentialName, selfSigned(hosts[0])));
}

const ROOT: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-system' } };

test('there are examples', () => {
  expect(apps).toContain('online-shop');
});

describe.each(apps.flatMap(synthesized))('the example %s', (_, objects) => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.start();
    await lab.gateway();
    await lab.sidecar();
    // Some examples stand on what somebody else has applied.
    const made = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
    for (const namespace of new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))) {
      await (made.includes(namespace) || lab.namespace(namespace));
    }
    await lab.apply(secrets(objects));
  });

  afterAll(() => lab?.stop());

  test('is taken by the API server, istiod and Envoy, without a warning', async () => {
    const applied = await lab.apply(objects);

    // The lab has a namespace for the control plane already.
    expect(applied.map(({ result }) => result)).toEqual(objects.map((object) => nameOf(object) === nameOf(ROOT) ? 'configured' : 'created'));
    expect(applied.flatMap(({ warnings }) => warnings)).toEqual([]);
  });

  test('changes nothing if it is applied again, and has not drifted', async () => {
    expect(await lab.diff(objects)).toEqual([]);
    expect((await lab.apply(objects)).map(({ result }) => result)).toEqual(objects.map(() => 'unchanged'));
  });

  test('can be taken away again', async () => {
    await lab.delete(objects);

    const known = (await lab.istiod.configz()).map(nameOf);
    expect(objects.map(nameOf).filter((object) => known.includes(object))).toEqual([]);
  });
});
