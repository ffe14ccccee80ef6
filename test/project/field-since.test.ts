import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIELD_SINCE } from '../../imports/field-since';
import { newer } from '../../projenrc/field-since';
import { fieldsOf, root, shapes } from '../istio/fields';

const crds = readFileSync(join(root, 'imports', 'crds', 'istio.yaml'), 'utf8');

describe('the table of what came with which release', () => {
  test('names fields and values that the CRDs have', () => {
    const known = new Set(Object.entries(shapes(crds)).flatMap(([kind, shape]) => ['spec', ...fieldsOf(shape)].map((path) => `${kind} ${path}`)));
    const named = Object.entries(FIELD_SINCE).flatMap(([kind, paths]) => Object.keys(paths).map((path) => `${kind} ${path}`));

    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((path) => !known.has(path))).toEqual([]);
  });

  test('gets what the next release brings: kinds, fields and values', () => {
    // GIVEN CRDs in which three names are not there yet
    const before = crds.replaceAll('kind: Telemetry\n', 'kind: Before\n').replaceAll('spaceDelimitedClaims:', 'before:').replaceAll('- DYNAMIC_DNS\n', '- BEFORE\n');

    const table = newer(before, crds, '1.99');

    const added = Object.entries(table).flatMap(([kind, paths]) => Object.entries(paths).filter(([, release]) => release === '1.99').map(([path]) => `${kind} ${path}`));
    expect(added.sort()).toEqual(['RequestAuthentication spec.jwtRules[].spaceDelimitedClaims', 'ServiceEntry spec.resolution=DYNAMIC_DNS', 'Telemetry spec']);
    expect(newer(crds, crds, '1.99')).toEqual(FIELD_SINCE);
  });
});
