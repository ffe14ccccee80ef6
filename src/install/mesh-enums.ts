/**
 * How inbound requests reach the application.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-InboundTrafficPolicy-Mode
 */
export enum InboundTrafficPolicy {
  /** At the address of the pod, as without Istio. */
  PASSTHROUGH = 'PASSTHROUGH',
  /** At localhost, for applications that listen there only. */
  LOCALHOST = 'LOCALHOST',
}

/**
 * Which Ingress resources of Kubernetes Istio serves.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-IngressControllerMode
 */
export enum IngressControllerMode {
  /** None. */
  OFF = 'OFF',
  /** Those of its class, and those without a class. */
  DEFAULT = 'DEFAULT',
  /** Those of its class. */
  STRICT = 'STRICT',
}

/**
 * The form of access logs.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-AccessLogEncoding
 */
export enum AccessLogEncoding {
  /** Lines of text. */
  TEXT = 'TEXT',
  /** Lines of JSON. */
  JSON = 'JSON',
}

/**
 * How the paths of requests are made alike before they are matched and sent on.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ProxyPathNormalization-NormalizationType
 */
export enum PathNormalization {
  /** Istio's own choice, which is `BASE`. */
  DEFAULT = 'DEFAULT',
  /** Not at all. Authorization by path can then be evaded. */
  NONE = 'NONE',
  /** By RFC 3986: `/a/../b` is `/b`. */
  BASE = 'BASE',
  /** As `BASE`, and slashes are merged: `/a//b` is `/a/b`. */
  MERGE_SLASHES = 'MERGE_SLASHES',
  /** As `MERGE_SLASHES`, after encoded slashes have been decoded: `/a%2f/b` is `/a/b`. */
  DECODE_AND_MERGE_SLASHES = 'DECODE_AND_MERGE_SLASHES',
}
