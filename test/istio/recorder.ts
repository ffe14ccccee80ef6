import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ApiObject } from 'cdk8s';
import { fieldsIn, root, shapes, Shapes } from './fields';

/*
 * Notes which fields the tests have set by typed properties, for `npm run coverage:fields`: each test file leaves what it
 * synthesized, and how many random objects it tried.
 */

export const records = join(root, '.cache', 'coverage-fields');
const shapesFile = join(root, '.cache', 'crd-shapes.json');

/** What one test file has done. */
export interface Record {
  /** Kind and path of each field, and of each value of an enum. */
  readonly fields: string[];
  /** Random objects that were built, or refused by their construct. */
  readonly attempted: number;
  /** Those of them that were built, for Istio to judge, by kind. */
  readonly accepted: { [kind: string]: number };
}

/** Parses the CRDs once for all test files. */
export function writeShapes(): void {
  mkdirSync(records, { recursive: true });
  writeFileSync(shapesFile, JSON.stringify(shapes()));
}

/** The fields that this test file has set so far. */
export const fields = new Set<string>();
const random = { attempted: 0, accepted: {} as { [kind: string]: number } };

/** Counts random objects. */
export function count(attempted: number, accepted: ApiObject[]): void {
  random.attempted += attempted;
  accepted.forEach(({ kind }) => random.accepted[kind] = (random.accepted[kind] ?? 0) + 1);
}

/**
 * Notes the spec of whatever is synthesized, as the construct renders it: without the patches that come after.
 * Random objects don't count, for the next seed may leave a field out.
 */
export function record(): void {
  const file = relative(root, expect.getState().testPath!).replace(/[\\/]/g, '+');
  const counts = !file.includes('.property.');
  let known: Shapes | undefined;
  const toJson = ApiObject.prototype.toJson;
  ApiObject.prototype.toJson = function (this: ApiObject & { _toSpec?(): object | undefined }) {
    if (counts && this._toSpec) {
      known ??= JSON.parse(readFileSync(shapesFile, 'utf8')) as Shapes;
      fieldsIn(this._toSpec(), known[this.kind]).forEach((path) => fields.add(`${this.kind} ${path}`));
    }
    return toJson.call(this);
  };
  afterAll(() => {
    writeFileSync(join(records, `${file}.json`), JSON.stringify({ fields: [...fields].sort(), ...random } satisfies Record));
  });
}
