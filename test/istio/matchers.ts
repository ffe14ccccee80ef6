import { Chart, Testing } from 'cdk8s';
import { verify } from './verifier';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace jest {
    interface Matchers<R> {
      /** Istio's own schema and validation accept the chart, or the manifests, without an error. */
      toBeAcceptedByIstio(): R;
    }
  }
}

expect.extend({
  toBeAcceptedByIstio(received: Chart | object[]) {
    const manifests = Chart.isChart(received) ? Testing.synth(received as Chart) : received as object[];
    const errors = verify(manifests).filter(({ level }) => level === 'error');
    return {
      pass: manifests.length > 0 && errors.length === 0,
      message: () => manifests.length === 0 ? 'expected manifests, got none' : [
        `expected Istio ${this.isNot ? 'to refuse' : 'to accept'} the manifests`,
        ...errors.map((finding) => `${finding.verdict}: ${finding.kind} ${finding.namespace}/${finding.name}: ${finding.message}`),
      ].join('\n'),
    };
  },
});
