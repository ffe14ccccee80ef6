import { eachPolicy } from '../routes';
import { Rule } from '../rule';

export const certificateUnverified: Rule = {
  name: 'certificate-unverified',
  level: 'info',
  about: 'With insecureSkipVerify, any certificate will do: requests are encrypted, and whoever stands between may read and answer them all the same.',
  bad: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: payments, namespace: shop }
spec: { host: payments.example.com, trafficPolicy: { tls: { mode: SIMPLE, insecureSkipVerify: true } } }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: payments, namespace: shop }
spec: { host: payments.example.com, trafficPolicy: { tls: { mode: SIMPLE, caCertificates: /etc/certs/payments.pem } } }
`,
  check: (mesh, report) => eachPolicy(mesh, (rule, { policy, path }) => {
    if (policy.tls?.insecureSkipVerify === true) {
      report(rule, `${path}.tls.insecureSkipVerify`, 'any certificate of the server is taken; name its authority in caCertificates or credentialName, and remove insecureSkipVerify');
    }
  }),
};
