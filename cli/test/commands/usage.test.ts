import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../program.js';

const START = ['rollout', 'start', 'orders', '--stable', 'v1', '--canary', 'v2'];

describe('wrong usage says what is right, and exits with 2', () => {
  test.each([
    ['no command', [], 'Usage: cdk8s-istio'],
    ['an unknown command', ['rolout'], 'Did you mean rollout?'],
    ['no VirtualService', ['rollout', 'status'], "missing required argument 'virtualservice'"],
    ['no versions', ['rollout', 'start', 'orders'], "required option '--stable <version>' not specified"],
    ['an unknown flag', [...START, '--stepps', '5'], 'Did you mean --steps?'],
    ['steps that are none', [...START, '--steps', '5%'], 'expected percentages such as 5,20,50,100'],
    ['a time without a unit', [...START, '--interval', '60'], 'expected a number with its unit, such as 500ms, 30s or 1m30s'],
    ['a bound without a query', [...START, '--min', '1'], 'expected --query before it'],
    ['a metric without Prometheus', [...START, '--success-rate', '99'], 'expected --prometheus too'],
    ['a rate above 100', [...START, '--success-rate', '101', '--prometheus', 'http://localhost:9090'], 'expected a percentage above 0 and up to 100'],
    ['an address that is none', ['doctor', '--istiod', 'localhost:15014'], 'expected an address such as http://localhost:9090'],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });

  test('the help of the command is named', async () => {
    const { stderr } = await run([...START, '--steps', '5%']);
    expect(stderr).toContain('see: cdk8s-istio rollout start --help');
  });
});

test('help is no error, is there at once, and names the exit codes', async () => {
  const { code, stdout, stderr, milliseconds } = await run(['--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('3  the rollout was rolled back or aborted');
  expect(milliseconds).toBeLessThan(3_000);
});

test('the documentation names each flag of start, and no other', async () => {
  const page = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'cli', 'rollout.md'), 'utf8');
  const flags = (text: string) => new Set([...text.matchAll(/(?<=^\s+|`)--[a-z0-9-]+/gm)].map(([flag]) => flag));
  const { stdout } = await run(['rollout', 'start', '--help']);
  const options = stdout.slice(stdout.indexOf('Options:'), stdout.indexOf('Examples:'));
  const common = ['--kubeconfig', '--context'];
  expect([...flags(page), ...common].sort()).toEqual([...flags(options)].sort());
});

test('a version is printed', async () => {
  expect(await run(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

describe('a cluster that is not there is an error, not wrong usage', () => {
  test('a file', async () => {
    expect(await run(['rollout', 'status', 'orders', '--kubeconfig', '/no/such/file'])).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('no such file') });
  });

  test('a context', async () => {
    const kubeconfig = join(mkdtempSync(join(tmpdir(), 'usage-')), 'kubeconfig');
    writeFileSync(kubeconfig, JSON.stringify({ clusters: [], users: [], contexts: [{ name: 'dev', context: { cluster: 'dev', user: 'dev' } }] }));
    const ended = await run(['rollout', 'status', 'orders', '--kubeconfig', kubeconfig, '--context', 'prod']);
    expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('the context is "prod", expected one of dev') });
  });
});
