import { Chart } from 'cdk8s';
import { Service } from './workload';
import {
  AuthorizationPolicy, AuthorizationPolicySpecAction, PeerAuthentication, PeerAuthenticationSpecMtlsMode,
} from '../../lib/imports/security.istio.io';

/** The two security objects of a service, by the raw bindings. */
export function rawSecurity(chart: Chart, { name, namespace }: Service): void {
  new AuthorizationPolicy(chart, `${name}-authorization`, {
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: { app: name } },
      action: AuthorizationPolicySpecAction.ALLOW,
      rules: [{
        from: [{ source: { principals: ['cluster.local/ns/istio-system/sa/istio-ingressgateway'] } }],
        to: [{ operation: { methods: ['GET', 'POST'], paths: ['/api*'] } }],
      }],
    },
  });
  new PeerAuthentication(chart, `${name}-mtls`, {
    metadata: { name, namespace },
    spec: { selector: { matchLabels: { app: name } }, mtls: { mode: PeerAuthenticationSpecMtlsMode.STRICT } },
  });
}
