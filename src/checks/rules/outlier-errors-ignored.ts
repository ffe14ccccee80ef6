import { eachPolicy } from '../routes';
import { Rule } from '../rule';

export const outlierErrorsIgnored: Rule = {
  name: 'outlier-errors-ignored',
  level: 'error',
  codes: ['IST0133'],
  about: 'Istio accepts the old consecutiveErrors and does nothing with it: endpoints are ejected after Envoy\'s own five errors.',
  bad: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: user-service-v2, namespace: default }
spec:
  host: user-service-v2
  trafficPolicy: { outlierDetection: { consecutiveErrors: 3, interval: 15s, baseEjectionTime: 15s, maxEjectionPercent: 50 } }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: user-service-v2, namespace: default }
spec:
  host: user-service-v2
  trafficPolicy: { outlierDetection: { consecutive5xxErrors: 3, interval: 15s, baseEjectionTime: 15s, maxEjectionPercent: 50 } }
`,
  check: (mesh, report) => eachPolicy(mesh, (rule, { policy, path }) => {
    const errors = policy.outlierDetection?.consecutiveErrors;
    if (errors !== undefined) {
      report(rule, `${path}.outlierDetection.consecutiveErrors`, `consecutiveErrors ${errors} has no effect (Envoy uses its default of 5); `
        + `write consecutive5xxErrors: ${errors} for any 5xx, or consecutiveGatewayErrors: ${errors} for 502, 503 and 504`);
    }
  }),
};
