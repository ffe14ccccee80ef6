import { AuthorizationPolicySpecAction } from '../../imports/security.istio.io';
import { text } from '../private/check';

/**
 * What happens to a request that a rule of an `AuthorizationPolicy` matches.
 *
 * Istio asks policies with `custom` first, then those with `DENY`, then those with `ALLOW`.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#AuthorizationPolicy-Action
 */
export class AuthorizationAction {
  /** It is let in, unless another policy denies it. Where a workload has such a policy, all other requests are refused. */
  public static readonly ALLOW = new AuthorizationAction(AuthorizationPolicySpecAction.ALLOW);
  /** It is refused. */
  public static readonly DENY = new AuthorizationAction(AuthorizationPolicySpecAction.DENY);
  /** It is marked for the audit log, which a plugin of Envoy must write. It is neither let in nor refused. */
  public static readonly AUDIT = new AuthorizationAction(AuthorizationPolicySpecAction.AUDIT);

  /**
   * A service outside of Istio decides, such as an OAuth proxy. It can refuse, but not let in what other policies refuse.
   *
   * @param provider the name of the provider, as the mesh configuration has it under `extensionProviders`
   * @throws when the name is empty
   */
  public static custom(provider: string): AuthorizationAction {
    return new AuthorizationAction(AuthorizationPolicySpecAction.CUSTOM,
      text('the provider of AuthorizationAction.custom', provider, 'give its name in extensionProviders of the mesh configuration'));
  }

  private constructor(private readonly action: AuthorizationPolicySpecAction, private readonly provider?: string) {}

  /**
   * The word that the manifest has for it.
   *
   * @internal
   */
  public get _name(): string {
    return this.action;
  }

  /**
   * Whether a provider decides.
   *
   * @internal
   */
  public get _isCustom(): boolean {
    return this.provider !== undefined;
  }

  /** @internal */
  public _toIstio(): { readonly action: AuthorizationPolicySpecAction; readonly provider?: { readonly name: string } } {
    return this.provider === undefined ? { action: this.action } : { action: this.action, provider: { name: this.provider } };
  }
}
