import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { written } from '../../projenrc/checks-docs';

test('docs/checks.md has the rules as they are; the task docs:checks writes it', () => {
  const page = readFileSync(join(__dirname, '..', '..', 'docs', 'checks.md'), 'utf8');
  expect(written(page)).toBe(page);
});
