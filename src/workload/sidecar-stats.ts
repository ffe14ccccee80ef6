import { Duration } from 'cdk8s';
import { wholeSeconds } from './values';
import { list, noUnknown, object, show, text, whole } from '../private/check';
import { istioDuration } from '../private/duration';
import { given } from '../private/render';

/**
 * How the sidecar keeps and sends its metrics.
 *
 * @see https://istio.io/latest/docs/reference/config/annotations/#SidecarStatsHistogramBuckets
 */
export interface SidecarStats {
  /**
   * How often metrics are sent to those who don't fetch them, such as OpenTelemetry collectors, at least 1 ms.
   *
   * @default Duration.seconds(5)
   */
  readonly flushInterval?: Duration;

  /**
   * How long a series of Istio's metrics may go without a measurement; it is dropped after two such times. Whole seconds, a multiple of
   * `flushInterval`.
   *
   * @default - series are kept
   */
  readonly evictionInterval?: Duration;

  /**
   * The bins of each histogram of Istio's metrics, 1 to 46082. Fewer need less memory.
   *
   * @default 100
   */
  readonly histogramBins?: number;

  /**
   * The upper limits of the buckets of histograms, by the prefix of the metric's name, such as `istiocustom`: growing numbers above 0.
   *
   * @default - 0.5 to 3600000 in 19 steps
   */
  readonly histogramBuckets?: { readonly [prefix: string]: number[] };
}

/** @internal */
export function renderStats(stats: SidecarStats): Record<string, string | undefined> {
  const { flushInterval, evictionInterval, histogramBins, histogramBuckets, ...rest } = object('stats', stats);
  noUnknown('stats', rest);
  const flush = given(flushInterval, (value) => istioDuration('stats.flushInterval', value));
  return {
    'sidecar.istio.io/statsFlushInterval': flush,
    'sidecar.istio.io/statsEvictionInterval': given(evictionInterval, (value) => renderEviction(value, flushInterval ?? Duration.seconds(5))),
    'sidecar.istio.io/statsHistogramBins': given(histogramBins, (value) => String(whole('stats.histogramBins', value, 1, 46082, 'leave it out for 100'))),
    'sidecar.istio.io/statsHistogramBuckets': given(histogramBuckets, renderBuckets),
  };
}

/** The proxy ignores an interval that is no multiple. */
function renderEviction(eviction: Duration, flush: Duration): string {
  const written = wholeSeconds('stats.evictionInterval', eviction);
  const [millis, every] = [eviction, flush].map((value) => value.toMilliseconds({ integral: false }));
  if (millis % every !== 0) {
    throw new Error(`stats.evictionInterval is ${millis} ms, expected a multiple of the flushInterval of ${every} ms; round it`);
  }
  return written;
}

function renderBuckets(buckets: { readonly [prefix: string]: number[] }): string {
  for (const [prefix, limits] of Object.entries(object('stats.histogramBuckets', buckets))) {
    text('a prefix of stats.histogramBuckets', prefix, 'give the start of the names of metrics');
    list(`stats.histogramBuckets of ${prefix}`, limits, 'leave the prefix out').forEach((limit, index) => {
      if (!Number.isFinite(limit) || limit <= (limits[index - 1] ?? 0)) {
        throw new Error(`stats.histogramBuckets of ${prefix} are ${show(limits)}, expected growing numbers above 0; sort them`);
      }
    });
  }
  return JSON.stringify(buckets);
}
