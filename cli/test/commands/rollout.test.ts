import { Lab } from '../../../test/lab/lab.js';
import type { Prometheus } from '../../../test/lab/prometheus.js';
import type { RolloutEvent } from '../../src/rollout-status.js';
import { compiled, Ended, killAll, run, Run, screen, start, startInTerminal } from '../program.js';
import { NAMESPACE, shop, until, weightsIn } from '../shop.js';

let lab: Lab;
let prometheus: Prometheus;

beforeAll(async () => {
  lab = await Lab.start({ istiod: false });
  prometheus = await lab.prometheus();
});
afterAll(() => lab?.stop());
afterEach(killAll); // also those of a test that has failed

let count = 0;
let name: string;

/** Each test has a VirtualService of its own. */
beforeEach(async () => {
  name = `orders-${++count}`;
  await lab.apply([shop(name)], { createNamespaces: true });
});

const on = (verb: string, ...args: string[]) => ['rollout', verb, name, '-n', NAMESPACE, '--kubeconfig', lab.kubeconfig, ...args];
const begin = (...args: string[]) => on('start', '--stable', 'v1', '--canary', 'v2', ...args);
const quick = (...args: string[]) => begin('--steps', '20,100', '--interval', '1s', ...args);
const long = (...args: string[]) => begin('--steps', '20,100', '--interval', '10m', ...args);
const weights = async () => weightsIn(await lab.kube.get(shop(name)));
const lines = ({ stdout }: Ended) => stdout.trimEnd().split('\n');
const events = (ended: Ended) => lines(ended).map((line) => JSON.parse(line) as RolloutEvent);
const gate = (promql: string) => ['--prometheus', prometheus.url, '--query', `gate: ${promql}`, '--min', '1'];

/** A rollout that goes on in the background, in its first step. */
async function begun(command = start(long())): Promise<Run> {
  await command.shows(/v2 has 20%|▸ {2}20%/);
  return command;
}

describe('start', () => {
  test('goes through 5, 20, 50, 100 and tells of each in a line of JSON (S002-21)', async () => {
    const ended = await run(begin('--interval', '1s', '--json'));
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const told = events(ended);
    expect(told.filter(({ type }) => type === 'weight').map(({ status: { weight } }) => weight)).toEqual([5, 20, 50, 100]);
    expect(told.at(-1)).toMatchObject({ type: 'ended', status: { namespace: NAMESPACE, virtualService: name, phase: 'Succeeded', weight: 100 } });
    expect(await weights()).toEqual({ v1: 0, v2: 100 });
  });

  test('takes ten steps of 30 seconds as flags, and shows them without a write (S001-19)', async () => {
    const flags = ['--steps', '10-100/10', '--interval', '30s', '--dry-run'];
    const { stdout, ...rest } = await run(begin(...flags, '--json'));
    expect(rest).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ plan: { steps: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100], interval: 30_000 } });

    const shown = await run(begin(...flags, ...gate('vector(1)')));
    expect(shown.stdout).toMatch(new RegExp([
      `^shop/${name}: v1 → v2, by 10%, 20%, 30%, 40%, 50%, 60%, 70%, 80%, 90%, 100%`,
      'each step takes 30s, all of them 5m; looks that may fail: 0',
      '',
      `at ${prometheus.url}:`,
      '  gate  >= 1  vector\\(1\\)',
      '',
      'the first write:',
      '  metadata\\.annotations\\["cdk8s-istio\\.dev/rollout"\\] .*',
      '  spec\\.http\\[1\\]\\.route\\[0\\]\\.weight +100 → 90',
      '  spec\\.http\\[1\\]\\.route\\[1\\]\\.weight +0 → 10',
      '',
      'nothing was written',
      '$',
    ].join('\n')));
    expect(await weights()).toEqual({ v1: 100, v2: 0 });
  });

  test('writes plain lines where nobody looks', async () => {
    const ended = await run(quick(...gate('vector(1)')));
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).not.toContain('\x1b');
    expect(lines(ended).map((line) => line.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}/, ''))).toEqual([
      'v2 is rolled out in place of v1',
      'v2 has 20%, v1 80%',
      'gate 1 (>= 1) passed',
      'v2 has 100%, v1 0%',
      'gate 1 (>= 1) passed',
      'Succeeded: v2 has 100%',
    ]);
  });

  test('goes back at the first breach, and exits with 3 (S002-20)', async () => {
    const ended = await run(quick(...gate('vector(0)')));
    expect(ended).toMatchObject({ code: 3, stderr: '', stdout: expect.stringContaining('gate 0 (>= 1) failed') });
    expect(await weights()).toEqual({ v1: 100, v2: 0 });
  });

  test('is refused while one is in progress', async () => {
    const other = await begun();
    const { code, stdout, stderr } = await run(quick());
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: .* is held by .*abort it/);
    other.kill('SIGTERM');
    await other.ended;
  });

  test('goes on when who read its output went away', async () => {
    const { code, stdout } = await new Run('sh', ['-c', '"$@" | head -n 1', 'sh', process.execPath, compiled(), ...quick()]).ended;
    expect({ code, lines: stdout.trimEnd().split('\n').length }).toEqual({ code: 0, lines: 1 });
    expect(await weights()).toEqual({ v1: 0, v2: 100 });
  });
});

describe('a signal', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s rolls back, says so, and exits with 3', async (signal) => {
    const command = await begun();
    expect(await weights()).toEqual({ v1: 80, v2: 20 });
    command.kill(signal);
    const ended = await command.ended;
    expect(ended).toMatchObject({ code: 3, stderr: '' });
    expect(lines(ended).slice(-2)).toEqual([`${signal}: it is rolled back; once more leaves at once`, expect.stringMatching(/ {2}RolledBack: it was interrupted$/)]);
    expect(await weights()).toEqual({ v1: 100, v2: 0 });
  });

  test('is no event: lines of JSON stay what they are', async () => {
    const command = await begun(start(long('--json')));
    command.kill('SIGINT');
    const ended = await command.ended;
    expect(events(ended).at(-1)).toMatchObject({ type: 'ended', status: { phase: 'RolledBack', weight: 0 } });
    expect(ended.stderr).toContain('SIGINT: it is rolled back');
  });

  test('for the second time leaves at once, and says what is left and how to go on', async () => {
    const command = await begun();
    await lab.apiServer.stop();
    command.kill('SIGINT');
    await command.shows(/once more leaves at once/);
    command.kill('SIGINT');
    const ended = await command.ended;
    await lab.apiServer.start();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toBe([
      `left: the rollout of shop/${name} is not rolled back; at last, v2 has 20%, v1 has 80%. See, go on or back:`,
      ...['status', 'resume', 'abort'].map((verb) => `  cdk8s-istio rollout ${verb} ${name} -n shop`), '',
    ].join('\n'));

    expect(await run(on('abort'))).toMatchObject({ code: 0, stdout: expect.stringContaining('Aborted, v2 has 0%') });
    expect(await weights()).toEqual({ v1: 100, v2: 0 });
  });
});

describe('from another process', () => {
  test('status, pause, resume and promote', async () => {
    const command = await begun();
    expect(await run(on('status'))).toMatchObject({ code: 0, stdout: `shop/${name}: Progressing, v2 has 20%\n`, stderr: '' });
    expect(JSON.parse((await run(on('status', '--json'))).stdout)).toMatchObject({ phase: 'Progressing', steps: [20, 100], step: 0, weight: 20 });

    expect(await run(on('pause'))).toMatchObject({ code: 0, stdout: expect.stringContaining('Paused, v2 has 20%') });
    await command.shows(/paused/);
    expect(await run(on('resume'))).toMatchObject({ code: 0, stdout: expect.stringContaining('Progressing, v2 has 20%') });
    await command.shows(/it goes on/);

    const watching = start(on('status', '--watch', '--json'));
    await watching.shows(/Progressing/);
    expect(await run(on('promote'))).toMatchObject({ code: 0, stdout: expect.stringContaining('Succeeded, v2 has 100%') });
    expect(await command.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('Succeeded: promoted from') });
    const watched = await watching.ended;
    expect(watched.code).toBe(0);
    expect(lines(watched).map((line) => JSON.parse(line).phase)).toEqual(['Progressing', 'Succeeded']);
  });

  test('abort: who drives it exits with 3, and so does who watches', async () => {
    const command = await begun();
    const watching = start(on('status', '-w'));
    await watching.shows(/Progressing/);
    expect(await run(on('abort'))).toMatchObject({ code: 0, stdout: expect.stringContaining('Aborted, v2 has 0%') });
    expect(await command.ended).toMatchObject({ code: 3 });
    expect(await watching.ended).toMatchObject({ code: 3, stdout: expect.stringContaining('Aborted, v2 has 0%') });
    expect(await run(on('status'))).toMatchObject({ code: 3 });
    expect(await weights()).toEqual({ v1: 100, v2: 0 });
  });

  test('resume takes over from a process that is no more', async () => {
    const killed = await begun(start(begin('--steps', '20,100', '--interval', '1s', ...gate('vector(1)'))));
    killed.kill('SIGKILL');
    await killed.ended;
    expect(await run(on('resume'))).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Succeeded: v2 has 100%') });
    expect(await weights()).toEqual({ v1: 0, v2: 100 });
  });

  test.each(['status', 'pause', 'resume', 'promote', 'abort'])('%s of none is an error that says what there is', async (verb) => {
    const { code, stdout, stderr } = await run(on(verb));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: .*rollout/);
  });

  test('a watch outlives an API server that is away', async () => {
    const command = await begun();
    const watching = start(on('status', '--watch'));
    await watching.shows(/Progressing/);
    await lab.apiServer.stop();
    await watching.shows(/try again later/);
    await lab.apiServer.start();
    expect(await run(on('abort'))).toMatchObject({ code: 0 });
    expect(await watching.ended).toMatchObject({ code: 3 });
    await command.ended;
  });
});

describe('in a terminal', () => {
  const CODE = /\x1b\[\d+m/; // eslint-disable-line no-control-regex

  test('a rollout is drawn in one place, and its last picture stays', async () => {
    const command = startInTerminal(quick(...gate('vector(1)')), { env: { NO_COLOR: '1' } });
    const { code, stdout } = await command.ended;
    expect(code).toBe(0);
    expect(stdout).not.toMatch(CODE);
    expect(stdout).toContain('▸  20% ██████░░░░░░░░░░░░░░░░░░░░░░░░  looks at the metrics in 1s');
    expect(stdout).toContain('Ctrl-C rolls back');
    expect(stdout.trimEnd().endsWith('\x1b[?25h')).toBe(true);
    expect(screen(stdout)).toEqual([
      expect.stringMatching(/^shop\/orders-\d+ {2}v1 → v2 +Succeeded$/),
      '',
      '  ✔  20%',
      '  ✔ 100% ██████████████████████████████  v2 has 100%',
      '         ✔ gate  1  ≥ 1',
    ]);
  });

  test('there are colours', async () => {
    expect((await startInTerminal(quick()).ended).stdout).toMatch(CODE);
  });

  test('Ctrl-C rolls back, and leaves the cursor', async () => {
    const command = await begun(startInTerminal(long(), { env: { NO_COLOR: '1' } }));
    command.press('\x03');
    const { code, stdout } = await command.ended;
    expect(code).toBe(3);
    expect(screen(stdout.replace('^C', '')).join('\n')).toContain('✘  20% ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  v2 has 0%');
    expect(stdout.trimEnd().endsWith('\x1b[?25h')).toBe(true);
  });

  test('that is closed the rollout goes back', async () => {
    const command = await begun(startInTerminal(long()));
    command.kill('SIGKILL'); // the terminal, not the program in it
    await until('the weights are back', async () => (await weights()).v2 === 0);
    expect(await run(on('status'))).toMatchObject({ code: 3, stdout: expect.stringContaining('RolledBack') });
  });

  test('status is a picture too, and a watch leaves the rollout alone when it is left', async () => {
    const command = await begun();
    const { stdout } = await startInTerminal(on('status'), { env: { NO_COLOR: '1' } }).ended;
    expect(screen(stdout)).toContainEqual(expect.stringContaining('▸  20% ██████'));
    const watching = await begun(startInTerminal(on('status', '--watch'), { env: { NO_COLOR: '1' } }));
    watching.press('\x03');
    expect(await watching.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('the rollout goes on') });
    expect(await weights()).toEqual({ v1: 80, v2: 20 });
    command.kill('SIGTERM');
    await command.ended;
  });

  test('that can do nothing there are plain lines', async () => {
    const { stdout } = await startInTerminal(quick(), { env: { TERM: 'dumb' } }).ended;
    expect(stdout).not.toContain('\x1b');
    expect(stdout).toContain('v2 has 20%, v1 80%');
  });
});
