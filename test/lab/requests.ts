/** The limits of the histogram by which Istio's proxies tell how long requests took, in milliseconds. */
const BUCKETS = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];

/** Counts the requests that a server has answered, as the sidecar of its pod would. */
export class Requests {
  private readonly byStatus = new Map<number, number>();
  private readonly byBucket = BUCKETS.map(() => 0);
  private count = 0;
  private sum = 0;

  add(status: number, millis: number): void {
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + 1);
    BUCKETS.forEach((limit, index) => this.byBucket[index] += millis <= limit ? 1 : 0);
    this.count += 1;
    this.sum += millis;
  }

  /** As Prometheus reads it, with these labels. */
  metrics(labels: Record<string, string>): string {
    const series = (name: string, more: Record<string, string>, value: number) =>
      `${name}{${Object.entries({ ...labels, ...more }).map(([key, text]) => `${key}=${JSON.stringify(text)}`).join(',')}} ${value}\n`;
    const duration = 'istio_request_duration_milliseconds';
    return [
      ...[...this.byStatus].map(([status, value]) => series('istio_requests_total', { response_code: `${status}` }, value)),
      ...this.byBucket.map((value, index) => series(`${duration}_bucket`, { le: `${BUCKETS[index]}` }, value)),
      series(`${duration}_bucket`, { le: '+Inf' }, this.count),
      series(`${duration}_sum`, {}, this.sum),
      series(`${duration}_count`, {}, this.count),
    ].join('');
  }
}
