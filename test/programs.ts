import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const cache = join(root, '.cache');

/** A program that tests need: what it is made from, and how. */
export interface Program {
  readonly name: string;
  /** The files that make it what it is, from the project's root; the same content is built once. */
  readonly sources: string[];
  /** What it is built with, if not as usual. */
  readonly flags?: string[];
  /** What a person waits for, when it must be built. */
  readonly wait: string;
  /** Makes a file or folder. */
  build(target: string): void;
}

/** A program of a Go module: its files, further ones that it embeds, and flags of `go build`. */
export function goProgram(name: string, folder: string, wait: string, { packagePath = '.', alsoFrom = [] as string[], flags = [] as string[] } = {}): Program {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', folder, ...alsoFrom], { cwd: root, encoding: 'utf8' }).split('\n');
  return {
    name,
    sources: files.filter((file) => /(\.go|go\.(mod|sum)|\.yaml)$/.test(file) && !/(_test\.go|\/testdata\/.*)$/.test(file) && existsSync(join(root, file))),
    flags,
    wait,
    build: (target) => execFileSync('go', ['build', '-ldflags=-s -w', ...flags, '-o', target, packagePath], { cwd: join(root, folder), stdio: 'inherit' }),
  };
}

/** Where the program is, built or not. */
export function programPath({ name, sources, flags = [] }: Program): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}${flags.map((flag) => ` ${flag}`).join('')}\0`);
  [...sources].sort().forEach((file) => hash.update(file).update('\0').update(readFileSync(join(root, file))));
  return join(cache, `${name}-${hash.digest('hex').slice(0, 16)}`);
}

/** Builds the program if these sources have not been built yet, in place of those built before. Gives its path. */
export function buildProgram(program: Program): string {
  const path = programPath(program);
  if (!existsSync(path)) {
    mkdirSync(cache, { recursive: true });
    const start = Date.now();
    process.stderr.write(`getting ${program.wait} ...\n`);
    const unfinished = join(cache, `unfinished-${process.pid}-${program.name}`);
    program.build(unfinished);
    if (!existsSync(path)) { // another run may have been faster
      renameSync(unfinished, path);
    }
    rmSync(unfinished, { recursive: true, force: true });
    process.stderr.write(`got it, after ${Math.round((Date.now() - start) / 1000)} s\n`);
    readdirSync(cache).filter((file) => new RegExp(`^${program.name}-[0-9a-f]{16}$`).test(file) && join(cache, file) !== path)
      .forEach((file) => rmSync(join(cache, file), { recursive: true }));
  }
  return path;
}
