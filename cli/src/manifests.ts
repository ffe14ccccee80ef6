import { App, Chart, Duration } from 'cdk8s';
import {
  CanaryService, type CanaryServiceProps, CheckLevel, Checks, Destination, DestinationRule, HttpRoute, OutlierDetection, ResilientDestination,
  type ResilientDestinationProps, type RetryPolicy, ServiceRef, VirtualService,
} from 'cdk8s-istio';
import type { KubeObject } from './cluster.js';

/**
 * A service in several versions: all that `CanaryService` of cdk8s-istio takes for its routes and subsets.
 */
export interface CanaryConfig extends Omit<CanaryServiceProps, 'service' | 'serviceAccount' | 'destination'> {
  /**
   * The policy for the whole service: limits, ejection, load balancing, as `ResilientDestination` takes it, with its defaults.
   *
   * @default - none: what is left to Istio's defaults stays there
   */
  readonly destination?: Omit<ResilientDestinationProps, 'service'>;
}

/**
 * When an endpoint that keeps failing is taken out: the names and defaults of Istio's `OutlierDetection`.
 */
export type CircuitBreaker = OutlierDetection;

/** The manifests of a canary, as a chart would synthesize them. */
export function canaryManifests(service: string, namespace: string, { destination, ...config }: CanaryConfig): KubeObject[] {
  return synth(namespace, (chart, ref) => new CanaryService(chart, 'Canary', {
    ...config,
    service: ref(service),
    destination: destination && new ResilientDestination(chart, 'Destination', { ...destination, service: ref(service) }),
  }));
}

/** The fields of a circuit breaker, as a manifest has them. */
export function circuitBreaker(settings: CircuitBreaker): Record<string, unknown> {
  const { trafficPolicy } = specOf<{ trafficPolicy: { outlierDetection: Record<string, unknown> } }>((chart, service) =>
    new DestinationRule(chart, 'Rule', { service, trafficPolicy: { outlierDetection: settings } }));
  return trafficPolicy.outlierDetection;
}

/** The limits of a rule, in the notation of manifests. */
interface Limits {
  readonly timeout?: string;
  readonly retries?: Record<string, unknown>;
}

/** The limits of a rule, as a manifest has them. */
export function limits(given: { readonly timeout?: Duration; readonly retries?: RetryPolicy }): Limits {
  const { http } = specOf<{ http: [Limits] }>((chart, service) =>
    new VirtualService(chart, 'Routes', { services: [service], http: [HttpRoute.forward(Destination.service(service), given)] }));
  return http[0];
}

/** The contents of a resource of which only a part is wanted: what the checks say of the rest is of no interest. */
function specOf<T>(build: (chart: Chart, service: ServiceRef) => unknown): T {
  const [{ spec }] = synth('default', (chart, ref) => {
    Checks.of(chart).setLevel('*', CheckLevel.INFO);
    build(chart, ref('service'));
  });
  return spec as T;
}

function synth(namespace: string, build: (chart: Chart, ref: (name: string) => ServiceRef) => unknown): KubeObject[] {
  const chart = new Chart(new App(), 'cluster', { namespace, disableResourceNameHashes: true });
  build(chart, (name) => ServiceRef.fromName(name));
  return chart.toJson();
}
