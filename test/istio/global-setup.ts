import { buildVerifier, verifierPath } from './verifier';

/** Runs once before all tests: what judges them must be there. */
export default function globalSetup(): void {
  buildVerifier();
  process.env.CDK8S_ISTIO_VERIFIER = verifierPath();
}
