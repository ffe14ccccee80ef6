/**
 * Writes test/documented/objects: the objects that Istio documents, out of the comments of its API, a file for each kind.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';

const root = join(__dirname, '..');
const objects = join(root, 'test', 'documented', 'objects');
const version = JSON.parse(readFileSync(join(root, 'imports', 'istio.json'), 'utf8'))['istio.io/api'];

interface Example {
  readonly source: string;
  readonly object: { readonly apiVersion: string; readonly kind: string };
}

/** A block of YAML in a comment, to its end or that of the comment. */
const BLOCK = /\/\/ *```yaml\n((?:[ \t]*\/\/(?! *```).*\n)*)/g;

/** Some blocks are parts of objects; only whole objects of Istio are examples. Three dots stand for more of the like. */
function examples(proto: string): Example[] {
  const blocks = [...readFileSync(proto, 'utf8').matchAll(BLOCK)].map(([, comment]) => comment.replace(/^[ \t]*\/\/ ?/gm, '').replace(/^ *\.{3}$/gm, ''));
  return blocks.flatMap((block, index) => parseAllDocuments(block)
    .filter((document) => document.errors.length === 0)
    .map((document) => document.toJS())
    .filter((object) => object?.apiVersion?.includes('istio.io/'))
    .map((object) => ({ source: `${basename(proto)}, block ${index + 1}`, object })));
}

function protos(): string[] {
  const info = execFileSync('go', ['mod', 'download', '-json', `istio.io/api@${version}`], { cwd: tmpdir(), encoding: 'utf8' });
  const { Dir } = JSON.parse(info);
  return readdirSync(Dir, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.proto')).sort().map((file) => join(Dir, file));
}

const byKind = new Map<string, Example[]>();
for (const example of protos().flatMap(examples)) {
  byKind.set(example.object.kind, [...byKind.get(example.object.kind) ?? [], example]);
}
rmSync(objects, { recursive: true, force: true });
mkdirSync(objects, { recursive: true });
for (const [kind, found] of byKind) {
  const documents = found.map(({ source, object }) => `# ${source}\n${stringify(object, { lineWidth: 0 })}`);
  writeFileSync(join(objects, `${kind}.yaml`), documents.join('---\n'));
  process.stdout.write(`${found.length}\t${kind}\n`);
}
