import { eachPolicy } from '../routes';
import { Rule } from '../rule';

export const serverNameUnverified: Rule = {
  name: 'server-name-unverified',
  level: 'warning',
  about: 'Where a DestinationRule sets sni, Istio no longer compares the name in the server\'s certificate with the host: whoever has any certificate of a trusted authority passes for the server.',
  bad: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: payments, namespace: shop }
spec: { host: payments.example.com, trafficPolicy: { tls: { mode: SIMPLE, sni: payments.example.com } } }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: payments, namespace: shop }
spec: { host: payments.example.com, trafficPolicy: { tls: { mode: SIMPLE, sni: payments.example.com, subjectAltNames: [payments.example.com] } } }
`,
  quiet: [`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: payments, namespace: shop }
spec: { host: payments.example.com, trafficPolicy: { tls: { mode: SIMPLE } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: egress, namespace: shop }
spec: { host: egress.istio-egress.svc.cluster.local, trafficPolicy: { tls: { mode: ISTIO_MUTUAL, sni: payments.example.com } } }
`],
  check: (mesh, report) => eachPolicy(mesh, (rule, { policy, path }) => {
    const { mode, sni, subjectAltNames, insecureSkipVerify } = policy.tls ?? {};
    if ((mode === 'SIMPLE' || mode === 'MUTUAL') && sni && !subjectAltNames?.length && insecureSkipVerify !== true) {
      report(rule, `${path}.tls.sni`, `sni ${sni} without subjectAltNames turns off the check of the name in the server's certificate; add subjectAltNames: [${sni}], or leave sni out where clients name that host`);
    }
  }),
};
