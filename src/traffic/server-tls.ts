import {
  GatewaySpecServersTls, GatewaySpecServersTlsMaxProtocolVersion, GatewaySpecServersTlsMinProtocolVersion, GatewaySpecServersTlsMode,
} from '../../imports/networking.istio.io';
import { flag, member, noUnknown, object, optionalList, optionalText, text, texts } from '../private/check';
import { credential } from '../private/names';
import { given, orUndefined } from '../private/render';

/**
 * A version of TLS.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings-TLSProtocol
 */
export enum TlsVersion {
  /** The proxy chooses. */
  AUTO = 'TLS_AUTO',
  /** TLS 1.0, out of use; needs cipher suites that fit. */
  V1_0 = 'TLSV1_0',
  /** TLS 1.1, out of use; needs cipher suites that fit. */
  V1_1 = 'TLSV1_1',
  /** TLS 1.2. */
  V1_2 = 'TLSV1_2',
  /** TLS 1.3. */
  V1_3 = 'TLSV1_3',
}

/**
 * A server certificate and its key as files in the gateway's container.
 */
export interface ServerCertificateFiles {
  /**
   * The path of the certificate, in PEM form.
   */
  readonly certificate: string;

  /**
   * The path of its private key, in PEM form.
   */
  readonly privateKey: string;

  /**
   * The path of the CA certificates that clients are verified by, used where a server has several certificates.
   *
   * @default - those of the server
   */
  readonly caCertificates?: string;
}

/**
 * What a server can negotiate.
 */
export interface TlsNegotiation {
  /**
   * The lowest version clients may use.
   *
   * @default TlsVersion.V1_2
   */
  readonly minVersion?: TlsVersion;

  /**
   * The highest version clients may use.
   *
   * @default TlsVersion.AUTO
   */
  readonly maxVersion?: TlsVersion;

  /**
   * The cipher suites, by OpenSSL's names.
   *
   * @default - Envoy's own
   */
  readonly cipherSuites?: string[];
}

/**
 * The certificate of a server: exactly one of `credentialName`, `credentialNames` and `files`.
 */
export interface SimpleServerTls extends TlsNegotiation {
  /**
   * The name of the secret with certificate and key. It lies in the namespace of the gateway's pods, not of the resource.
   *
   * @default - another source
   */
  readonly credentialName?: string;

  /**
   * The names of two secrets, one with an RSA and one with an ECDSA certificate.
   *
   * @default - another source
   */
  readonly credentialNames?: string[];

  /**
   * One or two certificates as files in the gateway's container.
   *
   * @default - another source
   */
  readonly files?: ServerCertificateFiles[];
}

/**
 * The certificate of a server, and how it verifies those of its clients.
 */
export interface MutualServerTls extends SimpleServerTls {
  /**
   * The path of the CA certificates that clients are verified by. Needed beside `files`; a secret brings its own.
   *
   * @default - the `ca.crt` of the secret
   */
  readonly caCertificates?: string;

  /**
   * The secret or ConfigMap (`configmap://namespace/name`) with the CA certificates that clients are verified by.
   *
   * @default - the secret of the server, or the one named like it with `-cacert`
   */
  readonly caCertCredentialName?: string;

  /**
   * The path of the list of revoked client certificates. Not beside `credentialName`, whose secret holds its own.
   *
   * @default - none
   */
  readonly caCrl?: string;

  /**
   * The subject alternative names that clients may have.
   *
   * @default - any
   */
  readonly subjectAltNames?: string[];

  /**
   * The SHA-256 hashes, in hex, of the client certificates that are accepted.
   *
   * @default - any
   */
  readonly verifyCertificateHash?: string[];

  /**
   * The SHA-256 hashes, in base64, of the public keys of the client certificates that are accepted.
   *
   * @default - any
   */
  readonly verifyCertificateSpki?: string[];

  /**
   * Whether clients whose certificate can't be verified are let in all the same.
   *
   * @default false
   */
  readonly insecureSkipVerify?: boolean;
}

/**
 * How a gateway's server treats TLS.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings
 */
export class ServerTls {
  /**
   * The gateway ends TLS with its certificate.
   *
   * @param options the certificate
   * @throws when there is no certificate, or more than one source of it
   */
  public static simple(options: SimpleServerTls): ServerTls {
    const { rest, tls } = certificate('ServerTls.simple', options);
    noUnknown('ServerTls.simple', rest);
    return new ServerTls({ mode: GatewaySpecServersTlsMode.SIMPLE, ...tls });
  }

  /**
   * The gateway ends TLS and asks for a client certificate, without which there is no connection.
   *
   * @param options the certificate, and how clients are verified
   * @throws when there is no certificate, more than one source of it, or nothing to verify clients by
   */
  public static mutual(options: MutualServerTls): ServerTls {
    return new ServerTls({ mode: GatewaySpecServersTlsMode.MUTUAL, ...mutual('ServerTls.mutual', options) });
  }

  /**
   * The gateway ends TLS and verifies client certificates where clients have one.
   *
   * @param options the certificate, and how clients are verified
   * @throws when there is no certificate, more than one source of it, or nothing to verify clients by
   */
  public static optionalMutual(options: MutualServerTls): ServerTls {
    return new ServerTls({ mode: GatewaySpecServersTlsMode.OPTIONAL_UNDERSCORE_MUTUAL, ...mutual('ServerTls.optionalMutual', options) });
  }

  /**
   * The gateway ends TLS with the certificate that Istio gives its workloads, for traffic inside the mesh.
   *
   * @param options what can be negotiated
   * @throws when a value is wrong
   */
  public static istioMutual(options: TlsNegotiation = {}): ServerTls {
    const { rest, tls } = negotiation('ServerTls.istioMutual', options);
    noUnknown('ServerTls.istioMutual', rest);
    return new ServerTls({ mode: GatewaySpecServersTlsMode.ISTIO_UNDERSCORE_MUTUAL, ...tls });
  }

  /**
   * The gateway sends the encrypted connection on, by the server name the client asks for.
   */
  public static passthrough(): ServerTls {
    return new ServerTls({ mode: GatewaySpecServersTlsMode.PASSTHROUGH });
  }

  /**
   * Like `passthrough`, to the service that the server name itself spells, without a VirtualService. For gateways between clusters.
   */
  public static autoPassthrough(): ServerTls {
    return new ServerTls({ mode: GatewaySpecServersTlsMode.AUTO_UNDERSCORE_PASSTHROUGH });
  }

  private constructor(private readonly tls: GatewaySpecServersTls) {}

  /**
   * Whether the encrypted connection is sent on as it is.
   *
   * @internal
   */
  public _passesThrough(): boolean {
    return [GatewaySpecServersTlsMode.PASSTHROUGH, GatewaySpecServersTlsMode.AUTO_UNDERSCORE_PASSTHROUGH].includes(this.tls.mode!);
  }

  /** @internal */
  public _toIstio(): GatewaySpecServersTls {
    return this.tls;
  }
}

function negotiation<T extends TlsNegotiation>(where: string, options: T) {
  const { minVersion, maxVersion, cipherSuites, ...rest } = object(`the options of ${where}`, options);
  return {
    rest,
    tls: {
      minProtocolVersion: given(minVersion, (version) => member(`minVersion of ${where}`, version, TlsVersion) as string as GatewaySpecServersTlsMinProtocolVersion),
      maxProtocolVersion: given(maxVersion, (version) => member(`maxVersion of ${where}`, version, TlsVersion) as string as GatewaySpecServersTlsMaxProtocolVersion),
      cipherSuites: texts(`cipherSuites of ${where}`, cipherSuites),
    },
  };
}

function certificate<T extends SimpleServerTls>(where: string, options: T) {
  const { rest: { credentialName, credentialNames, files, ...rest }, tls } = negotiation<SimpleServerTls>(where, options);
  atMostTwo(`credentialNames of ${where}`, credentialNames);
  atMostTwo(`files of ${where}`, files);
  const sources = [
    ...(credentialName === undefined ? [] : ['credentialName']),
    ...(credentialNames?.length ? ['credentialNames'] : []),
    ...(files?.length ? ['files'] : []),
  ];
  if (sources.length !== 1) {
    throw new Error(`${where} has ${sources.length === 0 ? 'no certificate' : sources.join(' and ')}, expected exactly one of credentialName, credentialNames and files; name the secret with the certificate`);
  }
  const pairs = files?.map((pair) => certificateFiles(where, pair));
  return {
    rest,
    tls: {
      ...tls,
      credentialName: optionalText(`credentialName of ${where}`, credentialName, 'name the secret with the certificate'),
      credentialNames: texts(`credentialNames of ${where}`, credentialNames),
      ...(pairs?.length === 1 ? pairs[0] : { tlsCertificates: orUndefined(pairs) }),
    },
  };
}

function atMostTwo(where: string, values: unknown[] | undefined): void {
  if (optionalList(where, values) && values!.length > 2) {
    throw new Error(`${where} has ${values!.length} entries, expected at most two, one for RSA and one for ECDSA; give other hosts a server of their own`);
  }
}

function certificateFiles(where: string, pair: ServerCertificateFiles) {
  const { certificate: path, privateKey, caCertificates, ...rest } = object(`an entry of files of ${where}`, pair);
  noUnknown(`an entry of files of ${where}`, rest);
  return {
    serverCertificate: text(`certificate of ${where}`, path, 'give the path in the container'),
    privateKey: text(`privateKey of ${where}`, privateKey, 'give the path in the container'),
    ...given(caCertificates, (file) => ({ caCertificates: text(`caCertificates of an entry of files of ${where}`, file, 'give the path in the container') })),
  };
}

function mutual(where: string, options: MutualServerTls): GatewaySpecServersTls {
  const { rest: certified, tls } = certificate<MutualServerTls>(where, options);
  const {
    caCertificates, caCertCredentialName, caCrl, subjectAltNames, verifyCertificateHash, verifyCertificateSpki, insecureSkipVerify, ...rest
  } = certified as MutualServerTls;
  noUnknown(where, rest);
  // Istio looks at those of a file only where it is the only one.
  if (tls.credentialName === undefined && tls.credentialNames === undefined && caCertificates === undefined && !('caCertificates' in tls)) {
    throw new Error(`${where} has files and no caCertificates, expected the path of the CA certificates that clients are verified by; add it beside files or use a secret`);
  }
  if (caCrl !== undefined && options.credentialName !== undefined) {
    throw new Error(`${where} has caCrl beside credentialName, expected one of them; put the list into the secret as ca.crl`);
  }
  return {
    ...tls,
    ...given(caCertificates, (file) => ({ caCertificates: text(`caCertificates of ${where}`, file, 'give the path in the container') })),
    caCertCredentialName: given(caCertCredentialName, (name) => credential(`caCertCredentialName of ${where}`, name)),
    caCrl: optionalText(`caCrl of ${where}`, caCrl),
    subjectAltNames: texts(`subjectAltNames of ${where}`, subjectAltNames),
    verifyCertificateHash: texts(`verifyCertificateHash of ${where}`, verifyCertificateHash),
    verifyCertificateSpki: texts(`verifyCertificateSpki of ${where}`, verifyCertificateSpki),
    insecureSkipVerify: flag(`insecureSkipVerify of ${where}`, insecureSkipVerify),
  };
}
