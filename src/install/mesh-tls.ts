import { instance, list, member, noUnknown, object, optionalList, show, text } from '../private/check';
import { given, orUndefined } from '../private/render';
import { TlsVersion } from '../traffic/server-tls';

/**
 * A curve for the exchange of keys.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-TLSConfig
 */
export class EcdhCurve {
  /** NIST's P-224. */
  public static readonly P_224 = new EcdhCurve('P-224');
  /** NIST's P-256. */
  public static readonly P_256 = new EcdhCurve('P-256');
  /** NIST's P-384. */
  public static readonly P_384 = new EcdhCurve('P-384');
  /** NIST's P-521. */
  public static readonly P_521 = new EcdhCurve('P-521');
  /** Curve25519. */
  public static readonly X25519 = new EcdhCurve('X25519');
  /** Curve25519 with ML-KEM, which withstands quantum computers. */
  public static readonly X25519_MLKEM768 = new EcdhCurve('X25519MLKEM768');

  /**
   * Another curve. Istio leaves out those it does not know.
   *
   * @param name the name of the curve
   * @throws when it is empty
   */
  public static of(name: string): EcdhCurve {
    return new EcdhCurve(text('the name of the curve', name, 'use EcdhCurve.P_256 for the usual one'));
  }

  private constructor(
    /** The name of the curve. */
    public readonly name: string,
  ) {}
}

/**
 * What TLS between workloads of the mesh negotiates.
 *
 * @see https://istio.io/latest/docs/tasks/security/tls-configuration/workload-min-tls-version/
 */
export interface MeshMutualTls {
  /**
   * The lowest version that is accepted: `AUTO`, `V1_2` or `V1_3`.
   *
   * @default TlsVersion.V1_2
   */
  readonly minVersion?: TlsVersion;

  /**
   * The cipher suites of TLS 1.2, by OpenSSL's names. Proxies leave out those that Istio does not know.
   *
   * @default - Istio's own
   */
  readonly cipherSuites?: string[];
}

/**
 * What TLS negotiates elsewhere than between workloads of the mesh.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-TLSConfig
 */
export interface TlsDefaults extends MeshMutualTls {
  /**
   * The curves for the exchange of keys, each once.
   *
   * @default - Envoy's own
   */
  readonly ecdhCurves?: EcdhCurve[];
}

/** @internal */
export function renderMutualTls(settings: MeshMutualTls) {
  const { rest, tls } = renderCommon('meshMTLS', settings);
  if ('ecdhCurves' in rest) {
    throw new Error('meshMTLS has ecdhCurves, expected them in tlsDefaults, as Istio does not choose curves between workloads; move them there');
  }
  noUnknown('meshMTLS', rest);
  return tls;
}

/** @internal */
export function renderTlsDefaults(settings: TlsDefaults) {
  const { rest: { ecdhCurves, ...rest }, tls } = renderCommon('tlsDefaults', settings);
  noUnknown('tlsDefaults', rest);
  const names = optionalList('tlsDefaults.ecdhCurves', ecdhCurves)
    ?.map((curve) => instance('an entry of tlsDefaults.ecdhCurves', curve, EcdhCurve, 'EcdhCurve.P_256').name);
  if (names && new Set(names).size !== names.length) {
    throw new Error(`tlsDefaults.ecdhCurves is ${show(names)}, expected each curve once; remove the second`);
  }
  return { ...tls, ecdhCurves: orUndefined(names) };
}

function renderCommon<T extends MeshMutualTls>(where: string, settings: T) {
  const { minVersion, cipherSuites, ...rest } = object(where, settings);
  given(minVersion, (version) => member(`${where}.minVersion`, version, TlsVersion));
  if (minVersion === TlsVersion.V1_0 || minVersion === TlsVersion.V1_1) {
    throw new Error(`${where}.minVersion is ${minVersion}, expected TLS 1.2 or 1.3; leave it out for 1.2`);
  }
  given(cipherSuites, (suites) => list(`${where}.cipherSuites`, suites, 'leave it out for Istio\'s own')
    .forEach((suite) => text(`an entry of ${where}.cipherSuites`, suite, 'leave it out')));
  return { rest, tls: { minProtocolVersion: minVersion, cipherSuites } };
}
