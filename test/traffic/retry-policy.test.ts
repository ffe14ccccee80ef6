import { Duration, Testing } from 'cdk8s';
import { Destination, HttpRoute, RetryOn, RetryPolicy, ServiceRef, VirtualService } from '../../src';


function render(...policies: RetryPolicy[]) {
  const chart = Testing.chart();
  policies.forEach((retries, index) => {
    const orders = ServiceRef.fromName(`orders-${index}`);
    new VirtualService(chart, `Orders${index}`, { services: [orders], http: [HttpRoute.forward(Destination.service(orders), { retries })] });
  });
  return { chart, rendered: Testing.synth(chart).map(({ spec }) => spec.http[0].retries) };
}

describe('RetryPolicy', () => {
  test.each([
    ['never', RetryPolicy.never(), { attempts: 0 }],
    ['unprocessed', RetryPolicy.unprocessed(), { attempts: 2, retryOn: 'connect-failure,refused-stream,reset-before-request' }],
    ['idempotent', RetryPolicy.idempotent({ attempts: 3, perTry: Duration.seconds(2) }),
      { attempts: 3, perTryTimeout: '2s', retryOn: 'gateway-error,reset,connect-failure,refused-stream,unavailable,cancelled' }],
    ['of everything', RetryPolicy.of({ attempts: 5, perTry: Duration.millis(1500), backoff: Duration.millis(50), on: [RetryOn.SERVER_ERROR, RetryOn.status(429)], remoteLocalities: true, ignorePreviousHosts: false }),
      { attempts: 5, perTryTimeout: '1500ms', backoff: '50ms', retryOn: '5xx,429', retryRemoteLocalities: true, retryIgnorePreviousHosts: false }],
    ['of nothing', RetryPolicy.of({}), { attempts: 2 }],
    ['of no condition', RetryPolicy.of({ on: [], attempts: undefined }), { attempts: 2 }],
  ])('%s', (_, policy, expected) => {
    const { chart, rendered } = render(policy);

    expect(rendered).toEqual([expected]);
    expect(chart).toBeAcceptedByIstio();
  });

  test('Istio knows every condition', () => {
    const conditions = Object.values(RetryOn).filter((value): value is RetryOn => value instanceof RetryOn);

    const { chart, rendered } = render(...conditions.map((condition) => RetryPolicy.of({ on: [condition] })));

    expect(conditions).toHaveLength(16);
    expect(rendered.map(({ retryOn }) => retryOn)).toEqual(conditions.map(({ value }) => value));
    expect(chart).toBeAcceptedByIstio();
  });

  test('takes the statuses that Istio takes', () => {
    const taken = Array.from({ length: 700 }, (_, code) => code).flatMap((code) => {
      try {
        return RetryPolicy.of({ on: [RetryOn.status(code)] });
      } catch {
        return [];
      }
    });

    expect(taken).toHaveLength(62);
    expect(render(...taken).chart).toBeAcceptedByIstio();
  });

  test.each<[string, () => unknown, string]>([
    ['a status that is none', () => RetryOn.status(299), 'the status to retry on is 299, expected one that HTTP defines, such as 503; see RFC 9110 section 15'],
    ['a status as text', () => RetryOn.status('503' as any), 'the status to retry on is "503"'],
    ['0 attempts', () => RetryPolicy.of({ attempts: 0 }), 'the attempts of the retry policy is 0, expected a whole number from 1 to 2147483647; for no retries write RetryPolicy.never()'],
    ['null attempts', () => RetryPolicy.idempotent({ attempts: null as any }), 'the attempts of the retry policy is null'],
    ['a try without Duration', () => RetryPolicy.idempotent({ perTry: 2 as any }), 'perTry of the retry policy is 2, expected a Duration'],
    ['a pause of 0', () => RetryPolicy.unprocessed({ backoff: Duration.millis(0) }), 'backoff of the retry policy is 0 ms'],
    ['conditions as text', () => RetryPolicy.of({ on: '5xx' as any }), 'the conditions of the retry policy is "5xx", expected a list'],
    ['a condition as text', () => RetryPolicy.of({ on: ['5xx' as any] }), 'a condition of the retry policy is "5xx", expected a RetryOn; write for example RetryOn.GATEWAY_ERROR'],
    ['conditions beside those of a factory', () => RetryPolicy.idempotent({ on: [RetryOn.RESET] } as any), 'the retry policy has conditions of its own, expected no property "on" beside them; write RetryPolicy.of({ on: ... })'],
    ['flags as text', () => RetryPolicy.of({ remoteLocalities: 'yes' as any }), 'remoteLocalities of the retry policy is "yes", expected true or false'],
    ['numbers as flags', () => RetryPolicy.of({ ignorePreviousHosts: 1 as any }), 'ignorePreviousHosts of the retry policy is 1, expected true or false'],
    ['an unknown property', () => RetryPolicy.of({ perTryTimeout: Duration.seconds(1) } as any), 'RetryPolicy has no property "perTryTimeout"'],
    ['null', () => RetryPolicy.of(null as any), 'the retry policy is null, expected an object'],
    ['a number', () => RetryPolicy.unprocessed(3 as any), 'the retry policy is 3, expected an object'],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});
