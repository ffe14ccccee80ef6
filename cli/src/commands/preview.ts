import type { RolloutPreview } from '../rollout.js';
import { ClusterFlags } from './shared.js';
import { diffLines } from '../view/diff-lines.js';
import { boundsOf } from '../view/gate-text.js';
import { Paint, paintFor } from '../view/paint.js';
import { duration, table } from '../view/text.js';

/** Shows what a rollout would do. */
export function preview(plan: RolloutPreview, { json }: ClusterFlags): void {
  const lines = json ? [JSON.stringify(plan)] : previewLines(plan, paintFor(process.stdout));
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** What a rollout would do, as lines for a person. */
export function previewLines({ status, plan, before, after }: RolloutPreview, paint?: Paint): string[] {
  const { namespace, virtualService, stable, canary } = status;
  const { steps, interval, gates, prometheus, failuresAllowed } = plan;
  return [
    `${namespace}/${virtualService}: ${stable} → ${canary}, by ${steps.map((step) => `${step}%`).join(', ')}`,
    `each step takes ${duration(interval)}, all of them ${duration(interval * steps.length)}; ${
      gates.length === 0 ? 'no metric is looked at' : `looks that may fail: ${failuresAllowed}`}`,
    ...gates.length === 0 ? [] : [
      '', `at ${prometheus}:`,
      ...table(gates.map((gate) => [`  ${gate.name}`, boundsOf({ ...gate, passed: true }), gate.query])),
    ],
    '', 'the first write:',
    ...diffLines(before, after, paint).map((line) => `  ${line}`),
    '', 'nothing was written',
  ];
}
