/**
 * Writes the YAML that the snippets of the documentation give into its pages.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Yaml } from 'cdk8s';
import { allPages, Page, written } from './docs-pages';

function updated({ text, ...page }: Page): string {
  const results = written({ text, ...page });
  let index = -1;
  return text.replace(/^```(ts|yaml)\n([^]*?)^```$/gm, (block, language) => {
    index += language === 'ts' ? 1 : 0;
    return language === 'yaml' && index >= 0 ? `\`\`\`yaml\n${Yaml.stringify(...results[index])}\`\`\`` : block;
  });
}

for (const page of allPages()) {
  const text = updated(page);
  if (text !== page.text) {
    writeFileSync(join(__dirname, '..', page.path), text);
    process.stdout.write(`${page.path}\n`);
  }
}
