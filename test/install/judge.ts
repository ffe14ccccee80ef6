import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const cache = join(root, '.cache');
const source = join(__dirname, 'judge');

/** What Istio's own code is asked. */
export interface Question {
  readonly judge: 'meshConfig' | 'meshNetworks' | 'operator' | 'chart' | 'fields';
  /** The document as YAML or JSON. Of `fields`, the name of the message. */
  readonly document: string;
  /** The name of the chart. */
  readonly chart?: string;
  /** The namespace that the chart is installed in, `istio-system` where it is left out. */
  readonly namespace?: string;
}

/** What Istio's own code says. */
export interface Answer {
  readonly errors: string[];
  readonly warnings: string[];
  /** The objects that the charts render. */
  readonly objects: any[];
  /** The fields of a message, with `[]` for the entries of a list and `*` for those of a map. */
  readonly fields: { readonly path: string; readonly deprecated?: boolean }[];
}

/** Builds the judge if its sources have not been built yet, in place of those built before. Gives its path. */
export function buildJudge(): string {
  const hash = createHash('sha256');
  readdirSync(source).sort().forEach((file) => hash.update(file).update('\0').update(readFileSync(join(source, file))));
  const path = join(cache, `judge-${hash.digest('hex').slice(0, 16)}`);
  if (!existsSync(path)) {
    mkdirSync(cache, { recursive: true });
    const built = `${path}-${process.pid}`; // other workers may build it too
    execFileSync('go', ['build', '-ldflags=-s -w', '-o', built, '.'], { cwd: source, stdio: ['ignore', 'ignore', 'inherit'] });
    renameSync(built, path);
    readdirSync(cache).filter((file) => /^judge-[0-9a-f]{16}$/.test(file) && join(cache, file) !== path).forEach((file) => rmSync(join(cache, file)));
  }
  return path;
}

/** What Istio says of each of the documents. */
export function ask(...questions: Question[]): Answer[] {
  const input = questions.map((question) => JSON.stringify({ namespace: 'istio-system', ...question })).join('\n');
  const { stdout, stderr, error, status } = spawnSync(buildJudge(), { input, encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (error || status !== 0) {
    throw error ?? new Error(stderr);
  }
  return stdout.trim().split('\n').map((line) => {
    const { errors, warnings, objects, fields } = JSON.parse(line);
    const faults = (errors ?? []).filter((message: string) => !unsupported.test(message));
    return { errors: faults, warnings: warnings ?? [], objects: objects ?? [], fields: fields ?? [] };
  });
}

/** Istio's validation has no case for providers of secrets, which istiod serves all the same. */
const unsupported = /^extension provider: (invalid extension provider [^:]*: unsupported provider: &\{[^}]*\} of type \*v1alpha1\.MeshConfig_ExtensionProvider_Sds\s*)+$/;
