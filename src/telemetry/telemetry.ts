import { Construct } from 'constructs';
import { AccessLogging, renderAccessLogging } from './access-logging';
import { Metrics, renderMetrics } from './metrics';
import { renderTracing, Tracing } from './tracing';
import { entries } from './values';
import { Telemetry as Binding, TelemetrySpec } from '../../imports/telemetry.istio.io';
import { PolicyTarget, policyTarget } from '../policy-target';
import { noUnknown, object } from '../private/check';
import { given } from '../private/render';
import { IstioResource, IstioResourceProps } from '../resource';

/**
 * Properties of a `Telemetry`: at least one of `tracing`, `metrics` and `accessLogging`.
 */
export interface TelemetryProps extends IstioResourceProps {
  /**
   * What it applies to. A namespace has at most one `Telemetry` without target, and a workload at most one that selects it.
   *
   * @default - all workloads of the namespace, in the root namespace of the mesh
   */
  readonly target?: PolicyTarget;

  /**
   * How requests are traced.
   *
   * @default - as the `Telemetry` of the namespace says, then that of the root namespace, then the mesh configuration
   */
  readonly tracing?: Tracing[];

  /**
   * Which metrics are reported.
   *
   * @default - as the `Telemetry` of the namespace says, then that of the root namespace, then the mesh configuration
   */
  readonly metrics?: Metrics[];

  /**
   * Which requests and connections are logged.
   *
   * @default - as the `Telemetry` of the namespace says, then that of the root namespace, then the mesh configuration
   */
  readonly accessLogging?: AccessLogging[];
}

const LEAVE_OUT = 'leave it out for what the Telemetry above says';

/**
 * Which traces, metrics and access logs the proxies of some workloads report.
 *
 * There are three levels: the mesh (in Istio's root namespace, without target), the namespace (without target) and the
 * workload. What one leaves out, the one above says.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/
 */
export class Telemetry extends IstioResource {
  private readonly spec: TelemetrySpec;

  /**
   * Creates the configuration.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props what it applies to, and what is reported
   * @throws when it says nothing, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: TelemetryProps) {
    super(scope, id, Binding.GVK, object('the properties of the Telemetry', props));
    const { metadata, target, tracing, metrics, accessLogging, ...rest } = props;
    noUnknown('Telemetry', rest);
    if (tracing === undefined && metrics === undefined && accessLogging === undefined) {
      throw new Error('the Telemetry has none of tracing, metrics and accessLogging, expected at least one of them; say what is reported');
    }
    this.spec = {
      ...given(target, (value) => policyTarget(value)._toIstio(this.namespace, true)),
      tracing: entries('tracing', tracing, LEAVE_OUT, renderTracing),
      metrics: entries('metrics', metrics, LEAVE_OUT, renderMetrics),
      accessLogging: entries('accessLogging', accessLogging, LEAVE_OUT, renderAccessLogging),
    };
  }

  /** @internal */
  protected _toSpec(): TelemetrySpec {
    return this.spec;
  }
}
