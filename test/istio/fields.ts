import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

export const root = join(__dirname, '..', '..');

/** What a CRD says of a value: a path through it has `[]` for the items of a list and `{}` for the values of a map. */
export interface Shape {
  readonly fields?: Record<string, Shape>;
  readonly items?: Shape;
  readonly values?: Shape;
  readonly enum?: string[];
}

/** The spec of each kind, as its CRD has it. */
export type Shapes = Record<string, Shape>;

interface Crd {
  readonly apiVersion: string;
  /** The schema of the spec. */
  readonly schema: any;
}

/** What the CRDs say of each kind, in the version of it that users write. */
export function crds(yaml = readFileSync(join(root, 'imports', 'crds', 'istio.yaml'), 'utf8')): Record<string, Crd> {
  return Object.fromEntries(parseAllDocuments(yaml).map((document) => document.toJS().spec).map(({ group, names, versions: [version] }) =>
    [names.kind, { apiVersion: `${group}/${version.name}`, schema: version.schema.openAPIV3Schema.properties.spec }]));
}

export function shapes(yaml?: string): Shapes {
  return Object.fromEntries(Object.entries(crds(yaml)).map(([kind, { schema }]) => [kind, shape(schema)]));
}

function shape(schema: any): Shape {
  return {
    fields: schema.properties && Object.fromEntries(Object.entries(schema.properties).map(([name, field]) => [name, shape(field)])),
    items: schema.items && shape(schema.items),
    values: typeof schema.additionalProperties === 'object' ? shape(schema.additionalProperties) : undefined,
    enum: schema.enum,
  };
}

/** The path of every field, and of every value of an enum: `spec.mtls.mode=STRICT`. */
export function fieldsOf({ fields, items, values, enum: members }: Shape, path = 'spec'): string[] {
  return [
    ...Object.entries(fields ?? {}).flatMap(([name, field]) => [`${path}.${name}`, ...fieldsOf(field, `${path}.${name}`)]),
    ...items ? fieldsOf(items, `${path}[]`) : [],
    ...values ? fieldsOf(values, `${path}{}`) : [],
    ...(members ?? []).map((member) => `${path}=${member}`),
  ];
}

/** The paths of the fields and enum values that stand in a spec; one that the CRD doesn't know, too. */
export function fieldsIn(value: unknown, { fields, items, values, enum: members }: Shape, path = 'spec'): string[] {
  if (members) {
    return [`${path}=${value}`];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item) => fieldsIn(item, items ?? {}, `${path}[]`));
  }
  if (typeof value !== 'object' || value === null || !(fields || values)) {
    return [];
  }
  return Object.entries(value).filter(([, part]) => part !== undefined).flatMap(([name, part]) => fields
    ? [`${path}.${name}`, ...fieldsIn(part, fields[name] ?? {}, `${path}.${name}`)]
    : fieldsIn(part, values!, `${path}{}`));
}
