import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Chart, Testing } from 'cdk8s';
import { Addresses } from './addresses';
import { Agent } from './agent';
import { Backend, BackendOptions } from './backend';
import { Certificate, selfSigned, signedBy } from './certificates';
import { ApiServer, Istiod, IstiodOptions } from './control-plane';
import { Controllers } from './controllers';
import { Envoy, EnvoyNode, Locality } from './envoy';
import { Applied, ApplyOptions, Drift, Kube, KubeObject, Refusal } from './kube';
import { Images, Pods } from './pods';
import { Process } from './processes';
import { Prometheus } from './prometheus';
import { FORWARD_PROXY_PORT, Gateway, Sidecar, unprivileged } from './proxy';
import { Settling } from './settling';
import { Watch } from './watch';

/** What to apply: a chart, or manifests. */
export type Source = Chart | object[];

export interface LabOptions extends IstiodOptions {
  /** Whether istiod runs; it does if left out. Without it there are no proxies, and `apply` has nothing to wait for. */
  readonly istiod?: boolean;
}

export interface LabApplyOptions extends ApplyOptions {
  /** Creates namespaces that are not there; left out, an object in such a namespace is refused. */
  readonly createNamespaces?: boolean;
  /** Whether to wait until all proxies have what was applied; they do if left out. */
  readonly settle?: boolean;
}

export interface ProxyOptions {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Record<string, string>;
  readonly serviceAccount?: string;
  readonly locality?: Locality;
  /** The network that it is on; the mesh has one if left out. */
  readonly network?: string;
}

export interface GatewayOptions extends ProxyOptions {
  /** The ports that Gateways may name; 80 and 443 if left out. */
  readonly ports?: number[];
}

const ROOT_NAMESPACE = 'istio-system';
const KEPT_RUNS = 50;

/** A real API server, istiod and Envoys, which take what we synthesize. */
export class Lab {
  /** Brings it up; about ten seconds. */
  static async start({ istiod = true, ...options }: LabOptions = {}): Promise<Lab> {
    const directory = runDirectory();
    const addresses = await Addresses.find();
    const lab = new Lab(directory, addresses, await ApiServer.start(directory, addresses));
    try {
      await lab.namespace(ROOT_NAMESPACE);
      if (istiod) {
        lab.controlPlane = await Istiod.start(directory, addresses, lab.kubeconfig, options);
        lab.settling = new Settling(lab.kube, lab.istiod);
      }
      return lab;
    } catch (error) {
      await lab.stop();
      throw error;
    }
  }

  private controlPlane?: Istiod;
  private settling?: Settling;
  private metrics?: Prometheus;
  private pods?: Pods;
  private readonly controllers: Process[] = [];
  private readonly watches: Watch<any>[] = [];
  /** The authority of the mesh, which signed the certificates of the workloads. */
  readonly authority: Certificate = selfSigned('mesh.test');

  /** The authorities that the proxies' systems trust, as PEM. A test may name others before it makes use of them. */
  systemRoots = this.authority.cert;

  private readonly agents: Agent[] = [];
  private readonly envoys: Envoy[] = [];
  private readonly backends: Backend[] = [];

  private constructor(
    /** Where its logs are; each process has one. */
    readonly directory: string,
    private readonly addresses: Addresses,
    /** The API server, which a test may stop and start again. */
    readonly apiServer: ApiServer,
  ) {}

  get kube(): Kube {
    return this.apiServer.kube;
  }

  /** The file for `kubectl --kubeconfig`. */
  get kubeconfig(): string {
    return this.apiServer.kubeconfig;
  }

  get istiod(): Istiod {
    if (!this.controlPlane) {
      throw new Error('this lab has no istiod: start it without { istiod: false }');
    }
    return this.controlPlane;
  }

  /** Applies objects as `kubectl apply --server-side` does, in their order, and waits until the proxies have them. */
  async apply(source: Source, options: LabApplyOptions = {}): Promise<Applied[]> {
    const applied: Applied[] = [];
    for (const object of manifests(source)) {
      if (options.createNamespaces && object.metadata.namespace) {
        await this.namespace(object.metadata.namespace);
      }
      applied.push(await this.kube.apply(object, options));
    }
    if (options.settle !== false) {
      await this.settling?.applied(applied.map(({ object }) => object), this.envoys);
    }
    return applied;
  }

  /** What applying would change, as `kubectl diff --server-side` shows it; nothing after `apply`. */
  async diff(source: Source): Promise<Drift[]> {
    const drifts: Drift[] = [];
    for (const object of manifests(source)) {
      drifts.push(...await this.kube.diff(object));
    }
    return drifts;
  }

  /** Deletes objects, the last first, and waits until the proxies have forgotten them. */
  async delete(source: Source, { settle = true } = {}): Promise<void> {
    const objects = manifests(source).reverse();
    for (const object of objects) {
      await this.kube.delete(object);
    }
    if (settle) {
      await this.settling?.deleted(objects, this.envoys);
    }
  }

  /** Waits until all proxies have all that istiod has; see README.md for what exactly that means. */
  async settled(): Promise<void> {
    await this.settling?.applied([], this.envoys);
  }

  /** Starts a backend, in the place of a pod with these labels: Services select it. */
  async backend(options: BackendOptions): Promise<Backend> {
    const { namespace, labels, locality, serviceAccount } = options;
    const name = options.name ?? [labels.app, labels.version].filter(Boolean).join('-');
    const backend = await Backend.start(name, this.addresses.next(), options);
    this.backends.push(backend);
    await this.namespace(namespace);
    await this.apply([{
      apiVersion: 'networking.istio.io/v1',
      kind: 'WorkloadEntry',
      metadata: { name: backend.name, namespace },
      spec: {
        address: backend.address,
        labels,
        ...serviceAccount && { serviceAccount },
        ...locality && { locality: [locality.region, locality.zone, locality.subZone].filter(Boolean).join('/') },
      },
    }]);
    return backend;
  }

  /** A backend, by its name. */
  backendNamed(name: string): Backend {
    const found = this.backends.find((backend) => backend.name === name);
    if (!found) {
      throw new Error(`the lab has no backend ${name}, only ${this.backends.map((backend) => backend.name).join(', ')}`);
    }
    return found;
  }

  /** Takes a backend away, as if its pod were deleted. */
  async removeBackend(backend: Backend): Promise<void> {
    await this.delete([{ apiVersion: 'networking.istio.io/v1', kind: 'WorkloadEntry', metadata: { name: backend.name, namespace: backend.namespace } }]);
    this.backends.splice(this.backends.indexOf(backend), 1);
    await backend.stop();
  }

  /** Starts an ingress gateway: the Service, and an Envoy in the place of its pods. */
  async gateway(options: GatewayOptions = {}): Promise<Gateway> {
    const { name = 'istio-ingressgateway', namespace = ROOT_NAMESPACE, labels = { istio: 'ingressgateway' }, ports = [80, 443] } = options;
    const bound = new Map(ports.map((port) => [port, unprivileged(port)]));
    await this.namespace(namespace);
    await this.apply([{
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace, labels },
      spec: { selector: labels, ports: ports.map((port) => ({ name: `tcp-${port}`, port, targetPort: bound.get(port) })) },
    }]);
    return new Gateway(await this.envoy('router', { ...options, name, namespace, labels }, { REQUESTED_NETWORK_VIEW: options.network }), bound);
  }

  /** Starts the sidecar of a client. */
  async sidecar(options: ProxyOptions = {}): Promise<Sidecar> {
    const { name = 'client', namespace = 'default', labels = { app: name } } = options;
    await this.namespace(namespace);
    const envoy = await this.envoy('sidecar', { ...options, name, namespace, labels }, {
      HTTP_PROXY_PORT: `${FORWARD_PROXY_PORT}`,
      INTERCEPTION_MODE: 'NONE', // listens at the ports of the services, where otherwise the kernel would send connections its way
      UNPRIVILEGED_POD: 'true',
    });
    return new Sidecar(envoy);
  }

  /** Prometheus, which scrapes all proxies and backends; it is started if it isn't there yet. */
  async prometheus(): Promise<Prometheus> {
    this.metrics ??= await Prometheus.start(this.directory, this.addresses.next(), () => this.envoys, () => this.backends);
    return this.metrics;
  }

  /**
   * Has Deployments make pods, and runs them: a backend each, with the pod's name, labels and first port, that does what is said for the
   * image of its first container.
   */
  async runPods(images: Images = {}): Promise<Pods> {
    this.controllers.push(await this.starting.kubernetes());
    this.pods = new Pods(this, images);
    return this.pods;
  }

  /** Starts Argo Rollouts, which knows its kinds then. */
  async argoRollouts(): Promise<void> {
    this.controllers.push(await this.starting.argoRollouts());
  }

  /** Starts Flagger, which asks the lab's Prometheus. */
  async flagger(): Promise<void> {
    this.controllers.push(await this.starting.flagger((await this.prometheus()).url));
  }

  /** Notes what becomes of an object, until the lab stops. */
  watch<T>(object: KubeObject, state: (object: any) => T): Watch<T> {
    const watch = new Watch(this.kube, object, state);
    this.watches.push(watch);
    return watch;
  }

  private get starting(): Controllers {
    return new Controllers(this.directory, this.addresses, this.apiServer);
  }

  /** Ends everything at once. */
  async stop(): Promise<void> {
    this.watches.forEach((watch) => watch.stop());
    await Promise.all(this.controllers.map((controller) => controller.stop()));
    const failure = await this.pods?.stop().catch((error) => error);
    await Promise.all(this.backends.map((backend) => backend.stop()));
    await Promise.all(this.envoys.map((envoy) => envoy.process.stop()));
    this.agents.forEach((agent) => agent.stop());
    await this.metrics?.close();
    await this.controlPlane?.process.stop();
    await this.apiServer.stop();
    this.kube.close();
    ['etcd', 'prometheus'].forEach((data) => rmSync(join(this.directory, data), { recursive: true, force: true }));
    if (failure) {
      throw failure;
    }
  }

  /** The certificate by which the mesh knows the workloads of a service account. */
  workload(namespace: string, serviceAccount: string): Certificate {
    return signedBy(this.authority, `spiffe://cluster.local/ns/${namespace}/sa/${serviceAccount}`);
  }

  /** Makes a namespace, if it isn't there. */
  async namespace(name: string): Promise<void> {
    const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    if (!await this.kube.get(namespace)) {
      await this.kube.apply(namespace);
    }
  }

  private async envoy(type: EnvoyNode['type'], options: ProxyOptions & { name: string; namespace: string; labels: Record<string, string> }, metadata: object): Promise<Envoy> {
    const { name, namespace, serviceAccount = name } = options;
    const token = await this.account(namespace, serviceAccount);
    const { network, ...others } = options;
    const node: EnvoyNode = {
      ...others, type, serviceAccount, token, metadata: { ...metadata, ...network && { NETWORK: network } }, address: this.addresses.next(),
    };
    await this.apply([ownAddress(node)], { settle: false });
    this.agents.push(await Agent.start(node.address, {
      identity: this.workload(namespace, serviceAccount), root: this.authority.cert, systemRoots: () => this.systemRoots,
    }));
    const envoy = await Envoy.start(this.directory, this.istiod, node);
    this.envoys.push(envoy);
    this.metrics?.updateTargets();
    await this.settled();
    return envoy;
  }

  /** A service account that may read the secrets of its namespace, as gateways may, and a token for istiod. */
  private async account(namespace: string, name: string): Promise<string> {
    const metadata = { name, namespace };
    await this.apply([
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
      { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'watch', 'list'] }] },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
        subjects: [{ kind: 'ServiceAccount', name, namespace }],
      },
    ], { settle: false });
    const { status } = await this.kube.create(`/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, {
      apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata, spec: { audiences: ['istio-ca'], expirationSeconds: 86_400 },
    });
    return status.token;
  }
}

/** Istio's listeners are at 0.0.0.0 or 127.0.0.1, which proxies and runs would have to share; this moves them. */
function ownAddress({ type, name, namespace, address }: EnvoyNode): KubeObject {
  return {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'EnvoyFilter',
    metadata: { name: `lab-${type}-${namespace}-${name}`, namespace: ROOT_NAMESPACE },
    spec: {
      configPatches: [{
        applyTo: 'LISTENER',
        match: { context: 'ANY', proxy: { metadata: { NAME: name, NAMESPACE: namespace } } },
        patch: { operation: 'MERGE', value: { address: { socket_address: { address } } } },
      }],
    },
  };
}

/** A new directory, beside those of the last runs; what is older goes. */
function runDirectory(): string {
  const runs = join(__dirname, '..', '..', '.cache', 'lab');
  const directory = join(runs, `${new Date().toISOString().replace(/[:.]/g, '-')}-${process.pid}`);
  mkdirSync(directory, { recursive: true });
  readdirSync(runs).sort().slice(0, -KEPT_RUNS).forEach((old) => rmSync(join(runs, old), { recursive: true, force: true }));
  return directory;
}

function manifests(source: Source): KubeObject[] {
  return (Chart.isChart(source) ? Testing.synth(source as Chart) : source) as KubeObject[];
}

export { Refusal };
