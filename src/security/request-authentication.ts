import { Construct } from 'constructs';
import { JwtRule, renderJwtRule } from './jwt-rule';
import { entries } from './values';
import { RequestAuthentication as Binding, RequestAuthenticationSpec } from '../../imports/security.istio.io';
import { PolicyTarget, policyTarget } from '../policy-target';
import { list, noUnknown, object } from '../private/check';
import { given } from '../private/render';
import { IstioResource, IstioResourceProps } from '../resource';

/**
 * Properties of a `RequestAuthentication`.
 */
export interface RequestAuthenticationProps extends IstioResourceProps {
  /**
   * What it applies to.
   *
   * @default - all workloads of the namespace, in the root namespace of the mesh
   */
  readonly target?: PolicyTarget;

  /**
   * The tokens that are accepted, at least one rule. A token that no rule of its issuer accepts is refused.
   */
  readonly jwtRules: JwtRule[];
}

const MAX_RULES = 4096;

/**
 * Which JSON Web Tokens are valid. A request with another token is refused; one without token is let in, as nobody:
 * to demand a token add an `AuthorizationPolicy` with `requestPrincipals: ['*']`.
 *
 * @see https://istio.io/latest/docs/reference/config/security/request_authentication/
 */
export class RequestAuthentication extends IstioResource {
  private readonly spec: RequestAuthenticationSpec;

  /**
   * Creates the policy.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props what it applies to and which tokens are valid
   * @throws when there is no rule, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: RequestAuthenticationProps) {
    super(scope, id, Binding.GVK, object('the properties of the RequestAuthentication', props));
    const { metadata, target, jwtRules, ...rest } = props;
    noUnknown('RequestAuthentication', rest);
    list('jwtRules', jwtRules, 'add a rule such as { issuer: "https://example.com" }');
    this.spec = {
      ...given(target, (value) => policyTarget(value)._toIstio(this.namespace, true)),
      jwtRules: entries('jwtRules', jwtRules, renderJwtRule, MAX_RULES),
    };
  }

  /** @internal */
  protected _toSpec(): RequestAuthenticationSpec {
    return this.spec;
  }
}
