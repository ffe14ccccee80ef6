/**
 * Writes docs/checks.md from the rules' own texts and examples.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '../src/checks/catalogue';
import { Rule } from '../src/checks/rule';

const PAGE = join(__dirname, '..', 'docs', 'checks.md');

/** What stands before the list; it is written by hand. */
export const MARK = '<!-- the rules: written by the task docs:checks -->\n';

function table(): string {
  const rows = RULES.map(({ name, level, codes = [], about }) => `| [${name}](#${name}) | ${level} | ${codes.join(', ')} | ${about.replace(/(?<=\.) .*/s, '')} |`);
  return ['| rule | level | also known as | because |', '|---|---|---|---|', ...rows].join('\n');
}

function section({ name, level, codes = [], about, bad, good }: Rule): string {
  return [`### ${name}`, `${level}${codes.length === 0 ? '' : ` · ${codes.join(', ')}`}`, about, 'Finds:', yaml(bad), 'Finds nothing:', yaml(good)].join('\n\n');
}

function yaml(text: string): string {
  return `\`\`\`yaml\n${text.trim()}\n\`\`\``;
}

/** The page with the rules as they are now. */
export function written(page: string): string {
  return `${page.slice(0, page.indexOf(MARK) + MARK.length)}\n${table()}\n\n${RULES.map(section).join('\n\n')}\n`;
}

if (require.main === module) {
  writeFileSync(PAGE, written(readFileSync(PAGE, 'utf8')));
}
