import { Duration } from 'cdk8s';
import { WorkloadGroupSpecProbe } from '../../imports/networking.istio.io';
import { list, noUnknown, object, optionalText, port, show, whole } from '../private/check';
import { given, orUndefined } from '../private/render';

/**
 * When a probe is made, and what counts as ready.
 */
export interface ReadinessProbeOptions {
  /**
   * The time from the start of the workload to the first probe, in whole seconds.
   *
   * @default Duration.seconds(0)
   */
  readonly initialDelay?: Duration;

  /**
   * How long an answer may take, in whole seconds, at least 1.
   *
   * @default Duration.seconds(1)
   */
  readonly timeout?: Duration;

  /**
   * The time from one probe to the next, in whole seconds, at least 1.
   *
   * @default Duration.seconds(10)
   */
  readonly period?: Duration;

  /**
   * How many probes in a row must succeed for the workload to be ready, at least 1.
   *
   * @default 1
   */
  readonly successThreshold?: number;

  /**
   * How many probes in a row must fail for the workload to be unready, at least 1.
   *
   * @default 1
   */
  readonly failureThreshold?: number;
}

/**
 * Options of a probe that makes a connection.
 */
export interface TcpReadinessProbeOptions extends ReadinessProbeOptions {
  /**
   * The host that is connected to.
   *
   * @default - the workload itself
   */
  readonly host?: string;
}

/**
 * Options of a probe that makes an HTTP request.
 */
export interface HttpReadinessProbeOptions extends TcpReadinessProbeOptions {
  /**
   * The path of the request.
   *
   * @default "/"
   */
  readonly path?: string;

  /**
   * The headers of the request.
   *
   * @default - none
   */
  readonly headers?: Record<string, string>;
}

/**
 * How the proxy finds out whether the workload beside it is ready.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/workload-group/#ReadinessProbe
 */
export class ReadinessProbe {
  /**
   * An HTTP request that is answered by a status from 200 to 399.
   *
   * @param number the port, 1 to 65535
   * @param options the path, and when the probe is made
   * @throws when a value is wrong
   */
  public static httpGet(number: number, options: HttpReadinessProbeOptions = {}): ReadinessProbe {
    return ReadinessProbe.http('ReadinessProbe.httpGet', number, options);
  }

  /**
   * An HTTP request over TLS that is answered by a status from 200 to 399. The certificate is not verified.
   *
   * @param number the port, 1 to 65535
   * @param options the path, and when the probe is made
   * @throws when a value is wrong
   */
  public static httpsGet(number: number, options: HttpReadinessProbeOptions = {}): ReadinessProbe {
    return ReadinessProbe.http('ReadinessProbe.httpsGet', number, options, 'HTTPS');
  }

  /**
   * A TCP connection that can be made.
   *
   * @param number the port, 1 to 65535
   * @param options the host, and when the probe is made
   * @throws when a value is wrong
   */
  public static tcpSocket(number: number, options: TcpReadinessProbeOptions = {}): ReadinessProbe {
    const where = 'ReadinessProbe.tcpSocket';
    const { host, ...timing } = object(`the options of ${where}`, options);
    return new ReadinessProbe({
      tcpSocket: { port: port(`the port of ${where}`, number), host: optionalText(`the host of ${where}`, host) },
      ...renderTiming(where, timing),
    });
  }

  /**
   * A command on the workload's machine that ends with status 0.
   *
   * @param command the program and its arguments
   * @param options when the probe is made
   * @throws when there is no command, or a value is wrong
   */
  public static exec(command: string[], options: ReadinessProbeOptions = {}): ReadinessProbe {
    const where = 'ReadinessProbe.exec';
    list(`the command of ${where}`, command, 'name the program and its arguments').forEach((part) => {
      if (typeof part !== 'string' || part === '') {
        throw new Error(`a part of the command of ${where} is ${show(part)}, expected a non-empty string; leave it out`);
      }
    });
    return new ReadinessProbe({ exec: { command }, ...renderTiming(where, object(`the options of ${where}`, options)) });
  }

  private static http(where: string, number: number, options: HttpReadinessProbeOptions, scheme?: string): ReadinessProbe {
    const { host, path, headers, ...timing } = object(`the options of ${where}`, options);
    const httpHeaders = given(headers, (values) => Object.entries(object(`the headers of ${where}`, values)).map(([name, value]) => header(where, name, value)));
    return new ReadinessProbe({
      httpGet: {
        port: port(`the port of ${where}`, number),
        scheme,
        host: optionalText(`the host of ${where}`, host),
        path: optionalText(`the path of ${where}`, path),
        httpHeaders: orUndefined(httpHeaders),
      },
      ...renderTiming(where, timing),
    });
  }

  private constructor(private readonly probe: WorkloadGroupSpecProbe) {}

  /** @internal */
  public _toIstio(): WorkloadGroupSpecProbe {
    return this.probe;
  }
}

function header(where: string, name: string, value: string) {
  if (!/^[-A-Za-z0-9]+$/.test(name) || typeof value !== 'string') {
    throw new Error(`the headers of ${where} have ${show(name)}: ${show(value)}, expected a name of letters, digits and dashes with a text; rename it or write the value in quotes`);
  }
  return { name, value };
}

function renderTiming(where: string, timing: ReadinessProbeOptions): WorkloadGroupSpecProbe {
  const { initialDelay, timeout, period, successThreshold, failureThreshold, ...rest } = timing;
  noUnknown(where, rest);
  const threshold = (name: string, value: number | undefined) =>
    given(value, (times) => whole(`the ${name} of ${where}`, times, 1, INT32, 'leave it out for the default'));
  return {
    initialDelaySeconds: given(initialDelay, (value) => seconds(`the initialDelay of ${where}`, value, 0)),
    timeoutSeconds: given(timeout, (value) => seconds(`the timeout of ${where}`, value, 1)),
    periodSeconds: given(period, (value) => seconds(`the period of ${where}`, value, 1)),
    successThreshold: threshold('successThreshold', successThreshold),
    failureThreshold: threshold('failureThreshold', failureThreshold),
  };
}

const INT32 = 2 ** 31 - 1;

function seconds(where: string, value: Duration, min: number): number {
  // No instanceof: an app may hold a second copy of cdk8s.
  if (typeof value?.toMilliseconds !== 'function') {
    throw new Error(`${where} is ${show(value)}, expected a Duration; write for example Duration.seconds(5)`);
  }
  const amount = value.toMilliseconds({ integral: false }) / 1000;
  if (!Number.isInteger(amount) || amount < min || amount > INT32) {
    throw new Error(`${where} is ${amount} s, expected a whole number of seconds from ${min} to ${INT32}; round it`);
  }
  return amount;
}
