import { GateResult, RolloutPhase, RolloutStatus } from '../rollout-status.js';
import { boundsOf, valueOf } from './gate-text.js';
import { Paint, plain, Tone } from './paint.js';
import { bar, duration, fit, pad, table, widthOf, wrap } from './text.js';

/** How a rollout is shown. */
export interface RolloutView {
  /** The time now, in milliseconds since 1970. */
  readonly now: number;
  /** The columns of the terminal; 80 if left out. */
  readonly width?: number;
  /** The lines of the terminal; as many as it takes if left out. */
  readonly height?: number;
  /** The colours; none if left out. */
  readonly paint?: Paint;
  /** A last line, such as which keys do what. */
  readonly hint?: string;
}

const TONES: Record<RolloutPhase, Tone> = { Progressing: 'accent', Paused: 'warning', Succeeded: 'good', RolledBack: 'bad', Aborted: 'bad' };
const ENDED: ReadonlySet<RolloutPhase> = new Set(['Succeeded', 'RolledBack', 'Aborted']);
const LINE = 72; // where the first line ends, in wide terminals
const BAR = 30;
const INDENT = 9; // where a step's bar begins, and its metrics

/** A rollout as lines for a person: its steps, the weight of the present one, its metrics against what they must be, and the time left. */
export function rolloutLines(status: RolloutStatus, view: RolloutView): string[] {
  const { width = 80, height = Infinity } = view;
  const above = [header(status, view), ''];
  const below = [...outlook(status, view), ...view.hint ? ['', `  ${(view.paint ?? plain)('quiet', view.hint)}`] : []];
  const around = below.length > 0 ? ['', ...below] : [];
  const steps = stepLines(status, view, Math.max(3, height - above.length - around.length));
  return [...above, ...steps, ...around].map((line) => fit(line, width));
}

/** How long it still takes if all goes well, in milliseconds; undefined when nobody can know. */
export function timeLeft({ phase, steps, step, stepStartedAt, nextCheckAt }: RolloutStatus, now: number): number | undefined {
  if (phase !== 'Progressing' || nextCheckAt === undefined) {
    return undefined;
  }
  const next = Date.parse(nextCheckAt);
  return Math.max(0, next - now) + (steps.length - 1 - step) * Math.max(0, next - Date.parse(stepStartedAt));
}

/** Whether a rollout has ended. */
export function hasEnded({ phase }: RolloutStatus): boolean {
  return ENDED.has(phase);
}

function header(status: RolloutStatus, { now, width = 80, paint = plain }: RolloutView): string {
  const { namespace, virtualService, rule, stable, canary, phase, startedAt } = status;
  const title = `${paint('strong', `${namespace}/${virtualService}`)}${rule === undefined ? '' : ` rule ${rule}`}  ${stable} → ${canary}`;
  const since = ENDED.has(phase) ? '' : `  ${duration(now - Date.parse(startedAt))}`;
  const state = `${paint(TONES[phase], phase)}${since}`;
  return `${title}${' '.repeat(Math.max(2, Math.min(width, LINE) - widthOf(title) - widthOf(state)))}${state}`;
}

function stepLines(status: RolloutStatus, view: RolloutView, height: number): string[] {
  const { steps, step } = status;
  const present = presentStep(status, view);
  const before = steps.slice(0, step).map((percent) => mark(view, 'good', '✔', percent));
  const after = steps.slice(step + 1).map((percent) => mark(view, 'quiet', '○', percent));
  const room = Math.max(0, height - present.length);
  const kept = Math.min(before.length, Math.max(Math.floor(room / 2), room - after.length));
  return [...shorten(before.reverse(), kept, view).reverse(), ...present, ...shorten(after, room - kept, view)];
}

/** The first of some lines, and how many more there are. */
function shorten(lines: string[], room: number, { paint = plain }: RolloutView): string[] {
  const shown = Math.max(0, room - 1);
  return lines.length <= room ? lines : [...lines.slice(0, shown), ...room > 0 ? [paint('quiet', `  … ${lines.length - shown} more`)] : []];
}

function presentStep(status: RolloutStatus, view: RolloutView): string[] {
  const { phase, steps, step, weight, gates, nextCheckAt } = status;
  const { now, width = 80, paint = plain } = view;
  const [tone, sign] = ({
    Progressing: ['accent', '▸'], Paused: ['warning', '‖'], Succeeded: ['good', '✔'], RolledBack: ['bad', '✘'], Aborted: ['bad', '✘'],
  } as const)[phase];
  const shown = bar(weight, Math.max(10, Math.min(BAR, width - INDENT - 30)));
  const full = shown.lastIndexOf('█') + 1;
  const says = phase === 'Progressing' && nextCheckAt !== undefined
    ? `looks at the metrics in ${duration(Date.parse(nextCheckAt) - now)}`
    : hasEnded(status) ? hasNow(status) : '';
  const line = `${pad(mark(view, tone, sign, steps[step]), INDENT)}${paint(tone, shown.slice(0, full))}${paint('quiet', shown.slice(full))}  ${says}`;
  const title = phase === 'Progressing' && gates.length > 0 ? [paint('quiet', 'the last look showed')] : [];
  return [line.trimEnd(), ...[...title, ...gateLines(gates, paint)].map((each) => ' '.repeat(INDENT) + each)];
}

const hasNow = ({ canary, weight }: RolloutStatus) => `${canary} has ${weight}%`;

function mark({ paint = plain }: RolloutView, tone: Tone, sign: string, percent: number): string {
  return `  ${paint(tone, `${sign} ${`${percent}%`.padStart(4)}`)}`;
}

/** Each metric in a line: its value against what it must be. */
export function gateLines(gates: GateResult[], paint: Paint = plain): string[] {
  const width = Math.max(0, ...gates.map((gate) => valueOf(gate).length));
  return table(gates.map((gate) => [
    `${paint(gate.passed ? 'good' : 'bad', gate.passed ? '✔' : '✘')} ${gate.name}`,
    paint(gate.passed ? 'good' : 'bad', pad(valueOf(gate), width, 'right')),
    boundsOf(gate, { atLeast: '≥', atMost: '≤' }),
    gate.value === undefined ? paint('quiet', gate.message ?? '') : '',
  ]));
}

function outlook(status: RolloutStatus, { now, width = 80, paint = plain }: RolloutView): string[] {
  const { phase, message, namespace, virtualService, holder } = status;
  const left = timeLeft(status, now);
  const command = (name: string) => `cdk8s-istio rollout ${name} ${virtualService} -n ${namespace}`;
  const orphaned = !hasEnded(status) && holder === undefined;
  return [
    ...message && message !== hasNow(status) ? wrap(message, width - 2).map((line) => paint(TONES[phase], line)) : [],
    ...left !== undefined && !orphaned ? [`about ${duration(left)} left if the metrics hold`] : [],
    ...phase === 'Paused' ? [`it goes on after: ${command('resume')}`] : [],
    ...orphaned && phase !== 'Paused' ? [paint('warning', `nobody drives it; take it over with: ${command('resume')}`)] : [],
  ].map((line) => `  ${line}`);
}
