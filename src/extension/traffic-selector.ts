import { TrafficExtensionSpecMatch } from '../../imports/extensions.istio.io';
import { list, member, noUnknown, object, port, show } from '../private/check';
import { given } from '../private/render';
import { WorkloadMode } from '../traffic/workload-mode';

/**
 * Traffic that an extension has to do with: that on one side, to some ports, or both.
 *
 * @see https://istio.io/latest/docs/reference/config/proxy_extensions/traffic_extension/#TrafficSelector
 */
export interface TrafficSelector {
  /**
   * The side that the workload is on. A gateway is on that of the client.
   *
   * @default WorkloadMode.CLIENT_AND_SERVER
   */
  readonly mode?: WorkloadMode;

  /**
   * The ports that the traffic goes to: those of the service where the workload is the client, its own where it is the server.
   *
   * @default - any
   */
  readonly ports?: number[];
}

/** The part of a spec that says which traffic an extension has to do with. */
export function renderSelectors<T>(where: string, selectors: TrafficSelector[] | undefined): T[] | undefined {
  return given(selectors, (all) => Array.from(list(`the match of ${where}`, all, 'leave it out for all traffic'),
    (selector, index) => renderSelector(`match[${index}] of ${where}`, selector) as T));
}

function renderSelector(where: string, selector: TrafficSelector): TrafficExtensionSpecMatch {
  const { mode, ports, ...rest } = object(where, selector);
  noUnknown(where, rest);
  return {
    mode: given(mode, (value) => member(`the mode of ${where}`, value, WorkloadMode) as any),
    ports: given(ports, (all) => renderPorts(`the ports of ${where}`, all)),
  };
}

function renderPorts(where: string, ports: number[]) {
  const numbers = Array.from(list(where, ports, 'leave them out for any'), (number) => port(`an entry of ${where}`, number));
  const twice = numbers.find((number, index) => numbers.indexOf(number) < index);
  if (twice !== undefined) {
    throw new Error(`${where} have ${show(twice)} twice, expected each port once; remove one`);
  }
  return numbers.map((number) => ({ number }));
}
