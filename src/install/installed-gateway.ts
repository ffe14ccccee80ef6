import { GatewayChartValues } from './chart-values';
import { Caller, ICaller } from '../patterns/caller';
import { noUnknown, object, show } from '../private/check';
import { dnsLabel, objectName } from '../private/names';
import { ServiceRef } from '../traffic/service-ref';

/**
 * Options of `InstalledGateway.fromRelease`.
 */
export interface InstalledGatewayOptions {
  /**
   * The namespace of the gateway, which should not be that of the control plane: who may change a gateway may not change istiod.
   *
   * @default - the name of the gateway
   */
  readonly namespace?: string;

  /**
   * Values of the chart, but for name and revision.
   *
   * @default - a load balancer at the ports 80 and 443
   */
  readonly values?: GatewayChartValues;
}

/**
 * Options of `MeshInstallation.addGateway`.
 */
export interface AddGatewayOptions extends InstalledGatewayOptions {
  /**
   * The revision or tag of the control plane that configures it.
   *
   * @default - the first tag of the installation, or else its revision
   */
  readonly revision?: string;
}

/**
 * A gateway as it is installed: what other resources need to know of it.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/gateway/
 */
export class InstalledGateway implements ICaller {
  /**
   * A gateway that Istio's Helm chart was installed as, by this app or by others.
   *
   * @param name the name of its release, such as `istio-ingress`
   * @param options its namespace and values
   * @throws when a value is wrong
   */
  public static fromRelease(name: string, options: InstalledGatewayOptions = {}): InstalledGateway {
    const { namespace = name, values = {}, ...rest } = object('the options of InstalledGateway.fromRelease', options);
    noUnknown('InstalledGateway.fromRelease', rest);
    dnsLabel('namespace of the gateway', namespace);
    if (values.name !== undefined || values.revision !== undefined) {
      throw new Error(`values of the gateway have the name ${show(values.name)} and the revision ${show(values.revision)}, expected neither; give them beside the values`);
    }
    return new InstalledGateway(objectName('the name of the gateway', name), namespace, values);
  }

  /**
   * The name of the release, of its Deployment and Service.
   */
  public readonly name: string;

  /**
   * Its namespace. Secrets with its certificates belong there.
   */
  public readonly namespace: string;

  /**
   * The labels of its pods, for the `selector` of an `IstioGateway`.
   */
  public readonly selector: Record<string, string>;

  /**
   * The name of the service account that it runs under.
   */
  public readonly serviceAccount: string;

  private constructor(name: string, namespace: string, { labels, values }: GatewayChartValues) {
    this.name = name;
    this.namespace = namespace;
    this.selector = { istio: labels?.istio ?? name.replace(/^istio-/, '') };
    const { create = true, name: account } = values?.serviceAccount ?? {};
    this.serviceAccount = account ?? (create ? name : 'default');
  }

  /**
   * Its identity, for `allowFrom`.
   */
  public get identity(): Caller {
    return Caller.serviceAccount(this.serviceAccount, { namespace: this.namespace });
  }

  /**
   * Its identity as a principal. `cluster.local` stands for the trust domain of the mesh, whatever that is.
   */
  public get principal(): string {
    return `cluster.local/ns/${this.namespace}/sa/${this.serviceAccount}`;
  }

  /**
   * Its Service.
   */
  public get service(): ServiceRef {
    return ServiceRef.fromName(this.name, { namespace: this.namespace });
  }

  /**
   * Refuses another gateway with the same labels, which would answer for the hosts of this one.
   *
   * @internal
   */
  public _refuseTwin(other: InstalledGateway): void {
    if (this.selector.istio === other.selector.istio) {
      throw new Error(`the gateway ${show(other.name)} has the label istio: ${show(other.selector.istio)} as ${show(this.name)} has, expected one of its own, as IstioGateway resources select by it; set the label "istio" in values.labels`);
    }
  }
}
