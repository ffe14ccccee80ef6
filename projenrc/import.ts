/**
 * Regenerates everything that follows from the Istio version in imports/istio.json:
 * the CRDs, the TypeScript bindings, the table of what came with which release and the versions in the go.mod of the verifier and of the lab's istiod.
 * So it does with the delivery controllers of imports/delivery.json.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { importFieldSince } from './field-since';
import { deliveryCrds } from './import-delivery';

const root = join(__dirname, '..');
const crds = join(root, 'imports', 'crds', 'istio.yaml');
const modulesOf = (file: string): Record<string, string> => JSON.parse(readFileSync(join(root, 'imports', file), 'utf8'));
const istio = modulesOf('istio.json');
const delivery = modulesOf('delivery.json');

const run = (command: string, args: string[], cwd = root) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

/** Where the files of a Go module are; Go checks its sum. */
function folderOf(module: string, version: string): string {
  return JSON.parse(run('go', ['mod', 'download', '-json', `${module}@${version}`], tmpdir())).Dir;
}

/** Copies the CRDs out of the Go module that Istio publishes them in. */
function importCrds(): void {
  copyFileSync(join(folderOf('istio.io/api', istio['istio.io/api']), 'kubernetes', 'customresourcedefinitions.gen.yaml'), crds);
  chmodSync(crds, 0o644); // the module cache is read-only
}

/** The bindings hold the first-listed version of each kind: the one users write, and a third of the code. */
function istioCrds(): object[] {
  return parseAllDocuments(readFileSync(crds, 'utf8')).map((document) => document.toJS()).map((crd) => {
    crd.spec.versions = crd.spec.versions.slice(0, 1);
    return crd;
  });
}

function importBindings(documents: object[]): void {
  const scratch = mkdtempSync(join(tmpdir(), 'cdk8s-istio-import-'));
  const filtered = join(scratch, 'crds.yaml');
  writeFileSync(filtered, documents.map((document) => stringify(document)).join('---\n'));
  run('npx', ['cdk8s', 'import', filtered, '-l', 'typescript', '-o', 'imports', '--no-save', '--check-upgrade=false']);
  rmSync(scratch, { recursive: true });
}

function pinIstio(): void {
  const edits = Object.entries(istio).map(([name, version]) => `-require=${name}@${version}`);
  // Istio asks for a development version of its API that no proxy serves.
  edits.push(`-replace=istio.io/api=istio.io/api@${istio['istio.io/api']}`);
  edits.push(`-replace=istio.io/client-go=istio.io/client-go@${istio['istio.io/api']}`);
  for (const folder of ['verifier', 'test/lab/istiod']) {
    run('go', ['mod', 'edit', ...edits], join(root, folder));
  }
}

/** Flagger's own program has a module of its own. */
function pinDelivery(): void {
  const requireOf = (module: string) => `-require=${module}@${delivery[module]}`;
  run('go', ['mod', 'edit', ...Object.keys(delivery).map(requireOf)], join(root, 'test/delivery/judge'));
  run('go', ['mod', 'edit', requireOf('github.com/fluxcd/flagger')], join(root, 'test/lab/flagger'));
}

const before = readFileSync(crds, 'utf8');
importCrds();
importFieldSince(before);
importBindings(istioCrds());
importBindings(deliveryCrds((module) => folderOf(module, delivery[module])));
pinIstio();
pinDelivery();
