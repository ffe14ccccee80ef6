import { spawnSync } from 'node:child_process';
import { buildProgram, goProgram } from '../programs';

/** What Istio's own code is asked. */
export interface Question {
  readonly judge: 'meshConfig' | 'meshNetworks' | 'operator' | 'chart' | 'kubernetes' | 'fields' | 'remoteSecret';
  /** The document as YAML or JSON. Of `fields`, the name of the message. */
  readonly document: string;
  /** The name of the chart. */
  readonly chart?: string;
  /** The namespace that the chart is installed in, `istio-system` where it is left out. */
  readonly namespace?: string;
  /** The name of the release, that of the chart where it is left out. */
  readonly release?: string;
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

const program = () => goProgram('judge', 'test/install/judge', "Istio's operator and charts, some minutes the first time");

/** Builds the judge, if it isn't there. Gives its path. */
export const buildJudge = () => buildProgram(program());

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
