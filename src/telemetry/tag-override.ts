import { TelemetrySpecMetricsOverridesTagOverrides as Tag, TelemetrySpecMetricsOverridesTagOverridesOperation as Operation } from '../../imports/telemetry.istio.io';
import { celExpression } from '../private/cel';

/**
 * What becomes of a tag of a metric, which Prometheus calls a label.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/#MetricsOverrides-TagOverride
 */
export class TagOverride {
  /**
   * The tag is added, or its value replaced.
   *
   * @param expression the value, in CEL over Envoy's attributes, such as `request.host` or `string(destination.port)`
   * @throws when it is no CEL expression
   * @see https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/advanced/attributes
   */
  public static upsert(expression: string): TagOverride {
    return new TagOverride({ value: celExpression('the expression of TagOverride.upsert', expression) });
  }

  /**
   * The metric loses the tag.
   */
  public static remove(): TagOverride {
    return new TagOverride({ operation: Operation.REMOVE });
  }

  private constructor(private readonly tag: Tag) {}

  /** @internal */
  public _toIstio(): Tag {
    return this.tag;
  }
}
