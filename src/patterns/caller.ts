import { noUnknown, object, show } from '../private/check';
import { dnsLabel, objectName } from '../private/names';
import { AuthorizationSource } from '../security/authorization-source';

/**
 * Options of `Caller.serviceAccount`.
 */
export interface CallerOptions {
  /**
   * The namespace of the service account.
   *
   * @default - that of the service that is called
   */
  readonly namespace?: string;
}

/**
 * Who calls a service: something with an identity in the mesh, which is proved by mutual TLS.
 */
export interface ICaller {
  /**
   * The identity by which the service knows who calls.
   */
  readonly identity: Caller;
}

/**
 * An identity in the mesh, for `allowFrom`.
 *
 * Identities are proved by mutual TLS. A caller without sidecar and outside ambient has none: only `Caller.anyone` lets it in.
 *
 * @see https://istio.io/latest/docs/concepts/security/#istio-identity
 */
export class Caller implements ICaller {
  /**
   * The workloads that run under a service account. A gateway has one too, such as `istio-ingress` in the namespace `istio-ingress`.
   *
   * @param name the name of the service account
   * @param options its namespace
   * @throws when a name is none of Kubernetes
   */
  public static serviceAccount(name: string, options: CallerOptions = {}): Caller {
    const { namespace, ...rest } = object('the options of Caller.serviceAccount', options);
    noUnknown('Caller.serviceAccount', rest);
    objectName('the service account', name);
    if (namespace !== undefined) {
      dnsLabel('the namespace of the service account', namespace);
    }
    return new Caller({ serviceAccounts: [namespace === undefined ? name : `${namespace}/${name}`] }, namespace, false);
  }

  /**
   * All workloads of a namespace.
   *
   * @param name the name of the namespace
   * @throws when it is none of Kubernetes
   */
  public static namespace(name: string): Caller {
    return new Caller({ namespaces: [dnsLabel('the namespace', name)] }, name, false);
  }

  /**
   * Everybody, with an identity or without one.
   */
  public static anyone(): Caller {
    return new Caller(undefined, undefined, true);
  }

  private constructor(
    private readonly source: AuthorizationSource | undefined,
    private readonly from: string | undefined,
    private readonly everybody: boolean,
  ) {}

  /**
   * The identity itself.
   */
  public get identity(): Caller {
    return this;
  }

  /**
   * What an AuthorizationPolicy says of it; undefined for everybody.
   *
   * @internal
   */
  public _source(): AuthorizationSource | undefined {
    return this.source;
  }

  /**
   * The namespace that it calls from, where there is one.
   *
   * @internal
   */
  public _namespace(own: string | undefined): string | undefined {
    return this.everybody ? undefined : this.from ?? own;
  }
}

/** @throws when it is nobody who could call */
export function callerOf(value: ICaller): Caller {
  if (!(value?.identity instanceof Caller)) {
    throw new Error(`the caller is ${show(value)}, expected a Caller or a MeshService with a service account; write for example Caller.serviceAccount("frontend")`);
  }
  return value.identity;
}
