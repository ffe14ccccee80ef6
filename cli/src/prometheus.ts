/**
 * Prometheus did not give one number: it could not be reached, doesn't understand the query, or has several series for it.
 */
export class PrometheusError extends Error {
  /** The name of this kind of error. */
  override readonly name = 'PrometheusError';
}

/**
 * How to ask Prometheus.
 */
export interface PrometheusOptions {
  /**
   * Headers of the requests, such as `authorization`.
   *
   * @default - none
   */
  readonly headers?: Record<string, string>;

  /**
   * After how many milliseconds without an answer a query fails, more than 0.
   *
   * @default 5000
   */
  readonly timeout?: number;
}

/** An answer of Prometheus' HTTP API. */
interface Answer {
  readonly status: 'success' | 'error';
  readonly error?: string;
  readonly data?: { readonly resultType: string; readonly result: unknown };
}

/** A time, and the value then. */
type Sample = [number, string];

/**
 * Asks a Prometheus for single numbers.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries
 */
export class Prometheus {
  private readonly endpoint: URL;
  private readonly headers: Record<string, string>;
  private readonly timeout: number;

  /**
   * @param address where it is, such as `http://prometheus.istio-system:9090`; may have a path
   * @param options how to ask it
   * @throws when the address is no URL of HTTP
   */
  constructor(address: string, { headers = {}, timeout = 5_000 }: PrometheusOptions = {}) {
    checkAddress(address);
    this.endpoint = new URL('api/v1/query', address.replace(/\/*$/, '/'));
    this.headers = headers;
    this.timeout = timeout;
  }

  /**
   * The value of a query now; none when there are no data, or when the value is not a number (NaN), as a share of no requests is.
   *
   * @param promql a query that gives a scalar, or a vector of at most one series
   * @param signal ends the query at once
   * @throws PrometheusError when Prometheus doesn't give one number
   */
  async query(promql: string, signal?: AbortSignal): Promise<number | undefined> {
    const { resultType, result } = await this.ask(promql, signal);
    const samples = resultType === 'scalar' ? [result as Sample] : resultType === 'vector' ? (result as { value?: Sample }[]).map(({ value }) => value) : [];
    if (samples.includes(undefined) || !['scalar', 'vector'].includes(resultType)) {
      throw new PrometheusError(`${promql} gives a ${samples.length > 0 ? 'histogram' : resultType}, expected one number; aggregate it`);
    }
    if (samples.length > 1) {
      throw new PrometheusError(`${promql} gives ${samples.length} series, expected one; aggregate them, for example with sum(...)`);
    }
    const value = samples.length === 0 ? NaN : number(samples[0]![1]);
    return Number.isNaN(value) ? undefined : value;
  }

  private async ask(promql: string, signal: AbortSignal | undefined): Promise<NonNullable<Answer['data']>> {
    const limit = AbortSignal.timeout(this.timeout);
    const url = new URL(this.endpoint);
    url.searchParams.set('query', promql);
    let status: number;
    let text: string;
    try {
      const response = await fetch(url, { headers: this.headers, signal: AbortSignal.any([limit, ...signal ? [signal] : []]) });
      status = response.status;
      text = await response.text();
    } catch (error) {
      signal?.throwIfAborted();
      const { message, cause } = error as Error;
      const why = limit.aborted ? `no answer within ${this.timeout} ms` : (cause as Error | undefined)?.message || message;
      throw new PrometheusError(`${this.endpoint.origin} could not be asked (${why}), expected Prometheus; check its address`, { cause: error });
    }
    const answer = parsed(text);
    if (answer?.status === 'error') {
      throw new PrometheusError(`${promql} is refused by Prometheus: ${answer.error}`);
    }
    if (status !== 200 || answer?.data?.resultType === undefined) {
      throw new PrometheusError(`${this.endpoint.origin} answers with ${status} ${JSON.stringify(text.slice(0, 80))}, expected Prometheus; check its address`);
    }
    return answer.data;
  }
}

/**
 * Checks an address of Prometheus.
 *
 * @param address the address
 * @throws when it is no URL of HTTP, or has a password, which would be kept where many can read it
 */
export function checkAddress(address: string): void {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search || url.hash) {
    throw new Error(`the address of Prometheus is ${JSON.stringify(address)}, expected a URL of HTTP without a query; give for example http://prometheus.istio-system:9090`);
  }
  if (url.username || url.password) {
    throw new Error(`the address of Prometheus at ${url.host} has a user or password, expected none, since it is kept in the cluster; give a header instead`);
  }
}

const number = (text: string) => Number(text.replace('Inf', 'Infinity'));

function parsed(text: string): Answer | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
