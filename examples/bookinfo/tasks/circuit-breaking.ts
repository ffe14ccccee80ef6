import { Chart, ChartProps, Duration } from 'cdk8s';
import { Checks, DestinationRule } from 'cdk8s-istio';
import { Construct } from 'constructs';
import { Httpbin } from '../httpbin';

/** One connection, one request waiting, and out after the first error: the breaker trips as soon as two ask at once. */
export class CircuitBreaking extends Chart {
  constructor(scope: Construct, id: string, { service }: Httpbin, props: ChartProps = {}) {
    super(scope, id, props);

    const breaker = new DestinationRule(this, 'Httpbin', {
      metadata: { name: 'httpbin' },
      service,
      trafficPolicy: {
        connectionPool: {
          tcp: { maxConnections: 1 },
          http: { http1MaxPendingRequests: 1, maxRequestsPerConnection: 1 },
        },
        outlierDetection: {
          consecutive5xxErrors: 1,
          interval: Duration.seconds(1),
          baseEjectionTime: Duration.minutes(3),
          maxEjectionPercent: 100,
        },
      },
    });
    Checks.of(breaker).ignore('connection-per-request', 'so that the breaker is seen to trip');
  }
}
