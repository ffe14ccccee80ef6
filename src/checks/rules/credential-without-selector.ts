import { fullHost, wildcardsOf } from '../mesh';
import { entries } from '../resource';
import { eachPolicy, hostsOfGateways } from '../routes';
import { Rule } from '../rule';

export const credentialWithoutSelector: Rule = {
  name: 'credential-without-selector',
  level: 'warning',
  about: 'A sidecar reads the credentialName of a DestinationRule only where the rule selects workloads. Without, it starts no TLS at all and sends its requests in plain text. Gateways do read it.',
  bad: `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: payments, namespace: shop }
spec: { hosts: [payments.example.com], ports: [{ number: 80, name: http, protocol: HTTP, targetPort: 443 }], resolution: DNS, location: MESH_EXTERNAL }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: payments, namespace: shop }
spec: { host: payments.example.com, trafficPolicy: { tls: { mode: MUTUAL, credentialName: payments-client } } }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: payments, namespace: shop }
spec: { hosts: [payments.example.com], ports: [{ number: 80, name: http, protocol: HTTP, targetPort: 443 }], resolution: DNS, location: MESH_EXTERNAL }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: payments, namespace: shop }
spec: { host: payments.example.com, workloadSelector: { matchLabels: { app: checkout } }, trafficPolicy: { tls: { mode: MUTUAL, credentialName: payments-client } } }
`,
  quiet: [`
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: payments, namespace: shop }
spec: { hosts: [payments.example.com], ports: [{ number: 80, name: http, protocol: HTTP }, { number: 443, name: https, protocol: HTTPS }], resolution: DNS, location: MESH_EXTERNAL }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: payments, namespace: shop }
spec:
  hosts: [payments.example.com]
  gateways: [mesh, istio-egress/egress]
  http:
    - { match: [{ gateways: [mesh], port: 80 }], route: [{ destination: { host: egress.istio-egress.svc.cluster.local, port: { number: 443 } } }] }
    - { match: [{ gateways: [istio-egress/egress], port: 443 }], route: [{ destination: { host: payments.example.com, port: { number: 443 } } }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: payments, namespace: shop }
spec: { host: payments.example.com, trafficPolicy: { portLevelSettings: [{ port: { number: 443 }, tls: { mode: MUTUAL, credentialName: payments-client } }] } }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: bank, namespace: shop }
spec: { hosts: [bank.example.com], ports: [{ number: 80, name: http, protocol: HTTP, targetPort: 443 }], resolution: DNS, location: MESH_EXTERNAL }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: bank, namespace: shop }
spec: { host: bank.example.com, trafficPolicy: { tls: { mode: SIMPLE, credentialName: configmap://bank-ca } } }
`],
  check: (mesh, report) => {
    const byGateways = hostsOfGateways(mesh);
    eachPolicy(mesh, (rule, { policy, path }) => {
      const { mode, credentialName } = policy.tls ?? {};
      const host = fullHost(rule.spec.host, rule.namespace);
      const asked = (mode === 'SIMPLE' || mode === 'MUTUAL') && credentialName && !String(credentialName).startsWith('configmap://');
      const selects = entries(rule.spec.workloadSelector?.matchLabels).length > 0;
      if (asked && !selects && mesh.services.has(host) && ![host, ...wildcardsOf(host)].some((name) => byGateways.has(name))) {
        report(rule, `${path}.tls.credentialName`, `sidecars take no credentialName ("${credentialName}") from a DestinationRule without workloadSelector, and send requests for ${host} in plain text; `
          + 'add a workloadSelector and let its service account read the Secret, or use clientCertificate, privateKey and caCertificates');
      }
    });
  },
};
