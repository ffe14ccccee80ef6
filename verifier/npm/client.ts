import { ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What kind of judgement a finding comes from. */
export type Verdict = 'schema' | 'webhook' | 'validate' | 'analyze';

/** How bad a finding is. */
export type Level = 'error' | 'warning' | 'info';

/** Something that Istio says about an object. */
export interface Finding {
  /** The judgement it comes from; `input` for text that is no manifest. */
  readonly verdict: Verdict | 'input';
  /** Istio's code, such as IST0101, where there is one. */
  readonly code?: string;
  readonly level: Level;
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** The field, such as spec.http[0].timeout. */
  readonly path?: string;
  readonly file?: string;
  readonly line?: number;
  readonly message: string;
  /** The page that explains it. */
  readonly url?: string;
  /** Whether it only lacks what may exist outside of the manifests. */
  readonly external?: boolean;
}

/** All that was found. */
export interface Report {
  readonly findings: Finding[];
  /** How many objects were judged. */
  readonly objects: number;
}

/** How manifests are judged. */
export interface VerifyOptions {
  /** The judgements to make; all if left out. */
  readonly verdicts?: Verdict[];
  /** The namespace of objects that have none; `default` if left out. */
  readonly defaultNamespace?: string;
  /** The namespace that Istio runs in; `istio-system` if left out. */
  readonly rootNamespace?: string;
  /** Istio's mesh config as YAML, which is judged as well. */
  readonly meshConfig?: string;
  /** What exists outside of the manifests, as YAML. */
  readonly assume?: string;
  /** Messages of the analysis to leave out, such as `IST0101=VirtualService default/*`. */
  readonly suppress?: string[];
}

interface Waiting {
  resolve(report: Report): void;
  reject(error: Error): void;
}

/**
 * Istio's own verdict on manifests, from one process that answers any number of requests.
 *
 * ```ts
 * const verifier = new Verifier();
 * const { findings } = await verifier.verify(yaml, { verdicts: ['schema', 'validate'] });
 * await verifier.close();
 * ```
 */
export class Verifier {
  private readonly process: ChildProcess;
  private readonly exited: Promise<void>;
  private readonly waiting = new Map<number, Waiting>();
  private ended?: Error;
  private requests = 0;

  /**
   * Starts the process.
   *
   * @param binary the program; the one of `findBinary` if left out
   */
  constructor(binary: string = findBinary()) {
    this.process = spawn(binary, ['serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.process.stdin!.on('error', () => undefined); // a broken pipe shows as the end of the process
    createInterface({ input: this.process.stdout! }).on('line', (line) => this.answer(line));
    this.exited = new Promise((resolve) => {
      this.process.on('error', (error) => this.end(new Error(`${binary} can't be started, expected the verifier; ${error.message}`), resolve));
      this.process.on('close', (code, signal) => this.end(new Error(`the verifier ended (${signal ?? `exit code ${code}`}), expected it to run; start another`), resolve));
    });
  }

  /**
   * Judges manifests as one set.
   *
   * @param manifests YAML or JSON of one or several documents, or the objects themselves
   * @param options how they are judged
   * @throws (rejects) when the options are wrong or the process has ended
   */
  verify(manifests: string | object[], options: VerifyOptions = {}): Promise<Report> {
    const text = typeof manifests === 'string' ? manifests : manifests.map((object) => JSON.stringify(object)).join('\n---\n');
    return new Promise((resolve, reject) => {
      if (this.ended) {
        return reject(this.ended);
      }
      const id = this.requests++;
      this.waiting.set(id, { resolve, reject });
      this.process.stdin!.write(`${JSON.stringify({ id, manifests: text, ...options })}\n`);
    });
  }

  /** Lets the process answer what it was asked and waits for its end. */
  async close(): Promise<void> {
    this.process.stdin!.end();
    await this.exited;
  }

  private answer(line: string): void {
    const { id, report, error } = JSON.parse(line);
    const { resolve, reject } = this.waiting.get(id)!;
    this.waiting.delete(id);
    if (error === undefined) {
      resolve(report);
    } else {
      reject(new Error(error));
    }
  }

  private end(error: Error, done: () => void): void {
    this.ended ??= error;
    this.waiting.forEach(({ reject }) => reject(this.ended!));
    this.waiting.clear();
    done();
  }
}

/**
 * The program for this machine: the one that `CDK8S_ISTIO_VERIFIER` names, or that of the optional package for the platform.
 *
 * @throws when there is neither
 */
export function findBinary(platform: string = process.platform, arch: string = process.arch): string {
  const named = process.env.CDK8S_ISTIO_VERIFIER;
  if (named) {
    return named;
  }
  const name = platformPackage(platform, arch);
  try {
    return require.resolve(`${name}/bin/${executable(platform)}`);
  } catch {
    throw new Error(`no verifier for ${platform} on ${arch}, expected the package ${name}; install it (npm skips optional packages with --omit=optional), or build verifier/ with Go and name the program in CDK8S_ISTIO_VERIFIER`);
  }
}

/** The optional package that brings the program for a platform, by Node's names for it. */
export function platformPackage(platform: string, arch: string): string {
  return `@cdk8s-istio/verifier-${platform}-${arch}`;
}

/** The name of the program on a platform. */
export function executable(platform: string): string {
  return platform === 'win32' ? 'verifier.exe' : 'verifier';
}
