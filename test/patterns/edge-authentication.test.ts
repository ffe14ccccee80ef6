import { Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import {
  Destination, EdgeAuthentication, EdgeAuthenticationProps, GatewayServer, HttpMatch, HttpRoute, IstioGateway, JsonWebKeySet, ServiceRef, StringMatch,
  VirtualService,
} from '../../src';

const issuer = 'https://login.example.com';
const jwtRules = [{ issuer, jwks: JsonWebKeySet.uri(`${issuer}/jwks.json`) }];
const find = (chart: Chart, kind: string) => Testing.synth(chart).find((object) => object.kind === kind);
const rules = (props: Partial<EdgeAuthenticationProps>) => {
  const chart = Testing.chart();
  new EdgeAuthentication(chart, 'Edge', { jwtRules, ...props });
  return find(chart, 'AuthorizationPolicy').spec.rules;
};
const stranger = [{ source: { notRequestPrincipals: [`${issuer}/*`] } }];

describe('EdgeAuthentication', () => {
  test('refuses every request without a valid token at the gateway', () => {
    // GIVEN
    const chart = Testing.chart();

    // WHEN
    new EdgeAuthentication(chart, 'Edge', { jwtRules });

    // THEN
    const place = { namespace: 'istio-system' };
    const selector = { matchLabels: { istio: 'ingressgateway' } };
    expect(Testing.synth(chart)).toEqual([
      expect.objectContaining({
        kind: 'RequestAuthentication', metadata: expect.objectContaining(place), spec: { selector, jwtRules: [{ issuer, jwksUri: `${issuer}/jwks.json` }] },
      }),
      expect.objectContaining({
        kind: 'AuthorizationPolicy', metadata: expect.objectContaining(place), spec: { selector, action: 'DENY', rules: [{ from: stranger }] },
      }),
    ]);
    expect(chart).toBeAcceptedByIstio();
  });

  test('guards hosts at every port that a client may name, and leaves public paths open', () => {
    expect(rules({ hosts: ['shop.example.com'], publicPaths: ['/login', '/static/*'] })).toEqual([{
      from: stranger, to: [{ operation: { hosts: ['shop.example.com', 'shop.example.com:*'], notPaths: ['/login', '/static/*'] } }],
    }]);
  });

  test('guards some paths only, and leaves TCP servers of the gateway alone', () => {
    expect(rules({ paths: ['/account/*'], ports: [8080, 8443] })).toEqual([{
      from: stranger, to: [{ operation: { ports: ['8080', '8443'], paths: ['/account/*'] } }],
    }]);
  });

  test('demands claims for some requests, each by a rule of its own, since one that is missing is enough', () => {
    expect(rules({
      hosts: ['shop.example.com'],
      publicPaths: ['/login'],
      requirements: [
        { paths: ['/admin/*'], claims: { group: ['admin', 'staff'], mfa: ['true'] } },
        { methods: ['DELETE'], nestedClaims: [{ path: ['realm_access', 'roles'], values: ['editor'] }] },
      ],
    }).slice(1)).toEqual([
      { to: [{ operation: { hosts: expect.any(Array), paths: ['/admin/*'] } }], when: [{ key: 'request.auth.claims[group]', notValues: ['admin', 'staff'] }] },
      { to: [{ operation: { hosts: expect.any(Array), paths: ['/admin/*'] } }], when: [{ key: 'request.auth.claims[mfa]', notValues: ['true'] }] },
      { to: [{ operation: { hosts: expect.any(Array), methods: ['DELETE'], notPaths: ['/login'] } }], when: [{ key: 'request.auth.claims[realm_access][roles]', notValues: ['editor'] }] },
    ]);
  });

  test('takes requirements of teams later', () => {
    const chart = Testing.chart();
    const edge = new EdgeAuthentication(chart, 'Edge', { jwtRules });

    edge.require({ claims: { group: ['admin'] } });

    expect(find(chart, 'AuthorizationPolicy').spec.rules[1]).toEqual({ when: [{ key: 'request.auth.claims[group]', notValues: ['admin'] }] });
  });

  test('lets the preflights of browsers through if wanted, and no other OPTIONS', () => {
    const noPreflight = { key: 'request.headers[access-control-request-method]', notValues: ['*'] };
    const group = { key: 'request.auth.claims[group]', notValues: ['admin'] };
    expect(rules({ corsPreflights: true, requirements: [{ claims: { group: ['admin'] } }, { methods: ['PUT'], claims: { group: ['admin'] } }] })).toEqual([
      { from: stranger, to: [{ operation: { notMethods: ['OPTIONS'] } }] },
      { from: stranger, to: [{ operation: { methods: ['OPTIONS'] } }], when: [noPreflight] },
      { to: [{ operation: { notMethods: ['OPTIONS'] } }], when: [group] },
      { to: [{ operation: { methods: ['OPTIONS'] } }], when: [group, noPreflight] },
      { to: [{ operation: { methods: ['PUT'], notMethods: ['OPTIONS'] } }], when: [group] },
    ]);
  });

  test('lets nobody in by the token of another host, and takes any issuer where a rule does', () => {
    const other = 'https://partners.example.com';
    expect(rules({ jwtRules: [...jwtRules, { issuer: other }, { issuer: other, audiences: ['b'] }] })[0].from)
      .toEqual([{ source: { notRequestPrincipals: [`${issuer}/*`, `${other}/*`] } }]);
    expect(rules({ jwtRules: [...jwtRules, { jwks: JsonWebKeySet.uri('https://a.example.com/jwks') }] })[0].from)
      .toEqual([{ source: { notRequestPrincipals: ['*'] } }]);
  });

  test('stands beside the gateway of another installation', () => {
    const chart = Testing.chart();
    const { requestAuthentication, authorizationPolicy } = new EdgeAuthentication(chart, 'Edge', {
      jwtRules, namespace: 'edge', selector: { 'gateway.networking.k8s.io/gateway-name': 'shop' },
    });

    expect([requestAuthentication.namespace, authorizationPolicy.namespace]).toEqual(['edge', 'edge']);
    expect(find(chart, 'RequestAuthentication').spec.selector).toEqual({ matchLabels: { 'gateway.networking.k8s.io/gateway-name': 'shop' } });
  });

  test('hands claims on to services, and divides requests by them', () => {
    // GIVEN
    const chart = Testing.chart();
    const gateway = new IstioGateway(chart, 'edge', { metadata: { name: 'edge' }, servers: [GatewayServer.http(['shop.example.com'])] });
    new EdgeAuthentication(chart, 'Edge', {
      jwtRules: [{ ...jwtRules[0], outputClaimToHeaders: [{ header: 'x-user', claim: 'sub' }], forwardOriginalToken: true }],
    });

    // WHEN
    const [stable, beta] = ['v1', 'v2'].map((version) => ServiceRef.fromName(`orders-${version}`, { namespace: 'shop' }));
    new VirtualService(chart, 'Orders', {
      hosts: ['shop.example.com'],
      gateways: [gateway],
      http: [
        HttpRoute.forward(Destination.service(beta), { match: [HttpMatch.jwtClaim('group', StringMatch.exact('beta'))] }),
        HttpRoute.forward(Destination.service(stable)),
      ],
    });

    // THEN
    expect(find(chart, 'RequestAuthentication').spec.jwtRules[0]).toMatchObject({ outputClaimToHeaders: [{ header: 'x-user', claim: 'sub' }], forwardOriginalToken: true });
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['no rule', { jwtRules: [] }, 'jwtRules is [], expected a list of at least one entry'],
    ['no hosts, which would guard all', { hosts: [] }, 'hosts of the EdgeAuthentication is [], expected a list of at least one entry; leave it out for all hosts'],
    ['a wildcard', { hosts: ['*.example.com'] }, 'a host of the EdgeAuthentication is "*.example.com", expected one without wildcard, since one with a port would pass'],
    ['a host with a port', { hosts: ['a.example.com:80'] }, 'a host of the EdgeAuthentication is "a.example.com:80", expected a DNS name'],
    ['a path that is none', { publicPaths: ['login'] }, 'notPaths is "login", expected it to begin with a slash'],
    ['a requirement without claim', { requirements: [{ paths: ['/admin'] }] }, 'the requirement is {"paths":["/admin"]}, expected at least one claim; where any valid token will do leave it out'],
    ['a claim without values', { requirements: [{ claims: { group: [] } }] }, 'the values of the claim ["group"] is [], expected a list of at least one entry; name those that are let in'],
    ['an unknown property of a requirement', { requirements: [{ path: '/admin', claims: { a: ['b'] } }] }, 'a requirement has no property "path" (got "/admin")'],
    ['an unknown property of a claim', { requirements: [{ nestedClaims: [{ path: ['a'], values: ['b'], value: 'c' }] }] }, 'a nested claim has no property "value"'],
    ['a namespace that is none', { namespace: 'A B' }, 'the namespace of the EdgeAuthentication is "A B"'],
    ['a switch that is none', { corsPreflights: 'yes' }, 'corsPreflights is "yes", expected true or false'],
    ['an unknown property', { audiences: ['a'] }, 'EdgeAuthentication has no property "audiences" (got ["a"])'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new EdgeAuthentication(Testing.chart(), 'Edge', { jwtRules, ...props } as any)).toThrow(message);
  });
});

describe('what is refused', () => {
  interface Request {
    readonly host: string;
    readonly path: string;
    readonly method: string;
    readonly preflight: boolean;
    readonly issuer?: string;
    readonly groups: string[];
  }

  /** As Envoy reads a pattern of a policy. */
  const fits = (value: string, pattern: string) => pattern === '*' ? true
    : pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
  const someFits = (value: string, patterns?: string[]) => patterns?.some((pattern) => fits(value, pattern));

  /** Whether a rule of the policy, as it was written, is for a request. */
  function denies({ from, to, when }: any, request: Request): boolean {
    const operations = (to ?? [{ operation: {} }]).some(({ operation: { hosts, methods, notMethods, paths, notPaths } }: any) =>
      someFits(request.host, hosts) !== false && someFits(request.method, methods) !== false && !someFits(request.method, notMethods)
      && someFits(request.path, paths) !== false && !someFits(request.path, notPaths));
    const sources = (from ?? []).every(({ source }: any) => request.issuer === undefined || !someFits(`${request.issuer}/user`, source.notRequestPrincipals));
    const conditions = (when ?? []).every(({ key, notValues }: any) => key.startsWith('request.headers')
      ? !request.preflight
      : !request.groups.some((group) => notValues.includes(group)));
    return operations && sources && conditions;
  }

  const hosts = ['a.example.com', 'b.example.com'];
  const paths = ['/', '/login', '/admin', '/admin/users'];
  const patterns = fc.subarray(['/login', '/admin/*', '/admin'], { minLength: 1 });
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const settings = fc.record({
    hosts: maybe(fc.subarray(hosts, { minLength: 1 })),
    publicPaths: maybe(patterns),
    corsPreflights: fc.boolean(),
    requirements: fc.array(fc.record({
      paths: maybe(patterns),
      methods: maybe(fc.subarray(['GET', 'OPTIONS'], { minLength: 1 })),
      groups: fc.subarray(['x', 'y'], { minLength: 1 }),
    }), { maxLength: 2 }),
  });
  const requests = fc.record({
    host: fc.constantFrom(...hosts.flatMap((host) => [host, `${host}:8443`])),
    path: fc.constantFrom(...paths),
    method: fc.constantFrom('GET', 'OPTIONS', 'POST'),
    preflight: fc.boolean(),
    issuer: fc.constantFrom(undefined, issuer, 'https://other.example.com'),
    groups: fc.subarray(['x', 'y', 'z']),
  }).map((request): Request => request.issuer === undefined ? { ...request, groups: [] } : request);

  test('is what lacks a token or a claim, and nothing else', () => {
    fc.assert(fc.property(settings, fc.array(requests, { minLength: 20, maxLength: 20 }), ({ requirements, ...props }, sent) => {
      const chart = Testing.chart();
      new EdgeAuthentication(chart, 'Edge', {
        jwtRules, ...props, requirements: requirements.map(({ groups, ...requirement }) => ({ ...requirement, claims: { group: groups } })),
      });
      const written = synthUnjudged(chart).find(({ kind }: any) => kind === 'AuthorizationPolicy').spec.rules;

      for (const request of sent) {
        const isGuarded = props.hosts?.includes(request.host.split(':')[0]) ?? true;
        const isPreflight = props.corsPreflights && request.preflight && request.method === 'OPTIONS';
        const isPublic = someFits(request.path, props.publicPaths) ?? false;
        const lacksToken = !isPublic && request.issuer !== issuer;
        const lacksClaim = requirements.some(({ paths: only, methods, groups }) => (someFits(request.path, only) ?? !isPublic)
          && (methods?.includes(request.method) ?? true) && !groups.some((group) => request.groups.includes(group)));
        const isRefused = isGuarded && !isPreflight && (lacksToken || lacksClaim);

        expect([request, written.some((rule: any) => denies(rule, request))]).toEqual([request, isRefused]);
      }
    }));
  });
});
