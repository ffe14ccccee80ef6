import { fraction } from './prometheus';

/** A rule of Prometheus. */
export type Rule = Record<string, unknown>;

/**
 * How fast a budget of 30 days may be spent: `factor` times as fast as it lasts, over the long window, and still so over the short one.
 * The first two spend 2% in an hour and 5% in six: somebody must look at once. The others spend a tenth in a day, and in three.
 */
const BURNS = [
  { severity: 'critical', factor: 14.4, long: '1h', short: '5m' },
  { severity: 'critical', factor: 6, long: '6h', short: '30m' },
  { severity: 'warning', factor: 3, long: '1d', short: '2h' },
  { severity: 'warning', factor: 1, long: '3d', short: '6h' },
];

const WINDOWS = [...new Set(BURNS.flatMap(({ long, short }) => [short, long]))];

/** What is counted against a budget. */
export interface Indicator {
  /** The name of the alerts. */
  readonly alert: string;
  /** What the failures are, as in `failed`. */
  readonly what: string;
  /** All that is counted, per second over 5 minutes. */
  readonly all: string;
  /** What is good of it. */
  readonly good: string;
  /** The share of 100 that should be good. */
  readonly objective: number;
  readonly labels: Record<string, string>;
  readonly alertLabels: Record<string, string>;
  readonly annotations: { readonly summary: string; readonly [name: string]: string };
}

/**
 * The rules of an indicator. Long windows are averages of what is recorded for 5 minutes: the raw series of three days are too many to be read every
 * minute, and averages of both parts weigh each moment by its traffic.
 */
export function burnRateRules({ what, all, good, labels, ...indicator }: Indicator): { records: Rule[]; alerts: Rule[] } {
  const name = (operation: string) => `service:istio_requests_${what}:${operation}`;
  const matcher = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',');
  const total = `service:istio_requests_${what}_of:rate5m`;
  const share = (range: string) => `avg_over_time(${name('rate5m')}{${matcher}}[${range}]) / avg_over_time(${total}{${matcher}}[${range}])`;
  const records = [
    { record: total, expr: all },
    { record: name('rate5m'), expr: `${all} - (${good} or ${all} * 0)` },
    ...WINDOWS.map((range) => ({
      record: name(`ratio_rate${range}`),
      expr: range === '5m' ? `${name('rate5m')}{${matcher}} / ${total}{${matcher}}` : share(range),
    })),
  ].map((rule) => ({ ...rule, labels }));
  return { records, alerts: alerts(indicator, (range) => `${name(`ratio_rate${range}`)}{${matcher}}`) };
}

/** A budget that is spent too fast. Where the budget is large, it can't be spent at the higher speeds at all. */
function alerts({ alert, objective, alertLabels, annotations }: Omit<Indicator, 'what' | 'all' | 'good' | 'labels'>, ratio: (range: string) => string): Rule[] {
  const budget = fraction(Number((100 - objective).toPrecision(12)));
  return ['critical', 'warning'].map((severity) => {
    const burns = BURNS.filter((burn) => burn.severity === severity && burn.factor * budget < 1);
    const expr = burns.map(({ factor, long, short }) => `(${ratio(long)} > ${factor} * ${budget} and ${ratio(short)} > ${factor} * ${budget})`).join('\nor\n');
    return { alert, expr, labels: { severity, ...alertLabels }, annotations };
  }).filter(({ expr }) => expr !== '');
}
