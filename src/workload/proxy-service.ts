import { Duration } from 'cdk8s';
import { proxyAddress } from './values';
import { flag, instance, noUnknown, object } from '../private/check';
import { istioDuration } from '../private/duration';
import { given } from '../private/render';
import { ClientTls } from '../traffic/client-tls';
import { renderConnectionPool, TcpKeepalive } from '../traffic/connection-pool';

/**
 * A server that proxies send access logs or metrics to.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#RemoteService
 */
export interface ProxyRemoteService {
  /**
   * Its host and port, such as `accesslog-service:15000`.
   */
  readonly address: string;

  /**
   * The TLS of connections to it.
   *
   * @default - none
   */
  readonly tls?: ClientTls;

  /**
   * Probes that keep the connection open.
   *
   * @default - none
   */
  readonly tcpKeepalive?: TcpKeepalive;
}

/** @internal */
export function renderRemoteService(where: string, service: ProxyRemoteService): object {
  const { address, tls, tcpKeepalive, ...rest } = object(where, service);
  noUnknown(where, rest);
  return {
    address: proxyAddress(`${where}.address`, address),
    tlsSettings: given(tls, (value) => instance(`${where}.tls`, value, ClientTls, 'ClientTls.istioMutual()')._toIstio()),
    tcpKeepalive: given(tcpKeepalive, (value) => renderConnectionPool({ tcp: { tcpKeepalive: value } }).tcp?.tcpKeepalive),
  };
}

/**
 * What speeds up the proxy's work with private keys.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#PrivateKeyProvider
 */
export class PrivateKeyProvider {
  /**
   * CryptoMB: instructions of newer Intel processors, several keys at once.
   *
   * @param pollDelay how long a queue waits to be full, at least 1 ms
   * @param fallback whether the usual way is taken where the processor can't; otherwise the proxy does not start
   * @throws when a value is wrong
   */
  public static cryptoMb(pollDelay: Duration, fallback?: boolean): PrivateKeyProvider {
    return new PrivateKeyProvider({ cryptomb: renderProvider('PrivateKeyProvider.cryptoMb', pollDelay, fallback) });
  }

  /**
   * QAT: Intel's accelerator cards.
   *
   * @param pollDelay how long the card is given before it is asked for the result, at least 1 ms
   * @param fallback whether the usual way is taken where there is no card; otherwise the proxy does not start
   * @throws when a value is wrong
   */
  public static qat(pollDelay: Duration, fallback?: boolean): PrivateKeyProvider {
    return new PrivateKeyProvider({ qat: renderProvider('PrivateKeyProvider.qat', pollDelay, fallback) });
  }

  private constructor(private readonly provider: object) {}

  /** @internal */
  public _toIstio(): object {
    return this.provider;
  }
}

function renderProvider(where: string, pollDelay: Duration, fallback: boolean | undefined): object {
  return { pollDelay: istioDuration(`the pollDelay of ${where}`, pollDelay), fallback: flag(`the fallback of ${where}`, fallback) };
}
