import { isDeepStrictEqual } from 'node:util';
import { ServiceMetrics, ServiceRef } from 'cdk8s-istio';
import { type Cluster, type KubeObject } from './cluster.js';
import type { RolloutOptions } from './rollout-plan.js';
import type { WeightedRule } from './route.js';

/** A DestinationRule, as far as its subsets go. */
interface DestinationRule extends KubeObject {
  readonly spec: {
    readonly host: string;
    readonly subsets?: readonly { readonly name: string; readonly labels?: Readonly<Record<string, string>> }[];
  };
}

/** The labels of a pod that its version is read from, the first first. */
const VERSION_LABELS = ['service.istio.io/canonical-revision', 'app.kubernetes.io/version', 'version'];

/**
 * The requests to the canary, as Istio's metrics know them.
 *
 * @param cluster where its DestinationRule is
 * @param options what is rolled out
 * @param rule the rule whose weights move
 * @returns none where the DestinationRule of the host doesn't say which version the subset is
 */
export async function canaryMetrics(
  cluster: Cluster, options: RolloutOptions, { route, versions }: WeightedRule,
): Promise<ServiceMetrics | undefined> {
  const { host, subset } = route[versions.indexOf(options.canary)].destination;
  const service = serviceOf(host, options.namespace);
  if (subset === undefined) {
    return ServiceMetrics.of(service, { version: options.version });
  }
  const version = options.version ?? await versionOf(cluster, host, subset, options.namespace);
  return version === undefined ? undefined : ServiceMetrics.of(service, { version });
}

/** A Kubernetes service, by name and namespace, or any other host. A host without dots is in the namespace of who names it. */
function partsOf(host: string, namespace: string): { readonly name: string; readonly namespace?: string } {
  const [, name, home] = /^([^.]+)\.([^.]+)\.svc(?:\..+)?$/.exec(host) ?? [];
  return name !== undefined ? { name, namespace: home } : { name: host, ...!host.includes('.') && { namespace } };
}

function serviceOf(host: string, from: string): ServiceRef {
  const { name, namespace } = partsOf(host, from);
  return namespace === undefined ? ServiceRef.fromHost(host) : ServiceRef.fromName(name, { namespace });
}

/** What the DestinationRule of the host says of a subset: the one beside the VirtualService, or else beside the service. */
async function versionOf(cluster: Cluster, host: string, subset: string, namespace: string): Promise<string | undefined> {
  const service = partsOf(host, namespace);
  for (const place of new Set([namespace, service.namespace ?? namespace])) {
    const rules = await cluster.list<DestinationRule>({ apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule' }, place);
    const subsets = rules.filter(({ spec }) => isDeepStrictEqual(partsOf(spec.host, place), service)).flatMap(({ spec }) => spec.subsets ?? []);
    const found = subsets.find(({ name }) => name === subset);
    if (found !== undefined) {
      return VERSION_LABELS.map((label) => found.labels?.[label]).find((label) => label !== undefined);
    }
  }
  return undefined;
}
