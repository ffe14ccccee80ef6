import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import type { RolloutEvent, RolloutTarget } from '../src/index.js';

const ROOT = join(__dirname, '..', '..');
const COMPILED = join(ROOT, '.cache', 'engine');

/** What a process is to do, and when it kills itself as `kill -9` does. */
export interface Job {
  readonly kubeconfig: string;
  readonly action: 'startRollout' | 'resumeRollout';
  /** Durations in milliseconds, metrics as the arguments of `DeliveryMetric.query`. */
  readonly options: RolloutTarget & Record<string, unknown>;
  /** At once when this is told for the time `nth`, from 0. */
  readonly killAt?: { readonly type: RolloutEvent['type']; readonly nth: number };
  /** So many milliseconds after it began to drive. */
  readonly killAfter?: number;
}

const SCRIPT = `
import { Duration } from 'cdk8s';
import { DeliveryMetric } from 'cdk8s-istio';
import { Cluster } from './cluster.js';
import * as rollout from './rollout.js';
const { kubeconfig, action, options, killAt, killAfter } = JSON.parse(process.argv[2]);
const durations = Object.fromEntries(['interval', 'leaseDuration', 'contactTimeout'].filter((key) => options[key]).map((key) => [key, Duration.millis(options[key])]));
const metrics = options.metrics?.map(({ name, query, ...bounds }) => DeliveryMetric.query(name, query, bounds));
const abort = new AbortController();
process.once('SIGTERM', () => abort.abort()).once('SIGINT', () => abort.abort());
const die = () => process.kill(process.pid, 'SIGKILL');
const counts = {};
const onEvent = (event) => {
  counts[event.type] = (counts[event.type] ?? -1) + 1;
  if (killAt?.type === event.type && killAt.nth === counts[event.type]) die();
  process.stdout.write(JSON.stringify(event) + '\\n');
};
if (killAfter !== undefined) setTimeout(die, killAfter);
rollout[action](new Cluster({ kubeConfig: kubeconfig }), { ...options, ...durations, metrics }, { signal: abort.signal, onEvent })
  .then((status) => process.stdout.write(JSON.stringify({ status }) + '\\n'), (error) => process.stdout.write(JSON.stringify({ error: error.message }) + '\\n'));
`;

let isCompiled = false;

/** A process of its own that drives a rollout, as the command line does; it may be killed at any time. */
export class Engine {
  readonly events: RolloutEvent[] = [];
  /** How it ended; neither if it was killed. */
  result: { readonly status?: any; readonly error?: string } = {};
  readonly over: Promise<this>;
  stderr = '';
  private readonly process: ChildProcess;

  constructor(job: Job) {
    compile();
    this.process = spawn(process.execPath, [join(COMPILED, 'job.js'), JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'pipe'] });
    createInterface({ input: this.process.stdout! }).on('line', (line) => {
      const said = JSON.parse(line);
      if (said.type === undefined) {
        this.result = said;
      } else {
        this.events.push(said);
      }
    });
    this.process.stderr!.on('data', (data) => this.stderr += data);
    this.over = new Promise((resolve) => this.process.once('close', () => resolve(this)));
  }

  /** How often something was told. */
  count(type: RolloutEvent['type']): number {
    return this.events.filter((event) => event.type === type).length;
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.process.kill(signal);
  }
}

/** The sources as they are now, so that no test runs what was compiled earlier. */
function compile(): void {
  if (!isCompiled) {
    isCompiled = true;
    const sources = join(__dirname, '..', 'src');
    rmSync(COMPILED, { recursive: true, force: true });
    mkdirSync(COMPILED, { recursive: true });
    for (const file of readdirSync(sources).filter((name) => name.endsWith('.ts'))) {
      const { outputText } = transpileModule(readFileSync(join(sources, file), 'utf8'), { compilerOptions: { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 } });
      writeFileSync(join(COMPILED, file.replace(/ts$/, 'js')), outputText);
    }
    writeFileSync(join(COMPILED, 'job.js'), SCRIPT);
    writeFileSync(join(COMPILED, 'package.json'), '{ "type": "module" }');
  }
}
