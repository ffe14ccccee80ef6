import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { connectionPorts, GatewayPods, gatewayPods } from './gateway-pods';
import { PolicyTarget } from '../policy-target';
import { flag, list, noUnknown, object, optionalList, show } from '../private/check';
import { hostname } from '../private/names';
import { orUndefined } from '../private/render';
import { AuthorizationAction } from '../security/authorization-action';
import { AuthorizationCondition } from '../security/authorization-condition';
import { AuthorizationOperation } from '../security/authorization-operation';
import { AuthorizationPolicy, AuthorizationRule } from '../security/authorization-policy';
import { AuthorizationSource } from '../security/authorization-source';
import { JwtRule } from '../security/jwt-rule';
import { RequestAuthentication } from '../security/request-authentication';
import { IstioGateway } from '../traffic/istio-gateway';

/**
 * A claim inside other claims.
 */
export interface NestedClaim {
  /**
   * The names of the claims from the outermost to the innermost, such as `["realm_access", "roles"]`.
   */
  readonly path: string[];

  /**
   * The values, one of which it must have.
   */
  readonly values: string[];
}

/**
 * What the token of some requests must say. At least one claim.
 */
export interface EdgeRequirement {
  /**
   * The paths, such as `/admin` and `/admin/*`. They need their claims even if they are public otherwise.
   *
   * @default - all that need a token
   */
  readonly paths?: string[];

  /**
   * The HTTP methods, in upper case.
   *
   * @default - all
   */
  readonly methods?: string[];

  /**
   * The claims, all of which the token must have, each with the values of which it must have one, such as `{ group: ["admin"] }`.
   *
   * @default - none
   */
  readonly claims?: Record<string, string[]>;

  /**
   * Claims inside other claims, all of which the token must have.
   *
   * @default - none
   */
  readonly nestedClaims?: NestedClaim[];
}

/**
 * Properties of an `EdgeAuthentication`.
 */
export interface EdgeAuthenticationProps extends GatewayPods {
  /**
   * The tokens that are accepted, at least one rule. A rule also says what of the token is handed on to the services.
   */
  readonly jwtRules: JwtRule[];

  /**
   * The hosts that need a token, without wildcard and without port; they need one at whatever port clients name.
   *
   * @default - all hosts of the gateway
   */
  readonly hosts?: string[];

  /**
   * The paths that need a token. Prefer `publicPaths`: what nobody thought of is closed then.
   *
   * @default - all paths
   */
  readonly paths?: string[];

  /**
   * The paths that need no token, such as `/login` and `/static/*`. A token that is sent there must be valid all the same.
   *
   * @default - none
   */
  readonly publicPaths?: string[];

  /**
   * What the tokens of some requests must say. Where several are for a request, all must be met.
   *
   * @default - a valid token is enough
   */
  readonly requirements?: EdgeRequirement[];

  /**
   * Whether browsers may ask without token if a page of another origin may call (CORS preflights, which never carry one).
   * Set it where tokens come from such pages; where no rule answers for CORS, the services get these requests.
   *
   * @default false
   */
  readonly corsPreflights?: boolean;

  /**
   * The ports of the gateway's pods (not of its Service) that take requests. Where the gateway has TCP servers every connection to them
   * would be refused, of which Istio warns, unless `gateway` or this tells them apart.
   *
   * @default - all ports, but for those of the TCP servers and the health check of `gateway`
   */
  readonly ports?: number[];

  /**
   * Name, labels and annotations of both policies.
   *
   * @default - names generated from the construct's path
   */
  readonly metadata?: ApiObjectMetadata;
}

const WHERE = 'the EdgeAuthentication';
const PREFLIGHT_METHOD = 'OPTIONS';
const PREFLIGHT_HEADER = 'access-control-request-method';

/**
 * Who may pass a gateway: requests with a valid token, and to public paths all.
 *
 * A RequestAuthentication alone lets requests without a token in. So there is an AuthorizationPolicy beside it that denies
 * them; it allows nothing, so other policies for the gateway keep their say. Tokens need a `sub`, and `iss` must be that of one of the rules.
 * Rules on the gateway may divide requests by claims, with `HttpMatch.jwtClaim`.
 *
 * @see https://istio.io/latest/docs/tasks/security/authentication/authn-policy/
 */
export class EdgeAuthentication extends Construct {
  /**
   * Which tokens are valid.
   */
  public readonly requestAuthentication: RequestAuthentication;

  /**
   * What is refused.
   */
  public readonly authorizationPolicy: AuthorizationPolicy;

  private readonly guarded: AuthorizationOperation;
  private readonly preflights: boolean;

  /**
   * Creates both policies.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the tokens, and what needs one
   * @throws when a value is wrong
   */
  public constructor(scope: Construct, id: string, props: EdgeAuthenticationProps) {
    super(scope, id);
    const {
      jwtRules, hosts, paths, publicPaths, requirements, corsPreflights = false, ports, gateway, metadata = {}, namespace = metadata.namespace,
      selector, ...rest
    } = object('the properties of the EdgeAuthentication', props);
    noUnknown('EdgeAuthentication', rest);
    const pods = gatewayPods(WHERE, { gateway, namespace, selector });
    if (metadata.namespace !== undefined && metadata.namespace !== pods.namespace) {
      throw new Error(`the metadata of the EdgeAuthentication has the namespace ${show(metadata.namespace)} and the gateway's pods are in ${show(pods.namespace)}, expected one; leave it out of the metadata`);
    }
    const policy = { metadata: { ...metadata, namespace: pods.namespace }, target: PolicyTarget.workloads(pods.selector) };
    const notPorts = ports === undefined && gateway !== undefined ? this.spared(gateway) : undefined;
    this.preflights = flag('corsPreflights', corsPreflights)!;
    this.guarded = { hosts: hosts === undefined ? undefined : atAnyPort(hosts), ports, notPorts, paths, notPaths: publicPaths };
    this.requestAuthentication = new RequestAuthentication(this, 'RequestAuthentication', { ...policy, jwtRules });
    this.authorizationPolicy = new AuthorizationPolicy(this, 'AuthorizationPolicy', {
      ...policy,
      action: AuthorizationAction.DENY,
      rules: this.denied(this.guarded, { from: [stranger(jwtRules)] }),
    });
    optionalList('requirements', requirements)?.forEach((requirement) => this.require(requirement));
  }

  /**
   * Demands claims for some requests.
   *
   * @param requirement which requests, and what their token must say
   * @throws when there is no claim, or a value is wrong
   */
  public require(requirement: EdgeRequirement): void {
    const { paths, methods, claims = {}, nestedClaims, ...rest } = object('a requirement', requirement);
    noUnknown('a requirement', rest);
    const all: NestedClaim[] = [
      ...Object.entries(object('the claims of a requirement', claims)).map(([claim, values]) => ({ path: [claim], values })),
      ...optionalList('nestedClaims of a requirement', nestedClaims) ?? [],
    ];
    if (all.length === 0) {
      throw new Error(`the requirement is ${show(requirement)}, expected at least one claim; where any valid token will do leave it out`);
    }
    const operation = { ...this.guarded, methods, ...paths === undefined ? {} : { paths, notPaths: undefined } };
    for (const claim of all) {
      this.denied(operation, { when: [lacks(claim)] }).forEach((rule) => this.authorizationPolicy.addRule(rule));
    }
  }

  /** The ports of connections that carry no token. */
  private spared(gateway: IstioGateway): number[] {
    const ports = connectionPorts(WHERE, gateway);
    this.node.addValidation({
      validate: () => show(connectionPorts(WHERE, gateway)) === show(ports) ? [] : [
        `the gateway ${show(gateway.name)} got a TCP server behind the EdgeAuthentication, expected it before; add its servers first`,
      ],
    });
    return ports;
  }

  /** The rules that deny an operation to whom they are for, preflights excepted if they are allowed. */
  private denied(operation: AuthorizationOperation, whom: AuthorizationRule): AuthorizationRule[] {
    if (!this.preflights) {
      const to = orUndefined(Object.values(operation).filter((value) => value !== undefined));
      return [{ ...whom, to: to && [operation] }];
    }
    const noPreflight = AuthorizationCondition.requestHeader(PREFLIGHT_HEADER, { notValues: ['*'] });
    const mayBePreflight = operation.methods?.includes(PREFLIGHT_METHOD) ?? true;
    return [
      { ...whom, to: [{ ...operation, notMethods: [PREFLIGHT_METHOD] }] },
      ...mayBePreflight ? [{ ...whom, to: [{ ...operation, methods: [PREFLIGHT_METHOD] }], when: [...whom.when ?? [], noPreflight] }] : [],
    ];
  }
}

/** Whoever has no token of these rules: others may be valid at the same gateway, for other hosts. */
function stranger(jwtRules: JwtRule[]): AuthorizationSource {
  const issuers = list('jwtRules', jwtRules, 'add a rule such as { issuer: "https://example.com" }').map(({ issuer }) => issuer);
  return { notRequestPrincipals: issuers.includes(undefined) ? ['*'] : [...new Set(issuers)].map((issuer) => `${issuer}/*`) };
}

function lacks(claim: NestedClaim): AuthorizationCondition {
  const { path, values, ...rest } = object('a nested claim', claim);
  noUnknown('a nested claim', rest);
  return AuthorizationCondition.nestedRequestClaim(path, { notValues: list(`the values of the claim ${show(path)}`, values, 'name those that are let in') });
}

/** Gateways route by host without regard to the port in it, and policies compare it as it is. */
function atAnyPort(hosts: string[]): string[] {
  return list('hosts of the EdgeAuthentication', hosts, 'leave it out for all hosts').flatMap((host) => {
    if (hostname('a host of the EdgeAuthentication', host).startsWith('*')) {
      throw new Error(`a host of the EdgeAuthentication is ${show(host)}, expected one without wildcard, since one with a port would pass; name each host, or leave hosts out for all`);
    }
    return [host, `${host}:*`];
  });
}
