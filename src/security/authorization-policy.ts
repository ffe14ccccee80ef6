import { Construct } from 'constructs';
import { AuthorizationAction } from './authorization-action';
import { AuthorizationCondition } from './authorization-condition';
import { AuthorizationOperation, renderOperation } from './authorization-operation';
import { AuthorizationSource, renderSource } from './authorization-source';
import { entries } from './values';
import { AuthorizationPolicy as Binding, AuthorizationPolicySpec, AuthorizationPolicySpecRules } from '../../imports/security.istio.io';
import { PolicyTarget, policyTarget } from '../policy-target';
import { flag, instance, noUnknown, object, optionalList, show } from '../private/check';
import { given, orUndefined } from '../private/render';
import { IstioResource, IstioResourceProps } from '../resource';

/**
 * A rule: it matches a request that comes from one of its sources, and asks for one of its operations, and meets all its
 * conditions. What is left out matches everything, so the rule `{}` matches every request.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#Rule
 */
export interface AuthorizationRule {
  /**
   * The sources, one of which the request must come from.
   *
   * @default - any source
   */
  readonly from?: AuthorizationSource[];

  /**
   * The operations, one of which the request must ask for.
   *
   * @default - any operation
   */
  readonly to?: AuthorizationOperation[];

  /**
   * The conditions, all of which the request must meet.
   *
   * @default - no further conditions
   */
  readonly when?: AuthorizationCondition[];
}

/**
 * Properties of an `AuthorizationPolicy`.
 */
export interface AuthorizationPolicyProps extends IstioResourceProps {
  /**
   * What it applies to.
   *
   * @default - all workloads of the namespace, in the root namespace of the mesh
   */
  readonly target?: PolicyTarget;

  /**
   * What happens to a request that a rule matches.
   *
   * @default AuthorizationAction.ALLOW
   */
  readonly action?: AuthorizationAction;

  /**
   * The rules. One that matches is enough; inside a rule source, operation and conditions must all hold.
   * `[{}]` matches every request. Needed where the action is `DENY` or `custom`.
   *
   * @default - none yet, which matches no request: a policy that allows then refuses all; add them with `addRule`
   */
  readonly rules?: AuthorizationRule[];

  /**
   * Whether Istio only logs what it would have done. With `ALLOW` and `DENY` only. Istio calls this experimental.
   *
   * @default false
   * @see https://istio.io/latest/docs/tasks/security/authorization/authz-dry-run/
   */
  readonly dryRun?: boolean;
}

const DRY_RUN = 'istio.io/dry-run';
const MAX_RULES = 512;
const MAX_SOURCES = 512;

/**
 * Who may ask what of a workload.
 *
 * Without any policy a workload takes every request. With one that allows, it takes what one of them matches and refuses the rest.
 * What a policy denies is refused, whatever others allow.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 */
export class AuthorizationPolicy extends IstioResource {
  private readonly spec: Omit<AuthorizationPolicySpec, 'rules'>;
  private readonly rules: AuthorizationPolicySpecRules[];
  private readonly isCustom: boolean;

  /**
   * Creates the policy.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props what it applies to, the action and the rules
   * @throws when an action that needs rules has none, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: AuthorizationPolicyProps = {}) {
    super(scope, id, Binding.GVK, object('the properties of the AuthorizationPolicy', props));
    const { metadata, target, action, rules, dryRun, ...rest } = props;
    noUnknown('AuthorizationPolicy', rest);
    const { _name: actionName, _isCustom: isCustom } = given(action, (value) => instance('the action', value, AuthorizationAction, 'AuthorizationAction.DENY'))
      ?? AuthorizationAction.ALLOW;
    if (!optionalList('rules', rules)?.length && (isCustom || action === AuthorizationAction.DENY)) {
      throw new Error(`the action is ${actionName} and there are no rules, expected at least one; for every request write rules: [{}]`);
    }
    if (metadata?.annotations?.[DRY_RUN] !== undefined) {
      throw new Error(`metadata.annotations has ${show(DRY_RUN)} (${show(metadata.annotations[DRY_RUN])}), expected the property dryRun; write dryRun: true`);
    }
    if (flag('dryRun', dryRun)) {
      if (actionName !== 'ALLOW' && actionName !== 'DENY') {
        throw new Error(`dryRun is true and the action is ${actionName}, expected ALLOW or DENY; leave dryRun out`);
      }
      this.metadata.addAnnotation(DRY_RUN, 'true');
    }
    this.spec = {
      ...given(target, (value) => policyTarget(value)._toIstio(this.namespace, true)),
      ...action?._toIstio(),
    };
    this.isCustom = isCustom;
    this.rules = entries('rules', rules?.length === 0 ? undefined : rules, (rule, index) => renderRule(`rules[${index}]`, rule, isCustom), MAX_RULES) ?? [];
  }

  /**
   * Adds a rule.
   *
   * @param rule the rule; `{}` matches every request
   * @throws when there are 512 rules already, or a value is wrong
   */
  public addRule(rule: AuthorizationRule): void {
    if (this.rules.length === MAX_RULES) {
      throw new Error(`${this.name} has ${MAX_RULES} rules, expected no more; add a second policy`);
    }
    this.rules.push(renderRule(`rules[${this.rules.length}]`, rule, this.isCustom));
  }

  /** @internal */
  protected _toSpec(): AuthorizationPolicySpec {
    return { ...this.spec, rules: orUndefined(this.rules) };
  }
}

function renderRule(where: string, rule: AuthorizationRule, isCustom: boolean): AuthorizationPolicySpecRules {
  const { from, to, when, ...rest } = object(where, rule);
  noUnknown(where, rest);
  return {
    from: entries(`${where}.from`, from, (source, index) => ({ source: renderSource(`${where}.from[${index}]`, source, isCustom) }), MAX_SOURCES),
    to: entries(`${where}.to`, to, (operation, index) => ({ operation: renderOperation(`${where}.to[${index}]`, operation) })),
    when: entries(`${where}.when`, when, (condition, index) =>
      instance(`${where}.when[${index}]`, condition, AuthorizationCondition, 'AuthorizationCondition.sourceIp({ values: ["10.0.0.0/8"] })')._toIstio(isCustom)),
  };
}
