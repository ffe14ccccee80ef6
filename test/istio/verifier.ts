import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Finding, Verdict } from '../../verifier/npm/client';

const root = join(__dirname, '..', '..');
const cache = join(root, '.cache');

/** Where the binary for these sources is, built or not: the same sources are built once. */
export function verifierPath(): string {
  const sources = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', 'verifier', 'imports/crds'], { cwd: root, encoding: 'utf8' })
    .split('\n').filter((file) => /(\.go|go\.(mod|sum)|\.yaml)$/.test(file) && !/(_test\.go|\/testdata\/.*)$/.test(file) && existsSync(join(root, file)));
  const hash = createHash('sha256');
  sources.sort().forEach((file) => hash.update(file).update('\0').update(readFileSync(join(root, file))));
  return join(cache, `verifier-${hash.digest('hex').slice(0, 16)}`);
}

/** Builds the verifier if these sources have not been built yet, in place of those built before. */
export function buildVerifier(): void {
  const path = verifierPath();
  if (!existsSync(path)) {
    process.stderr.write('building the verifier from Istio\'s sources; the first time this takes some minutes ...\n');
    execFileSync('go', ['build', '-ldflags=-s -w', '-o', path, '.'], { cwd: join(root, 'verifier'), stdio: 'inherit' });
    readdirSync(cache).filter((file) => file.startsWith('verifier-') && join(cache, file) !== path).forEach((file) => rmSync(join(cache, file)));
  }
}

/** What Istio says of manifests. */
export function verify(manifests: object[], verdicts?: Verdict[]): Finding[] {
  const input = manifests.map((manifest) => JSON.stringify(manifest)).join('\n---\n');
  const { stdout, stderr, error, status } = spawnSync(process.env.CDK8S_ISTIO_VERIFIER!, [...verdicts ? ['--verdict', verdicts.join(',')] : [], '-'], {
    input, encoding: 'utf8', maxBuffer: 2 ** 28,
  });
  if (error || status === 2) {
    throw error ?? new Error(stderr);
  }
  return JSON.parse(stdout).findings;
}
