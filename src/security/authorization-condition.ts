import { ipBlocks, patterns, ports, serviceAccounts, trustDomains, words } from './values';
import { AuthorizationPolicySpecRulesWhen } from '../../imports/security.istio.io';
import { list, noUnknown, object, show, text } from '../private/check';
import { headerMatchName, headerName } from '../private/names';

/**
 * The values that an attribute of a request may have, and those that it may not have: at least one of both.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#Condition
 */
export interface ConditionValues {
  /**
   * The values, one of which it must have.
   *
   * @default - any
   */
  readonly values?: string[];

  /**
   * The values, none of which it may have.
   *
   * @default - none
   */
  readonly notValues?: string[];
}

/**
 * The ports that a connection may come in on, and those that it may not: at least one of both.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#Condition
 */
export interface ConditionPorts {
  /**
   * The ports, one of which it must be.
   *
   * @default - any
   */
  readonly values?: number[];

  /**
   * The ports, none of which it may be.
   *
   * @default - none
   */
  readonly notValues?: number[];
}

const WHERE = 'the header of the condition';

/** Whether it is meant as one of the values that HTTP/2 sends as headers. */
function isPseudo(name: string): boolean {
  return typeof name === 'string' && name.startsWith(':');
}

/** The checks of one half of the values. */
type Check<T> = (where: string, values: T[] | undefined) => string[] | undefined;

/**
 * A condition on an attribute of a request, beside its source and operation.
 *
 * Strings match exactly, by their beginning (`a*`), by their end (`*a`) or any (`*`), where nothing else is said.
 *
 * @see https://istio.io/latest/docs/reference/config/security/conditions/
 */
export class AuthorizationCondition {
  /**
   * A header of the request. Of HTTP only.
   *
   * @param name the name of the header, such as `User-Agent`, or a pseudo header such as `:authority`
   * @param options the values that it may have
   * @throws when the name is no header name, or there is no value
   */
  public static requestHeader(name: string, options: ConditionValues): AuthorizationCondition {
    return AuthorizationCondition.of(`request.headers[${isPseudo(name) ? headerMatchName(WHERE, name) : headerName(WHERE, name)}]`, options, words);
  }

  /**
   * The address that the connection comes from, as `10.1.2.3` or `10.1.0.0/16`.
   *
   * @param options the addresses
   * @throws when there is none, or one is no address
   */
  public static sourceIp(options: ConditionValues): AuthorizationCondition {
    return AuthorizationCondition.of('source.ip', options, ipBlocks);
  }

  /**
   * The address of the first client, by `X-Forwarded-For` or the proxy protocol.
   *
   * @param options the addresses
   * @throws when there is none, or one is no address
   */
  public static remoteIp(options: ConditionValues): AuthorizationCondition {
    return AuthorizationCondition.of('remote.ip', options, ipBlocks);
  }

  /**
   * The namespace of the calling workload. Needs mutual TLS.
   *
   * @param options the namespaces
   * @throws when there is none
   */
  public static sourceNamespace(options: ConditionValues): AuthorizationCondition {
    return AuthorizationCondition.of('source.namespace', options, words);
  }

  /**
   * The identity of the calling workload, as `cluster.local/ns/<namespace>/sa/<service account>`. Needs mutual TLS.
   *
   * @param options the identities
   * @throws when there is none
   */
  public static sourcePrincipal(options: ConditionValues): AuthorizationCondition {
    return AuthorizationCondition.of('source.principal', options, patterns);
  }

  /**
   * The service account of the calling workload, as `name` or `namespace/name`, without wildcards. Needs mutual TLS.
   *
   * @param options the service accounts, at most 16
   * @throws when there is none, or one is not of this form
   */
  public static sourceServiceAccount(options: ConditionValues): AuthorizationCondition {
    return AuthorizationCondition.of('source.serviceAccount', options, serviceAccounts);
  }

  /**
   * The trust domain of the calling workload. Needs mutual TLS.
   *
   * @param options the trust domains
   * @throws when there is none, or one has a slash
   */
  public static sourceTrustDomain(options: ConditionValues): AuthorizationCondition {
    return AuthorizationCondition.of('source.trustDomain', options, trustDomains);
  }

  /**
   * The identity in the request's token, as `<issuer>/<subject>`. Of HTTP only.
   *
   * @param options the identities
   * @throws when there is none
   */
  public static requestPrincipal(options: ConditionValues): AuthorizationCondition {
    return AuthorizationCondition.of('request.auth.principal', options, patterns);
  }

  /**
   * The audience that the request's token is for (its `aud` claim). Of HTTP only.
   *
   * @param options the audiences
   * @throws when there is none
   */
  public static requestAudiences(options: ConditionValues): AuthorizationCondition {
    return AuthorizationCondition.of('request.auth.audiences', options, words);
  }

  /**
   * The party that the request's token was given to (its `azp` claim). Of HTTP only.
   *
   * @param options the parties
   * @throws when there is none
   */
  public static requestPresenter(options: ConditionValues): AuthorizationCondition {
    return AuthorizationCondition.of('request.auth.presenter', options, words);
  }

  /**
   * A claim of the request's token: text, or a list of texts of which one must fit. Of HTTP only.
   *
   * @param claim the name of the claim, such as `groups`
   * @param options the values that it may have
   * @throws when the name is empty or has brackets, or there is no value
   */
  public static requestClaim(claim: string, options: ConditionValues): AuthorizationCondition {
    return AuthorizationCondition.nestedRequestClaim([claim], options);
  }

  /**
   * A claim inside another claim of the request's token. Of HTTP only.
   *
   * @param path the names of the claims from the outermost to the innermost, such as `['realm_access', 'roles']`
   * @param options the values that it may have
   * @throws when there is no name, one is empty or has brackets, or there is no value
   */
  public static nestedRequestClaim(path: string[], options: ConditionValues): AuthorizationCondition {
    const names = Array.from(list('the claim of the condition', path, 'give its names in a list, such as ["realm_access", "roles"]'), (name) => {
      if (/[[\]]/.test(text('the claim of the condition', name, 'give a name such as "groups"'))) {
        throw new Error(`the claim of the condition is ${show(name)}, expected a name without brackets; for a nested claim write AuthorizationCondition.nestedRequestClaim(["realm_access", "roles"], ...)`);
      }
      return `[${name}]`;
    });
    return AuthorizationCondition.of(`request.auth.claims${names.join('')}`, options, words);
  }

  /**
   * The address that the connection goes to, as `10.1.2.3` or `10.1.0.0/16`.
   *
   * @param options the addresses
   * @throws when there is none, or one is no address
   */
  public static destinationIp(options: ConditionValues): AuthorizationCondition {
    return AuthorizationCondition.of('destination.ip', options, ipBlocks);
  }

  /**
   * The port of the workload, 1 to 65535.
   *
   * @param options the ports
   * @throws when there is none, or one is out of range
   */
  public static destinationPort(options: ConditionPorts): AuthorizationCondition {
    return AuthorizationCondition.of('destination.port', options, ports);
  }

  /**
   * The server name that the client asks for in its TLS handshake.
   *
   * @param options the server names
   * @throws when there is none
   */
  public static sni(options: ConditionValues): AuthorizationCondition {
    return AuthorizationCondition.of('connection.sni', options, patterns);
  }

  /**
   * What a filter of Envoy noted of the request. Istio calls this experimental.
   *
   * @param filter the name of the filter, such as `envoy.filters.network.mysql_proxy`
   * @param key the key under which the filter notes it, such as `db.table`
   * @param options the values that it may have; one in brackets (`[update]`) is looked up in a list
   * @throws when the filter is none of Envoy's, the key is empty, or there is no value
   */
  public static envoyFilter(filter: string, key: string, options: ConditionValues): AuthorizationCondition {
    if (typeof filter !== 'string' || !/^envoy\.filters\.[^[\]\s]+$/.test(filter)) {
      throw new Error(`the filter of the condition is ${show(filter)}, expected the name of a filter of Envoy; write one such as "envoy.filters.network.mysql_proxy"`);
    }
    return AuthorizationCondition.of(`experimental.${filter}[${text('the key of the condition', key, 'give one such as "db.table"')}]`, options, words);
  }

  private static of<T>(key: string, options: { readonly values?: T[]; readonly notValues?: T[] }, check: Check<T>): AuthorizationCondition {
    const { values, notValues, ...rest } = object(`the condition on ${key}`, options);
    noUnknown(`the condition on ${key}`, rest);
    if (values === undefined && notValues === undefined) {
      throw new Error(`the condition on ${key} has no values, expected at least one of values and notValues; leave the condition out for any value`);
    }
    return new AuthorizationCondition({ key, values: check(`values of ${key}`, values), notValues: check(`notValues of ${key}`, notValues) });
  }

  private constructor(private readonly condition: AuthorizationPolicySpecRulesWhen) {}

  /** @internal */
  public _toIstio(isCustom: boolean): AuthorizationPolicySpecRulesWhen {
    const { key } = this.condition;
    if (isCustom && /^(source\.(namespace|serviceAccount|trustDomain|principal)$|request\.auth\.)/.test(key)) {
      throw new Error(`a condition is on ${key} under AuthorizationAction.custom, expected none on who calls; Istio asks the provider before it knows that, so check it in a policy of its own`);
    }
    return this.condition;
  }
}
