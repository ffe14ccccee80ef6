import { ApiObject, Chart, Duration, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { fraction, prometheusDuration, readAlertLabels, selector } from './prometheus';
import { noUnknown, object, show } from '../private/check';
import { dnsLabel } from '../private/names';
import { IstioResourceProps } from '../resource';

/**
 * Properties of a `SidecarBudget`.
 */
export interface SidecarBudgetProps extends IstioResourceProps {
  /**
   * The namespace of the sidecars.
   *
   * @default - the namespace of the resource, or of its chart
   */
  readonly namespace?: string;

  /**
   * The time of one processor that a sidecar may take, as a share of 100; above 0, and above 100 for more than one processor.
   *
   * @default 20, which is what a sidecar takes for about 1000 requests per second
   */
  readonly cpu?: number;

  /**
   * The memory that a sidecar may take, at least 1 MiB.
   *
   * @default Size.mebibytes(256), twice what Istio requests for it. It grows with what the sidecar knows of the mesh: see `Sidecar`
   */
  readonly memory?: Size;

  /**
   * How long it may take more, at least 1 ms.
   *
   * @default Duration.minutes(15)
   */
  readonly pendingPeriod?: Duration;

  /**
   * Further labels of the alerts, by which they are routed, such as `team`. `severity` is `warning`.
   *
   * @default - none
   */
  readonly alertLabels?: Record<string, string>;
}

/**
 * What the sidecars of a namespace may take of the processors and the memory, and alerts when they take more: a PrometheusRule for the Prometheus
 * operator, over what the kubelet measures of containers.
 *
 * @see https://istio.io/latest/docs/ops/deployment/performance-and-scalability/
 */
export class SidecarBudget extends ApiObject {
  /**
   * Creates the rules.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the namespace and the budget
   * @throws when the namespace is not known, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: SidecarBudgetProps = {}) {
    const { metadata, namespace, cpu = 20, memory = Size.mebibytes(256), pendingPeriod = Duration.minutes(15), alertLabels, ...rest } =
      object('the properties of the SidecarBudget', props);
    noUnknown('SidecarBudget', rest);
    const series = selector({ namespace: home(namespace ?? metadata?.namespace ?? Chart.of(scope).namespace), container: 'istio-proxy' });
    const pending = prometheusDuration('pendingPeriod', pendingPeriod);
    const labels = { severity: 'warning', ...readAlertLabels(alertLabels) };
    const rule = (alert: string, expr: string, what: string) => ({
      alert, expr, for: pending, labels, annotations: { summary: `The sidecar of {{ $labels.pod }} takes too much ${what}` },
    });
    super(scope, id, {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata,
      spec: {
        groups: [{
          name: 'sidecars',
          rules: [
            rule('SidecarCpuHigh', `sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{${series}}[5m])) > ${processors(cpu)}`, 'of the processor'),
            rule('SidecarMemoryHigh', `sum by (namespace, pod) (container_memory_working_set_bytes{${series}}) > ${bytes(memory)}`, 'memory'),
          ],
        }],
      },
    });
  }
}

function home(namespace: string | undefined): string {
  if (namespace === undefined) {
    throw new Error('the namespace of the SidecarBudget is not known, expected one, as Prometheus sees all namespaces; give it a namespace');
  }
  return dnsLabel('the namespace of the SidecarBudget', namespace);
}

function processors(share: number): number {
  if (typeof share !== 'number' || !(share > 0 && share < Infinity)) {
    throw new Error(`cpu of the SidecarBudget is ${show(share)}, expected a share of 100 of one processor; give for example 20`);
  }
  return fraction(share);
}

function bytes(memory: Size): number {
  if (typeof memory?.toKibibytes !== 'function' || memory.toKibibytes() < 1024) {
    throw new Error(`memory of the SidecarBudget is ${show(memory)}, expected a Size of at least 1 MiB; write for example Size.mebibytes(256)`);
  }
  return memory.toKibibytes() * 1024;
}
