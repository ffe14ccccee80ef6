import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import { CustomTag, IstioMetric, PolicyTarget, TagOverride, Telemetry, WorkloadMode } from '../../src';
import { accepted, judge } from '../istio/random';

/*
 * What the construct accepts, Istio accepts.
 */

const some = <T>(value: fc.Arbitrary<T>) => fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const options = (model: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<any> =>
  fc.record(Object.fromEntries(Object.entries(model).map(([key, value]) => [key, some(value)])));
/** Values that a class makes of others: what it refuses is refused when the object is built. */
type Made = () => unknown;
const make = (value: any): any => typeof value === 'function' ? value()
  : Array.isArray(value) ? value.map(make)
    : value?.constructor === Object ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, make(part)])) : value;

const mostly = (...good: string[]) => fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...good) },
  fc.constantFrom('', ' ', '*', 'a b', '%', 'é'),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const listOf = <T>(entry: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 20, arbitrary: fc.array(entry, { minLength: 1, maxLength: 2 }) }, fc.constant([] as T[]));
const mapOf = <T>(entry: fc.Arbitrary<T>) => fc.oneof(
  { weight: 20, arbitrary: fc.dictionary(mostly('a', 'request_host'), entry, { minKeys: 1, maxKeys: 2, noNullPrototype: true }) },
  fc.constant({}),
);

const mode = fc.constantFrom(...Object.values(WorkloadMode), 'BOTH' as WorkloadMode);
const providers = listOf(mostly('prometheus', 'envoy'));
const flag = fc.oneof({ weight: 9, arbitrary: fc.boolean() }, fc.constant('yes'));
const expression = mostly('response.code >= 400', 'request.host', 'has(request.useragent)', 'string(destination.port)', 'a.all(x, x > 1)', '"a');
const duration = fc.oneof(fc.integer({ min: 0, max: 10_000 }), fc.constantFrom(0.5, 1e13)).map((amount): Made => () => Duration.millis(amount));

const tag: fc.Arbitrary<Made> = fc.oneof(
  mostly('blue').map((value) => () => CustomTag.literal(value)),
  fc.tuple(mostly('POD_NAME'), some(mostly('none'))).map(([name, value]) => () => CustomTag.environment(name, value)),
  fc.tuple(mostly('x-user'), some(mostly('none'))).map(([name, value]) => () => CustomTag.header(name, value)),
  mostly('%REQ(:path)%').map((value) => () => CustomTag.formatter(value)),
);
const metric: fc.Arbitrary<Made> = fc.oneof(
  fc.constantFrom(IstioMetric.ALL_METRICS, IstioMetric.TCP_SENT_BYTES, IstioMetric.GRPC_REQUEST_MESSAGES).map((value) => () => value),
  mostly('mine').map((name) => () => IstioMetric.custom(name)),
);
const override: fc.Arbitrary<Made> = fc.oneof(expression.map((value) => () => TagOverride.upsert(value)), fc.constant(() => TagOverride.remove()));
const target: fc.Arbitrary<Made> = fc.oneof(
  fc.dictionary(mostly('app', 'example.com/app'), mostly('a', ''), { minKeys: 1, maxKeys: 2, noNullPrototype: true }).map((labels) => () => PolicyTarget.workloads(labels)),
  mostly('waypoint').map((name) => () => PolicyTarget.gateway(name)),
  mostly('istio-waypoint').map((name) => () => PolicyTarget.gatewayClass(name)),
  mostly('waypoint').map((name) => () => PolicyTarget.targetRef(PolicyTarget.serviceEntry(name))),
);

test('telemetry', () => {
  const tracing = options({
    mode,
    provider: mostly('zipkin'),
    randomSamplingPercentage: fc.oneof({ weight: 9, arbitrary: fc.double({ min: 0, max: 100 }) }, fc.constantFrom(-0.01, 100.01, NaN, -0, 1e-320)),
    disableSpanReporting: flag,
    disableContextPropagation: flag,
    customTags: mapOf(tag),
    enableIstioTags: flag,
    useRequestIdForTraceSampling: flag,
  });
  const metrics = options({
    providers,
    overrides: listOf(options({ metric, mode, disabled: flag, tagOverrides: mapOf(override) })),
    reportingInterval: duration,
  });
  const accessLogging = options({ mode, providers, disabled: flag, filter: expression });

  judge(accepted(options({ target, tracing: listOf(tracing), metrics: listOf(metrics), accessLogging: listOf(accessLogging) })
    .map((props) => (chart, id) => new Telemetry(chart, id, make(props))), 100));
});
