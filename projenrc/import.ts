/**
 * Regenerates everything that follows from the Istio version in imports/istio.json:
 * the CRDs, the TypeScript bindings, the table of what came with which release and the versions in the go.mod of the verifier and of the lab's istiod.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { importFieldSince } from './field-since';

const root = join(__dirname, '..');
const crds = join(root, 'imports', 'crds', 'istio.yaml');
const modules: Record<string, string> = JSON.parse(readFileSync(join(root, 'imports', 'istio.json'), 'utf8'));

const run = (command: string, args: string[], cwd = root) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

/** Copies the CRDs out of the Go module that Istio publishes them in; Go checks its sum. */
function importCrds(): void {
  const { Dir } = JSON.parse(run('go', ['mod', 'download', '-json', `istio.io/api@${modules['istio.io/api']}`], tmpdir()));
  copyFileSync(join(Dir, 'kubernetes', 'customresourcedefinitions.gen.yaml'), crds);
  chmodSync(crds, 0o644); // the module cache is read-only
}

/** The bindings hold the first-listed version of each kind: the one users write, and a third of the code. */
function importBindings(): void {
  const documents = parseAllDocuments(readFileSync(crds, 'utf8')).map((document) => document.toJS());
  for (const crd of documents) {
    crd.spec.versions = crd.spec.versions.slice(0, 1);
  }
  const scratch = mkdtempSync(join(tmpdir(), 'cdk8s-istio-import-'));
  const filtered = join(scratch, 'istio.yaml');
  writeFileSync(filtered, documents.map((document) => stringify(document)).join('---\n'));
  run('npx', ['cdk8s', 'import', filtered, '-l', 'typescript', '-o', 'imports', '--no-save', '--check-upgrade=false']);
  rmSync(scratch, { recursive: true });
}

function pinGoModules(): void {
  const edits = Object.entries(modules).map(([name, version]) => `-require=${name}@${version}`);
  // Istio asks for a development version of its API that no proxy serves.
  edits.push(`-replace=istio.io/api=istio.io/api@${modules['istio.io/api']}`);
  edits.push(`-replace=istio.io/client-go=istio.io/client-go@${modules['istio.io/api']}`);
  for (const folder of ['verifier', 'test/lab/istiod']) {
    run('go', ['mod', 'edit', ...edits], join(root, folder));
  }
}

const before = readFileSync(crds, 'utf8');
importCrds();
importFieldSince(before);
importBindings();
pinGoModules();
