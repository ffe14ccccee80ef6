import { ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '..');
const MAIN = join(folder, 'lib', 'main.js');

let isCompiled = false;

/** The compiled program, as people install it. It is compiled first where that is not done yet. */
export function compiled(): string {
  if (isCompiled) {
    return MAIN;
  }
  isCompiled = true;
  const sources = readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const changed = (file: string) => statSync(join(folder, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (sources.some((file) => changed(join('src', file)) > changed(join('lib', file.replace(/ts$/, 'js'))))) {
    spawnSync('npx', ['tsc', '--project', 'cli/tsconfig.json', '--noCheck'], { cwd: join(folder, '..') }); // types are judged elsewhere
  }
  return MAIN;
}

/** How a run of the program has ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

const going = new Set<Run>();

/** Ends all runs that have not ended yet. */
export function killAll(): void {
  going.forEach((one) => one.kill('SIGKILL'));
}

/** A run of the program, as a process of its own. */
export class Run {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly watchers = new Set<() => void>();

  constructor(command: string, args: string[], env: NodeJS.ProcessEnv = {}, keys = false) {
    const begin = Date.now();
    going.add(this);
    this.process = spawn(command, args, { env: { ...process.env, ...env } });
    if (!keys) {
      this.process.stdin.end();
    }
    this.process.stdout.on('data', (data) => { this.stdout += data; this.watchers.forEach((look) => look()); });
    this.process.stderr.on('data', (data) => { this.stderr += data; this.watchers.forEach((look) => look()); });
    this.ended = new Promise((resolve) => this.process.on('close', (code) => {
      going.delete(this);
      resolve({ code, stdout: this.stdout, stderr: this.stderr, milliseconds: Date.now() - begin });
      this.watchers.forEach((look) => look());
    }));
  }

  get pid(): number {
    return this.process.pid!;
  }

  /** Waits until its output has a text. */
  async shows(text: RegExp): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (text.test(this.stdout + this.stderr)) {
          this.watchers.delete(look);
          resolve();
        } else if (this.process.exitCode !== null) {
          reject(new Error(`it has ended with ${this.process.exitCode} and never showed ${text}; its output:\n${this.stdout}${this.stderr}`));
        }
      };
      this.watchers.add(look);
      look();
    });
  }

  /** Presses keys, in a terminal. */
  press(keys: string): void {
    this.process.stdin.write(keys);
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }
}

/** Starts the program. */
export function start(args: string[], env?: NodeJS.ProcessEnv): Run {
  return new Run(process.execPath, [compiled(), ...args], env);
}

/** Runs the program to its end. */
export function run(args: string[], env?: NodeJS.ProcessEnv): Promise<Ended> {
  return start(args, env).ended;
}

/** Starts the program in a pseudo-terminal of its own, as a person does. */
export function startInTerminal(args: string[], { columns = 80, rows = 24, env = {} as NodeJS.ProcessEnv } = {}): Run {
  const quoted = [process.execPath, compiled(), ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return new Run('script', ['-qec', `stty columns ${columns} rows ${rows}; exec ${quoted}`, '/dev/null'], { TERM: 'xterm', NO_COLOR: '', ...env }, true);
}

/** What a terminal shows after a text with the few escape codes that the program uses; nothing else may be in it. */
export function screen(text: string): string[] {
  const lines = [''];
  let [row, column] = [0, 0];
  for (const [piece] of text.matchAll(/\x1b\[[0-9;?]*[A-Za-z]|[\r\n]|[^\r\n\x1b]+|\x1b/g)) { // eslint-disable-line no-control-regex
    if (piece === '\n') {
      row++;
      lines[row] ??= '';
    } else if (piece === '\r') {
      column = 0;
    } else if (!piece.startsWith('\x1b')) {
      lines[row] = lines[row].slice(0, column) + piece;
      column += piece.length;
    } else if (piece.endsWith('A')) {
      row -= Number(piece.slice(2, -1));
    } else if (piece === '\x1b[K') {
      lines[row] = lines[row].slice(0, column);
    } else if (piece === '\x1b[J') {
      lines.length = row + 1;
      lines[row] = lines[row].slice(0, column);
    } else if (!/^\x1b\[\?25[lh]$/.test(piece)) { // eslint-disable-line no-control-regex
      throw new Error(`${JSON.stringify(piece)} is none of the codes that the program is to use`);
    }
  }
  return lines.join('\n').trimEnd().split('\n');
}
