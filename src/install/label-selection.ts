import { instance, list, noUnknown, object, optionalList, show } from '../private/check';
import { labels } from '../private/names';
import { given, orUndefined } from '../private/render';

/**
 * What a label must be like.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#set-based-requirement
 */
export class LabelCondition {
  /**
   * The label has one of these values.
   *
   * @param key the label
   * @param values the values, at least one
   * @throws when there is no value, or key or value is no Kubernetes label
   */
  public static isIn(key: string, ...values: string[]): LabelCondition {
    return new LabelCondition(key, 'In', list('the values of LabelCondition.isIn', values, 'give a value, or use LabelCondition.exists'));
  }

  /**
   * The label has none of these values, or is not there.
   *
   * @param key the label
   * @param values the values, at least one
   * @throws when there is no value, or key or value is no Kubernetes label
   */
  public static isNotIn(key: string, ...values: string[]): LabelCondition {
    return new LabelCondition(key, 'NotIn', list('the values of LabelCondition.isNotIn', values, 'give a value, or use LabelCondition.doesNotExist'));
  }

  /**
   * The label is there, whatever its value.
   *
   * @param key the label
   * @throws when the key is no Kubernetes label
   */
  public static exists(key: string): LabelCondition {
    return new LabelCondition(key, 'Exists');
  }

  /**
   * The label is not there.
   *
   * @param key the label
   * @throws when the key is no Kubernetes label
   */
  public static doesNotExist(key: string): LabelCondition {
    return new LabelCondition(key, 'DoesNotExist');
  }

  private constructor(private readonly key: string, private readonly operator: string, private readonly values?: string[]) {
    if (typeof key !== 'string') {
      throw new Error(`the label of a condition is ${show(key)}, expected its name; write for example "env"`);
    }
    (values ?? ['']).forEach((value) => labels('a label condition', { [key]: value }));
  }

  /** @internal */
  public _toIstio() {
    return { key: this.key, operator: this.operator, values: this.values };
  }
}

/**
 * Which objects are meant, by their labels. All of it must hold; without any condition it means every object.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#LabelSelector
 */
export interface LabelSelection {
  /**
   * Labels that the object has.
   *
   * @default - none
   */
  readonly matchLabels?: Record<string, string>;

  /**
   * What other labels must be like.
   *
   * @default - none
   */
  readonly matchExpressions?: LabelCondition[];
}

/** @internal */
export function renderSelection(where: string, selection: LabelSelection) {
  const { matchLabels, matchExpressions, ...rest } = object(where, selection);
  noUnknown(where, rest);
  return {
    matchLabels: orUndefined(given(matchLabels, (values) => labels(`matchLabels of ${where}`, values))),
    matchExpressions: orUndefined(optionalList(`matchExpressions of ${where}`, matchExpressions)
      ?.map((condition) => instance(`an entry of matchExpressions of ${where}`, condition, LabelCondition, 'LabelCondition.exists("env")')._toIstio())),
  };
}
