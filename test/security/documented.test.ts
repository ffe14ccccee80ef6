import { Chart, Testing } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import {
  AuthorizationAction, AuthorizationCondition, AuthorizationPolicy, AuthorizationPolicyProps, JsonWebKeySet, MutualTlsMode, PeerAuthentication,
  PeerAuthenticationProps, PolicyTarget, RequestAuthentication, RequestAuthenticationProps,
} from '../../src';

/*
 * The examples of Istio's reference pages, written with this library, are the same objects.
 * Where two on one page have one name, the second has another here.
 */

const { STRICT, PERMISSIVE, DISABLE, UNSET } = MutualTlsMode;
const httpbin = { metadata: { name: 'httpbin', namespace: 'foo' }, target: PolicyTarget.workloads({ app: 'httpbin' }) };
const ingress = PolicyTarget.workloads({ app: 'istio-ingressgateway' });
const keys = JsonWebKeySet.uri('https://example.com/.well-known/jwks.json');
const anyToken = { rules: [{ from: [{ requestPrincipals: ['*'] }] }] };

const authorization = (...all: AuthorizationPolicyProps[]) => (chart: Chart) => all.map((props, i) => new AuthorizationPolicy(chart, `Policy${i}`, props));
const request = (...all: RequestAuthenticationProps[]) => (chart: Chart) => all.map((props, i) => new RequestAuthentication(chart, `Request${i}`, props));
const peer = (...all: PeerAuthenticationProps[]) => (chart: Chart) => all.map((props, i) => new PeerAuthentication(chart, `Peer${i}`, props));

const documented: Record<string, [write: (chart: Chart) => unknown, yaml: string]> = {
  'AuthorizationPolicy: allow by source, operation and claim': [
    authorization({
      metadata: { name: 'httpbin', namespace: 'foo' },
      action: AuthorizationAction.ALLOW,
      rules: [{
        from: [{ principals: ['cluster.local/ns/default/sa/sleep'] }, { namespaces: ['test'] }],
        to: [{ methods: ['GET'], paths: ['/info*'] }, { methods: ['POST'], paths: ['/data'] }],
        when: [AuthorizationCondition.requestClaim('iss', { values: ['https://accounts.google.com'] })],
      }],
    }),
    `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: httpbin
  namespace: foo
spec:
  action: ALLOW
  rules:
  - from:
    - source:
        principals: ["cluster.local/ns/default/sa/sleep"]
    - source:
        namespaces: ["test"]
    to:
    - operation:
        methods: ["GET"]
        paths: ["/info*"]
    - operation:
        methods: ["POST"]
        paths: ["/data"]
    when:
    - key: request.auth.claims[iss]
      values: ["https://accounts.google.com"]
`,
  ],
  'AuthorizationPolicy: deny a namespace to post': [
    authorization({
      metadata: { name: 'httpbin', namespace: 'foo' },
      action: AuthorizationAction.DENY,
      rules: [{ from: [{ namespaces: ['dev'] }], to: [{ methods: ['POST'] }] }],
    }),
    `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: httpbin
  namespace: foo
spec:
  action: DENY
  rules:
  - from:
    - source:
        namespaces: ["dev"]
    to:
    - operation:
        methods: ["POST"]
`,
  ],
  'AuthorizationPolicy: deny on a port': [
    authorization({
      metadata: { name: 'httpbin', namespace: 'foo' },
      action: AuthorizationAction.DENY,
      rules: [{ to: [{ methods: ['POST'], ports: [8080] }] }],
    }),
    `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: httpbin
  namespace: foo
spec:
  action: DENY
  rules:
  - to:
    - operation:
        methods: ["POST"]
        ports: ["8080"]
`,
  ],
  'AuthorizationPolicy: audit': [
    authorization({
      metadata: { namespace: 'ns1', name: 'anyname' },
      target: PolicyTarget.workloads({ app: 'myapi' }),
      action: AuthorizationAction.AUDIT,
      rules: [{ to: [{ methods: ['GET'], paths: ['/user/profile/*'] }] }],
    }),
    `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  namespace: ns1
  name: anyname
spec:
  selector:
    matchLabels:
      app: myapi
  action: AUDIT
  rules:
  - to:
    - operation:
        methods: ["GET"]
        paths: ["/user/profile/*"]
`,
  ],
  'AuthorizationPolicy: allow nothing, allow all': [
    authorization(
      { metadata: { name: 'allow-nothing', namespace: 'foo' } },
      { metadata: { name: 'allow-all', namespace: 'foo' }, rules: [{}] },
      { metadata: { name: 'allow-nothing', namespace: 'bar' }, target: PolicyTarget.workloads({ app: 'httpbin' }) },
      { metadata: { name: 'allow-nothing', namespace: 'istio-system' }, target: PolicyTarget.workloads({ version: 'v1' }) },
    ),
    `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
 name: allow-nothing
 namespace: foo
spec:
  {}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
 name: allow-all
 namespace: foo
spec:
 rules:
 - {}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: allow-nothing
  namespace: bar
spec:
  selector:
    matchLabels:
      app: httpbin
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
 name: allow-nothing
 namespace: istio-system
spec:
 selector:
   matchLabels:
     version: v1
`,
  ],
  'AuthorizationPolicy: dry run': [
    authorization({
      metadata: { name: 'dry-run-example' },
      target: PolicyTarget.workloads({ app: 'httpbin' }),
      action: AuthorizationAction.DENY,
      rules: [{ to: [{ paths: ['/headers'] }] }],
      dryRun: true,
    }),
    `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: dry-run-example
  annotations:
    "istio.io/dry-run": "true"
spec:
  selector:
    matchLabels:
      app: httpbin
  action: DENY
  rules:
  - to:
    - operation:
        paths: ["/headers"]
`,
  ],
  'AuthorizationPolicy: a provider': [
    authorization({
      metadata: { name: 'ext-authz', namespace: 'istio-system' },
      target: ingress,
      action: AuthorizationAction.custom('my-custom-authz'),
      rules: [{ to: [{ paths: ['/admin/*'] }] }],
    }),
    `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: ext-authz
  namespace: istio-system
spec:
  selector:
    matchLabels:
      app: istio-ingressgateway
  action: CUSTOM
  provider:
    name: "my-custom-authz"
  rules:
  - to:
    - operation:
        paths: ["/admin/*"]
`,
  ],
  'AuthorizationPolicy: a waypoint': [
    authorization({
      metadata: { name: 'httpbin', namespace: 'foo' },
      target: PolicyTarget.gateway('waypoint'),
      action: AuthorizationAction.DENY,
      rules: [{ to: [{ methods: ['POST'], ports: [8080] }] }],
    }),
    `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: httpbin
  namespace: foo
spec:
  targetRefs:
  - name: waypoint
    kind: Gateway
    group: gateway.networking.k8s.io
  action: DENY
  rules:
  - to:
    - operation:
        methods: ["POST"]
        ports: ["8080"]
`,
  ],
  'AuthorizationPolicy: a token on all workloads, but for one path': [
    authorization(
      { ...httpbin, ...anyToken },
      { metadata: { name: 'require-jwt-for-all', namespace: 'istio-system' }, ...anyToken },
      {
        ...httpbin,
        metadata: { name: 'by-host', namespace: 'foo' },
        rules: [
          { from: [{ requestPrincipals: ['issuer-foo/*'] }], to: [{ hosts: ['example.com'] }] },
          { from: [{ requestPrincipals: ['issuer-bar/*'] }], to: [{ hosts: ['another-host.com'] }] },
        ],
      },
      {
        ...httpbin,
        metadata: { name: 'by-path', namespace: 'foo' },
        rules: [...anyToken.rules, { to: [{ paths: ['/healthz'] }] }],
      },
    ),
    `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: httpbin
  namespace: foo
spec:
  selector:
    matchLabels:
      app: httpbin
  rules:
  - from:
    - source:
        requestPrincipals: ["*"]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: require-jwt-for-all
  namespace: istio-system
spec:
  rules:
  - from:
    - source:
        requestPrincipals: ["*"]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: by-host
  namespace: foo
spec:
  selector:
    matchLabels:
      app: httpbin
  rules:
  - from:
    - source:
        requestPrincipals: ["issuer-foo/*"]
    to:
    - operation:
        hosts: ["example.com"]
  - from:
    - source:
        requestPrincipals: ["issuer-bar/*"]
    to:
    - operation:
        hosts: ["another-host.com"]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: by-path
  namespace: foo
spec:
  selector:
    matchLabels:
      app: httpbin
  rules:
  - from:
    - source:
        requestPrincipals: ["*"]
  - to:
    - operation:
        paths: ["/healthz"]
`,
  ],
  'RequestAuthentication': [
    request(
      { ...httpbin, jwtRules: [{ issuer: 'issuer-foo', jwks: keys }] },
      { metadata: { name: 'req-authn-for-all', namespace: 'istio-system' }, jwtRules: [{ issuer: 'issuer-foo', jwks: keys }] },
      { ...httpbin, metadata: { name: 'two-issuers', namespace: 'foo' }, jwtRules: [{ issuer: 'issuer-foo' }, { issuer: 'issuer-bar' }] },
      { metadata: { name: 'jwt-on-ingress', namespace: 'istio-system' }, target: ingress, jwtRules: [{ issuer: 'example.com', jwks: keys }] },
    ),
    `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata:
  name: httpbin
  namespace: foo
spec:
  selector:
    matchLabels:
      app: httpbin
  jwtRules:
  - issuer: "issuer-foo"
    jwksUri: https://example.com/.well-known/jwks.json
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata:
  name: req-authn-for-all
  namespace: istio-system
spec:
  jwtRules:
  - issuer: "issuer-foo"
    jwksUri: https://example.com/.well-known/jwks.json
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata:
  name: two-issuers
  namespace: foo
spec:
  selector:
    matchLabels:
      app: httpbin
  jwtRules:
  - issuer: "issuer-foo"
  - issuer: "issuer-bar"
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata:
  name: jwt-on-ingress
  namespace: istio-system
spec:
  selector:
    matchLabels:
      app: istio-ingressgateway
  jwtRules:
  - issuer: "example.com"
    jwksUri: https://example.com/.well-known/jwks.json
`,
  ],
  'PeerAuthentication': [
    peer(
      { metadata: { name: 'default', namespace: 'foo' }, mtls: STRICT },
      { metadata: { name: 'default', namespace: 'bar' }, mtls: PERMISSIVE },
      { metadata: { name: 'finance', namespace: 'foo' }, selector: { app: 'finance' }, mtls: STRICT },
      { metadata: { name: 'finance', namespace: 'bar' }, selector: { app: 'finance' }, mtls: STRICT, portLevelMtls: { 8080: DISABLE } },
      { metadata: { name: 'inherits', namespace: 'foo' }, selector: { app: 'finance' }, mtls: UNSET, portLevelMtls: { 8080: DISABLE } },
    ),
    `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
  namespace: foo
spec:
  mtls:
    mode: STRICT
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
  namespace: bar
spec:
  mtls:
    mode: PERMISSIVE
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: finance
  namespace: foo
spec:
  selector:
    matchLabels:
      app: finance
  mtls:
    mode: STRICT
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: finance
  namespace: bar
spec:
  selector:
    matchLabels:
      app: finance
  mtls:
    mode: STRICT
  portLevelMtls:
    8080:
      mode: DISABLE
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: inherits
  namespace: foo
spec:
  selector:
    matchLabels:
      app: finance
  mtls:
    mode: UNSET
  portLevelMtls:
    8080:
      mode: DISABLE
`,
  ],
};

test.each(Object.entries(documented))('%s', (_, [write, yaml]) => {
  const chart = Testing.chart();
  write(chart);

  expect(Testing.synth(chart)).toEqual(parseAllDocuments(yaml).map((document) => document.toJS()));
  expect(chart).toBeAcceptedByIstio();
});
