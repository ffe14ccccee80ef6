import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { typeErrors } from './type-check';
import { allPages, mistaken, program, readPage, run, written } from '../../projenrc/docs-pages';
import { documented } from '../documented/documented';
import { verify } from '../istio/verifier';

const root = join(__dirname, '..', '..');
const pages = allPages();
const constructPages = pages.filter(({ path }) => path.startsWith('docs/constructs/'));
const mistakes = pages.flatMap((page) => page.mistakes.map((mistake) => ({ page, mistake, name: `${page.path}: ${mistake.code}` })));
const isCompileError = (message: string) => message.startsWith('error TS');
const UNUSED = /^error TS(6133|6192|6198):/;

/** Runs a program with a mistake to its end, and gives the message that it ends with or what Istio's analysis says. */
function outcome(code: string): string {
  try {
    return verify(synthUnjudged(run(code))).map(({ code: found, message }) => `${found}: ${message}`).join('\n');
  } catch (error) {
    return (error as Error).message;
  }
}

describe('types', () => {
  const errors = typeErrors(new Map([
    ...pages.map((page): [string, string] => [page.path, program(page)]),
    ...mistakes.map(({ page, mistake, name }): [string, string] => [name, mistaken(page, mistake)]),
  ]));

  test.each(pages)('the snippets of $path compile, and use what they import', (page) => {
    const imported = program(page).match(/^import .*$/gm)!.join();
    const isKept = (error: string) => UNUSED.test(error) && !imported.includes(/'(.*)'/.exec(error)?.[1] ?? '');
    expect(errors.get(page.path)!.filter((error) => !isKept(error))).toEqual([]);
  });

  test.each(mistakes)('the compiler says of a mistake what the page says: $name', ({ name, mistake }) => {
    const found = errors.get(name)!.filter((error) => !UNUSED.test(error));
    expect(found).toEqual(isCompileError(mistake.message) ? [mistake.message] : []);
  });
});

describe('snippets', () => {
  test.each(pages)('$path shows the YAML that its snippets write', (page) => {
    const shown = page.snippets.map(({ yaml }) => yaml && parseAllDocuments(yaml).map((document) => document.toJS()));
    // After a change of a snippet, `npm run docs:update` writes its YAML.
    expect(shown).toEqual(written(page));
  });
});

describe('mistakes', () => {
  test.each(mistakes.filter(({ mistake }) => !isCompileError(mistake.message)))('$name', ({ page, mistake }) => {
    expect(outcome(mistaken(page, mistake))).toContain(mistake.message);
  });
});

describe('the page of a construct', () => {
  test.each(constructPages)('$path begins with an example from Istio', (page) => {
    const objects = parseAllDocuments(page.snippets[0].yaml!).map((document) => document.toJS());
    for (const object of objects) {
      expect(documented(object.kind).map((example) => example.object)).toContainEqual(object);
    }
  });

  test.each(constructPages)('$path is short, names its mistakes and Istio\'s page', ({ text, mistakes: named, snippets }) => {
    expect(named.length).toBeGreaterThan(0);
    expect(text.match(/^ *> /gm)).toHaveLength(named.length); // so that none is left out for its form
    expect(text).toMatch(/https:\/\/istio\.io\/latest\/docs\/reference\/config\//);
    expect(Math.max(...snippets.map(({ code }) => code.split('\n').length))).toBeLessThan(25);
  });
});

test.each(pages)('$path links to files that are there', ({ path, text }) => {
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => join(dirname(path), link));
  expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
});

test('the index names all pages', () => {
  const index = readdirSync(join(root, 'docs', 'constructs'));
  const { text } = readPage('docs/README.md');
  expect(index.filter((file) => !text.includes(`(constructs/${file})`))).toEqual([]);
});
