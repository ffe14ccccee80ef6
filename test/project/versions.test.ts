import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

describe('the Istio version', () => {
  const versions: Record<string, string> = JSON.parse(readFileSync(join(root, 'imports', 'istio.json'), 'utf8'));

  test.each(Object.entries(versions))('of %s, %s, stands in imports/istio.json and what is generated from it', (_, version) => {
    const files = execFileSync('git', ['grep', '-lFI', '--untracked', version], { cwd: root, encoding: 'utf8' }).trim().split('\n');
    expect(files.filter((file) => !['go.mod', 'go.sum'].includes(file.split('/').pop()!))).toEqual(['imports/istio.json']);
  });

  test('has one served version of each kind in the bindings', () => {
    const bindings = readFileSync(join(root, 'imports', 'networking.istio.io.ts'), 'utf8');
    expect(bindings.match(/apiVersion: '.*'/g)).toContain("apiVersion: 'networking.istio.io/v1'");
    expect(bindings).not.toMatch(/V1Beta1|V1Alpha3/);
  });
});
