import { Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import { verify } from './verifier';

const seed = Number(process.env.FAST_CHECK_SEED ?? Date.now() % 2 ** 31);

/** Builds one object of random values. */
export type Build = (chart: Chart, id: string) => unknown;

/** As many objects as are wanted, of those that the constructs accept; they may refuse the others by a clear message. */
export function accepted(builds: fc.Arbitrary<Build>, wanted: number): Chart {
  return replayable(() => {
    const chart = Testing.chart();
    let built = 0;
    for (const build of fc.sample(builds, { seed, numRuns: wanted * 40 })) {
      if (built === wanted) {
        break;
      }
      try {
        build(Testing.chart(), 'Trial');
      } catch (error) {
        expect((error as Error).message).toMatch(/, expected |has no property/);
        continue;
      }
      build(chart, `Object${built++}`);
    }
    expect(built).toBe(wanted);
    return chart;
  });
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
