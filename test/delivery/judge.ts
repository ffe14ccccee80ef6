import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildProgram, goProgram } from '../programs';

const source = 'test/delivery/judge';
const CRDS: Record<string, string[]> = {
  'github.com/argoproj/argo-rollouts': ['manifests/crds/rollout-crd.yaml', 'manifests/crds/analysis-template-crd.yaml'],
  'github.com/fluxcd/flagger': ['artifacts/flagger/crd.yaml'],
};

const program = () => goProgram('delivery-judge', source, 'the validation of Argo Rollouts and Flagger, some minutes the first time');

/** Builds the judge, if it isn't there. Gives its path. */
export const buildDeliveryJudge = () => buildProgram(program());

/** The CRDs as they come with the controllers' modules. */
function crds(): string[] {
  return Object.entries(CRDS).flatMap(([module, files]) => {
    const directory = execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', module], { cwd: join(__dirname, 'judge'), encoding: 'utf8' }).trim();
    return files.map((file) => join(directory, file));
  });
}

let paths: string[] | undefined;

/** What the controllers' own code finds wrong with each of the sets of manifests. */
export function judge(...sets: object[][]): string[][] {
  paths ??= crds();
  const input = sets.map((set) => JSON.stringify(set)).join('\n');
  const { stdout, stderr, error, status } = spawnSync(buildDeliveryJudge(), paths, { input, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (error || status !== 0) {
    throw error ?? new Error(stderr);
  }
  return stdout.trim().split('\n').map((line) => JSON.parse(line));
}
