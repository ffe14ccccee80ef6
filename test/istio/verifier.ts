import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

/** What the verifier found, as it reports it. */
export interface Finding {
  readonly verdict: string;
  readonly level: 'error' | 'warning' | 'info';
  readonly code?: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly path?: string;
  readonly message: string;
}

/** Where the binary for these sources is, built or not: the same sources are built once. */
export function verifierPath(): string {
  const sources = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', 'verifier', 'imports/crds'], { cwd: root, encoding: 'utf8' })
    .split('\n').filter((file) => file !== '' && existsSync(join(root, file)) && !/(_test\.go|\/testdata\/.*)$/.test(file)).sort();
  const hash = createHash('sha256');
  sources.forEach((file) => hash.update(file).update('\0').update(readFileSync(join(root, file))));
  return join(root, '.cache', `verifier-${hash.digest('hex').slice(0, 16)}`);
}

/** Builds the verifier if these sources have not been built yet. */
export function buildVerifier(): void {
  const path = verifierPath();
  if (!existsSync(path)) {
    process.stderr.write('building the verifier from Istio\'s sources; the first time this takes some minutes ...\n');
    execFileSync('go', ['build', '-ldflags=-s -w', '-o', path, '.'], { cwd: join(root, 'verifier'), stdio: 'inherit' });
  }
}

/** What Istio says of manifests. */
export function verify(manifests: object[], verdicts = ['schema', 'validate']): Finding[] {
  const input = manifests.map((manifest) => JSON.stringify(manifest)).join('\n---\n');
  const { stdout, stderr, error, status } = spawnSync(process.env.ISTIO_VERIFIER!, ['--verdict', verdicts.join(','), '-'], {
    input, encoding: 'utf8', maxBuffer: 2 ** 28,
  });
  if (error || status === 2) {
    throw error ?? new Error(stderr);
  }
  return JSON.parse(stdout).findings;
}
