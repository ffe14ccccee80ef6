/**
 * The pages of the documentation, and the README: what their snippets write, and what they say of mistakes.
 *
 * The TypeScript blocks of a page are one program, top to bottom, with a `chart`. A YAML block shows what the block before it
 * adds to the chart. Under "Common mistakes", the code at the end of an item gives the message that is quoted below it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as cdk8s from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import * as library from '../src';

const root = join(__dirname, '..');
const modules: Record<string, object> = { 'cdk8s': cdk8s, 'cdk8s-istio': library, 'cdk8s-plus-28': kplus };

/** A TypeScript block and the YAML block that follows it. */
export interface Snippet {
  readonly code: string;
  readonly yaml?: string;
}

/** A mistake and what it leads to: an error's message, a compiler's error or a finding of Istio's analysis. */
export interface Mistake {
  readonly code: string;
  readonly message: string;
}

/** A page, read. */
export interface Page {
  readonly path: string;
  readonly text: string;
  readonly snippets: Snippet[];
  readonly mistakes: Mistake[];
}

export function readPage(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8');
  const snippets: { code: string; yaml?: string }[] = [];
  for (const [, language, content] of text.matchAll(/^```(ts|yaml)\n([^]*?)^```$/gm)) {
    if (language === 'ts') {
      snippets.push({ code: content });
    } else if (snippets.length > 0) {
      snippets.at(-1)!.yaml = content;
    }
  }
  const mistakes = [...text.matchAll(/^- .*`([^`]+)`\n  > (.+)$/gm)].map(([, code, message]) => ({ code, message }));
  return { path, text, snippets, mistakes };
}

/** The README and the pages in the folders of `docs`. Those beside the folders are about the project, and show no whole programs. */
export function allPages(): Page[] {
  const files = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((file) => /[\\/].*\.md$/.test(file)).sort();
  return ['README.md', ...files.map((file) => `docs/${file.replaceAll('\\', '/')}`)].map(readPage);
}

/** The program that a page shows. */
export function program(page: Page): string {
  return page.snippets.map(({ code }) => code).join('\n');
}

/** The program of a page with a mistake in it; what the mistake names and the page does not import is imported for it. */
export function mistaken(page: Page, { code }: Mistake): string {
  const known = program(page);
  const imports = Object.entries(modules).map(([name, exported]) => {
    const wanted = [...new Set(code.match(/\b[A-Z]\w+\b/g))].filter((word) => word in exported && !new RegExp(`import \\{[^}]*\\b${word}\\b`).test(known));
    return wanted.length > 0 ? `import { ${wanted.join(', ')} } from '${name}';\n` : '';
  });
  return `${imports.join('')}${known}\n{ ${code} }\n`;
}

/** Runs a program and gives the chart that it writes. */
export function run(code: string, more: Record<string, object> = {}): cdk8s.Chart {
  process.env.CDK8S_OUTDIR ??= join(tmpdir(), `docs-${process.pid}`); // for those that write files
  const { outputText } = transpileModule(code, { compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 } });
  return new Function('require', 'exports', `${outputText}; return chart;`)((name: string) => ({ ...modules, ...more })[name], {});
}

/** What each snippet of a page writes: the objects that are new or changed after it. */
export function written(page: Page): object[][] {
  const seen = new Set<string>();
  const all: object[][] = [];
  const note = (chart: cdk8s.Chart) => {
    const fresh = cdk8s.Testing.synth(chart).filter((manifest) => !seen.has(JSON.stringify(manifest)));
    fresh.forEach((manifest) => seen.add(JSON.stringify(manifest)));
    all.push(fresh);
  };
  run(page.snippets.map(({ code }) => `${code}\nrequire('between').note(chart);\n`).join(''), { between: { note } });
  return all;
}
