import { spawnSync } from 'node:child_process';

/** What Istio's own code says about a resource. */
export interface Verdict {
  readonly verdict: string;
  readonly code?: string;
  readonly level: 'error' | 'warning' | 'info';
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly path?: string;
  readonly message: string;
  readonly url?: string;
  /** Whether it only lacks what may stand outside of the manifests. */
  readonly external?: boolean;
}

const PACKAGE = 'cdk8s-istio-verifier';

/** The verifier's program: the one that the environment names, or that of the optional package, in the project or beside this one. */
export function installedVerifier(): string | undefined {
  const named = process.env.CDK8S_ISTIO_VERIFIER;
  if (named) {
    return named;
  }
  let path: string;
  try {
    path = require.resolve(PACKAGE, { paths: [process.cwd(), __dirname] });
  } catch {
    return undefined;
  }
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require(path).findBinary();
}

/** Asks the verifier about manifests, as JSON of one document each. */
export function askVerifier(program: string, manifests: object[]): Verdict[] {
  const input = manifests.map((manifest) => JSON.stringify(manifest)).join('\n---\n');
  const { stdout, stderr, error, status } = spawnSync(program, ['-'], { input, encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (error || status === 2 || status === null) {
    throw new Error(`the verifier ${program} gave no answer, expected its findings: ${error?.message ?? stderr.trim()}; install ${PACKAGE} anew, or write verifier: false`);
  }
  return JSON.parse(stdout).findings;
}
