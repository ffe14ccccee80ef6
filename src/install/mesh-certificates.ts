import { Duration } from 'cdk8s';
import { address } from './address';
import { flag, instance, noUnknown, object, show, text, texts } from '../private/check';
import { optionalDuration } from '../private/duration';
import { given } from '../private/render';
import { ClientTls } from '../traffic/client-tls';

/**
 * Which trust a root certificate is for.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-CertificateData
 */
export interface RootCertificateScope {
  /**
   * The signers of Kubernetes whose certificates it verifies.
   *
   * @default - all
   */
  readonly certSigners?: string[];

  /**
   * The trust domains whose identities it verifies.
   *
   * @default - all
   */
  readonly trustDomains?: string[];
}

/**
 * A root certificate that workloads trust beside the mesh's own.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-CertificateData
 */
export class RootCertificate {
  /**
   * A certificate in PEM form.
   *
   * @param certificate the certificate
   * @param scope what it is for
   * @throws when it is no certificate in PEM form, or a value of the scope is wrong
   */
  public static pem(certificate: string, scope: RootCertificateScope = {}): RootCertificate {
    if (!/-----BEGIN CERTIFICATE-----[^]+-----END CERTIFICATE-----/.test(text('the root certificate', certificate, 'give it in PEM form'))) {
      throw new Error(`the root certificate is ${show(certificate)}, expected it in PEM form; begin with -----BEGIN CERTIFICATE-----`);
    }
    return new RootCertificate({ pem: certificate }, scope);
  }

  /**
   * The certificates at a SPIFFE bundle endpoint, which istiod fetches.
   *
   * @param url the address, by HTTPS
   * @param scope what they are for
   * @throws when it is no HTTPS address, or a value of the scope is wrong
   */
  public static spiffeBundle(url: string, scope: RootCertificateScope = {}): RootCertificate {
    if (typeof url !== 'string' || !URL.canParse(url) || !url.startsWith('https://')) {
      throw new Error(`the SPIFFE bundle endpoint is ${show(url)}, expected an HTTPS address; write for example "https://spire.example.com/bundle"`);
    }
    return new RootCertificate({ spiffeBundleUrl: url }, scope);
  }

  private readonly scope: RootCertificateScope;

  private constructor(private readonly source: object, scope: RootCertificateScope) {
    const { certSigners, trustDomains, ...rest } = object('the scope of the root certificate', scope);
    noUnknown('the scope of the root certificate', rest);
    this.scope = {
      certSigners: texts('certSigners of the root certificate', certSigners),
      trustDomains: texts('trustDomains of the root certificate', trustDomains),
    };
  }

  /** @internal */
  public _toIstio(): object {
    return { ...this.source, ...this.scope };
  }
}

/**
 * The authority that signs the certificates of workloads, by Istio's gRPC API, in place of istiod.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-CA
 */
export interface CertificateAuthority {
  /**
   * Its host or IP address with its port, as in `ca.security.svc.cluster.local:8932`.
   */
  readonly address: string;

  /**
   * How istiod connects to it.
   *
   * @default - mutual TLS, verified by the system's CA certificates
   */
  readonly tls?: ClientTls;

  /**
   * How long it may take to sign, at least 1 ms.
   *
   * @default Duration.seconds(10)
   */
  readonly requestTimeout?: Duration;

  /**
   * Whether istiod asks it on behalf of the workloads. Otherwise their agents do.
   *
   * @default true
   */
  readonly istiodSide?: boolean;
}

/** @internal */
export function renderAuthority(authority: CertificateAuthority) {
  const { address: where, tls, requestTimeout, istiodSide, ...rest } = object('ca', authority);
  noUnknown('ca', rest);
  return {
    address: address('ca.address', where),
    tlsSettings: given(tls, (value) => instance('ca.tls', value, ClientTls, 'ClientTls.istioMutual()')._toIstio()),
    requestTimeout: optionalDuration('ca.requestTimeout', requestTimeout),
    // The proto has a plain boolean, so that what is left out would be false.
    istiodSide: flag('ca.istiodSide', istiodSide) ?? true,
  };
}
