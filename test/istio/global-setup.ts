import { buildVerifier, verifierPath } from './verifier';

/** Runs once before all tests: what judges them must be there. */
export default function globalSetup(): void {
  buildVerifier();
  process.env.ISTIO_VERIFIER = verifierPath();
}
