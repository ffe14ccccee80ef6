import { Size } from 'cdk8s';
import { kibibytes } from './values';
import { noUnknown, object, show, whole } from '../private/check';
import { given } from '../private/render';

/**
 * The CPU and memory of the sidecar. Once one of them is set, Istio's defaults for all of them are gone.
 *
 * @see https://istio.io/latest/docs/reference/config/annotations/#SidecarProxyCPU
 */
export interface SidecarResources {
  /**
   * The CPU that is asked for, in thousandths of a core, at least 1.
   *
   * @default - none; as Istio was installed where no resource is set
   */
  readonly cpuMillis?: number;

  /**
   * The CPU that is not exceeded, in thousandths of a core, at least `cpuMillis`.
   *
   * @default - none; as Istio was installed where no resource is set
   */
  readonly cpuLimitMillis?: number;

  /**
   * The memory that is asked for.
   *
   * @default - none; as Istio was installed where no resource is set
   */
  readonly memory?: Size;

  /**
   * The memory that is not exceeded, at least `memory`.
   *
   * @default - none; as Istio was installed where no resource is set
   */
  readonly memoryLimit?: Size;
}

/** @internal */
export function renderResources(resources: SidecarResources): Record<string, string | undefined> {
  const { cpuMillis, cpuLimitMillis, memory, memoryLimit, ...rest } = object('resources', resources);
  noUnknown('resources', rest);
  const rendered = {
    'sidecar.istio.io/proxyCPU': given(cpuMillis, (value) => renderCpu('resources.cpuMillis', value)),
    'sidecar.istio.io/proxyCPULimit': given(cpuLimitMillis, (value) => renderCpu('resources.cpuLimitMillis', value)),
    'sidecar.istio.io/proxyMemory': given(memory, (value) => renderMemory('resources.memory', value)),
    'sidecar.istio.io/proxyMemoryLimit': given(memoryLimit, (value) => renderMemory('resources.memoryLimit', value)),
  };
  if (cpuMillis !== undefined && cpuLimitMillis !== undefined && cpuMillis > cpuLimitMillis) {
    throw new Error(`resources.cpuLimitMillis is ${cpuLimitMillis}, expected at least the cpuMillis of ${cpuMillis}; raise the limit`);
  }
  if (memory !== undefined && memoryLimit !== undefined && kibibytes('', memory) > kibibytes('', memoryLimit)) {
    throw new Error(`resources.memoryLimit is ${memoryLimit.asString()}, expected at least the memory of ${memory.asString()}; raise the limit`);
  }
  return rendered;
}

function renderCpu(where: string, value: number): string {
  return `${whole(where, value, 1, 1_000_000, 'give thousandths of a core, such as 100 for a tenth')}m`;
}

function renderMemory(where: string, value: Size): string {
  if (!(kibibytes(where, value) > 0)) {
    throw new Error(`${where} is ${show(value.asString())}, expected more than nothing; write for example Size.mebibytes(128)`);
  }
  return value.asString();
}
