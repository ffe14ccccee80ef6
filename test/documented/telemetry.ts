import { Table, table } from './documented';
import { CustomTag, IstioMetric, PolicyTarget, TagOverride, Telemetry, TelemetryProps, WorkloadMode } from '../../src';

const workload = (name: string) => PolicyTarget.workloads({ 'service.istio.io/canonical-name': name });
const withoutCode = (metric: IstioMetric) => ({ metric, tagOverrides: { response_code: TagOverride.remove() } });

const telemetries = table<TelemetryProps>('Telemetry', (chart, props) => new Telemetry(chart, 'Documented', props), {
  'mesh-default': { tracing: [{ randomSamplingPercentage: 10 }] },
  'foo-tracing': { target: workload('foo'), tracing: [{ disableSpanReporting: true }] },
  'foo-tracing-alternate': { target: workload('foo'), tracing: [{ provider: 'zipkin-alternate', randomSamplingPercentage: 10 }] },
  'mesh-default 2': { tracing: [{ mode: WorkloadMode.CLIENT, provider: 'zipkin' }] },
  'mesh-default 3': { tracing: [{ randomSamplingPercentage: 10, customTags: { my_new_foo_tag: CustomTag.literal('foo') } }] },
  'mesh-default 4': {
    metrics: [{ providers: ['prometheus'], overrides: [{ metric: IstioMetric.ALL_METRICS, mode: WorkloadMode.SERVER, disabled: true }] }],
  },
  'namespace-metrics': {
    metrics: [{
      providers: ['prometheus'],
      overrides: [{ tagOverrides: { request_method: TagOverride.upsert('request.method'), request_host: TagOverride.upsert('request.host') } }],
    }],
  },
  'remove-response-code': {
    target: workload('bar'),
    metrics: [{
      providers: ['prometheus'],
      overrides: [IstioMetric.REQUEST_COUNT, IstioMetric.REQUEST_DURATION, IstioMetric.REQUEST_SIZE, IstioMetric.RESPONSE_SIZE].map(withoutCode),
    }],
  },
  'mesh-default 5': { accessLogging: [{ providers: ['envoy'] }] },
  'namespace-no-log': { accessLogging: [{ disabled: true }] },
  'egress-no-propagation': { target: PolicyTarget.workloads({ istio: 'egressgateway' }), tracing: [{ disableContextPropagation: true }] },
});

/** What Istio documents of traces, metrics and logs. */
export const telemetry: Table[] = [telemetries];
