import { Mesh, ROOT_NAMESPACE } from './mesh';
import { entries, list, Resource } from './resource';
import { hasLabels, Workload } from './workload';

/** The labels that a policy selects workloads by. */
export function selectorOf({ spec }: Resource): [string, string][] {
  return entries<string>(spec.selector?.matchLabels ?? spec.workloadSelector?.labels);
}

/** Whether a policy is for resources that it names, instead of for workloads. */
export function hasTargets({ spec }: Resource): boolean {
  return list(spec.targetRefs).length > 0 || spec.targetRef !== undefined;
}

/** The app's workloads that a policy is for. */
export function workloadsOf(mesh: Mesh, policy: Resource): Workload[] {
  const namespace = policy.namespace === ROOT_NAMESPACE ? undefined : policy.namespace;
  return hasTargets(policy) ? [] : mesh.workloadsWith(Object.fromEntries(selectorOf(policy)), namespace);
}

/** What a client's TLS mode can't meet: the mode of a PeerAuthentication by that of a DestinationRule. */
export const CLASHING_MODE: Record<string, string> = { DISABLE: 'STRICT', ISTIO_MUTUAL: 'DISABLE' };

/** The PeerAuthentications of a namespace. */
function peerAuthenticationsIn(mesh: Mesh, namespace: string): Resource[] {
  return mesh.once('peer authentications', () => mesh.group('PeerAuthentication', (policy) => policy.namespace)).get(namespace) ?? [];
}

/** The PeerAuthentication that selects a workload. */
export function ownPeerAuthentication(mesh: Mesh, workload: Workload): Resource | undefined {
  return peerAuthenticationsIn(mesh, workload.namespace).find((policy) => selects(policy, workload));
}

/** The PeerAuthentication for a whole namespace; that of the root namespace is for the mesh. */
export function plainPeerAuthentication(mesh: Mesh, namespace: string): Resource | undefined {
  return peerAuthenticationsIn(mesh, namespace).find((policy) => selectorOf(policy).length === 0);
}

const selects = (policy: Resource, workload: Workload) => selectorOf(policy).length > 0 && hasLabels(workload, selectorOf(policy));

/** Whether a PeerAuthentication says something else for some ports of a workload. */
export function differsByPort(mesh: Mesh, workload: Workload): boolean {
  return peerAuthenticationsIn(mesh, workload.namespace)
    .some((policy) => policy.spec.portLevelMtls !== undefined && selects(policy, workload));
}

/** The PeerAuthentication that says how a workload is called: its own, its namespace's, or the mesh's. */
export function peerAuthenticationOf(mesh: Mesh, workload: Workload): Resource | undefined {
  const plain = [workload.namespace, ROOT_NAMESPACE].map((namespace) => plainPeerAuthentication(mesh, namespace));
  const found = [ownPeerAuthentication(mesh, workload), ...plain]
    .filter((policy) => policy !== undefined);
  return found.find(({ spec }) => spec.mtls?.mode !== undefined && spec.mtls.mode !== 'UNSET') ?? found[0];
}

/** Whether pods of a namespace get a proxy of their own; undefined where the app does not say. */
export function injects(mesh: Mesh, namespace: string): boolean | undefined {
  const found = mesh.once('namespaces', () => mesh.group('Namespace', ({ name }) => name)).get(namespace)?.[0];
  return found && (found.labels['istio-injection'] === 'enabled' || found.labels['istio.io/rev'] !== undefined);
}

/** Whether a namespace is in ambient mode, as far as the app says. Where both are asked for, the sidecar wins. */
export function isAmbient(mesh: Mesh, namespace: string): boolean {
  const found = mesh.once('namespaces', () => mesh.group('Namespace', ({ name }) => name)).get(namespace)?.[0];
  return found?.labels['istio.io/dataplane-mode'] === 'ambient' && injects(mesh, namespace) === false;
}

/** Whether ztunnel takes the requests to a workload, as far as the app says. */
export function isInAmbient(mesh: Mesh, { namespace, labels }: Workload): boolean {
  const own = labels['istio.io/dataplane-mode'];
  return own === undefined ? isAmbient(mesh, namespace) && String(labels['sidecar.istio.io/inject']) !== 'true' : own === 'ambient';
}

const HTTP_OPERATION = ['methods', 'notMethods', 'paths', 'notPaths', 'hosts', 'notHosts'];
const HTTP_SOURCE = ['requestPrincipals', 'notRequestPrincipals'];

/** The fields of a rule that only requests over HTTP have. */
export function httpFieldsOf(rule: any): string[] {
  const operations = list(rule?.to).flatMap(({ operation }) => HTTP_OPERATION.filter((field) => list(operation?.[field]).length > 0));
  const sources = list(rule?.from).flatMap(({ source }) => HTTP_SOURCE.filter((field) => list(source?.[field]).length > 0));
  const conditions = list(rule?.when).map(({ key }) => String(key)).filter((key) => key.startsWith('request.'));
  return [...new Set([...operations, ...sources, ...conditions])];
}
