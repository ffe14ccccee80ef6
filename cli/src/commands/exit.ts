import { RolloutStatus } from '../rollout-status.js';

/** What the program's end says to scripts. */
export const EXIT = { succeeded: 0, failed: 1, wrongUsage: 2, notDelivered: 3 } as const;

/** The command line is wrong. */
export class UsageError extends Error {}

/** What a rollout says to scripts: one in progress is no failure. */
export function exitOf({ phase }: RolloutStatus): number {
  return phase === 'RolledBack' || phase === 'Aborted' ? EXIT.notDelivered : EXIT.succeeded;
}
