import { Duration, Testing } from 'cdk8s';
import { ReadinessProbe, WorkloadGroup } from '../../src';

const timing = {
  initialDelay: Duration.seconds(0), timeout: Duration.seconds(2), period: Duration.minutes(1), successThreshold: 1, failureThreshold: 4,
};
const rendered = { initialDelaySeconds: 0, timeoutSeconds: 2, periodSeconds: 60, successThreshold: 1, failureThreshold: 4 };

describe('ReadinessProbe', () => {
  test.each<[string, ReadinessProbe, object]>([
    ['httpGet', ReadinessProbe.httpGet(8080), { httpGet: { port: 8080 } }],
    ['httpGet, every option', ReadinessProbe.httpGet(8080, { host: '127.0.0.1', path: '/ready', headers: { 'x-probe': 'istio', 'x-empty': '' }, ...timing }),
      { httpGet: { port: 8080, host: '127.0.0.1', path: '/ready', httpHeaders: [{ name: 'x-probe', value: 'istio' }, { name: 'x-empty', value: '' }] }, ...rendered }],
    ['httpGet, no headers', ReadinessProbe.httpGet(8080, { headers: {} }), { httpGet: { port: 8080 } }],
    ['httpsGet', ReadinessProbe.httpsGet(8443, { path: '/ready', ...timing }), { httpGet: { port: 8443, scheme: 'HTTPS', path: '/ready' }, ...rendered }],
    ['tcpSocket', ReadinessProbe.tcpSocket(5432), { tcpSocket: { port: 5432 } }],
    ['tcpSocket, every option', ReadinessProbe.tcpSocket(5432, { host: 'localhost', ...timing }), { tcpSocket: { port: 5432, host: 'localhost' }, ...rendered }],
    ['exec', ReadinessProbe.exec(['cat', '/tmp/ready']), { exec: { command: ['cat', '/tmp/ready'] } }],
    ['exec, every option', ReadinessProbe.exec(['cut', '-d', ' '], timing), { exec: { command: ['cut', '-d', ' '] }, ...rendered }],
  ])('%s', (_, probe, expected) => {
    const chart = Testing.chart();
    new WorkloadGroup(chart, 'Group', { template: {}, probe });

    expect(Testing.synth(chart)[0].spec.probe).toEqual(expected);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, () => unknown, string]>([
    ['a port out of range', () => ReadinessProbe.httpGet(0), 'the port of ReadinessProbe.httpGet is 0, expected a whole number from 1 to 65535'],
    ['a port that is text', () => ReadinessProbe.httpsGet('8080' as any), 'the port of ReadinessProbe.httpsGet is "8080", expected a whole number'],
    ['no port', () => ReadinessProbe.tcpSocket(undefined as any), 'the port of ReadinessProbe.tcpSocket is undefined, expected a whole number'],
    ['null for options, http', () => ReadinessProbe.httpGet(80, null as any), 'the options of ReadinessProbe.httpGet is null, expected an object'],
    ['null for options, tcp', () => ReadinessProbe.tcpSocket(80, null as any), 'the options of ReadinessProbe.tcpSocket is null, expected an object'],
    ['null for options, exec', () => ReadinessProbe.exec(['a'], null as any), 'the options of ReadinessProbe.exec is null, expected an object'],
    ['an unknown option', () => ReadinessProbe.httpGet(80, { scheme: 'HTTPS' } as any), 'ReadinessProbe.httpGet has no property "scheme" (got "HTTPS")'],
    ['a path for TCP', () => ReadinessProbe.tcpSocket(80, { path: '/' } as any), 'ReadinessProbe.tcpSocket has no property "path" (got "/")'],
    ['a host for a command', () => ReadinessProbe.exec(['a'], { host: 'a' } as any), 'ReadinessProbe.exec has no property "host" (got "a")'],
    ['an empty host', () => ReadinessProbe.httpGet(80, { host: '' }), 'the host of ReadinessProbe.httpGet is "", expected a non-empty string'],
    ['an empty host, tcp', () => ReadinessProbe.tcpSocket(80, { host: '' }), 'the host of ReadinessProbe.tcpSocket is "", expected a non-empty string'],
    ['a path that is an object', () => ReadinessProbe.httpGet(80, { path: {} as any }), 'the path of ReadinessProbe.httpGet is {}, expected a non-empty string'],
    ['headers that are text', () => ReadinessProbe.httpGet(80, { headers: 'a: b' as any }), 'the headers of ReadinessProbe.httpGet is "a: b", expected an object'],
    ['a header name that is none', () => ReadinessProbe.httpGet(80, { headers: { a_b: 'c' } }), 'the headers of ReadinessProbe.httpGet have "a_b": "c", expected a name of letters, digits and dashes with a text; rename it or write the value in quotes'],
    ['a header that is a number', () => ReadinessProbe.httpGet(80, { headers: { a: 1 as any } }), 'the headers of ReadinessProbe.httpGet have "a": 1, expected a name'],
    ['no command', () => ReadinessProbe.exec([]), 'the command of ReadinessProbe.exec is [], expected a list of at least one entry; name the program and its arguments'],
    ['a command that is text', () => ReadinessProbe.exec('ls' as any), 'the command of ReadinessProbe.exec is "ls", expected a list'],
    ['an empty part of a command', () => ReadinessProbe.exec(['ls', '']), 'a part of the command of ReadinessProbe.exec is "", expected a non-empty string; leave it out'],
    ['a part that is a number', () => ReadinessProbe.exec(['sleep', 1 as any]), 'a part of the command of ReadinessProbe.exec is 1, expected a non-empty string'],
    ['a time that is a number', () => ReadinessProbe.httpGet(80, { timeout: 5 as any }), 'the timeout of ReadinessProbe.httpGet is 5, expected a Duration; write for example Duration.seconds(5)'],
    ['a time that is null', () => ReadinessProbe.httpGet(80, { period: null as any }), 'the period of ReadinessProbe.httpGet is null, expected a Duration'],
    ['a fraction of a second', () => ReadinessProbe.httpGet(80, { initialDelay: Duration.millis(1500) }), 'the initialDelay of ReadinessProbe.httpGet is 1.5 s, expected a whole number of seconds from 0 to 2147483647; round it'],
    ['no time at all', () => ReadinessProbe.httpGet(80, { timeout: Duration.seconds(0) }), 'the timeout of ReadinessProbe.httpGet is 0 s, expected a whole number of seconds from 1 to 2147483647'],
    ['a time without end', () => ReadinessProbe.httpGet(80, { period: Duration.days(30_000) }), 'the period of ReadinessProbe.httpGet is 2592000000 s, expected a whole number of seconds'],
    ['a threshold of 0', () => ReadinessProbe.httpGet(80, { successThreshold: 0 }), 'the successThreshold of ReadinessProbe.httpGet is 0, expected a whole number from 1 to 2147483647; leave it out for the default'],
    ['a threshold that is text', () => ReadinessProbe.exec(['a'], { failureThreshold: '3' as any }), 'the failureThreshold of ReadinessProbe.exec is "3", expected a whole number'],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});
