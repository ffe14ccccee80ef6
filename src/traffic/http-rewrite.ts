import { VirtualServiceSpecHttpRewrite } from '../../imports/networking.istio.io';
import { noUnknown, object, optionalText, show, text } from '../private/check';
import { regex } from '../private/re2';
import { given } from '../private/render';

/**
 * A replacement by a regular expression.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#RegexRewrite
 */
export interface RegexRewrite {
  /**
   * The part of the path to replace, in RE2 syntax.
   */
  readonly match: string;

  /**
   * What takes its place; `\1` stands for the first group.
   */
  readonly rewrite: string;
}

/**
 * Changes to a request before it is sent on.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRewrite
 */
export interface HttpRewrite {
  /**
   * What takes the place of the path, or of the prefix where the rule matches by prefix. Excludes `uriRegex`.
   *
   * @default - the path stays
   */
  readonly uri?: string;

  /**
   * A replacement in the path by a regular expression. Excludes `uri`.
   *
   * @default - the path stays
   */
  readonly uriRegex?: RegexRewrite;

  /**
   * The new authority (the `Host` header).
   *
   * @default - the authority stays
   */
  readonly authority?: string;
}

/** @internal */
export function renderRewrite(rewrite: HttpRewrite): VirtualServiceSpecHttpRewrite {
  const { uri, uriRegex, authority, ...rest } = object('the rewrite', rewrite);
  noUnknown('the rewrite', rest);
  if (uri !== undefined && uriRegex !== undefined) {
    throw new Error(`the rewrite has uri ${show(uri)} and uriRegex ${show(uriRegex)}, expected one of them; keep the one you mean`);
  }
  if (uri === undefined && uriRegex === undefined && authority === undefined) {
    throw new Error('the rewrite changes nothing, expected uri, uriRegex or authority; leave the rewrite out');
  }
  for (const [field, value] of Object.entries({ uri, authority })) {
    optionalText(`the rewrite's ${field}`, value, 'leave it out to keep that of the request');
  }
  return { uri, authority, uriRegexRewrite: given(uriRegex, renderRegex) };
}

function renderRegex(replacement: RegexRewrite) {
  const { match, rewrite, ...rest } = object("the rewrite's uriRegex", replacement);
  noUnknown("the rewrite's uriRegex", rest);
  return { match: regex("the rewrite's uriRegex.match", match), rewrite: text("the rewrite's uriRegex.rewrite", rewrite, 'give the replacement') };
}
