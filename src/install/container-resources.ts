import { noUnknown, object, show } from '../private/check';
import { given } from '../private/render';

/**
 * An amount of CPU and memory, in Kubernetes' notation.
 *
 * @see https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#resource-units-in-kubernetes
 */
export interface ResourceAmount {
  /**
   * CPU, such as `500m` or `2`.
   *
   * @default - the default of the chart
   */
  readonly cpu?: string;

  /**
   * Memory, such as `512Mi`.
   *
   * @default - the default of the chart
   */
  readonly memory?: string;
}

/**
 * CPU and memory of a container.
 *
 * @see https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
 */
export interface ContainerResources {
  /**
   * What it is sure to get.
   *
   * @default - the default of the chart
   */
  readonly requests?: ResourceAmount;

  /**
   * What it may use at most.
   *
   * @default - the default of the chart
   */
  readonly limits?: ResourceAmount;
}

/** @internal */
export function renderResources(where: string, resources: ContainerResources) {
  const { requests, limits, ...rest } = object(where, resources);
  noUnknown(where, rest);
  return {
    requests: given(requests, (amount) => renderAmount(`requests of ${where}`, amount)),
    limits: given(limits, (amount) => renderAmount(`limits of ${where}`, amount)),
  };
}

function renderAmount(where: string, amount: ResourceAmount) {
  const { cpu, memory, ...rest } = object(where, amount);
  noUnknown(where, rest);
  return {
    cpu: given(cpu, (value) => quantity(`cpu of ${where}`, value, '"500m"')),
    memory: given(memory, (value) => quantity(`memory of ${where}`, value, '"512Mi"')),
  };
}

function quantity(where: string, value: string, example: string): string {
  if (typeof value !== 'string' || !/^\d+(\.\d+)?([KMGTPE]i|[numkMGTPE]|[eE]\d+)?$/.test(value)) {
    throw new Error(`${where} is ${show(value)}, expected an amount in Kubernetes' notation; write for example ${example}`);
  }
  return value;
}
