import { Table, table } from './documented';
import {
  AuthorizationAction, AuthorizationCondition, AuthorizationPolicy, AuthorizationPolicyProps, JsonWebKeySet, MutualTlsMode, PeerAuthentication,
  PeerAuthenticationProps, PolicyTarget, RequestAuthentication, RequestAuthenticationProps,
} from '../../src';

const { ALLOW, AUDIT, DENY } = AuthorizationAction;
const httpbin = PolicyTarget.workloads({ app: 'httpbin' });
const ingress = PolicyTarget.workloads({ app: 'istio-ingressgateway' });
const anyToken = { from: [{ requestPrincipals: ['*'] }] };
const postOn8080 = { to: [{ methods: ['POST'], ports: [8080] }] };

const authorizationPolicies = table<AuthorizationPolicyProps>('AuthorizationPolicy', (chart, props) => new AuthorizationPolicy(chart, 'Documented', props), {
  'httpbin': {
    action: ALLOW,
    rules: [{
      from: [{ principals: ['cluster.local/ns/default/sa/sleep'] }, { namespaces: ['test'] }],
      to: [{ methods: ['GET'], paths: ['/info*'] }, { methods: ['POST'], paths: ['/data'] }],
      when: [AuthorizationCondition.requestClaim('iss', { values: ['https://accounts.google.com'] })],
    }],
  },
  'httpbin 2': { action: DENY, rules: [{ from: [{ namespaces: ['dev'] }], to: [{ methods: ['POST'] }] }] },
  'httpbin 3': { action: DENY, rules: [postOn8080] },
  'anyname': {
    target: PolicyTarget.workloads({ app: 'myapi' }), action: AUDIT, rules: [{ to: [{ methods: ['GET'], paths: ['/user/profile/*'] }] }],
  },
  'allow-nothing': {},
  'allow-all': { rules: [{}] },
  'allow-nothing 2': { target: httpbin },
  'allow-nothing 3': { target: PolicyTarget.workloads({ version: 'v1' }) },
  'dry-run-example': { target: httpbin, action: DENY, rules: [{ to: [{ paths: ['/headers'] }] }], dryRun: true },
  'ext-authz': { target: ingress, action: AuthorizationAction.custom('my-custom-authz'), rules: [{ to: [{ paths: ['/admin/*'] }] }] },
  'httpbin 4': { target: httpbin, rules: [anyToken] },
  'require-jwt-for-all': { rules: [anyToken] },
  'httpbin 5': {
    target: httpbin,
    rules: [
      { from: [{ requestPrincipals: ['issuer-foo/*'] }], to: [{ hosts: ['example.com'] }] },
      { from: [{ requestPrincipals: ['issuer-bar/*'] }], to: [{ hosts: ['another-host.com'] }] },
    ],
  },
  'httpbin 6': { target: httpbin, rules: [anyToken, { to: [{ paths: ['/healthz'] }] }] },
  'require-jwt': { target: ingress, rules: [anyToken] },
  'httpbin 7': { target: PolicyTarget.gateway('waypoint'), action: DENY, rules: [postOn8080] },
});

const foo = { issuer: 'issuer-foo', jwks: JsonWebKeySet.uri('https://example.com/.well-known/jwks.json') };

const requestAuthentications = table<RequestAuthenticationProps>('RequestAuthentication', (chart, props) => new RequestAuthentication(chart, 'Documented', props), {
  'httpbin': { target: httpbin, jwtRules: [foo] },
  'req-authn-for-all': { jwtRules: [foo] },
  'httpbin 2': { target: httpbin, jwtRules: [{ issuer: 'issuer-foo' }, { issuer: 'issuer-bar' }] },
  'jwt-on-ingress': { target: ingress, jwtRules: [{ ...foo, issuer: 'example.com' }] },
});

const { STRICT, PERMISSIVE, DISABLE, UNSET } = MutualTlsMode;
const finance = { app: 'finance' };

const peerAuthentications = table<PeerAuthenticationProps>('PeerAuthentication', (chart, props) => new PeerAuthentication(chart, 'Documented', props), {
  'default': { mtls: STRICT },
  'default 2': { mtls: PERMISSIVE },
  'finance': { selector: finance, mtls: STRICT },
  'default 3': { selector: finance, mtls: STRICT, portLevelMtls: { 8080: DISABLE } },
  'ratings-peer-auth': { selector: { app: 'ratings' }, mtls: STRICT, portLevelMtls: { 80: DISABLE } },
  'default 4': { selector: finance, mtls: UNSET, portLevelMtls: { 8080: DISABLE } },
});

/** What Istio documents of its policies. */
export const security: Table[] = [authorizationPolicies, requestAuthentications, peerAuthentications];
