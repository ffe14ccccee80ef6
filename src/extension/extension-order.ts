import { member, whole } from '../private/check';
import { given } from '../private/render';

/**
 * The place of an extension among the filters that Istio itself puts into a proxy.
 *
 * @see https://istio.io/latest/docs/reference/config/proxy_extensions/traffic_extension/#TrafficExtension-ExecutionPhase
 */
export enum ExtensionPhase {
  /** Before Istio's authentication. */
  AUTHN = 'AUTHN',
  /** After Istio's authentication, before its authorization. */
  AUTHZ = 'AUTHZ',
  /** After Istio's authorization, before its statistics. */
  STATS = 'STATS',
}

/** The part of a spec that says when an extension has its turn. */
export function renderOrder<T>(where: string, phase: ExtensionPhase | undefined, priority: number | undefined): { phase?: T; priority?: number } {
  return {
    phase: given(phase, (value) => member(`the phase of ${where}`, value, ExtensionPhase) as T),
    priority: given(priority, (value) => whole(`the priority of ${where}`, value, -(2 ** 31), 2 ** 31 - 1, 'the highest comes first')),
  };
}
