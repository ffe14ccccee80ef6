/**
 * How much of what Istio accepts can be said by typed properties: the share of manifests of which every field and every enum
 * value is one that the tests have set.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { crds, fieldsIn, root, Shapes } from '../test/istio/fields';
import { verify } from '../test/istio/verifier';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: object;
}

/** Manifests of one origin. */
export interface Corpus {
  readonly name: string;
  readonly manifests: Manifest[];
}

export interface Measured {
  readonly accepted: Manifest[];
  /** Those with a field or value that no test has set, and which. */
  readonly beyond: { readonly manifest: Manifest; readonly paths: string[] }[];
}

/** Gives the manifests to Istio and compares those that it accepts with what has been set. */
export function measure(manifests: Manifest[], set: Set<string>, shapes: Shapes): Measured {
  const named = manifests.map((manifest, index) => ({ ...manifest, metadata: { ...manifest.metadata, name: `object-${index}`, namespace: 'default' } }));
  const refused = new Set(verify(named, ['schema', 'validate']).filter(({ level }) => level === 'error').map(({ name }) => name));
  const accepted = named.filter(({ metadata }) => !refused.has(metadata.name));
  const beyond = accepted.map((manifest) => ({ manifest, paths: missing(manifest, set, shapes) })).filter(({ paths }) => paths.length > 0);
  return { accepted, beyond };
}

function missing({ kind, spec }: Manifest, set: Set<string>, shapes: Shapes): string[] {
  return [...new Set(fieldsIn(spec ?? {}, shapes[kind]).map((path) => `${kind} ${path}`))].filter((path) => !set.has(path));
}

/** The objects of Istio's documentation, and those of its own tests and samples. */
export function corpora(kinds: string[]): Corpus[] {
  const folder = execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', 'istio.io/istio'], { cwd: join(root, 'verifier'), encoding: 'utf8' }).trim();
  return [
    { name: "Istio's documentation", manifests: manifestsIn(join(root, 'test', 'documented', 'objects'), kinds) },
    { name: "Istio's tests and samples", manifests: manifestsIn(folder, kinds) },
  ];
}

function manifestsIn(folder: string, kinds: string[]): Manifest[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.ya?ml$/.test(file)).sort();
  const found = files.flatMap((file) => readFileSync(join(folder, file), 'utf8').split(/^---.*$/m)
    .filter((text) => /^apiVersion:.*istio\.io\//m.test(text))
    .flatMap((text) => parseAllDocuments(text, { logLevel: 'error' }))
    .filter(({ errors }) => errors.length === 0)
    .map((document): Manifest => document.toJS())
    .filter(({ apiVersion, kind, spec }) => apiVersion?.includes('istio.io/') && kinds.includes(kind) && typeof spec === 'object'));
  return [...new Map(found.map((manifest) => [JSON.stringify([manifest.kind, manifest.spec]), manifest])).values()];
}

/** Random objects out of the schemas, most of which Istio refuses for what the schemas do not say. */
export function randoms(each: number, seed: number): Corpus {
  const manifests = Object.entries(crds()).flatMap(([kind, { apiVersion, schema }]) => fc.sample(value(schema, 'spec'), { seed, numRuns: each })
    .map((spec): Manifest => ({ apiVersion, kind, metadata: { name: 'random' }, spec: spec as object })));
  return { name: `random objects (seed ${seed})`, manifests };
}

/** What strings of a field may look like, by its name. */
const TEXTS: [RegExp, string[]][] = [
  [/host|sni/i, ['orders.example.com', 'orders']],
  [/uri|url/i, ['https://example.com/a', '/a']],
  [/timeout|interval|duration|delay|ttl|time$|backoff|maxAge/i, ['5s']],
  [/address|ip|subnet|bind/i, ['10.0.0.1', '10.0.0.0/16']],
  [/protocol/i, ['HTTP', 'TCP', 'TLS']],
  [/method/i, ['GET']],
];

function value(schema: any, name: string): fc.Arbitrary<unknown> {
  if (schema.enum) {
    return fc.constantFrom(...schema.enum);
  }
  if (schema.properties) {
    return object(schema);
  }
  if (schema.items) {
    return fc.array(value(schema.items, name), { minLength: 1, maxLength: 1 });
  }
  if (typeof schema.additionalProperties === 'object') {
    return value(schema.additionalProperties, name).map((one) => ({ app: one }));
  }
  switch (schema.type) {
    case 'integer': return fc.constantFrom(80, 1, 100);
    case 'number': return fc.constantFrom(1, 50);
    case 'boolean': return fc.boolean();
    default: return fc.constantFrom(...TEXTS.find(([names]) => names.test(name))?.[1] ?? ['a', 'example']);
  }
}

/** Few fields at once: each more is one more that may not go with the others. */
function object(schema: any): fc.Arbitrary<object> {
  const names = Object.keys(schema.properties);
  const needed: string[] = schema.required ?? [];
  return fc.subarray(names, { minLength: 1, maxLength: Math.min(3, names.length) })
    .map((chosen) => [...new Set([...needed, ...chosen])])
    .chain((chosen) => fc.record(Object.fromEntries(chosen.map((name) => [name, value(schema.properties[name], name)]))));
}
