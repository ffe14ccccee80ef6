import { noUnknown, object, texts } from '../private/check';
import { regex } from '../private/re2';

/**
 * Metrics of Envoy that the proxy keeps beside those that Istio needs, by their names.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig-ProxyStatsMatcher
 */
export interface ProxyStatsMatcher {
  /**
   * Starts of names.
   *
   * @default - none
   */
  readonly inclusionPrefixes?: string[];

  /**
   * Ends of names, such as `upstream_rq_timeout`.
   *
   * @default - none
   */
  readonly inclusionSuffixes?: string[];

  /**
   * RE2 expressions that match whole names, such as `.*outlier_detection.*`.
   *
   * @default - none
   */
  readonly inclusionRegexps?: string[];
}

/** @internal */
export function renderMatcher(where: string, matcher: ProxyStatsMatcher): object | undefined {
  const { inclusionPrefixes, inclusionSuffixes, inclusionRegexps, ...rest } = object(where, matcher);
  noUnknown(where, rest);
  return {
    inclusionPrefixes: texts(`${where}.inclusionPrefixes`, inclusionPrefixes),
    inclusionSuffixes: texts(`${where}.inclusionSuffixes`, inclusionSuffixes),
    inclusionRegexps: texts(`${where}.inclusionRegexps`, inclusionRegexps)?.map((value) => regex(`an entry of ${where}.inclusionRegexps`, value)),
  };
}
