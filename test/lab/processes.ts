import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { basename, join } from 'node:path';

/**
 * Runs a program until it ends or its parent does: the parent holds the other end of descriptor 3, which closes
 * however the parent ends, `kill -9` included.
 */
const SUPERVISOR = [
  'exec 3<&0',
  '"$@" </dev/null 3<&- & program=$!',
  '(cat <&3 >/dev/null; kill -9 $program) 2>/dev/null & watch=$!',
  'exec 3<&-',
  'wait $program; code=$?',
  'kill $watch 2>/dev/null',
  'exit $code',
].join('\n');

/** A program that runs, and writes to a log of its own. */
export class Process {
  /** Starts a program; it ends with `stop`, or with this process. */
  static start(directory: string, name: string, program: string, args: string[], env: Record<string, string> = {}): Process {
    const log = join(directory, `${name}.log`);
    const out = openSync(log, 'a'); // Envoy opens it once more, for the access log
    const child = spawn('sh', ['-c', SUPERVISOR, basename(program), program, ...args], {
      stdio: ['pipe', out, out], env: { ...process.env, ...env }, cwd: directory,
    });
    closeSync(out);
    child.stdin!.on('error', () => { /* it has ended, which `running` says */ });
    // A test run that forgot it may end, and it does with that.
    child.unref();
    (child.stdin as Socket).unref();
    return new Process(name, log, child);
  }

  private stopping = false;

  private constructor(readonly name: string, readonly log: string, private readonly child: ChildProcess) {}

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Waits until something is so, which this process brings about; `says` is what is waited for. */
  async until(says: string, seconds: number, ready: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + seconds * 1000;
    while (!await ready().catch(() => false)) {
      if (!this.running && !this.stopping) {
        throw new Error(`${this.name} has ended before ${says}; its last words:\n${this.lastWords()}`);
      }
      if (Date.now() > end) {
        throw new Error(`${this.name}: not ${says} after ${seconds} seconds; the last lines of ${this.log}:\n${this.lastWords()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  lastWords(lines = 15): string {
    return readFileSync(this.log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  }

  /** Ends it at once: nothing that it holds is worth keeping. */
  async stop(): Promise<void> {
    if (this.running) {
      this.stopping = true;
      const exit = once(this.child, 'exit');
      this.child.ref();
      this.child.stdin!.end();
      await exit;
    }
  }
}
