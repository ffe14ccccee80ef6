/**
 * Fails when a generated file is not what its generator makes: runs the generators again and compares.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const generators: Record<string, string[]> = {
  import: ['npm', 'run', '--silent', 'import'],
  projen: ['npx', 'projen', 'default'],
  documented: ['npm', 'run', '--silent', 'documented'],
  docgen: ['npm', 'run', '--silent', 'docgen'],
};

function contents(): Map<string, string> {
  const managed: string[] = JSON.parse(readFileSync(join(root, '.projen', 'files.json'), 'utf8')).files;
  const imports = readdirSync(join(root, 'imports'), { recursive: true, encoding: 'utf8' }).filter((file) => /\.\w+$/.test(file)).map((file) => `imports/${file}`);
  const documented = readdirSync(join(root, 'test/documented/objects')).map((file) => `test/documented/objects/${file}`);
  const files = [...managed, ...imports, ...documented, 'API.md', 'verifier/go.mod', 'verifier/go.sum', 'test/lab/istiod/go.mod', 'test/delivery/judge/go.mod', 'test/lab/flagger/go.mod'];
  return new Map(files.map((file) => [file, existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '']));
}

const before = contents();
for (const [command, ...args] of Object.values(generators)) {
  // Without projen's install step: the dependencies are those of the lock file.
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, PROJEN_DISABLE_POST: 'true' } });
}
const after = contents();
const stale = [...after.keys()].filter((file) => before.get(file) !== after.get(file));
if (stale.length > 0) {
  process.stderr.write(`generated files were out of date and are now written anew: ${stale.join(', ')}; review and commit them\n`);
  process.exit(1);
}
process.stdout.write(`${after.size} generated files are what ${Object.keys(generators).join(', ')} make\n`);
