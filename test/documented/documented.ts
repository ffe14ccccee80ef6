import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Chart } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { IstioResourceProps } from '../../src';

/** A manifest. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: object;
}

/** An object that Istio documents. */
export interface Documented {
  /** Its name; the second other object of that name and kind has a 2 behind it, and so on. */
  readonly key: string;
  /** How often Istio documents it, word for word. */
  readonly times: number;
  readonly object: Manifest;
}

/** The objects of one kind that Istio documents, out of `objects/`. */
export function documented(kind: string): Documented[] {
  const file = join(__dirname, 'objects', `${kind}.yaml`);
  const objects = existsSync(file) ? parseAllDocuments(readFileSync(file, 'utf8')).map((document) => stored(document.toJS())) : [];
  const distinct = new Map<string, Manifest[]>();
  objects.forEach((object) => distinct.set(JSON.stringify(object), [...distinct.get(JSON.stringify(object)) ?? [], object]));
  const names = new Map<string, number>();
  return [...distinct.values()].map(([object, ...copies]) => {
    const { name } = object.metadata;
    names.set(name, (names.get(name) ?? 0) + 1);
    return { key: names.get(name) === 1 ? name : `${name} ${names.get(name)}`, times: 1 + copies.length, object };
  });
}

/** Some examples name a version of before; the API server gives all of them back in the one that is stored. */
function stored(object: Manifest): Manifest {
  const isOld = object.apiVersion === 'networking.istio.io/v1alpha3' && object.kind !== 'EnvoyFilter';
  return isOld ? { ...object, apiVersion: 'networking.istio.io/v1' } : object;
}

/** An example that does not do what it is there for, and how it is meant. */
export interface Correction {
  readonly reason: string;
  readonly correct: (object: any) => void;
  /** Whether Istio takes it all the same. */
  readonly isAccepted?: boolean;
}

/** The documented objects of one kind, written with this library. */
export interface Table {
  readonly kind: string;
  readonly write: Record<string, (chart: Chart, metadata: IstioResourceProps['metadata']) => unknown>;
  readonly corrections: Record<string, Correction>;
}

/** A table of properties, without metadata: that comes from the documented object. */
export function table<P extends IstioResourceProps>(
  kind: string,
  create: (chart: Chart, props: P) => unknown,
  props: Record<string, Omit<P, 'metadata'>>,
  corrections: Table['corrections'] = {},
): Table {
  const write = Object.entries(props).map(([key, value]) =>
    [key, (chart: Chart, metadata: IstioResourceProps['metadata']) => create(chart, { ...value, metadata } as P)]);
  return { kind, write: Object.fromEntries(write), corrections };
}
