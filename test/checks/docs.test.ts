import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { written } from '../../projenrc/checks-docs';
import { allPages, program, run } from '../../projenrc/docs-pages';
import { Checks } from '../../src/checks/checks';

test('docs/checks.md has the rules as they are; the task docs:checks writes it', () => {
  const page = readFileSync(join(__dirname, '..', '..', 'docs', 'checks.md'), 'utf8');
  expect(written(page)).toBe(page);
});

test.each(allPages())('the app that $path shows is without mistake', (page) => {
  expect(Checks.of(run(program(page))).findings()).toEqual([]);
});
