import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

const root = join(__dirname, '..');

/** What came of a command. */
export interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

/** A project of a user, with this package as npm lays it out. It goes with the machine's temporary files. */
export class FreshProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'fresh-project-'));

  constructor() {
    const installed = join(this.folder, 'node_modules', 'cdk8s-istio');
    for (const room of ['src', 'imports']) {
      for (const file of readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))) {
        const { outputText } = transpileModule(readFileSync(join(root, room, file), 'utf8'), { compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true } });
        const to = join(installed, 'lib', room, file.replace(/\.ts$/, '.js'));
        mkdirSync(dirname(to), { recursive: true });
        writeFileSync(to, outputText);
      }
    }
    cpSync(join(root, 'package.json'), join(installed, 'package.json'));
    ['cdk8s', 'constructs', 'cdk8s-plus-28', 're2js'].forEach((name) => this.link(join(root, 'node_modules', name), join('node_modules', name)));
  }

  /** Writes files, by their paths in the project. */
  write(files: Record<string, string>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text, { mode: 0o755 });
    }
  }

  link(target: string, path: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    symlinkSync(target, join(this.folder, path));
  }

  read(path: string): string | undefined {
    return existsSync(join(this.folder, path)) ? readFileSync(join(this.folder, path), 'utf8') : undefined;
  }

  /** Runs a program of this repository's node_modules in the project, with nothing of the tests in its environment. */
  run(program: string, args: string[], env: Record<string, string> = {}): Outcome {
    const { PATH, HOME } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules', program), ...args], {
      cwd: this.folder, encoding: 'utf8', env: { PATH, HOME, ...env },
    });
    return { status, output: `${stdout}${stderr}` };
  }
}
