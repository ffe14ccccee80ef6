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
export class ApiServer {
  static async start(directory: string, addresses: Addresses): Promise<ApiServer> {
    mkdirSync(join(directory, 'certificates'));
    writeFileSync(join(directory, 'tokens.csv'), `${TOKEN},admin,admin,system:masters\n`, { mode: 0o600 });
    signingKey(join(directory, 'service-accounts.pem'));
    const apiServer = new ApiServer(directory, addresses.first);
    await apiServer.start();
    writeFileSync(apiServer.kubeconfig, stringify({
      'apiVersion': 'v1',
      'kind': 'Config',
      'clusters': [{ name: 'lab', cluster: { 'server': apiServer.url, 'insecure-skip-tls-verify': true } }],
      'users': [{ name: 'lab', user: { token: TOKEN } }],
      'contexts': [{ name: 'lab', context: { cluster: 'lab', user: 'lab' } }],
      'current-context': 'lab',
    }), { mode: 0o600 });
    await apiServer.applyCrds(crds);
    return apiServer;
  }

  kube!: Kube;
  private process!: Process;

  private constructor(private readonly directory: string, private readonly address: string) {}

  get url(): string {
    return `https://${this.address}:6443`;
  }

  /** The path of a file for `kubectl --kubeconfig` and controllers. */
  get kubeconfig(): string {
    return join(this.directory, 'kubeconfig');
  }

  /** Starts it, again too: at the same address, with the same certificate and all that its store had. */
  async start(): Promise<void> {
    const file = (name: string) => join(this.directory, name);
    const key = file('service-accounts.pem');
    this.process = Process.start(this.directory, 'apiserver', programPath('apiserver'), [
      '--data', file('etcd'), '--etcd', `http://${this.address}:2379`, '--etcd-peer', `http://${this.address}:2380`, '--',
      `--bind-address=${this.address}`, '--secure-port=6443', `--cert-dir=${file('certificates')}`,
      '--advertise-address=192.0.2.1', '--endpoint-reconciler-type=none', // nobody is to reach it from elsewhere
      `--token-auth-file=${file('tokens.csv')}`, '--authorization-mode=RBAC', '--service-cluster-ip-range=10.0.0.0/16',
      `--service-account-issuer=${ISSUER}`, `--service-account-key-file=${key}`, `--service-account-signing-key-file=${key}`,
      '--disable-admission-plugins=ServiceAccount', // no controller makes the accounts of pods
    ]);
    const certificate = () => readFileSync(join(this.directory, 'certificates', 'apiserver.crt'), 'utf8');
    await this.process.until('ready', 60, async () => {
      const kube = new Kube(this.url, TOKEN, certificate());
      const { status } = await kube.call('GET', '/readyz').finally(() => kube.close());
      return status === 200;
    });
    this.kube ??= new Kube(this.url, TOKEN, certificate());
  }

  /** Makes the kinds of a file known, and waits until they are. */
  async applyCrds(file: string): Promise<void> {
    const objects: KubeObject[] = parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS());
    // Made, not applied: the server forgives a property of Flagger's that no CRD has, but not in a patch.
    await Promise.all(objects.map((object) => this.kube.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', object)));
    for (const object of objects) {
      const established = async () => ((await this.kube.get(object)) as any).status?.conditions?.some(
        (condition: any) => condition.type === 'Established' && condition.status === 'True');
      while (!await established()) {
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    }
  }

  /** Ends it at once, as a crash does. */
  stop(): Promise<void> {
    return this.process.stop();
  }
}

function signingKey(path: string): void {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
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
