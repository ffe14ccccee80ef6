import { CustomTag } from './custom-tag';
import { modeMatch, named, provider } from './values';
import { TelemetrySpecTracing } from '../../imports/telemetry.istio.io';
import { flag, instance, noUnknown, object, percentage } from '../private/check';
import { given } from '../private/render';
import { WorkloadMode } from '../traffic/workload-mode';

/**
 * How requests are traced.
 *
 * What is left out comes from the `Telemetry` of the namespace, then from that of the root namespace.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/#Tracing
 */
export interface Tracing {
  /**
   * The side of the traffic that it is for.
   *
   * @default WorkloadMode.CLIENT_AND_SERVER
   */
  readonly mode?: WorkloadMode;

  /**
   * The name of the extension provider in the mesh configuration that spans are reported to. Istio takes one only.
   *
   * @default - the default tracing provider of the mesh configuration
   */
  readonly provider?: string;

  /**
   * The percentage of requests that are traced, where nobody upstream has decided yet. 0 to 100, in steps of 0.01.
   *
   * @default - as the next `Telemetry` above says, or else the mesh configuration, in the end 1
   */
  readonly randomSamplingPercentage?: number;

  /**
   * Whether no spans are reported. The context of traces is handed on and sampled all the same.
   *
   * @default - as the next `Telemetry` above says, in the end false
   */
  readonly disableSpanReporting?: boolean;

  /**
   * Whether requests are sent on without the headers of their trace, for example to services outside of the mesh. Spans are reported all the same.
   *
   * @default false
   */
  readonly disableContextPropagation?: boolean;

  /**
   * Tags of each span, by name. They replace all those of the `Telemetry` above.
   *
   * @default - as the next `Telemetry` above says, in the end none
   */
  readonly customTags?: Record<string, CustomTag>;

  /**
   * Whether spans have the tags that Istio adds.
   *
   * @default true
   */
  readonly enableIstioTags?: boolean;

  /**
   * Whether the ID of a request decides if it is traced. To be turned off where IDs come from others than Envoy.
   *
   * @default true
   */
  readonly useRequestIdForTraceSampling?: boolean;
}

/** @internal */
export function renderTracing(tracing: Tracing, index: number): TelemetrySpecTracing {
  const where = `tracing[${index}]`;
  const {
    mode, provider: reportsTo, randomSamplingPercentage, disableSpanReporting, disableContextPropagation, customTags, enableIstioTags,
    useRequestIdForTraceSampling, ...rest
  } = object(where, tracing);
  noUnknown(where, rest);
  return {
    match: modeMatch(`${where}.mode`, mode),
    providers: given(reportsTo, (name) => [provider(`${where}.provider`, name)]),
    randomSamplingPercentage: given(randomSamplingPercentage, (value) => percentage(`${where}.randomSamplingPercentage`, value)),
    disableSpanReporting: flag(`${where}.disableSpanReporting`, disableSpanReporting),
    disableContextPropagation: flag(`${where}.disableContextPropagation`, disableContextPropagation),
    customTags: named(`${where}.customTags`, customTags, 'leave it out for those of the Telemetry above', (tag, name) =>
      instance(`the tag ${name} of ${where}`, tag, CustomTag, 'CustomTag.literal("blue")')._toIstio()),
    enableIstioTags: flag(`${where}.enableIstioTags`, enableIstioTags),
    useRequestIdForTraceSampling: flag(`${where}.useRequestIdForTraceSampling`, useRequestIdForTraceSampling),
  };
}
