import { Duration, Testing } from 'cdk8s';
import { DestinationRule, OutlierDetection, ServiceRef } from '../../src';

function render(outlierDetection: OutlierDetection) {
  const chart = Testing.chart();
  new DestinationRule(chart, 'Rule', { service: ServiceRef.fromName('orders'), trafficPolicy: { outlierDetection } });
  return { chart, rendered: Testing.synth(chart)[0].spec.trafficPolicy.outlierDetection };
}

describe('OutlierDetection', () => {
  test('every field reaches the manifest, consecutive5xxErrors by its name on the wire', () => {
    const { chart, rendered } = render({
      consecutive5xxErrors: 7,
      consecutiveGatewayErrors: 5,
      splitExternalLocalOriginErrors: true,
      consecutiveLocalOriginFailures: 3,
      interval: Duration.seconds(5),
      baseEjectionTime: Duration.minutes(1),
      maxEjectionPercent: 50,
      minHealthPercent: 20,
      outlierDetectionHttpErrorCodes: [429, 503],
    });

    expect(rendered).toEqual({
      consecutive5xxErrors: 7,
      consecutiveGatewayErrors: 5,
      splitExternalLocalOriginErrors: true,
      consecutiveLocalOriginFailures: 3,
      interval: '5s',
      baseEjectionTime: '1m',
      maxEjectionPercent: 50,
      minHealthPercent: 20,
      outlierDetectionHttpErrorCodes: [429, 503],
    });
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, OutlierDetection, object]>([
    ['nothing, for the defaults', {}, {}],
    ['errors switched off', { consecutive5xxErrors: 0, consecutiveGatewayErrors: 0 }, { consecutive5xxErrors: 0, consecutiveGatewayErrors: 0 }],
    ['no failures to connect', { consecutiveLocalOriginFailures: 0 }, { consecutiveLocalOriginFailures: 0 }],
    ['the bounds', { maxEjectionPercent: 100, minHealthPercent: 0 }, { maxEjectionPercent: 100, minHealthPercent: 0 }],
    ['no codes', { outlierDetectionHttpErrorCodes: [] }, {}],
  ])('%s is accepted', (_, detection, expected) => {
    const { chart, rendered } = render(detection);

    expect(rendered).toEqual(expected);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, unknown, string]>([
    ['null', null, 'outlierDetection is null, expected an object'],
    ['true', true, 'outlierDetection is true, expected an object'],
    ['the field of old', { consecutiveErrors: 5 }, 'outlierDetection has no property "consecutiveErrors" (got 5); Istio ignores it: use consecutive5xxErrors or consecutiveGatewayErrors of outlierDetection'],
    ['the name of the bindings', { consecutive5XxErrors: 5 }, 'outlierDetection has no property "consecutive5XxErrors"'],
    ['a limit of the pool', { maxConnections: 5 }, 'outlierDetection has no property "maxConnections" (got 5); it belongs to connectionPool.tcp'],
    ['negative errors', { consecutive5xxErrors: -1 }, 'outlierDetection.consecutive5xxErrors is -1, expected a whole number from 0 to 2147483647; write 0 to switch it off'],
    ['fractional errors', { consecutiveGatewayErrors: 0.5 }, 'outlierDetection.consecutiveGatewayErrors is 0.5'],
    ['local failures without the split', { consecutiveLocalOriginFailures: 3 }, 'outlierDetection.consecutiveLocalOriginFailures is 3, expected splitExternalLocalOriginErrors beside it; set that to true'],
    ['negative local failures', { splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: -3 }, 'outlierDetection.consecutiveLocalOriginFailures is -3'],
    ['a flag that is text', { splitExternalLocalOriginErrors: 'true' }, 'outlierDetection.splitExternalLocalOriginErrors is "true", expected true or false'],
    ['no Duration', { interval: 10 }, 'outlierDetection.interval is 10, expected a Duration'],
    ['a Duration of 0', { baseEjectionTime: Duration.seconds(0) }, 'outlierDetection.baseEjectionTime is 0 ms'],
    ['no ejection', { maxEjectionPercent: 0 }, 'outlierDetection.maxEjectionPercent is 0, expected a whole number from 1 to 100; Istio takes 0 for 10; leave outlierDetection out to eject nothing'],
    ['null percent', { maxEjectionPercent: null }, 'outlierDetection.maxEjectionPercent is null'],
    ['health above 100', { minHealthPercent: 101 }, 'outlierDetection.minHealthPercent is 101, expected a whole number from 0 to 100; write 0 to never use ejected endpoints'],
    ['a code that is no status', { outlierDetectionHttpErrorCodes: [99] }, 'a code of outlierDetectionHttpErrorCodes is 99, expected a whole number from 100 to 599; use one such as 503'],
    ['codes that are no list', { outlierDetectionHttpErrorCodes: 503 }, 'outlierDetection.outlierDetectionHttpErrorCodes is 503, expected a list'],
  ])('refuses %s', (_, detection, message) => {
    expect(() => render(detection as OutlierDetection)).toThrow(message);
  });
});
