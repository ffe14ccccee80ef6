import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '@jest/types';
import { buildPrograms } from './builds';
import judge from '../istio/global-setup';

/** Runs once before all tests of the lab: the programs of those that are to run must be there, and the judge of what they synthesize. */
export default function globalSetup({ testPathPattern }: Config.GlobalConfig): void {
  judge();
  const asked = new RegExp(testPathPattern, 'i');
  const tests = [__dirname, join(__dirname, '..', '..', 'cli', 'test')]
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
    .filter((path) => path.endsWith('.test.ts') && asked.test(path));
  buildPrograms(tests.map((path) => readFileSync(path, 'utf8')));
}
