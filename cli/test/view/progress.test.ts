import { rollout } from './rollouts.js';
import { RolloutEvent } from '../../src/rollout-status.js';
import { LiveBlock } from '../../src/view/live-block.js';
import { eventLine, progressOn } from '../../src/view/progress.js';
import { screen } from '../program.js';

/** What is written to a terminal of 80 columns, or to a file. */
class Written {
  text = '';
  readonly columns: number = 80;
  readonly rows: number = 24;

  constructor(readonly isTTY?: boolean) {}

  write(text: string): void {
    this.text += text;
  }
}

const event: RolloutEvent = { at: '2026-03-01T12:03:00.123Z', type: 'weight', message: 'v2 has 20%', status: rollout() };

test('a log has a line for each event', () => {
  const log = new Written();
  const progress = progressOn(log, { env: {} });
  progress.event(event);
  progress.event({ ...event, type: 'checked', message: 'all is good' });
  progress.say('rolling back');
  progress.end();
  expect(log.text).toBe(`2026-03-01T12:03:00Z  v2 has 20%
2026-03-01T12:03:00Z  success-rate 99.82% (>= 99%) passed; p99-latency 212.38ms (<= 500ms) passed
rolling back
`);
});

test('an event of a check without metrics has nothing to add', () => {
  expect(eventLine({ ...event, type: 'checked', message: 'time is up', status: rollout({ gates: [] }) })).toBe('2026-03-01T12:03:00Z  time is up');
});

test('a log that is told how it stands says only what is new', () => {
  const log = new Written();
  const progress = progressOn(log, { env: {} });
  progress.status(rollout());
  progress.status(rollout());
  progress.status(rollout({ phase: 'RolledBack', weight: 0, message: 'success-rate is too low' }));
  expect(log.text).toBe('shop/orders: Progressing, v2 has 20%\nshop/orders: RolledBack, v2 has 0%: success-rate is too low\n');
});

test('programs get each event, and each status, as one line of JSON', () => {
  const pipe = new Written();
  const progress = progressOn(pipe, { json: true });
  progress.event(event);
  progress.status(rollout());
  progress.end();
  expect(pipe.text.trimEnd().split('\n').map((line) => JSON.parse(line))).toEqual([event, rollout()]);
});

test('a terminal has the rollout drawn anew each time, and its cursor back at the end', () => {
  const terminal = new Written(true);
  const progress = progressOn(terminal, { hint: 'Ctrl-C rolls back', env: { NO_COLOR: '1' } });
  progress.event(event);
  expect(terminal.text).toContain('▸  20%');
  expect(terminal.text).toContain('Ctrl-C rolls back');

  terminal.text = '';
  progress.say('rolling back ...');
  expect(terminal.text).toMatch(/^\x1b\[\?25l\x1b\[13A\r/); // eslint-disable-line no-control-regex
  expect(terminal.text).toContain('rolling back ...');

  terminal.text = '';
  progress.status(rollout({ phase: 'RolledBack', weight: 0 }));
  progress.end();
  expect(terminal.text).not.toContain('rolling back ...');
  expect(terminal.text).toMatch(/\x1b\[\?25h$/); // eslint-disable-line no-control-regex
});

test('a terminal does not stay empty while nothing is known yet, and forgets that it waited', async () => {
  const terminal = new Written(true);
  const progress = progressOn(terminal, { env: { NO_COLOR: '1' } });
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(terminal.text).toContain('looking at the cluster, and who drives the rollout ...');
  progress.say('SIGINT: it is rolled back');
  progress.end();
  expect(screen(terminal.text)).toEqual(['']);
});

test('a block finds its beginning again in a terminal that has become narrower', () => {
  const terminal = { columns: 80, text: '', write(text: string) { this.text = text; } };
  const block = new LiveBlock(terminal);
  block.draw(['x'.repeat(70), 'short']);
  terminal.columns = 35;
  block.draw(['short']);
  expect(terminal.text).toContain('\x1b[3A');
  block.end();
});
