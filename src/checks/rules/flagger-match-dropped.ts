import { list, names } from '../resource';
import { Rule } from '../rule';

export const flaggerMatchDropped: Rule = {
  name: 'flagger-match-dropped',
  level: 'error',
  about: 'Where a Canary has matches for its service too, Flagger takes headers and sourceLabels from those of its analysis, and drops the rest: more users than meant get the new version.',
  bad: `
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: orders, namespace: shop }
spec:
  provider: istio
  targetRef: { apiVersion: apps/v1, kind: Deployment, name: orders }
  service: { port: 80, match: [{ uri: { prefix: /api } }] }
  analysis: { interval: 1m, threshold: 5, iterations: 10, match: [{ uri: { prefix: /api/beta }, headers: { x-beta: { exact: "1" } } }] }
`,
  good: `
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: orders, namespace: shop }
spec:
  provider: istio
  targetRef: { apiVersion: apps/v1, kind: Deployment, name: orders }
  service: { port: 80, match: [{ uri: { prefix: /api } }] }
  analysis: { interval: 1m, threshold: 5, iterations: 10, match: [{ headers: { x-beta: { exact: "1" } } }] }
`,
  check: (mesh, report) => mesh.each('Canary', (canary) => {
    const { provider, service, analysis } = canary.spec;
    if (provider !== undefined && provider !== 'istio' || list(service?.match).length === 0) {
      return;
    }
    list(analysis?.match).forEach((match, i) => {
      const dropped = Object.keys(match ?? {}).filter((field) => field !== 'headers' && field !== 'sourceLabels');
      if (dropped.length > 0) {
        report(canary, `spec.analysis.match[${i}]`, `service.match is set, so Flagger drops ${names(dropped)} of this match; say it in service.match, or match by headers`);
      }
    });
  }),
};
