import { buildPrograms } from './builds';
import judge from '../istio/global-setup';

/** Runs once before all tests of the lab: its programs must be there, and the judge of what the tests synthesize. */
export default function globalSetup(): void {
  judge();
  buildPrograms();
}
