import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { applied, objectsIn } from './examples';

const examples = join(__dirname, '..', '..', 'examples');
const apps = readdirSync(examples).filter((name) => existsSync(join(examples, name, 'main.ts')));

/** What main.ts writes. */
function written(name: string): object[] {
  const directory = mkdtempSync(join(tmpdir(), 'example-'));
  const log = jest.spyOn(console, 'log').mockImplementation();
  const { CDK8S_OUTDIR, ...before } = process.env;
  process.env = { ...before, CDK8S_OUTDIR: directory };
  try {
    jest.isolateModules(() => jest.requireActual(join(examples, name, 'main')));
    return applied(directory);
  } finally {
    process.env = { ...before, ...CDK8S_OUTDIR !== undefined && { CDK8S_OUTDIR } };
    log.mockRestore();
    rmSync(directory, { recursive: true });
  }
}

describe.each(apps)('the README of %s', (name) => {
  const file = join(examples, name, 'README.md');
  const text = readFileSync(file, 'utf8');

  test('shows YAML that main.ts writes', () => {
    const shown = [...text.matchAll(/^```yaml\n([^]*?)^```$/gm)].flatMap(([, yaml]) => objectsIn(yaml));
    expect(shown).not.toEqual([]);
    const objects = written(name);
    shown.forEach((object) => expect(objects).toContainEqual(object));
  });

  test('links to what is there', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => link);
    expect(links.filter((link) => !existsSync(join(dirname(file), link)))).toEqual([]);
  });
});
