import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { Addresses } from './addresses';
import { programPath } from './builds';
import { fetchJson } from './http';
import { Kube, KubeObject } from './kube';
import { Process } from './processes';

const TOKEN = 'lab';
const ISSUER = 'https://kubernetes.default.svc';
const crds = join(__dirname, '..', '..', 'imports', 'crds', 'istio.yaml');

/** An API server with its store, which knows Istio's CRDs. */
export interface ApiServer {
  readonly process: Process;
  readonly kube: Kube;
  /** The path of a file for `kubectl --kubeconfig` and istiod. */
  readonly kubeconfig: string;
}

export async function startApiServer(directory: string, addresses: Addresses): Promise<ApiServer> {
  const address = addresses.first;
  const file = (name: string) => join(directory, name);
  mkdirSync(file('certificates'));
  writeFileSync(file('tokens.csv'), `${TOKEN},admin,admin,system:masters\n`, { mode: 0o600 });
  const key = signingKey(file('service-accounts.pem'));
  const process = Process.start(directory, 'apiserver', programPath('apiserver'), [
    '--data', file('etcd'), '--etcd', `http://${address}:2379`, '--etcd-peer', `http://${address}:2380`, '--',
    `--bind-address=${address}`, '--secure-port=6443', `--cert-dir=${file('certificates')}`,
    '--advertise-address=192.0.2.1', '--endpoint-reconciler-type=none', // nobody is to reach it from elsewhere
    `--token-auth-file=${file('tokens.csv')}`, '--authorization-mode=RBAC', '--service-cluster-ip-range=10.0.0.0/16',
    `--service-account-issuer=${ISSUER}`, `--service-account-key-file=${key}`, `--service-account-signing-key-file=${key}`,
    '--disable-admission-plugins=ServiceAccount', // no controller makes the accounts of pods
  ]);
  const server = `https://${address}:6443`;
  const certificate = () => readFileSync(join(directory, 'certificates', 'apiserver.crt'), 'utf8');
  await process.until('ready', 60, async () => (await new Kube(server, TOKEN, certificate()).call('GET', '/readyz')).status === 200);
  const kubeconfig = file('kubeconfig');
  writeFileSync(kubeconfig, stringify({
    'apiVersion': 'v1',
    'kind': 'Config',
    'clusters': [{ name: 'lab', cluster: { server, 'insecure-skip-tls-verify': true } }],
    'users': [{ name: 'lab', user: { token: TOKEN } }],
    'contexts': [{ name: 'lab', context: { cluster: 'lab', user: 'lab' } }],
    'current-context': 'lab',
  }), { mode: 0o600 });
  const kube = new Kube(server, TOKEN, certificate());
  await applyCrds(kube);
  return { process, kube, kubeconfig };
}

async function applyCrds(kube: Kube): Promise<void> {
  const objects: KubeObject[] = parseAllDocuments(readFileSync(crds, 'utf8')).map((document) => document.toJS());
  await Promise.all(objects.map((object) => kube.apply(object)));
  for (const object of objects) {
    const established = async () => ((await kube.get(object)) as any).status?.conditions?.some(
      (condition: any) => condition.type === 'Established' && condition.status === 'True');
    while (!await established()) {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

function signingKey(path: string): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return path;
}

/** What istiod says of one of its proxies: the last that it was sent, that it took, and that it refused, for each type. */
export interface ProxyStatus {
  readonly proxy: string;
  readonly resources?: Record<string, { readonly sent?: string; readonly acked?: string; readonly lastError?: string }>;
}

/** Istio's control plane. */
export class Istiod {
  static async start(directory: string, addresses: Addresses, kubeconfig: string, options: IstiodOptions): Promise<Istiod> {
    const address = addresses.next();
    const meshConfig = join(directory, 'mesh.yaml');
    writeFileSync(meshConfig, stringify({
      enableAutoMtls: false, // proxies get their certificates from Istio's agent, which isn't here
      accessLogFile: '/dev/stdout',
      ...options.meshConfig,
    }));
    const process = Process.start(directory, 'istiod', programPath('istiod'), [
      'discovery', `--kubeconfig=${kubeconfig}`, `--meshConfig=${meshConfig}`, '--registries=Kubernetes', '--ctrlz_port=0',
      `--httpAddr=${address}:8080`, `--grpcAddr=${address}:15010`, `--monitoringAddr=${address}:15014`, '--httpsAddr=', '--secureGRPCAddr=',
    ], {
      POD_NAMESPACE: 'istio-system',
      POD_NAME: 'istiod',
      ENABLE_CA_SERVER: 'false',
      XDS_AUTH_PLAINTEXT: 'true', // gateways get certificates from secrets only if they say who they are
      PILOT_ENABLE_GATEWAY_API: 'false', // its CRDs are not here
      PILOT_DEBOUNCE_AFTER: '10ms',
      // These need filters that only Istio's own build of Envoy has.
      PILOT_ENABLE_METADATA_EXCHANGE: 'false',
      PILOT_ENABLE_ALPN_FILTER: 'false',
      PILOT_DISABLE_MX_ALPN: 'true',
      PILOT_ENABLE_TELEMETRY_LABEL: 'false',
      ...options.env,
    });
    const istiod = new Istiod(process, address);
    await process.until('ready', 60, async () => (await fetch(`http://${address}:8080/ready`)).ok);
    return istiod;
  }

  private constructor(readonly process: Process, readonly address: string) {}

  /** A page of istiod's debug interface, such as `/debug/registryz`. */
  debug(path: string): Promise<any> {
    return fetchJson(`http://${this.address}:8080${path}`);
  }

  /** All configuration that istiod has read. */
  async configz(): Promise<KubeObject[]> {
    return await this.debug('/debug/configz') ?? [];
  }

  /** The state of its proxies. */
  async syncz(): Promise<ProxyStatus[]> {
    return await this.debug('/debug/syncz') ?? [];
  }

  /** What istiod would send to a proxy, in the shape of Envoy's own `/config_dump`. */
  configDump(proxyId: string): Promise<any> {
    return this.debug(`/debug/config_dump?proxyID=${proxyId}`);
  }
}

export interface IstiodOptions {
  /** Fields of Istio's mesh config. */
  readonly meshConfig?: object;
  /** Environment variables, such as `PILOT_...`. */
  readonly env?: Record<string, string>;
}
