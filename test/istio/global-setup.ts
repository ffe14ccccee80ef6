import { writeShapes } from './recorder';
import { buildVerifier, verifierPath } from './verifier';
import { buildDeliveryJudge } from '../delivery/judge';
import { buildJudge } from '../install/judge';
import { buildPrometheusJudge } from '../observability/judge';

/** Runs once before all tests: what judges them must be there. */
export default function globalSetup(): void {
  buildVerifier();
  buildJudge();
  buildPrometheusJudge();
  buildDeliveryJudge();
  writeShapes();
  process.env.CDK8S_ISTIO_VERIFIER = verifierPath();
  process.env.FAST_CHECK_SEED ??= String(Date.now() % 2 ** 31);
  process.stderr.write(`random objects come from FAST_CHECK_SEED=${process.env.FAST_CHECK_SEED}\n`);
}
