import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const imports = join(__dirname, '..', '..', 'imports');

describe('the bindings', () => {
  test('spell three names otherwise than the manifest, which our rendering knows', () => {
    // Specs are written as they are rendered, without the bindings' serializers: a name that these change must be known.
    const code = readdirSync(imports).filter((file) => file.endsWith('.ts')).map((file) => readFileSync(join(imports, file), 'utf8')).join('\n');
    const names = [...code.matchAll(/^ {4}'(\w+)': .*?\bobj\.(\w+)/gm)];
    const renamed = new Map(names.filter(([, wire, property]) => wire !== property).map(([, wire, property]) => [wire, property]));

    expect(names.length).toBeGreaterThan(900);
    expect(Object.fromEntries(renamed)).toEqual({ consecutive5xxErrors: 'consecutive5XxErrors', jwks_uri: 'jwksUri', mirror_percent: 'mirrorPercent' });
  });
});
