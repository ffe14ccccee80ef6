import { Duration, Testing } from 'cdk8s';
import { CustomTag, IstioMetric, PolicyTarget, ServiceRef, TagOverride, Telemetry, TelemetryProps, WorkloadMode } from '../../src';

function render(props: TelemetryProps) {
  const chart = Testing.chart();
  new Telemetry(chart, 'Telemetry', props);
  return { chart, manifest: Testing.synth(chart)[0] };
}

describe('Telemetry', () => {
  test('every property reaches the manifest', () => {
    const { chart, manifest } = render({
      metadata: { name: 'orders', namespace: 'shop' },
      target: PolicyTarget.workloads({ app: 'orders' }),
      tracing: [{
        mode: WorkloadMode.SERVER,
        provider: 'zipkin',
        randomSamplingPercentage: 0.5,
        disableSpanReporting: false,
        disableContextPropagation: false,
        customTags: {
          team: CustomTag.literal('shop'),
          node: CustomTag.environment('NODE_NAME', 'unknown'),
          pod: CustomTag.environment('POD_NAME'),
          user: CustomTag.header('x-user', 'nobody'),
          agent: CustomTag.header('user-agent'),
          sni: CustomTag.formatter('%REQUESTED_SERVER_NAME%'),
        },
        enableIstioTags: false,
        useRequestIdForTraceSampling: false,
      }],
      metrics: [{
        providers: ['prometheus'],
        overrides: [
          { metric: IstioMetric.REQUEST_COUNT, mode: WorkloadMode.CLIENT, tagOverrides: { host: TagOverride.upsert('request.host'), reporter: TagOverride.remove() } },
          { metric: IstioMetric.custom('my_metric'), disabled: true },
          { mode: WorkloadMode.SERVER, disabled: false },
        ],
        reportingInterval: Duration.seconds(10),
      }],
      accessLogging: [{ mode: WorkloadMode.CLIENT_AND_SERVER, providers: ['envoy', 'otel'], disabled: false, filter: 'response.code >= 400' }],
    });

    expect(manifest).toEqual({
      apiVersion: 'telemetry.istio.io/v1',
      kind: 'Telemetry',
      metadata: { name: 'orders', namespace: 'shop' },
      spec: {
        selector: { matchLabels: { app: 'orders' } },
        tracing: [{
          match: { mode: 'SERVER' },
          providers: [{ name: 'zipkin' }],
          randomSamplingPercentage: 0.5,
          disableSpanReporting: false,
          disableContextPropagation: false,
          customTags: {
            team: { literal: { value: 'shop' } },
            node: { environment: { name: 'NODE_NAME', defaultValue: 'unknown' } },
            pod: { environment: { name: 'POD_NAME' } },
            user: { header: { name: 'x-user', defaultValue: 'nobody' } },
            agent: { header: { name: 'user-agent' } },
            sni: { formatter: { value: '%REQUESTED_SERVER_NAME%' } },
          },
          enableIstioTags: false,
          useRequestIdForTraceSampling: false,
        }],
        metrics: [{
          providers: [{ name: 'prometheus' }],
          overrides: [
            { match: { metric: 'REQUEST_COUNT', mode: 'CLIENT' }, tagOverrides: { host: { value: 'request.host' }, reporter: { operation: 'REMOVE' } } },
            { match: { customMetric: 'my_metric' }, disabled: true },
            { match: { mode: 'SERVER' }, disabled: false },
          ],
          reportingInterval: '10s',
        }],
        accessLogging: [{
          match: { mode: 'CLIENT_AND_SERVER' },
          providers: [{ name: 'envoy' }, { name: 'otel' }],
          disabled: false,
          filter: { expression: 'response.code >= 400' },
        }],
      },
    });
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, TelemetryProps, object]>([
    ['the default providers', { accessLogging: [{}] }, { accessLogging: [{}] }],
    ['no sampling', { tracing: [{ randomSamplingPercentage: 0 }] }, { tracing: [{ randomSamplingPercentage: 0 }] }],
    ['a waypoint', { target: PolicyTarget.gateway('waypoint'), accessLogging: [{ disabled: true }] },
      { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' }], accessLogging: [{ disabled: true }] }],
    ['the older form of a target', { target: PolicyTarget.targetRef(PolicyTarget.gateway('waypoint')), accessLogging: [{}] },
      { targetRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' }, accessLogging: [{}] }],
    ['an override of all metrics on both sides', { metrics: [{ overrides: [{ disabled: true }] }] }, { metrics: [{ overrides: [{ disabled: true }] }] }],
  ])('%s', (_, props, spec) => {
    const { chart, manifest } = render(props);

    expect(manifest.spec).toEqual(spec);
    expect(chart).toBeAcceptedByIstio();
  });

  test('each metric has the name that Istio knows', () => {
    const names = [
      'ALL_METRICS', 'REQUEST_COUNT', 'REQUEST_DURATION', 'REQUEST_SIZE', 'RESPONSE_SIZE', 'TCP_OPENED_CONNECTIONS', 'TCP_CLOSED_CONNECTIONS',
      'TCP_SENT_BYTES', 'TCP_RECEIVED_BYTES', 'GRPC_REQUEST_MESSAGES', 'GRPC_RESPONSE_MESSAGES',
    ] as const;
    const metrics = names.map((name) => IstioMetric[name]);
    const { chart, manifest } = render({ metrics: [{ overrides: metrics.map((metric) => ({ metric, disabled: true })) }] });

    expect(manifest.spec.metrics[0].overrides.map(({ match }: any) => match.metric)).toEqual(names);
    expect(chart).toBeAcceptedByIstio();
  });

  const tracing = (part: object) => ({ tracing: [part] });
  const metric = (part: object) => ({ metrics: [part] });
  const override = (part: object) => ({ metrics: [{ overrides: [part] }] });
  const log = (part: object) => ({ accessLogging: [part] });

  test.each<[string, unknown, string]>([
    ['null', null, 'the properties of the Telemetry is null, expected an object'],
    ['nothing to say', {}, 'the Telemetry has none of tracing, metrics and accessLogging, expected at least one of them; say what is reported'],
    ['an unknown property', { ...log({}), selector: {} }, 'Telemetry has no property "selector" (got {})'],
    ['a target as the manifest has it', { ...log({}), target: { matchLabels: {} } }, 'the target is {"matchLabels":{}}, expected a PolicyTarget'],
    ['a service of another namespace', { ...log({}), metadata: { namespace: 'a' }, target: PolicyTarget.service(ServiceRef.fromName('s', { namespace: 'b' })) },
      'the target service is in namespace "b" and the policy in "a", expected both in one'],
    ['no tracing', { tracing: [] }, 'tracing is [], expected a list of at least one entry; leave it out for what the Telemetry above says'],
    ['tracing for a list', { tracing: {} }, 'tracing is {}, expected a list'],
    ['null for metrics', { metrics: null }, 'metrics is null, expected a list'],
    ['a hole in a list', { accessLogging: Array(1) }, 'accessLogging[0] is undefined, expected an object'],
    ['tracing as text', tracing('zipkin' as any), 'tracing[0] is "zipkin", expected an object'],
    ['several providers', tracing({ providers: ['a', 'b'] }), 'tracing[0] has no property "providers" (got ["a","b"])'],
    ['an empty provider', tracing({ provider: '' }), 'tracing[0].provider is "", expected a non-empty string; give the name of an extension provider of the mesh configuration'],
    ['a mode as text', tracing({ mode: 'client' }), 'tracing[0].mode is "client", expected one of CLIENT_AND_SERVER, CLIENT, SERVER'],
    ['more than everything', tracing({ randomSamplingPercentage: 101 }), 'tracing[0].randomSamplingPercentage is 101, expected a number from 0 to 100'],
    ['less than nothing', tracing({ randomSamplingPercentage: -1 }), 'tracing[0].randomSamplingPercentage is -1, expected a number from 0 to 100'],
    ['a flag as text', tracing({ disableSpanReporting: 'true' }), 'tracing[0].disableSpanReporting is "true", expected true or false'],
    ['no tags', tracing({ customTags: {} }), 'tracing[0].customTags is {}, expected at least one entry; leave it out for those of the Telemetry above'],
    ['tags that are a list', tracing({ customTags: [] }), 'tracing[0].customTags is [], expected an object'],
    ['a tag without name', tracing({ customTags: { '': CustomTag.literal('a') } }), 'a name of tracing[0].customTags is "", expected a non-empty string; name it'],
    ['a tag as text', tracing({ customTags: { team: 'shop' } }), 'the tag team of tracing[0] is "shop", expected a CustomTag; write for example CustomTag.literal("blue")'],
    ['an unknown property of metrics', metric({ mode: 'CLIENT' }), 'metrics[0] has no property "mode"'],
    ['a provider that is an object', metric({ providers: [{ name: 'a' }] }), 'an entry of metrics[0].providers is {"name":"a"}, expected a non-empty string'],
    ['no providers', metric({ providers: [] }), 'metrics[0].providers is [], expected a list of at least one entry; leave it out for the default providers'],
    ['no overrides', metric({ overrides: [] }), 'metrics[0].overrides is [], expected a list of at least one entry; leave it out to change nothing'],
    ['an interval of 0', metric({ reportingInterval: Duration.millis(0) }), 'metrics[0].reportingInterval is 0 ms, expected a whole number of milliseconds and at least 1'],
    ['an override of nothing', override({ metric: IstioMetric.ALL_METRICS }), 'metrics[0].overrides[0] has neither disabled nor tagOverrides, expected at least one of them; say what changes'],
    ['an unknown property of an override', override({ match: {}, disabled: true }), 'metrics[0].overrides[0] has no property "match"'],
    ['a metric as text', override({ metric: 'REQUEST_COUNT', disabled: true }), 'metrics[0].overrides[0].metric is "REQUEST_COUNT", expected an IstioMetric; write for example IstioMetric.REQUEST_COUNT'],
    ['a tag as the manifest has it', override({ tagOverrides: { a: { operation: 'REMOVE' } } }), 'the tag a of metrics[0].overrides[0] is {"operation":"REMOVE"}, expected a TagOverride; write for example TagOverride.upsert("request.host")'],
    ['no tag', override({ tagOverrides: {} }), 'metrics[0].overrides[0].tagOverrides is {}, expected at least one entry; leave it out to change none'],
    ['an unknown property of logging', log({ expression: 'a' }), 'accessLogging[0] has no property "expression"'],
    ['a filter that is none', log({ filter: 'response.code >= ' }), 'accessLogging[0].filter is "response.code >= ", expected a CEL expression; mend it at its end: there is something missing'],
    ['a filter as the manifest has it', log({ filter: { expression: 'a' } }), 'accessLogging[0].filter is {"expression":"a"}, expected a CEL expression'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new Telemetry(Testing.chart(), 'Telemetry', props as TelemetryProps)).toThrow(message);
  });
});

describe('the values of a Telemetry', () => {
  test.each<[string, () => unknown, string]>([
    ['a literal that is empty', () => CustomTag.literal(''), 'the value of CustomTag.literal is "", expected a non-empty string; leave the tag out'],
    ['a variable without name', () => CustomTag.environment(''), 'the name of CustomTag.environment is "", expected a non-empty string; name the variable'],
    ['an empty default of a variable', () => CustomTag.environment('A', ''), 'the default of CustomTag.environment is "", expected a non-empty string'],
    ['a header with blanks', () => CustomTag.header('a b'), 'the name of CustomTag.header is "a b", expected a header name'],
    ['an empty default of a header', () => CustomTag.header('a', ''), 'the default of CustomTag.header is "", expected a non-empty string'],
    ['an empty format', () => CustomTag.formatter(' '), 'the value of CustomTag.formatter is " ", expected a non-empty string'],
    ['a metric without name', () => IstioMetric.custom(''), 'the name of IstioMetric.custom is "", expected a non-empty string; use IstioMetric.ALL_METRICS for all'],
    ['an expression that is empty', () => TagOverride.upsert(''), 'the expression of TagOverride.upsert is "", expected a CEL expression'],
    ['an expression that is none', () => TagOverride.upsert('request host'), 'the expression of TagOverride.upsert is "request host", expected a CEL expression; mend it at character 9, "host"'],
  ])('refuse %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
