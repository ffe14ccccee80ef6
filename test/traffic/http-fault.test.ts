import { Duration, Testing } from 'cdk8s';
import { Destination, GrpcStatus, HttpFault, HttpRoute, ServiceRef, VirtualService } from '../../src';

describe('HttpFault', () => {
  test.each([
    ['delay', HttpFault.delay(Duration.seconds(5), 10), { delay: { fixedDelay: '5s', percentage: { value: 10 } } }],
    ['delayPercent', HttpFault.delayPercent(Duration.seconds(5), 10), { delay: { fixedDelay: '5s', percent: 10 } }],
    ['abort', HttpFault.abort(503, 0.0001), { abort: { httpStatus: 503, percentage: { value: 0.0001 } } }],
    ...Object.values(GrpcStatus).map((status) => [`abortGrpc ${status}`, HttpFault.abortGrpc(status, 100),
      { abort: { grpcStatus: status, percentage: { value: 100 } } }] as [string, HttpFault, object]),
    ['all', HttpFault.all(HttpFault.delay(Duration.millis(1), 1), HttpFault.abort(200, 2)),
      { delay: { fixedDelay: '1ms', percentage: { value: 1 } }, abort: { httpStatus: 200, percentage: { value: 2 } } }],
    ['all of one', HttpFault.all(HttpFault.abort(599, 1)), { abort: { httpStatus: 599, percentage: { value: 1 } } }],
  ])('%s', (_, fault, rendered) => {
    const chart = Testing.chart();
    const orders = ServiceRef.fromName('orders');
    new VirtualService(chart, 'Orders', { services: [orders], http: [HttpRoute.forward(Destination.service(orders), { fault })] });

    expect(Testing.synth(chart)[0].spec.http[0].fault).toEqual(rendered);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, () => unknown, string]>([
    ['a delay that is a number', () => HttpFault.delay(5 as any, 10), 'the delay is 5, expected a Duration; write for example Duration.seconds(5)'],
    ['a delay of 0', () => HttpFault.delay(Duration.millis(0), 10), 'the delay is 0 ms'],
    ['a delay of no request', () => HttpFault.delay(Duration.seconds(1), 0), 'the share of delayed requests is 0, expected a number from 0.0001 to 100'],
    ['a delay without share', () => HttpFault.delay(Duration.seconds(1), undefined as any), 'the share of delayed requests is undefined'],
    ['a part of a percent in the older form', () => HttpFault.delayPercent(Duration.seconds(1), 0.5), 'the percentage of delayed requests is 0.5, expected a whole number from 1 to 100; for a fraction write HttpFault.delay'],
    ['a delay of 0 in the older form', () => HttpFault.delayPercent(Duration.millis(0), 1), 'the delay is 0 ms'],
    ['a status below 200', () => HttpFault.abort(199, 10), 'the status of aborted requests is 199, expected a whole number from 200 to 599; use one such as 503'],
    ['a status as text', () => HttpFault.abort('503' as any, 10), 'the status of aborted requests is "503"'],
    ['a share above 100', () => HttpFault.abort(503, 100.5), 'the share of aborted requests is 100.5'],
    ['a share of NaN', () => HttpFault.abort(503, NaN), 'the share of aborted requests is NaN'],
    ['an unknown gRPC status', () => HttpFault.abortGrpc('OK' as any, 10), 'the gRPC status is "OK", expected one of CANCELLED, UNKNOWN'],
    ['a share of calls below 0', () => HttpFault.abortGrpc(GrpcStatus.ABORTED, -1), 'the share of aborted calls is -1'],
    ['two delays', () => HttpFault.all(HttpFault.delay(Duration.millis(1), 1), HttpFault.delay(Duration.millis(2), 1)), 'the joined faults have two of kind delay, expected at most one; inject the second on a rule of its own'],
    ['two aborts', () => HttpFault.all(HttpFault.abort(503, 1), HttpFault.abortGrpc(GrpcStatus.ABORTED, 1)), 'the joined faults have two of kind abort'],
    ['nothing to join', () => HttpFault.all(), 'HttpFault.all is [], expected a list of at least one entry; give the faults to join'],
    ['a single fault that is none', () => HttpFault.all('abort' as any), 'a joined fault is "abort", expected an HttpFault; write for example HttpFault.abort(503, 1)'],
    ['a first fault that is none', () => HttpFault.all(null as any, HttpFault.abort(503, 1)), 'a joined fault is null, expected an HttpFault'],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});
