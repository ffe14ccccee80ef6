import { CheckLevel, Checks, Finding, MeshVersion } from 'cdk8s-istio';
import { KubeObject } from '../cluster.js';
import { CheckResult } from './check.js';
import { Crd, fieldsOf, ISTIO_CRDS } from './istio-crds.js';
import { proxyRows, ProxyStatus } from './proxies.js';

/** The release of Istio that this package is made for. */
export const RELEASE = MeshVersion.V1_31;

const INSTALL = 'https://istio.io/latest/docs/setup/install/';

/** Whether the version of Kubernetes is one that the mesh's release of Istio runs on. */
export function kubernetes(version: string, istio: MeshVersion = RELEASE): CheckResult {
  const check = 'Kubernetes';
  const range = `Istio ${istio.release} is tested on ${istio.minKubernetes} to ${istio.maxKubernetes}`;
  try {
    istio.requireKubernetes(version);
  } catch {
    return { check, state: 'error', message: `${version} is too old; ${range}`, remedy: `upgrade the cluster to ${istio.minKubernetes} or newer` };
  }
  return minor(version) > minor(istio.maxKubernetes)
    ? { check, state: 'warning', message: `${version} is newer than what is known; ${range}`, remedy: 'upgrade Istio, or see whether its release notes name this version' }
    : { check, state: 'ok', message: `${version}; ${range}` };
}

/** Whether Istio's CRDs are there, and those of the release that this package is made for. */
export function crds(found: readonly Crd[], expected = ISTIO_CRDS): CheckResult {
  const check = 'CRDs';
  const byName = new Map(found.map((crd) => [crd.metadata.name, crd]));
  const names = Object.keys(expected);
  const missing = names.filter((name) => !byName.has(name));
  const waiting = names.filter((name) => byName.get(name)?.status?.conditions?.some(({ type, status }) => type === 'Established' && status !== 'True'));
  const other = names.filter((name) => byName.has(name) && fieldsOf(byName.get(name)!).digest !== expected[name].digest)
    .map((name) => `${name} (${fieldsOf(byName.get(name)!).count} fields, ${RELEASE.release} has ${expected[name].count})`);
  if (missing.length > 0) {
    const which = missing.length === names.length ? 'none of Istio\'s is installed' : `missing: ${missing.join(', ')}`;
    return { check, state: 'error', message: which, remedy: `install them: helm upgrade --install istio-base istio/base -n istio-system, see ${INSTALL}` };
  }
  if (waiting.length > 0) {
    return { check, state: 'error', message: `not accepted by the API server: ${waiting.join(', ')}`, remedy: `see why: kubectl describe crd ${waiting[0]}` };
  }
  return other.length > 0
    ? {
      check,
      state: 'warning',
      message: `not those of Istio ${RELEASE.release}: ${other.join(', ')}`,
      remedy: 'fields that they lack are dropped: upgrade them, or say which release the mesh runs with MeshVersion.set',
    }
    : { check, state: 'ok', message: `all ${names.length} are those of Istio ${RELEASE.release}` };
}

/** Whether Istio's control plane runs. */
export function istiod(deployments: readonly KubeObject[]): CheckResult {
  const check = 'istiod';
  if (deployments.length === 0) {
    return { check, state: 'warning', message: 'no Deployment has the label app=istiod', remedy: `install Istio, see ${INSTALL}; with a control plane outside of the cluster that is right` };
  }
  const states = deployments.map((deployment) => {
    const { spec, status } = deployment as { spec?: { replicas?: number }; status?: { readyReplicas?: number; updatedReplicas?: number } };
    return { name: `${deployment.metadata.namespace}/${deployment.metadata.name}`, image: imageOf(deployment), ready: status?.readyReplicas ?? 0, wanted: spec?.replicas ?? 1 };
  });
  const message = states.map(({ name, image, ready, wanted }) => `${name} ${ready}/${wanted} ready${image ? ` (${image})` : ''}`).join(', ');
  const bad = states.find(({ ready, wanted }) => ready < wanted || ready === 0);
  if (bad) {
    const [namespace, name] = bad.name.split('/');
    return { check, state: states.every(({ ready }) => ready === 0) ? 'error' : 'warning', message, remedy: `see why: kubectl describe deployment ${name} -n ${namespace}` };
  }
  return { check, state: 'ok', message };
}

/** The release of Istio that runs, as its image says; none where it does not say, or where it is no release that this package knows. */
export function releaseOf(deployments: readonly KubeObject[]): MeshVersion | undefined {
  for (const deployment of deployments) {
    const release = /:(\d+\.\d+)[^/]*$/.exec(imageOf(deployment) ?? '')?.[1];
    try {
      if (release) {
        return MeshVersion.of(release);
      }
    } catch {
      // one that this package does not know
    }
  }
  return undefined;
}

function imageOf(deployment: KubeObject): string | undefined {
  const { spec } = deployment as { spec?: { template?: { spec?: { containers?: { name: string; image?: string }[] } } } };
  const containers = spec?.template?.spec?.containers ?? [];
  return (containers.find(({ name }) => name === 'discovery') ?? containers[0])?.image;
}

interface Webhook {
  readonly name: string;
  readonly failurePolicy?: string;
  readonly clientConfig?: { readonly caBundle?: string; readonly service?: { readonly namespace: string; readonly name: string } };
}

const webhooksOf = (configurations: readonly KubeObject[], wanted: RegExp) => configurations
  .flatMap(({ metadata, webhooks: all = [] }) => (all as Webhook[]).map((each) => ({ of: metadata.name, ...each })))
  .filter(({ name }) => wanted.test(name));

/** Whether the API server asks Istio about its configuration, and about the pods that it is to inject into. */
export function webhooks(configurations: readonly KubeObject[], services: ReadonlySet<string>): CheckResult[] {
  return [
    webhook('validation', webhooksOf(configurations, /validation\.istio\.io$/), services, 'configuration that Istio refuses is accepted'),
    webhook('injection', webhooksOf(configurations, /sidecar-injector\.istio\.io$/), services, 'pods get no sidecar'),
  ];
}

function webhook(check: string, found: ReturnType<typeof webhooksOf>, services: ReadonlySet<string>, without: string): CheckResult {
  if (found.length === 0) {
    return { check, state: 'warning', message: `no webhook, so that ${without}`, remedy: `install istiod with its webhooks, see ${INSTALL}` };
  }
  for (const { of, clientConfig = {}, failurePolicy } of found) {
    const service = clientConfig.service && `${clientConfig.service.namespace}/${clientConfig.service.name}`;
    if (service !== undefined && !services.has(service)) {
      const effect = failurePolicy === 'Ignore' ? without : 'what it is to judge is refused';
      return { check, state: 'error', message: `${of} calls the Service ${service}, which isn't there, so that ${effect}`, remedy: `install istiod anew, or remove what is left of it: ${of}` };
    }
    if (!clientConfig.caBundle) {
      return { check, state: 'warning', message: `${of} has no certificate yet, so that ${without}`, remedy: 'istiod gives it one when it is ready; see its log' };
    }
  }
  return { check, state: 'ok', message: [...new Set(found.map(({ of }) => of))].join(', ') };
}

interface EndpointSlice {
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[];
}

/** Whether the cluster has a DNS that pods can ask. */
export function dns(services: readonly KubeObject[], slices: readonly KubeObject[]): CheckResult {
  const check = 'DNS';
  const service = services.find(({ metadata: { namespace, labels } }) => namespace === 'kube-system' && labels?.['k8s-app'] === 'kube-dns');
  if (!service) {
    return { check, state: 'warning', message: 'no Service in kube-system has the label k8s-app=kube-dns', remedy: 'unless the cluster has another DNS, install CoreDNS' };
  }
  const { name } = service.metadata;
  const ready = slices
    .filter(({ metadata }) => metadata.namespace === 'kube-system' && metadata.labels?.['kubernetes.io/service-name'] === name)
    .flatMap((slice) => (slice as EndpointSlice).endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false).length;
  return ready === 0
    ? { check, state: 'error', message: `kube-system/${name} has no endpoint that is ready: no host has an address`, remedy: 'see why: kubectl get pods -n kube-system -l k8s-app=kube-dns' }
    : { check, state: 'ok', message: `kube-system/${name} has ${ready} endpoint${ready === 1 ? '' : 's'}` };
}

/** What the checks of cdk8s-istio say of the configuration of a cluster. */
export function configuration(objects: readonly KubeObject[], unread: readonly string[]): CheckResult {
  const findings = Checks.run([...objects]).filter(({ level }) => level === CheckLevel.ERROR || level === CheckLevel.WARNING)
    .sort((one, other) => one.level.localeCompare(other.level) || placeOf(one).localeCompare(placeOf(other)));
  const count = (level: CheckLevel) => findings.filter((finding) => finding.level === level).length;
  const [errors, warnings] = [count(CheckLevel.ERROR), count(CheckLevel.WARNING)];
  const judged = `${objects.filter(({ apiVersion }) => /\.istio\.io\//.test(apiVersion)).length} objects of Istio`;
  const without = unread.length > 0 ? `; this user may not read ${unread.join(', ')}` : '';
  return {
    check: 'configuration',
    state: errors > 0 ? 'error' : warnings > 0 || without ? 'warning' : 'ok',
    message: findings.length > 0 ? `${judged}; errors: ${errors}, warnings: ${warnings}${without}` : `${judged}, and nothing to say of them${without}`,
    ...findings.length > 0 && { remedy: 'each is explained in docs/checks.md, with what to do', findings },
  };
}

/** Where a finding is, such as `VirtualService shop/orders`. */
export function placeOf({ kind, namespace, name }: Finding): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** Whether all proxies have what istiod sent them. */
export function proxies(statuses: readonly ProxyStatus[]): CheckResult {
  const rows = proxyRows(statuses);
  const bad = (state: string) => rows.filter(({ sync }) => Object.values(sync).some((each) => each === state)).length;
  const [refused, stale] = [bad('ERROR'), bad('STALE')];
  return {
    check: 'proxies',
    state: refused > 0 ? 'error' : stale > 0 || rows.length === 0 ? 'warning' : 'ok',
    message: rows.length === 0 ? 'none is connected to this istiod'
      : refused + stale === 0 ? `${rows.length}, and all have what istiod sent them` : `${rows.length}, of which ${refused} refused their configuration, and ${stale} have not taken it yet`,
    ...refused > 0 && { remedy: 'what they refused is below; most often an EnvoyFilter is the reason' },
    ...refused === 0 && stale > 0 && { remedy: 'ask again in some seconds; if it stays so, see the logs of the proxies and of istiod' },
    ...rows.length === 0 && { remedy: 'label a namespace with istio-injection=enabled and restart its pods; other istiods may have proxies of their own' },
    proxies: rows,
  };
}

const minor = (version: string) => Number(/^v?1\.(\d+)/.exec(version)?.[1]);
