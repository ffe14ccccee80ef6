import type { RolloutTarget } from '../rollout-plan.js';
import type { RolloutStatus } from '../rollout-status.js';
import type { RolloutRun } from '../rollout.js';
import { EXIT, exitOf } from './exit.js';
import { ClusterFlags, onSignals } from './shared.js';
import { Progress, progressOn } from '../view/progress.js';
import { hasEnded } from '../view/rollout-lines.js';

const LOOK_EACH = 1000; // milliseconds

/**
 * Drives a rollout to its end, and shows it. The first signal rolls it back; the second leaves at once, and says what is left.
 *
 * @returns the exit code
 */
export async function drive(target: RolloutTarget, { json }: ClusterFlags, go: (run: RolloutRun) => Promise<RolloutStatus>): Promise<number> {
  const progress = progressOn(process.stdout, { json, hint: 'Ctrl-C rolls back' });
  const abort = new AbortController();
  let last: RolloutStatus | undefined;
  const giveBack = onSignals((signal) => {
    if (abort.signal.aborted) {
      progress.end();
      process.stderr.write(`${leftBehind(target, last)}\n`);
      process.exit(EXIT.failed);
    }
    progress.say(`${signal}: it is rolled back; once more leaves at once`);
    abort.abort(new Error(signal));
  });
  try {
    const status = await go({
      signal: abort.signal,
      onEvent: (event) => {
        last = event.status;
        progress.event(event);
      },
    });
    if (!hasEnded(status)) {
      progress.status(status);
    }
    return exitOf(status);
  } finally {
    giveBack();
    progress.end();
  }
}

/** What a process that leaves a rollout as it is says of it. */
export function leftBehind({ namespace, virtualService }: RolloutTarget, status?: RolloutStatus): string {
  const command = (verb: string) => `cdk8s-istio rollout ${verb} ${virtualService} -n ${namespace}`;
  const state = status === undefined ? 'it may have begun' : `${status.canary} has ${status.weight}%, ${status.stable} has ${100 - status.weight}%`;
  return `left: the rollout of ${namespace}/${virtualService} is not rolled back; at last, ${state}. See, go on or back:\n`
    + ['status', 'resume', 'abort'].map((verb) => `  ${command(verb)}`).join('\n');
}

/**
 * Shows a rollout that another process drives, until it has ended.
 *
 * @returns the exit code
 */
export async function watch({ json }: ClusterFlags, look: () => Promise<RolloutStatus>): Promise<number> {
  const progress = progressOn(process.stdout, { json, hint: 'Ctrl-C leaves; the rollout goes on' });
  const left = new AbortController();
  const giveBack = onSignals(() => left.abort());
  try {
    for (let known: RolloutStatus | undefined; ;) {
      const status = await look().catch((error) => outage(error, known, progress));
      if (left.signal.aborted) {
        return EXIT.succeeded;
      }
      if (status !== undefined && JSON.stringify(status) !== JSON.stringify(known)) {
        progress.status(status);
        known = status;
      }
      if (status !== undefined && hasEnded(status)) {
        return exitOf(status);
      }
      await pause(LOOK_EACH, left.signal);
    }
  } finally {
    giveBack();
    progress.end();
  }
}

/** An API server that is away for a while ends no watch that has begun. */
function outage(error: Error & { readonly reason?: string }, known: RolloutStatus | undefined, progress: Progress): undefined {
  if (known === undefined || error.reason !== 'Unreachable') {
    throw error;
  }
  progress.say(error.message);
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
