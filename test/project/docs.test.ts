import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The public API as jsii compiled it: `npm run compile` writes it. */
function assembly(): any {
  const root = join(__dirname, '..', '..');
  const text = readFileSync(join(root, '.jsii'));
  const redirect = JSON.parse(text.toString());
  return redirect.schema === 'jsii/file-redirect' ? JSON.parse(gunzipSync(readFileSync(join(root, redirect.filename))).toString()) : redirect;
}

const types: any[] = Object.values(assembly().types);
const members = types.flatMap((type) => [...type.properties ?? [], ...type.methods ?? [], ...type.members ?? []].map((member) => ({ type, member })));
const callables = types.flatMap((type) => [...type.methods ?? [], ...type.initializer ? [{ name: 'constructor', ...type.initializer }] : []].map((callable) => ({ type, callable })));

describe('the public API', () => {
  test('is there', () => {
    expect(types.length).toBeGreaterThan(50);
  });

  test('documents every type, member and parameter', () => {
    const undocumented = [
      ...types.filter(({ docs }) => !docs?.summary).map(({ name }) => name),
      ...members.filter(({ member }) => !member.docs?.summary).map(({ type, member }) => `${type.name}.${member.name}`),
      ...callables.flatMap(({ type, callable }) => (callable.parameters ?? [])
        .filter((parameter: any) => !parameter.docs?.summary).map((parameter: any) => `${type.name}.${callable.name}(${parameter.name})`)),
    ];
    expect(undocumented).toEqual([]);
  });

  test('says of every optional property what happens without it', () => {
    const silent = types.filter(({ datatype }) => datatype).flatMap((type) => (type.properties ?? [])
      .filter((property: any) => property.optional && (!property.docs?.default || /^undefined$/.test(property.docs.default)))
      .map((property: any) => `${type.name}.${property.name}`));
    expect(silent).toEqual([]);
  });

  test('shows no generated type', () => {
    expect(types.filter(({ symbolId }) => symbolId.startsWith('imports/')).map(({ name }) => name)).toEqual([]);
    expect(JSON.stringify(types)).not.toMatch(/imports\//);
  });

  test('links the constructs and what Istio defines to its pages', () => {
    const unlinked = types.filter(({ kind, docs, name }) => kind === 'class' && name !== 'IstioResource' && name !== 'ServiceRef' && !docs?.see).map(({ name }) => name);
    expect(unlinked).toEqual([]);
  });
});
