import { address } from './address';
import { flag, instance, noUnknown, object, show } from '../private/check';
import { given } from '../private/render';
import { ClientTls } from '../traffic/client-tls';

/**
 * Options of `ConfigSource.xds`.
 */
export interface XdsConfigSourceOptions {
  /**
   * How istiod connects to the server.
   *
   * @default - without TLS
   */
  readonly tls?: ClientTls;

  /**
   * Whether services come from there too.
   *
   * @default false
   */
  readonly serviceRegistry?: boolean;
}

/**
 * Where istiod reads Istio's resources from. Those of Kubernetes are not read once there is one, unless it is among them.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ConfigSource
 */
export class ConfigSource {
  /**
   * A server with the xDS API.
   *
   * @param server its host and port
   * @param options how istiod connects to it
   * @throws when the server has no port, or a value is wrong
   */
  public static xds(server: string, options: XdsConfigSourceOptions = {}): ConfigSource {
    const { tls, serviceRegistry, ...rest } = object('the options of ConfigSource.xds', options);
    noUnknown('ConfigSource.xds', rest);
    return new ConfigSource({
      address: `xds://${address('the server of ConfigSource.xds', server)}`,
      tlsSettings: given(tls, (value) => instance('tls of ConfigSource.xds', value, ClientTls, 'ClientTls.istioMutual()')._toIstio()),
      subscribedResources: flag('serviceRegistry of ConfigSource.xds', serviceRegistry) ? ['SERVICE_REGISTRY'] : undefined,
    });
  }

  /**
   * The Kubernetes API server of istiod's cluster.
   */
  public static kubernetes(): ConfigSource {
    return new ConfigSource({ address: 'k8s://' });
  }

  /**
   * Files in a directory of istiod's container.
   *
   * @param directory its path, which begins with `/`
   * @throws when the path does not begin with `/`
   */
  public static files(directory: string): ConfigSource {
    if (typeof directory !== 'string' || !/^\/[^?#\s]*$/.test(directory)) {
      throw new Error(`the directory of ConfigSource.files is ${show(directory)}, expected an absolute path; write for example "/etc/istio/config"`);
    }
    return new ConfigSource({ address: `fs://${directory}` });
  }

  private constructor(private readonly source: object) {}

  /** @internal */
  public _toIstio(): object {
    return this.source;
  }
}
