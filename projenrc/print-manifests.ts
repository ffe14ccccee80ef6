/**
 * Prints what a synthesized app wrote where: `print-manifests.ts FOLDER`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Table from 'cli-table3';
import { parseAllDocuments } from 'yaml';

const [folder] = process.argv.slice(2);
const sides = ['top', 'bottom', 'left', 'right', 'mid'];
const lines = Object.fromEntries(sides.flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`].map((line) => [line, ''])));
const table = new Table({
  head: ['file', 'kind', 'namespace', 'name'],
  chars: { ...lines, middle: '  ' },
  style: { 'padding-left': 0, 'padding-right': 0, 'border': [], 'head': process.stdout.isTTY ? ['bold'] : [] },
});
for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml')).sort()) {
  for (const document of parseAllDocuments(readFileSync(join(folder, file), 'utf8'))) {
    const { kind, metadata } = document.toJS();
    table.push([join(folder, file), kind, metadata.namespace ?? '', metadata.name]);
  }
}
process.stdout.write(`\n${table.toString()}\n`);
