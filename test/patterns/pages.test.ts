import { allPages } from '../../projenrc/docs-pages';

const pages = allPages().filter(({ path }) => /^docs\/(patterns|install)\//.test(path));

/** The title, the problem, TypeScript, the YAML that it gives, and in the end what breaks without it. */
const ORDER = /^# .+\n\n(?<problem>(?!```)[^#\n][^#]+?)\n\n```ts\n(?<code>[^]+?)```\n\n```yaml\n[^]+?```\n[^]*\n## What breaks without it\n\n- [^]+\n## More\n/;

describe('the pages of patterns and installation', () => {
  test('are all there', () => {
    expect(pages.length).toBeGreaterThanOrEqual(17);
  });

  test.each(pages)('$path begins with the problem, shows a few lines and their YAML, and says what breaks without it', ({ text }) => {
    const { problem, code } = ORDER.exec(text)?.groups ?? {};

    expect(problem?.length).toBeGreaterThan(100);
    const lines = code?.split('\n').filter((line) => !/^(import .*|} from .*|\s*|[\s)}\]]+;?)$/.test(line));
    expect(lines?.length).toBeLessThanOrEqual(15);
  });
});
