import { ipBlocks, principals, patterns, serviceAccounts, trustDomains, words } from './values';
import { AuthorizationPolicySpecRulesFromSource } from '../../imports/security.istio.io';
import { noUnknown, object, show } from '../private/check';

/**
 * Where a request comes from. All fields must hold together; inside one field one value must hold.
 *
 * Strings match exactly, by their beginning (`a*`), by their end (`*a`) or any (`*`), where nothing else is said.
 * What the certificate of the client says (principals, service accounts, namespaces, trust domains) needs mutual TLS.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source
 */
export interface AuthorizationSource {
  /**
   * The identities of the calling workloads, as `cluster.local/ns/<namespace>/sa/<service account>`. `serviceAccounts` is simpler.
   *
   * @default - any
   */
  readonly principals?: string[];

  /**
   * The identities that the calling workload may not have.
   *
   * @default - none
   */
  readonly notPrincipals?: string[];

  /**
   * The identities in the request's token, as `<issuer>/<subject>`. Needs a `RequestAuthentication`; `*` demands any valid token.
   *
   * @default - any, a token or none
   */
  readonly requestPrincipals?: string[];

  /**
   * The identities that the request's token may not have; `*` means requests without token.
   *
   * @default - none
   */
  readonly notRequestPrincipals?: string[];

  /**
   * The namespaces of the calling workloads.
   *
   * @default - any
   */
  readonly namespaces?: string[];

  /**
   * The namespaces that the calling workload may not be in.
   *
   * @default - none
   */
  readonly notNamespaces?: string[];

  /**
   * The service accounts of the calling workloads, as `name` (in the policy's namespace) or `namespace/name`, without
   * wildcards and at most 16. Not beside `principals` and `namespaces`.
   *
   * @default - any
   */
  readonly serviceAccounts?: string[];

  /**
   * The service accounts that the calling workload may not have, in the same form.
   *
   * @default - none
   */
  readonly notServiceAccounts?: string[];

  /**
   * The addresses that the connection comes from, as `10.1.2.3` or `10.1.0.0/16`.
   *
   * @default - any
   */
  readonly ipBlocks?: string[];

  /**
   * The addresses that the connection may not come from.
   *
   * @default - none
   */
  readonly notIpBlocks?: string[];

  /**
   * The addresses of the first client, by `X-Forwarded-For` or the proxy protocol. Right only where the mesh configuration says how many proxies to trust.
   *
   * @default - any
   */
  readonly remoteIpBlocks?: string[];

  /**
   * The addresses that the first client may not have.
   *
   * @default - none
   */
  readonly notRemoteIpBlocks?: string[];

  /**
   * The trust domains of the calling workloads.
   *
   * @default - any
   */
  readonly trustDomains?: string[];

  /**
   * The trust domains that the calling workload may not be of.
   *
   * @default - none
   */
  readonly notTrustDomains?: string[];
}

/** What a provider can't be asked about: it comes before Istio knows who calls. */
const IDENTITY = [
  'principals', 'notPrincipals', 'requestPrincipals', 'notRequestPrincipals', 'namespaces', 'notNamespaces', 'serviceAccounts',
  'notServiceAccounts', 'trustDomains', 'notTrustDomains',
] as const;

/** @internal */
export function renderSource(where: string, source: AuthorizationSource, isCustom: boolean): AuthorizationPolicySpecRulesFromSource {
  const {
    principals: included, notPrincipals, requestPrincipals, notRequestPrincipals, namespaces, notNamespaces, serviceAccounts: accounts,
    notServiceAccounts, ipBlocks: blocks, notIpBlocks, remoteIpBlocks, notRemoteIpBlocks, trustDomains: domains, notTrustDomains, ...rest
  } = object(where, source);
  noUnknown(where, rest);
  const rendered = {
    principals: principals(`${where}.principals`, included),
    notPrincipals: principals(`${where}.notPrincipals`, notPrincipals),
    requestPrincipals: patterns(`${where}.requestPrincipals`, requestPrincipals),
    notRequestPrincipals: patterns(`${where}.notRequestPrincipals`, notRequestPrincipals),
    namespaces: words(`${where}.namespaces`, namespaces),
    notNamespaces: words(`${where}.notNamespaces`, notNamespaces),
    serviceAccounts: serviceAccounts(`${where}.serviceAccounts`, accounts),
    notServiceAccounts: serviceAccounts(`${where}.notServiceAccounts`, notServiceAccounts),
    ipBlocks: ipBlocks(`${where}.ipBlocks`, blocks),
    notIpBlocks: ipBlocks(`${where}.notIpBlocks`, notIpBlocks),
    remoteIpBlocks: ipBlocks(`${where}.remoteIpBlocks`, remoteIpBlocks),
    notRemoteIpBlocks: ipBlocks(`${where}.notRemoteIpBlocks`, notRemoteIpBlocks),
    trustDomains: trustDomains(`${where}.trustDomains`, domains),
    notTrustDomains: trustDomains(`${where}.notTrustDomains`, notTrustDomains),
  };
  if (Object.values(rendered).every((values) => values === undefined)) {
    throw new Error(`${where} is empty, expected at least one field; leave it out for any source`);
  }
  const other = (['principals', 'notPrincipals', 'namespaces', 'notNamespaces'] as const).find((field) => rendered[field]);
  if (other && (rendered.serviceAccounts ?? rendered.notServiceAccounts)) {
    throw new Error(`${where} has service accounts beside ${other} (${show(rendered[other])}), expected one of them; write the namespace into the service account, as "namespace/name"`);
  }
  const identity = IDENTITY.find((field) => rendered[field]);
  if (isCustom && identity) {
    throw new Error(`${where} has ${identity} (${show(rendered[identity])}) under AuthorizationAction.custom, expected addresses only; Istio asks the provider before it knows who calls, so check that in a policy of its own`);
  }
  return rendered;
}
