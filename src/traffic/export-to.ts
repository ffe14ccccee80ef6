import { instance, list, show } from '../private/check';
import { dnsLabel } from '../private/names';

/**
 * The namespaces whose workloads see a resource.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService-export_to
 */
export class ExportTo {
  /** The whole mesh. */
  public static readonly ALL = new ExportTo(['*']);
  /** The namespace of the resource only. */
  public static readonly OWN_NAMESPACE = new ExportTo(['.']);

  /**
   * These namespaces.
   *
   * @param namespaces the names; `.` stands for the namespace of the resource
   * @throws when there is none, one is named twice, or one is no DNS label
   */
  public static namespaces(...namespaces: string[]): ExportTo {
    list('ExportTo.namespaces', namespaces, 'name a namespace, or use ExportTo.OWN_NAMESPACE');
    namespaces.filter((name) => name !== '.').forEach((name) => dnsLabel('a namespace of ExportTo', name));
    if (new Set(namespaces).size !== namespaces.length) {
      throw new Error(`ExportTo.namespaces is ${show(namespaces)}, expected each namespace once; remove the second`);
    }
    return new ExportTo(namespaces);
  }

  private constructor(private readonly namespaces: string[]) {}

  /** @internal */
  public _toIstio(): string[] {
    return this.namespaces;
  }
}

/**
 * The namespaces that a resource is visible in.
 *
 * @param namespace that of the resource, where it is known
 * @internal
 */
export function exported(exportTo: ExportTo, namespace: string | undefined): string[] {
  const namespaces = instance('exportTo', exportTo, ExportTo, 'ExportTo.OWN_NAMESPACE')._toIstio();
  if (namespace !== undefined && namespaces.includes('.') && namespaces.includes(namespace)) {
    throw new Error(`exportTo is ${show(namespaces)} in namespace ${show(namespace)}, expected each namespace once; remove one of the two`);
  }
  return namespaces;
}
