import { VirtualServiceSpecHttpMatchUri } from '../../imports/networking.istio.io';
import { show, text } from '../private/check';
import { regex } from '../private/re2';

/**
 * How a string of a request (a path, a header, a query parameter, ...) is compared.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#StringMatch
 */
export class StringMatch {
  /**
   * Matches this string and no other.
   *
   * @param value the string, compared with its case
   * @throws when the value is not a string or is empty
   */
  public static exact(value: string): StringMatch {
    return new StringMatch({ exact: text('StringMatch.exact', value, 'to match any value write StringMatch.present()') });
  }

  /**
   * Matches strings that begin so.
   *
   * A path prefix is compared as text: `/orders` matches `/ordersearch` too.
   *
   * @param value the beginning
   * @throws when the value is not a string or is empty
   */
  public static prefix(value: string): StringMatch {
    return new StringMatch({ prefix: text('StringMatch.prefix', value, 'to match any value write StringMatch.present()') });
  }

  /**
   * Matches strings that the whole expression describes, from the first character to the last.
   *
   * @param value an expression in RE2 syntax, 1 to 1024 characters
   * @throws when RE2 can't compile it, such as one with look-ahead
   * @see https://github.com/google/re2/wiki/Syntax
   */
  public static regex(value: string): StringMatch {
    return new StringMatch({ regex: regex('StringMatch.regex', value) });
  }

  /**
   * Matches any value: the header or query parameter only has to be there.
   */
  public static present(): StringMatch {
    return new StringMatch({});
  }

  private constructor(private readonly match: VirtualServiceSpecHttpMatchUri) {}

  /** @internal */
  public _toIstio(): VirtualServiceSpecHttpMatchUri {
    return this.match;
  }
}

/**
 * Refuses anything but a StringMatch. Used where `{ exact: ... }` objects come in from plain JavaScript.
 *
 * @internal
 */
export function stringMatch(where: string, value: StringMatch): StringMatch {
  if (!(value instanceof StringMatch)) {
    throw new Error(`${where} is ${show(value)}, expected a StringMatch; write StringMatch.exact(...), .prefix(...) or .regex(...), one of them`);
  }
  return value;
}

/**
 * Like {@link stringMatch}, where there is always a value, so that asking for its presence says nothing.
 *
 * @internal
 */
export function valueMatch(where: string, value: StringMatch): StringMatch {
  if (Object.keys(stringMatch(where, value)._toIstio()).length === 0) {
    throw new Error(`${where} is StringMatch.present(), expected a value to compare with; every request has one, so leave it out`);
  }
  return value;
}
