import { noUnknown, text } from '../private/check';
import { hostnameOrIp, objectName } from '../private/names';

/**
 * What is known of a host outside of the app.
 */
export interface ExternalHostOptions {
  /**
   * The subsets that a DestinationRule elsewhere defines for it.
   *
   * @default - any subset is taken to be there
   */
  readonly subsets?: string[];
}

/**
 * Something that stands outside of the app and that its resources refer to: said once, so that no check reports it as missing.
 *
 * The checks believe that a namespace with Services in the app has all of them in the app; what else is there is declared.
 *
 * @see https://istio.io/latest/docs/ops/diagnostic-tools/istioctl-analyze/
 */
export class External {
  /**
   * A service outside of the app.
   *
   * @param host its name in full, such as `payments.bank.svc.cluster.local`, or a wildcard such as `*.example.com`
   * @param options what is known of it
   * @returns the declaration
   * @throws if the host is no DNS name
   */
  public static host(host: string, options: ExternalHostOptions = {}): External {
    const { subsets, ...rest } = options;
    noUnknown('External.host', rest);
    return new External('host', hostnameOrIp('host', host), subsets);
  }

  /**
   * A Gateway outside of the app.
   *
   * @param namespace the namespace it stands in
   * @param name its name
   * @returns the declaration
   * @throws if a name is none that Kubernetes accepts
   */
  public static gateway(namespace: string, name: string): External {
    return External.object('gateway', namespace, name);
  }

  /**
   * A namespace with more in it than the app shows: nothing is reported as missing there.
   *
   * @param name its name
   * @returns the declaration
   * @throws if the name is none that Kubernetes accepts
   */
  public static namespace(name: string): External {
    return new External('namespace', objectName('namespace', name));
  }

  /**
   * A Secret outside of the app, such as one that cert-manager or an operator creates.
   *
   * @param namespace the namespace it stands in
   * @param name its name
   * @returns the declaration
   * @throws if a name is none that Kubernetes accepts
   */
  public static secret(namespace: string, name: string): External {
    return External.object('secret', namespace, name);
  }

  /**
   * A service account outside of the app.
   *
   * @param namespace the namespace it stands in
   * @param name its name
   * @returns the declaration
   * @throws if a name is none that Kubernetes accepts
   */
  public static serviceAccount(namespace: string, name: string): External {
    return External.object('service-account', namespace, name);
  }

  /**
   * An extension provider of a MeshConfig outside of the app, for tracing, metrics, access logs or authorization.
   *
   * @param name its name in the MeshConfig
   * @returns the declaration
   * @throws if the name is empty
   */
  public static provider(name: string): External {
    return new External('provider', text('provider', name, 'give the name it has in the MeshConfig'));
  }

  /**
   * A declaration from its parts.
   *
   * @internal
   */
  public static _of({ _kind, _name, _subsets }: Pick<External, '_kind' | '_name' | '_subsets'>): External {
    return new External(_kind, _name, _subsets);
  }

  private static object(kind: string, namespace: string, name: string): External {
    return new External(kind, `${objectName('namespace', namespace)}/${objectName('name', name)}`);
  }

  private constructor(
    /** @internal */
    public readonly _kind: string,
    /** @internal */
    public readonly _name: string,
    /** @internal */
    public readonly _subsets?: string[],
  ) {}
}
