import * as cdk8s from 'cdk8s';
import { readPage } from '../../projenrc/docs-pages';
import * as library from '../../src';

// Its snippet is tested with those of the documentation, in test/docs.
describe('the README', () => {
  const { text } = readPage('README.md');

  test.each(text.match(/^(canary\.weight|the timeout|rule 2) .*$/gm)!)('shows an error as it is: %s', (message) => {
    const match = [library.HttpMatch.header('x-canary', library.StringMatch.exact('true'))];
    const props = (change: object) => ({
      service: library.ServiceRef.fromName('orders'), stable: { labels: { version: 'v1' } }, canary: { labels: { version: 'v2' }, match }, ...change,
    });
    const mistakes = [{ canary: { labels: { version: 'v2' }, weight: -7 } }, { timeout: '5s' }, { userGroups: [{ match, weight: 1 }] }];
    const messages = mistakes.map((mistake) => {
      try {
        new library.CanaryService(cdk8s.Testing.chart(), 'Orders', props(mistake) as library.CanaryServiceProps);
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(messages).toContain(message);
  });
});
