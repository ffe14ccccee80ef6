import { DestinationRuleSpecTrafficPolicyTls, DestinationRuleSpecTrafficPolicyTlsMode as Mode } from '../../imports/networking.istio.io';
import { flag, noUnknown, object, optionalText, text, texts } from '../private/check';
import { credential } from '../private/names';
import { given } from '../private/render';

/**
 * What a client can check and send in the TLS handshake.
 */
export interface ClientTlsHandshake {
  /**
   * The server name the client asks for. Give `subjectAltNames` beside it: a certificate for any name is accepted otherwise.
   *
   * @default - the host of the request, which the server's certificate must then be for; with `istioMutual` the name of the destination's service
   */
  readonly sni?: string;

  /**
   * The subject alternative names that the server may have.
   *
   * @default - for destinations in the mesh, their identities; any name otherwise
   */
  readonly subjectAltNames?: string[];
}

/**
 * How a client makes an ordinary TLS connection.
 */
export interface SimpleClientTls extends ClientTlsHandshake {
  /**
   * The secret or ConfigMap (`configmap://namespace/name`, in the namespace of the rule) with the CA certificates that the server is verified by. Excludes files.
   *
   * @default - `caCertificates`
   */
  readonly credentialName?: string;

  /**
   * The path of the CA certificates that the server is verified by; `system` stands for those of the operating system.
   *
   * @default - those of the operating system
   */
  readonly caCertificates?: string;

  /**
   * The path of the list of revoked server certificates.
   *
   * @default - none
   */
  readonly caCrl?: string;

  /**
   * Whether servers are trusted without verification. Excludes CA certificates and subject alternative names.
   *
   * @default false
   */
  readonly insecureSkipVerify?: boolean;
}

/**
 * How a client makes a TLS connection with a certificate of its own.
 */
export interface MutualClientTls extends SimpleClientTls {
  /**
   * The path of the client's certificate. Needed with `privateKey` where there is no `credentialName`.
   *
   * @default - that of the secret
   */
  readonly clientCertificate?: string;

  /**
   * The path of the client's private key.
   *
   * @default - that of the secret
   */
  readonly privateKey?: string;
}

/**
 * How clients of a destination treat TLS. Inside the mesh leave it out: Istio then uses mutual TLS wherever it can.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings
 */
export class ClientTls {
  /**
   * No TLS, not even Istio's own. A destination whose mutual TLS is STRICT then refuses every connection.
   */
  public static disable(): ClientTls {
    return new ClientTls({ mode: Mode.DISABLE });
  }

  /**
   * TLS without a client certificate, as to a web site.
   *
   * @param options how the server is verified
   * @throws when two sources of CA certificates are given, or verification is skipped and asked for
   */
  public static simple(options: SimpleClientTls = {}): ClientTls {
    const { rest, tls } = verification('ClientTls.simple', options);
    noUnknown('ClientTls.simple', rest);
    return new ClientTls({ mode: Mode.SIMPLE, ...tls });
  }

  /**
   * TLS with a client certificate.
   *
   * @param options the certificate, and how the server is verified
   * @throws when there is no certificate, or two sources of it
   */
  public static mutual(options: MutualClientTls): ClientTls {
    const { rest: { clientCertificate, privateKey, ...rest }, tls } = verification<MutualClientTls>('ClientTls.mutual', options);
    noUnknown('ClientTls.mutual', rest);
    if (tls.credentialName === undefined) {
      text('clientCertificate of ClientTls.mutual', clientCertificate!, 'give its path, or name the secret in credentialName');
      text('privateKey of ClientTls.mutual', privateKey!, 'give its path, or name the secret in credentialName');
    } else if (clientCertificate !== undefined || privateKey !== undefined) {
      throw new Error('ClientTls.mutual has credentialName and files, expected one of them; keep the one you mean');
    }
    return new ClientTls({ mode: Mode.MUTUAL, clientCertificate, privateKey, ...tls });
  }

  /**
   * Mutual TLS with the certificates that Istio gives its workloads.
   *
   * @param options what is asked for and checked
   * @throws when a value is wrong
   */
  public static istioMutual(options: ClientTlsHandshake = {}): ClientTls {
    const { sni, subjectAltNames, ...rest } = object('the options of ClientTls.istioMutual', options);
    noUnknown('ClientTls.istioMutual', rest);
    return new ClientTls({
      mode: Mode.ISTIO_UNDERSCORE_MUTUAL,
      sni: optionalText('sni of ClientTls.istioMutual', sni),
      subjectAltNames: texts('subjectAltNames of ClientTls.istioMutual', subjectAltNames),
    });
  }

  private constructor(private readonly tls: DestinationRuleSpecTrafficPolicyTls) {}

  /** @internal */
  public _toIstio(): DestinationRuleSpecTrafficPolicyTls {
    return this.tls;
  }
}

function verification<T extends SimpleClientTls>(where: string, options: T) {
  const { sni, subjectAltNames, credentialName, caCertificates, caCrl, insecureSkipVerify, ...rest } = object(`the options of ${where}`, options);
  for (const [field, value] of Object.entries({ sni, caCertificates, caCrl })) {
    optionalText(`${field} of ${where}`, value);
  }
  given(credentialName, (name) => credential(`credentialName of ${where}`, name));
  if (credentialName !== undefined && (caCertificates !== undefined || caCrl !== undefined)) {
    throw new Error(`${where} has credentialName and files, expected one of them; keep the one you mean`);
  }
  flag(`insecureSkipVerify of ${where}`, insecureSkipVerify);
  const names = texts(`subjectAltNames of ${where}`, subjectAltNames);
  // A client's secret may hold its own certificate only, so beside a skipped check it is refused for simple TLS alone.
  const verifies = caCertificates ?? names ?? (where === 'ClientTls.simple' ? credentialName : undefined);
  if (insecureSkipVerify && verifies !== undefined) {
    throw new Error(`${where} has insecureSkipVerify beside CA certificates or subjectAltNames, expected one of them; drop insecureSkipVerify to verify the server`);
  }
  return { rest, tls: { sni, subjectAltNames: names, credentialName, caCertificates, caCrl, insecureSkipVerify } };
}
