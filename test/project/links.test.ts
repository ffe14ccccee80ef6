import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// Istio's module of its API has the pages of its reference as they are on its site.
const root = join(__dirname, '..', '..');
const api = execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', 'istio.io/api'], { cwd: join(root, 'verifier'), encoding: 'utf8' }).trim();

const PAGE = /istio\.io\/(?:latest\/)?(docs\/reference\/config\/[\w./-]*?)(?:\.html|\/)?(?:#([\w.-]*\w))?(?=[^\w./#-]|\.?$|\.\s)/;

function filesUnder(folder: string, ending: string): string[] {
  return execFileSync('find', ['-L', folder, '-name', `*${ending}`, '-type', 'f'], { encoding: 'utf8' }).trim().split('\n');
}

test('links into Istio\'s reference go to a heading that is there', () => {
  // GIVEN
  const anchors = new Map<string, Set<string>>();
  for (const file of filesUnder(api, '.html')) {
    const text = readFileSync(file, 'utf8');
    const page = PAGE.exec(/^location: (.*)$/m.exec(text)?.[1] ?? '')?.[1];
    if (page !== undefined) {
      anchors.set(page, new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)));
    }
  }
  expect(anchors.size).toBeGreaterThan(15);

  // WHEN
  const sources = [...filesUnder(join(root, 'src'), '.ts'), ...filesUnder(join(root, 'docs'), '.md')];
  const links = sources.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(new RegExp(PAGE, 'gm'))])
    .filter(([, page, anchor]) => anchor !== undefined && anchors.has(page));

  // THEN
  expect(links.length).toBeGreaterThan(100);
  expect(links.filter(([, page, anchor]) => !anchors.get(page)!.has(anchor)).map(([link]) => link)).toEqual([]);
});
