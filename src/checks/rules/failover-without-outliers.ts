import { entries, list } from '../resource';
import { eachPolicy } from '../routes';
import { Rule } from '../rule';

export const failoverWithoutOutliers: Rule = {
  name: 'failover-without-outliers',
  level: 'warning',
  about: 'Failover to another locality begins when endpoints are found unhealthy, and only outlier detection finds them so.',
  bad: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec:
  host: orders
  trafficPolicy: { loadBalancer: { localityLbSetting: { failover: [{ from: eu, to: us }] } } }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec:
  host: orders
  trafficPolicy:
    loadBalancer: { localityLbSetting: { failover: [{ from: eu, to: us }] } }
    outlierDetection: { consecutive5xxErrors: 5, maxEjectionPercent: 100 }
`,
  check: (mesh, report) => eachPolicy(mesh, (rule, { policy, path, subset, around }) => {
    const setting = policy.loadBalancer?.localityLbSetting;
    // A subset inherits what it leaves out; a port does not.
    const outlier = policy.outlierDetection ?? (subset && !around ? rule.spec.trafficPolicy?.outlierDetection : undefined);
    const [field] = ['failover', 'failoverPriority'].filter((name) => list(setting?.[name]).length > 0);
    if (field !== undefined && setting.enabled !== false && entries(outlier).length === 0) {
      report(rule, `${path}.loadBalancer.localityLbSetting.${field}`, `${field} has no effect without outlierDetection, which finds the endpoints to fail over from; add outlierDetection`);
    }
  }),
};
