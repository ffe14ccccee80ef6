import { GateResult } from '../rollout-status.js';

/** How values of a metric are written: fractions of requests as percentages, latencies in milliseconds, all else as the number that it is. */
function unitOf({ name, min }: GateResult): { readonly factor: number; readonly suffix: string } {
  if (name === 'success-rate' && min !== undefined && min <= 1) {
    return { factor: 100, suffix: '%' };
  }
  return { factor: 1, suffix: /^p\d[\d-]*-latency$/.test(name) ? 'ms' : '' };
}

/** What a metric must be, such as `>= 99%`; empty if anything goes. */
export function boundsOf(gate: GateResult, { atLeast = '>=', atMost = '<=' } = {}): string {
  const { factor, suffix } = unitOf(gate);
  const bound = (sign: string, value?: number) => value === undefined ? [] : [`${sign} ${Number((value * factor).toPrecision(12))}${suffix}`];
  return [...bound(atLeast, gate.min), ...bound(atMost, gate.max)].join(', ');
}

/** A metric's value with few digits, but never so few that a breach would look like none. */
export function valueOf(gate: GateResult): string {
  const { value, min, max } = gate;
  if (value === undefined) {
    return 'no data';
  }
  const { factor, suffix } = unitOf(gate);
  const scaled = value * factor;
  const digits = [2, 4, 8].find((count) => {
    const shown = rounded(scaled, count);
    return [min, max].every((bound) => bound === undefined || Math.sign(shown - bound * factor) === Math.sign(value - bound));
  });
  return `${digits === undefined ? scaled : rounded(scaled, digits)}${suffix}`;
}

/** A look at the metrics in one line. */
export function gatesInWords(gates: GateResult[]): string {
  return gates.map((gate) => {
    const bounds = boundsOf(gate);
    return `${gate.name} ${valueOf(gate)}${bounds && ` (${bounds})`} ${gate.passed ? 'passed' : 'failed'}${gate.value === undefined && gate.message ? ` - ${gate.message}` : ''}`;
  }).join('; ');
}

function rounded(value: number, digits: number): number {
  return Number(Math.abs(value) < 1 ? value.toPrecision(digits + 1) : value.toFixed(digits));
}
