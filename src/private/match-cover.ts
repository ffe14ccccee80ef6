import { VirtualServiceSpecHttpMatch as Match, VirtualServiceSpecHttpMatchUri as StringMatch } from '../../imports/networking.istio.io';

/**
 * Whether every request that `later` matches is matched by `earlier` too, so that a rule behind it is never reached.
 *
 * Says no where it can't tell (two regular expressions, say): it only accuses what is certain.
 */
export function covers(earlierMatch: Match, laterMatch: Match): boolean {
  const [earlier, later] = [earlierMatch, laterMatch].map(effective);
  const ignoreCase = earlier.ignoreUriCase ?? false;
  const everyPath = earlier.uri?.prefix === '/';
  return (everyPath || stringCovers(earlier.uri, later.uri, ignoreCase, later.ignoreUriCase ?? false))
    && stringCovers(earlier.scheme, later.scheme)
    && stringCovers(earlier.method, later.method)
    && stringCovers(earlier.authority, later.authority)
    && mapCovers(earlier.headers, later.headers, stringCovers)
    && mapCovers(earlier.queryParams, later.queryParams, stringCovers)
    // A later match that excludes more is the narrower one, so each exclusion of the earlier must stand in the later.
    && mapCovers(earlier.withoutHeaders, later.withoutHeaders, (a, b) => JSON.stringify(a) === JSON.stringify(b))
    && callerCovers(earlier, later);
}

/** What a match for requests and one for connections say alike, of the proxy that the match is for. */
type Caller = Pick<Match, 'sourceLabels' | 'sourceNamespace' | 'port' | 'gateways'>;

/** Whether `earlier` holds at every proxy and port at which `later` does. */
export function callerCovers(earlier: Caller, later: Caller): boolean {
  return mapCovers(earlier.sourceLabels, later.sourceLabels, (a, b) => a === b)
    && (earlier.sourceNamespace === undefined || earlier.sourceNamespace === later.sourceNamespace)
    && (earlier.port === undefined || earlier.port === later.port)
    && (earlier.gateways === undefined || later.gateways?.every((gateway) => earlier.gateways!.includes(gateway)) === true);
}

/** Istio does not look at the caller where a match names gateways. */
function effective(match: Match): Match {
  return match.gateways === undefined ? match : { ...match, sourceLabels: undefined, sourceNamespace: undefined };
}

function mapCovers<T>(earlier: Record<string, T> = {}, later: Record<string, T> = {}, valueCovers: (a: T, b: T) => boolean): boolean {
  return Object.entries(earlier).every(([key, value]) => key in later && valueCovers(value, later[key]));
}

/** Whether every string that `later` matches is matched by `earlier` too; undefined matches every string. */
export function stringCovers(earlier?: StringMatch, later?: StringMatch, ignoreCase = false, laterIgnoresCase = ignoreCase): boolean {
  const fold = (value: string) => ignoreCase ? value.toLowerCase() : value;
  if (earlier === undefined || isEmpty(earlier) && later !== undefined) {
    return true;
  }
  if (later === undefined || laterIgnoresCase && !ignoreCase) {
    return false;
  }
  if (earlier.exact !== undefined) {
    return later.exact !== undefined && fold(earlier.exact) === fold(later.exact);
  }
  if (earlier.prefix !== undefined) {
    const start = later.exact ?? later.prefix;
    return start !== undefined && fold(start).startsWith(fold(earlier.prefix));
  }
  return earlier.regex === '.*' || earlier.regex !== undefined && earlier.regex === later.regex;
}

function isEmpty(match: StringMatch): boolean {
  return match.exact === undefined && match.prefix === undefined && match.regex === undefined;
}
