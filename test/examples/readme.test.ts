import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as cdk8s from 'cdk8s';
import { ModuleKind, transpileModule } from 'typescript';
import * as library from '../../src';

describe('the README', () => {
  const readme = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');
  const block = (language: string) => new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(readme)![1];

  /** Runs the first example and returns the app that it synthesized. */
  function run(): cdk8s.App {
    const { outputText } = transpileModule(block('ts'), { compilerOptions: { module: ModuleKind.CommonJS, target: 99 } });
    const modules: Record<string, unknown> = { cdk8s, 'cdk8s-istio': library };
    process.env.CDK8S_OUTDIR = join(tmpdir(), `readme-${process.pid}`);
    return new Function('require', 'exports', `${outputText}; return app;`)((name: string) => modules[name], {});
  }

  test('shows the YAML that its example writes', () => {
    expect(run().synthYaml().trim()).toBe(block('yaml').trim());
  });

  test('shows YAML that Istio accepts', () => {
    expect(cdk8s.Testing.synth(run().charts[0])).toBeAcceptedByIstio();
  });

  test.each(readme.match(/^(canary\.weight|the timeout|rule 2) .*$/gm)!)('shows an error as it is: %s', (message) => {
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
