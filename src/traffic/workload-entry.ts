import { Construct } from 'constructs';
import { AddressForm, renderEndpoint, WorkloadEndpoint } from './workload-endpoint';
import { WorkloadEntry as Binding, WorkloadEntrySpec } from '../../imports/networking.istio.io';
import { object } from '../private/check';
import { IstioResource, IstioResourceProps } from '../resource';

/**
 * Properties of a `WorkloadEntry`. At least one of `address` and `network`.
 */
export interface WorkloadEntryProps extends IstioResourceProps, WorkloadEndpoint {
}

/**
 * A workload outside Kubernetes, such as a virtual machine, that is part of the mesh.
 * A `ServiceEntry` with `ServiceResolution.workloads` selects it by its labels, as a Service selects pods.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/workload-entry/
 */
export class WorkloadEntry extends IstioResource {
  private readonly spec: WorkloadEntrySpec;

  /**
   * Creates the workload.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props its address, ports and labels
   * @throws when it has neither address nor network, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: WorkloadEntryProps) {
    super(scope, id, Binding.GVK, object('the properties of the WorkloadEntry', props));
    const { metadata, ...endpoint } = props;
    this.spec = renderEndpoint('the WorkloadEntry', endpoint, AddressForm.ANY);
  }

  /** @internal */
  protected _toSpec(): WorkloadEntrySpec {
    return this.spec;
  }
}
