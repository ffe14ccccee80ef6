import { createHash } from 'node:crypto';

/** What is compared of a CustomResourceDefinition. */
export interface Crd {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly versions: readonly { readonly storage: boolean; readonly schema?: { readonly openAPIV3Schema?: Schema } }[] };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

interface Schema {
  readonly properties?: Record<string, Schema>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
}

/** The fields of a CRD: how many, and a digest of their names. */
export interface CrdFields {
  readonly count: number;
  readonly digest: string;
}

/** Istio's CRDs in the release that this package is made for. */
export const ISTIO_CRDS: Record<string, CrdFields> = {
  'authorizationpolicies.security.istio.io': { count: 63, digest: 'abbb2e266e31' },
  'destinationrules.networking.istio.io': { count: 380, digest: 'c720cece83c9' },
  'envoyfilters.networking.istio.io': { count: 75, digest: '324f2ef440b1' },
  'gateways.networking.istio.io': { count: 49, digest: 'aa0489120e9c' },
  'peerauthentications.security.istio.io': { count: 23, digest: 'a13773bf557c' },
  'proxyconfigs.networking.istio.io': { count: 23, digest: 'a5fccbbf2b02' },
  'requestauthentications.security.istio.io': { count: 47, digest: 'd6269de3e719' },
  'serviceentries.networking.istio.io': { count: 38, digest: '2fca29061289' },
  'sidecars.networking.istio.io': { count: 109, digest: '616ae536725c' },
  'telemetries.telemetry.istio.io': { count: 71, digest: '13bd0c0eb632' },
  'trafficextensions.extensions.istio.io': { count: 47, digest: '9af51e9775b8' },
  'virtualservices.networking.istio.io': { count: 185, digest: 'f9a925296e1b' },
  'wasmplugins.extensions.istio.io': { count: 49, digest: '4c1eabe1b547' },
  'workloadentries.networking.istio.io': { count: 24, digest: 'c95b1f124a9a' },
  'workloadgroups.networking.istio.io': { count: 50, digest: '27307a66b01e' },
};

/** The fields of a CRD that Kubernetes keeps in its store. */
export function fieldsOf({ spec }: Crd): CrdFields {
  const paths = below(spec.versions.find(({ storage }) => storage)?.schema?.openAPIV3Schema, '').sort();
  return { count: paths.length, digest: createHash('sha256').update(paths.join('\n')).digest('hex').slice(0, 12) };
}

function below(schema: Schema | undefined, path: string): string[] {
  const { properties = {}, items, additionalProperties } = schema ?? {};
  return [
    ...Object.entries(properties).flatMap(([name, field]) => [`${path}.${name}`, ...below(field, `${path}.${name}`)]),
    ...items ? below(items, `${path}[]`) : [],
    ...typeof additionalProperties === 'object' ? below(additionalProperties, `${path}{}`) : [],
  ];
}
