import { Chart, Testing } from 'cdk8s';
import { record } from './recorder';
import { verify } from './verifier';
import { Finding, Verifier } from '../../verifier/npm/client';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace jest {
    interface Matchers<R> {
      /** Istio's own schema, validation and analysis find no error in the chart, or the manifests. */
      toBeAcceptedByIstio(): R;
    }
  }

  /** Synthesizes a chart that Istio need not accept, such as one with a patch to a field that does not exist yet. */
  // eslint-disable-next-line no-var
  var synthUnjudged: typeof Testing.synth;
}

/** A finding that only lacks what stands outside of the manifests is no fault of theirs. */
function faults(findings: Finding[]): string[] {
  return findings.filter(({ level, external }) => level === 'error' && !external)
    .map(({ verdict, code, kind, namespace, name, message }) => `${verdict}${code ? ` ${code}` : ''}: ${kind} ${namespace}/${name}: ${message}`);
}

expect.extend({
  toBeAcceptedByIstio(received: Chart | object[]) {
    const manifests = Chart.isChart(received) ? synthUnjudged(received as Chart) : received as object[];
    const errors = faults(verify(manifests));
    return {
      pass: manifests.length > 0 && errors.length === 0,
      message: () => manifests.length === 0 ? 'expected manifests, got none'
        : [`expected Istio ${this.isNot ? 'to refuse' : 'to accept'} the manifests`, ...errors].join('\n'),
    };
  },
});

record();

// Whatever a test synthesizes is judged when it ends, whether it asks for that or not.
let verifier: Verifier | undefined;
const synthesized: object[][] = [];
globalThis.synthUnjudged = Testing.synth;
Testing.synth = (chart) => {
  const manifests = synthUnjudged(chart);
  synthesized.push(manifests);
  return manifests;
};

afterEach(async () => {
  const sets = synthesized.splice(0);
  if (sets.length > 0) {
    verifier ??= new Verifier();
    const reports = await Promise.all(sets.map((manifests) => verifier!.verify(manifests)));
    expect(reports.flatMap(({ findings }) => faults(findings))).toEqual([]);
  }
});

afterAll(async () => {
  await verifier?.close();
  verifier = undefined;
});
