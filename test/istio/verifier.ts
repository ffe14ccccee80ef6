import { spawnSync } from 'node:child_process';
import { Finding, Verdict } from '../../verifier/npm/client';
import { buildProgram, goProgram, programPath } from '../programs';

const program = () => goProgram('verifier', 'verifier', "the verifier from Istio's sources, some minutes the first time", { alsoFrom: ['imports/crds'] });

/** Where the verifier is, built or not. */
export const verifierPath = () => programPath(program());

/** Builds the verifier, if it isn't there. */
export const buildVerifier = () => buildProgram(program());

/** What Istio says of manifests. */
export function verify(manifests: object[], verdicts?: Verdict[]): Finding[] {
  const input = manifests.map((manifest) => JSON.stringify(manifest)).join('\n---\n');
  const { stdout, stderr, error, status } = spawnSync(process.env.CDK8S_ISTIO_VERIFIER!, [...verdicts ? ['--verdict', verdicts.join(',')] : [], '-'], {
    input, encoding: 'utf8', maxBuffer: 2 ** 28,
  });
  if (error || status === 2) {
    throw error ?? new Error(stderr);
  }
  return JSON.parse(stdout).findings;
}
