import { Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import { count } from './recorder';
import { verify } from './verifier';
import { CheckLevel, Checks } from '../../src';

const seed = Number(process.env.FAST_CHECK_SEED);

/** So that all kinds together come to more than 10,000 objects in a run of all tests. */
const TIMES = 5;

/** Builds one object of random values. */
export type Build = (chart: Chart, id: string) => unknown;

/**
 * As many objects as are wanted, of those that the constructs accept; they may refuse the others by a clear message.
 */
export function accepted(builds: fc.Arbitrary<Build>, wanted: number): Chart {
  return replayable(() => {
    const chart = Testing.chart();
    Checks.of(chart.node.root).setLevel('*', CheckLevel.OFF); // a thousand random objects do conflict
    let [built, tried] = [0, 0];
    for (const build of randoms(builds, wanted * TIMES)) {
      const id = `Object${tried++}`;
      try {
        build(chart, id);
        built++;
      } catch (error) {
        expect((error as Error).message).toMatch(/, expected |has no property/);
        chart.node.tryRemoveChild(id);
      }
      if (built === wanted * TIMES) {
        break;
      }
    }
    count(tried, chart.apiObjects);
    expect(built).toBe(wanted * TIMES);
    return chart;
  });
}

/** Values of one seed, a few at a time. */
function* randoms<T>(values: fc.Arbitrary<T>, atOnce: number): Generator<T> {
  for (let batch = 0; batch < 40; batch++) {
    yield* fc.sample(values, { seed: seed + batch, numRuns: atOnce });
  }
}

/** Random objects get in each other's way, so each is judged by itself: without the analysis. */
export function judge(chart: Chart): void {
  replayable(() => expect(verify(synthUnjudged(chart), ['schema', 'validate']).filter(({ level }) => level === 'error')).toEqual([]));
}

/** A failure names the seed that brings it back. */
function replayable<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new Error(`FAST_CHECK_SEED=${seed}\n${(error as Error).message}`, { cause: error });
  }
}
