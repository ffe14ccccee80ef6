import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { check, known, rules, State, stateOf, watch } from './app-checks';
import { External } from './external';
import { CheckLevel, Finding } from './finding';
import { Mesh } from './mesh';
import { run, UNUSED } from './run';
import { instance, member, text } from '../private/check';

/**
 * The checks of an app: mistakes that Istio accepts and that only the whole app shows.
 *
 * They run when an app with constructs of this library is synthesized. An error fails the synthesis, a warning is printed to the standard
 * error stream.
 *
 * @see docs/checks.md
 */
export class Checks {
  /**
   * The checks of a construct and all below it; of the app, for the whole of it.
   *
   * @param construct the construct
   * @returns its checks
   */
  public static of(construct: IConstruct): Checks {
    return new Checks(construct);
  }

  /**
   * Checks manifests that come from anywhere, such as files or Helm.
   *
   * @param manifests the manifests, as parsed from YAML
   * @param externals what stands outside of them
   * @returns what the rules find, advice included
   */
  public static run(manifests: any[], externals: External[] = []): Finding[] {
    return run(rules(), new Mesh(manifests, externals));
  }

  /**
   * Has the checks run whenever the construct's app is synthesized.
   *
   * @internal
   */
  public static _watch(construct: ApiObject): void {
    watch(construct);
  }

  private readonly state: State;

  private constructor(private readonly construct: IConstruct) {
    this.state = stateOf(construct.node.root);
  }

  /**
   * Ignores what a rule finds in the construct and all below it. Ignoring what is never found is itself reported.
   *
   * @param rule the name of the rule, such as `fault-for-everyone`
   * @param reason why it is right as it is
   * @throws if there is no such rule, or no reason
   */
  public ignore(rule: string, reason: string): void {
    text('reason', reason, 'say why it is right as it is');
    this.state.ignores.push({ path: this.construct.node.path, rule: known(rule), used: false });
  }

  /**
   * Sets how serious it is what a rule finds in the construct and all below it. What is set closest to a resource counts.
   *
   * @param rule the name of the rule, such as `fault-for-everyone`, or `*` for all rules
   * @param level the level
   * @throws if there is no such rule or level
   */
  public setLevel(rule: string, level: CheckLevel): void {
    this.state.levels.push({ path: this.construct.node.path, rule: rule === UNUSED || rule === '*' ? rule : known(rule), level: member('level', level, CheckLevel) });
  }

  /**
   * Says what stands outside of the app. It holds for the whole app.
   *
   * @param externals what stands outside
   */
  public declare(...externals: External[]): void {
    externals.forEach((external) => instance('external', external, External, "External.namespace('bank')"));
    this.state.externals.push(...externals);
  }

  /**
   * Runs the checks of the construct's app now.
   *
   * @returns what the rules find in the whole app, advice included
   */
  public findings(): Finding[] {
    return check(this.state);
  }
}
