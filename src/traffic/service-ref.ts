import { ApiObject } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { ServiceEntry } from './service-entry';
import { noUnknown, object as optionsObject, optionalList, port, show, text, withArticle } from '../private/check';
import { dnsLabel, hostname } from '../private/names';

/**
 * Options for `ServiceRef.fromName`.
 */
export interface ServiceRefOptions {
  /**
   * The namespace of the service.
   *
   * @default - the namespace of the resource that names the service
   */
  readonly namespace?: string;

  /**
   * The port numbers of the service, so that a route to it can be checked.
   *
   * @default - unknown
   */
  readonly ports?: number[];

  /**
   * The DNS domain of the cluster, used where a namespace is given.
   *
   * @default "cluster.local"
   */
  readonly clusterDomain?: string;
}

/**
 * A service of the mesh: anything that requests can be sent to.
 *
 * Wherever this library asks for a service, it takes the construct itself (a `Service` of any cdk8s-plus version,
 * or any object of kind `Service`), a `ServiceEntry` with one host or, for a service that is not in the app, a `ServiceRef`.
 */
export class ServiceRef extends Construct {
  /**
   * The service that a construct defines. A `ServiceRef` is returned as it is.
   *
   * @param service a construct whose object is of kind `Service`, a `ServiceEntry` with one host, or a `ServiceRef`
   * @throws when the construct defines something else, or a ServiceEntry has several hosts
   */
  public static of(service: IConstruct): ServiceRef {
    if (service instanceof ServiceRef) {
      return service;
    }
    const object = apiObjectOf(service);
    const entry = object instanceof ServiceEntry ? object as ServiceEntry : undefined;
    if (entry !== undefined) {
      const host = hostOfEntry(entry);
      return new ServiceRef(host, undefined, host, () => entry._ports());
    }
    if (object?.kind !== 'Service') {
      const got = object ? withArticle(object.kind) : show(service);
      throw new Error(`the service is ${got}, expected a Service construct; for a service outside the app write ServiceRef.fromName("name")`);
    }
    const { name, metadata: { namespace } } = object;
    return new ServiceRef(name, namespace, hostOf(name, namespace), () => portsOf(service, object), () => object.toJson().spec?.selector);
  }

  /**
   * A Kubernetes service that is not in this app.
   *
   * @param name the name of the service
   * @param options its namespace and ports
   * @throws when the name or namespace is no DNS label, or a port is out of range
   */
  public static fromName(name: string, options: ServiceRefOptions = {}): ServiceRef {
    const { namespace, ports, clusterDomain, ...rest } = optionsObject('the options of ServiceRef.fromName', options);
    noUnknown('ServiceRef', rest);
    dnsLabel('the name of the service', name);
    if (namespace !== undefined) {
      dnsLabel('the namespace of the service', namespace);
    }
    optionalList('the ports of the service', ports)?.forEach((number) => port('a port of the service', number));
    return new ServiceRef(name, namespace, hostOf(name, namespace, clusterDomain), () => ports);
  }

  /**
   * A host that is known to the mesh by its DNS name, such as one of a ServiceEntry.
   *
   * @param host the DNS name; its first label may be a wildcard
   * @throws when it is no DNS name
   */
  public static fromHost(host: string): ServiceRef {
    return new ServiceRef(hostname('the host', host), undefined, host, () => undefined);
  }

  private constructor(
    /**
     * The name of the service: the Kubernetes name, or the host of one that is known by host only.
     */
    public readonly name: string,

    /**
     * The namespace of the service, where it is known.
     */
    public readonly namespace: string | undefined,

    /**
     * The host by which Istio knows the service.
     *
     * Fully qualified where the namespace is known; Istio completes a short name with the namespace of the resource it stands in.
     */
    public readonly host: string,

    private readonly readPorts: () => number[] | undefined,
    private readonly readSelector: () => Record<string, string> | undefined = () => undefined,
  ) {
    super(undefined as unknown as Construct, ''); // stands in no tree: it refers to an object and is none
  }

  /**
   * The port numbers of the service, where they are known.
   *
   * @internal
   */
  public _ports(): number[] | undefined {
    return this.readPorts();
  }

  /**
   * The labels of its workloads, where they are known.
   *
   * @internal
   */
  public _selector(): Record<string, string> | undefined {
    return this.readSelector();
  }
}

function hostOf(name: string, namespace?: string, clusterDomain = 'cluster.local'): string {
  text('the cluster domain', clusterDomain, 'leave it out for cluster.local');
  return namespace === undefined ? name : hostname('the host of the service', `${name}.${namespace}.svc.${clusterDomain}`);
}

function hostOfEntry({ hosts }: ServiceEntry): string {
  if (hosts.length > 1) {
    throw new Error(`the service is a ServiceEntry with the hosts ${hosts.map(show).join(', ')}, expected one with a single host; name the one you mean by ServiceRef.fromHost(${show(hosts[0])})`);
  }
  return hosts[0];
}

function apiObjectOf(construct: IConstruct): ApiObject | undefined {
  const child = construct?.node?.defaultChild ?? construct;
  return ApiObject.isApiObject(child) ? child : undefined;
}

/** A cdk8s-plus Service of any version lists its ports; of other objects the manifest does. */
function portsOf(service: IConstruct, object: ApiObject): number[] {
  const ports: { port: number }[] = 'ports' in service ? service.ports as { port: number }[] : object.toJson().spec?.ports ?? [];
  return ports.map(({ port: number }) => number);
}
