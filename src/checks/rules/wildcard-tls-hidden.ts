import { fullHost, shortHost, wildcardsOf } from '../mesh';
import { list } from '../resource';
import { Rule } from '../rule';

export const wildcardTlsHidden: Rule = {
  name: 'wildcard-tls-hidden',
  level: 'warning',
  codes: ['KIA0204'],
  about: 'Of the DestinationRules of a namespace, Istio reads the one with the most specific host and inherits nothing from others. A rule for one host leaves out the TLS settings of the wildcard above it.',
  bad: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: partners, namespace: shop }
spec: { host: '*.example.com', trafficPolicy: { tls: { mode: SIMPLE } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: payments, namespace: shop }
spec: { host: payments.example.com, trafficPolicy: { connectionPool: { tcp: { connectTimeout: 2s } } } }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: partners, namespace: shop }
spec: { host: '*.example.com', trafficPolicy: { tls: { mode: SIMPLE } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: payments, namespace: shop }
spec: { host: payments.example.com, trafficPolicy: { connectionPool: { tcp: { connectTimeout: 2s } }, tls: { mode: SIMPLE } } }
`,
  quiet: [`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: all, namespace: shop }
spec: { host: '*.shop.svc.cluster.local', trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, trafficPolicy: { connectionPool: { tcp: { connectTimeout: 2s } } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: partners, namespace: shop }
spec: { host: '*.example.com', trafficPolicy: { tls: { mode: SIMPLE } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: plain, namespace: bank }
spec: { host: plain.example.com, trafficPolicy: { connectionPool: { tcp: { connectTimeout: 2s } } } }
`],
  check: (mesh, report) => {
    const byHost = mesh.group('DestinationRule', (rule) => `${rule.namespace} ${fullHost(rule.spec.host, rule.namespace)}`);
    for (const [rule] of byHost.values()) {
      const { namespace, spec: { trafficPolicy, subsets, workloadSelector } } = rule;
      const host = fullHost(rule.spec.host, namespace);
      const [above] = wildcardsOf(host).map((name) => byHost.get(`${namespace} ${name}`)).find((found) => found) ?? [];
      const mode = above?.spec.trafficPolicy?.tls?.mode;
      // What Istio does by itself needs no saying.
      const inherited = mode === 'SIMPLE' || mode === 'MUTUAL' || mode === 'DISABLE';
      const policies = [trafficPolicy, ...list(trafficPolicy?.portLevelSettings), ...list(subsets).map((subset) => subset?.trafficPolicy)];
      const forAll = above?.spec.workloadSelector === undefined && workloadSelector === undefined;
      if (inherited && forAll && !policies.some((policy) => policy?.tls !== undefined)) {
        report(rule, 'spec.trafficPolicy', `tls mode ${mode} of the DestinationRule ${above!.name} for "${above!.spec.host}" does not hold for ${shortHost(host)}, which has this rule of its own; repeat tls here`);
      }
    }
  },
};
