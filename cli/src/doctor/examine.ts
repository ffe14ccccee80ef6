import { Cluster, ClusterError, KubeObject } from '../cluster.js';
import { CheckResult } from './check.js';
import { configuration, crds, dns, istiod, kubernetes, proxies, releaseOf, webhooks } from './checks.js';
import { Crd } from './istio-crds.js';
import { ProxyStatus } from './proxies.js';

type Kind = Pick<KubeObject, 'apiVersion' | 'kind'>;

const kinds = (apiVersion: string, ...names: string[]): Kind[] => names.map((kind) => ({ apiVersion, kind }));

const SERVICE: Kind = { apiVersion: 'v1', kind: 'Service' };
const CRD: Kind = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
const SLICE: Kind = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' };
const DEPLOYMENT: Kind = { apiVersion: 'apps/v1', kind: 'Deployment' };
const WEBHOOKS = kinds('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration');

/** What the configuration is judged by: Istio's own, and what it is about. Secrets are none of it, so that nobody needs the right to read them. */
const JUDGED: Kind[] = [
  ...kinds('networking.istio.io/v1', 'VirtualService', 'DestinationRule', 'Gateway', 'ServiceEntry', 'Sidecar', 'WorkloadEntry', 'WorkloadGroup'),
  ...kinds('networking.istio.io/v1beta1', 'ProxyConfig'),
  ...kinds('networking.istio.io/v1alpha3', 'EnvoyFilter'),
  ...kinds('security.istio.io/v1', 'PeerAuthentication', 'RequestAuthentication', 'AuthorizationPolicy'),
  ...kinds('telemetry.istio.io/v1', 'Telemetry'),
  ...kinds('extensions.istio.io/v1alpha1', 'WasmPlugin', 'TrafficExtension'),
  ...kinds('v1', 'Namespace', 'ServiceAccount', 'Pod'), SERVICE,
  ...kinds('apps/v1', 'StatefulSet', 'DaemonSet'), DEPLOYMENT,
];

/** How a cluster is examined. */
export interface ExamineOptions {
  /**
   * The address of istiod's debug interface, such as `http://localhost:15014` after a port-forward.
   *
   * @default - the proxies are not looked at
   */
  readonly istiod?: string;

  /** Ends it early. @default - nothing does */
  readonly signal?: AbortSignal;
}

/**
 * Examines a cluster with its Istio. Nothing is written. What this user has no right to read is said, and not examined.
 *
 * @param cluster the cluster
 * @param options how
 */
export async function examine(cluster: Cluster, { istiod: address, signal }: ExamineOptions = {}): Promise<CheckResult[]> {
  let version: string;
  try {
    version = (await cluster.read<{ gitVersion: string }>('/version', { signal })).gitVersion;
  } catch (error) {
    return [{ check: 'API server', state: 'error', message: (error as Error).message, remedy: 'see whether the context is the right one: kubectl config current-context' }];
  }

  const known = new Map<string, Promise<KubeObject[]>>();
  const list = (kind: Kind) => known.get(kind.kind) ?? known.set(kind.kind, cluster.list(kind, undefined, { signal })).get(kind.kind)!;
  const labelled = async () => (await list(DEPLOYMENT)).filter(({ metadata: { labels } }) => labels?.app === 'istiod');

  return [
    { check: 'API server', state: 'ok', message: cluster.server },
    kubernetes(version, await labelled().then(releaseOf, () => undefined)),
    ...await attempt('DNS', async () => [dns(await list(SERVICE), await list(SLICE))]),
    ...await attempt('CRDs', async () => [crds(await list(CRD) as unknown as Crd[])]),
    ...await attempt('istiod', async () => [istiod(await labelled())]),
    ...await attempt('webhooks', async () => {
      const configurations = (await Promise.all(WEBHOOKS.map(list))).flat();
      const services = (await list(SERVICE)).map(({ metadata: { namespace, name } }) => `${namespace}/${name}`);
      return webhooks(configurations, new Set(services));
    }),
    ...await attempt('configuration', async () => {
      const read = await Promise.all(JUDGED.map((kind) => list(kind).catch((error) => {
        if (error instanceof ClusterError && (error.reason === 'Forbidden' || error.reason === 'NotFound')) {
          return error.reason === 'Forbidden' ? kind.kind : []; // that a kind is not there is said of the CRDs
        }
        throw error;
      })));
      return [configuration(read.flatMap((each) => typeof each === 'string' ? [] : each), read.filter((each) => typeof each === 'string'))];
    }),
    ...await attempt('proxies', async () => [address === undefined
      ? {
        check: 'proxies',
        state: 'skipped',
        message: 'not asked for',
        remedy: 'kubectl port-forward -n istio-system deployment/istiod 15014, and add --istiod http://localhost:15014',
      } as const
      : proxies(await syncz(address, signal))]),
  ];
}

async function attempt(check: string, look: () => Promise<CheckResult[]>): Promise<CheckResult[]> {
  try {
    return await look();
  } catch (error) {
    const forbidden = error instanceof ClusterError && error.reason === 'Forbidden';
    return [{
      check,
      state: forbidden ? 'skipped' : 'error',
      message: (error as Error).message,
      ...forbidden && { remedy: 'ask as a user who may read it, such as one with the ClusterRole view' },
    }];
  }
}

async function syncz(address: string, signal?: AbortSignal): Promise<ProxyStatus[]> {
  const url = `${address}/debug/syncz`;
  const remedy = 'give the address of istiod\'s debug interface, port 15014';
  const answer = await fetch(url, { signal: AbortSignal.any([AbortSignal.timeout(10_000), ...signal ? [signal] : []]) }).catch((error: Error) => {
    throw new Error(`${url} does not answer (${(error.cause as Error | undefined)?.message ?? error.message}), expected istiod; ${remedy}`);
  });
  const text = await answer.text();
  const statuses = answer.ok ? parsed(text) : undefined;
  if (!Array.isArray(statuses)) {
    throw new Error(`${url} answers ${answer.status} ${text.slice(0, 80).trim()}, expected the state of the proxies; ${remedy}`);
  }
  return statuses;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) ?? [];
  } catch {
    return undefined;
  }
}
