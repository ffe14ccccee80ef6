import { modeMatch, providers as byName } from './values';
import { TelemetrySpecAccessLogging } from '../../imports/telemetry.istio.io';
import { celExpression } from '../private/cel';
import { flag, noUnknown, object } from '../private/check';
import { given } from '../private/render';
import { WorkloadMode } from '../traffic/workload-mode';

/**
 * Which requests and connections are logged.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/#AccessLogging
 */
export interface AccessLogging {
  /**
   * The side of the traffic that it is for.
   *
   * @default WorkloadMode.CLIENT_AND_SERVER
   */
  readonly mode?: WorkloadMode;

  /**
   * The names of the extension providers in the mesh configuration that it is for.
   *
   * @default - the default access logging providers of the mesh configuration
   */
  readonly providers?: string[];

  /**
   * Whether nothing is logged.
   *
   * @default - as the next `Telemetry` above says, in the end false
   */
  readonly disabled?: boolean;

  /**
   * Which ones are logged, in CEL over Envoy's attributes, such as `response.code >= 400`.
   *
   * @default - all
   */
  readonly filter?: string;
}

/** @internal */
export function renderAccessLogging(logging: AccessLogging, index: number): TelemetrySpecAccessLogging {
  const where = `accessLogging[${index}]`;
  const { mode, providers, disabled, filter, ...rest } = object(where, logging);
  noUnknown(where, rest);
  return {
    match: modeMatch(`${where}.mode`, mode),
    providers: byName(`${where}.providers`, providers),
    disabled: flag(`${where}.disabled`, disabled),
    filter: given(filter, (value) => ({ expression: celExpression(`${where}.filter`, value) })),
  };
}
