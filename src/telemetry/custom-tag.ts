import { TelemetrySpecTracingCustomTags as Tag } from '../../imports/telemetry.istio.io';
import { optionalText, text } from '../private/check';
import { headerName } from '../private/names';

/**
 * Where the value of a tag of trace spans comes from.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/#Tracing-CustomTag
 */
export class CustomTag {
  /**
   * The same value on each span.
   *
   * @param value the value
   * @throws when it is empty
   */
  public static literal(value: string): CustomTag {
    return new CustomTag({ literal: { value: text('the value of CustomTag.literal', value, 'leave the tag out') } });
  }

  /**
   * The value of an environment variable of the proxy.
   *
   * @param name the name of the variable
   * @param defaultValue the value where there is no such variable; the tag is left out if there is none
   * @throws when the name or the default is empty
   */
  public static environment(name: string, defaultValue?: string): CustomTag {
    const where = 'CustomTag.environment';
    return new CustomTag({ environment: { name: text(`the name of ${where}`, name, 'name the variable'), defaultValue: optionalText(`the default of ${where}`, defaultValue) } });
  }

  /**
   * The value of a header of the request.
   *
   * @param name the name of the header
   * @param defaultValue the value where there is no such header; the tag is left out if there is none
   * @throws when it is no header name, or the default is empty
   */
  public static header(name: string, defaultValue?: string): CustomTag {
    const where = 'CustomTag.header';
    return new CustomTag({ header: { name: headerName(`the name of ${where}`, name), defaultValue: optionalText(`the default of ${where}`, defaultValue) } });
  }

  /**
   * A text as access logs are formatted.
   *
   * @param value the format, such as `%REQUESTED_SERVER_NAME%`
   * @throws when it is empty
   * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#command-operators
   */
  public static formatter(value: string): CustomTag {
    return new CustomTag({ formatter: { value: text('the value of CustomTag.formatter', value, 'leave the tag out') } });
  }

  private constructor(private readonly tag: Tag) {}

  /** @internal */
  public _toIstio(): Tag {
    return this.tag;
  }
}
