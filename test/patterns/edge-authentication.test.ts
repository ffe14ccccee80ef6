import { Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import {
  Destination, EdgeAuthentication, EdgeAuthenticationProps, GatewayProtocol, GatewayServer, HttpMatch, HttpRoute, IstioGateway, JsonWebKeySet,
  ServerTls, ServiceRef, StringMatch, VirtualService,
} from '../../src';
import { verify } from '../istio/verifier';

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

  test('has the name that it is given, and the labels', () => {
    const chart = Testing.chart();
    new EdgeAuthentication(chart, 'Edge', { jwtRules, metadata: { name: 'edge', labels: { team: 'web' }, namespace: 'edge' } });

    for (const kind of ['RequestAuthentication', 'AuthorizationPolicy']) {
      expect(find(chart, kind).metadata).toEqual({ name: 'edge', labels: { team: 'web' }, namespace: 'edge' });
    }
  });

  describe('of a gateway', () => {
    const tls = ServerTls.simple({ credentialName: 'shop' });
    const edge = (chart: Chart, ...servers: GatewayServer[]) => new IstioGateway(chart, 'Gateway', { metadata: { name: 'edge' }, selector: { istio: 'edge' }, servers });
    const tcp = (port: number) => GatewayServer.plaintext(GatewayProtocol.TCP, ['*'], { port });
    const passed = GatewayServer.tls(['raw.example.com'], { tls: ServerTls.passthrough() });

    test('is for its pods', () => {
      const chart = Testing.chart();
      new EdgeAuthentication(chart, 'Edge', { jwtRules, gateway: edge(chart, GatewayServer.https(['shop.example.com'], { tls })), namespace: 'istio-edge' });
      expect(find(chart, 'RequestAuthentication')).toMatchObject({ metadata: { namespace: 'istio-edge' }, spec: { selector: { matchLabels: { istio: 'edge' } } } });
      expect(find(chart, 'AuthorizationPolicy').spec.rules).toEqual([{ from: stranger, to: [{ operation: { notPorts: ['15021'] } }] }]);
      expect(verify(Testing.synth(chart)).filter(({ external }) => !external)).toEqual([]); // where Istio warns if no port is named
    });

    test.each<[string, GatewayServer[], string[]]>([
      ['TCP', [GatewayServer.http(['a.example.com']), tcp(9000)], ['9000', '15021']],
      ['TLS that passes through, at the ports of either installation', [GatewayServer.http(['a.example.com']), passed], ['443', '8443', '15021']],
      ['TLS, and no other port of requests', [GatewayServer.https(['a.example.com'], { tls, port: 8443 }), passed], ['443', '15021']],
    ])('leaves connections alone: %s', (_, servers, notPorts) => {
      const chart = Testing.chart();
      new EdgeAuthentication(chart, 'Edge', { jwtRules, gateway: edge(chart, ...servers), requirements: [{ paths: ['/admin'], claims: { group: ['admin'] } }] });
      const { spec } = find(chart, 'AuthorizationPolicy');
      expect(spec.rules.map(({ to }: any) => to[0].operation.notPorts)).toEqual([notPorts, notPorts]);
      expect(chart).toBeAcceptedByIstio();
    });

    test('takes the ports that are named in place of its own', () => {
      const chart = Testing.chart();
      new EdgeAuthentication(chart, 'Edge', { jwtRules, gateway: edge(chart, GatewayServer.https(['a.example.com'], { tls }), passed), ports: [10443] });
      expect(find(chart, 'AuthorizationPolicy').spec.rules[0].to).toEqual([{ operation: { ports: ['10443'] } }]);
    });

    test.each<[string, GatewayServer[]]>([
      ['one port', [GatewayServer.https(['a.example.com'], { tls }), passed]],
      ['a port of the pods', [GatewayServer.http(['a.example.com']), tcp(8080)]],
    ])('refuses to guess where requests and connections come to %s', (_, servers) => {
      const chart = Testing.chart();
      expect(() => new EdgeAuthentication(chart, 'Edge', { jwtRules, gateway: edge(chart, ...servers) }))
        .toThrow(/the gateway of the EdgeAuthentication may take both requests and connections at port (443|8080) of its pods, expected a port for each; move one of its servers, or name the ports of requests/);
    });

    test('refuses TCP servers that come behind it', () => {
      const chart = Testing.chart();
      const gateway = edge(chart, GatewayServer.http(['shop.example.com']));
      new EdgeAuthentication(chart, 'Edge', { jwtRules, gateway });
      gateway.addServer(tcp(9000));
      expect(() => synthUnjudged(chart)).toThrow('the gateway "edge" got a TCP server behind the EdgeAuthentication, expected it before; add its servers first');
    });

    test.each<[string, object, string]>([
      ['a selector beside it', { selector: { a: 'b' } }, 'the EdgeAuthentication has a gateway and the selector {"a":"b"}, expected one of them; the gateway has a selector'],
      ['one that is none', { gateway: 'edge' }, 'the gateway of the EdgeAuthentication is "edge", expected an IstioGateway'],
    ])('refuses %s', (_, props, message) => {
      const chart = Testing.chart();
      expect(() => new EdgeAuthentication(chart, 'Edge', { jwtRules, gateway: edge(chart), ...props } as any)).toThrow(message);
    });
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
    ['two namespaces', { namespace: 'a', metadata: { namespace: 'b' } }, 'the metadata of the EdgeAuthentication has the namespace "b" and the gateway\'s pods are in "a", expected one; leave it out of the metadata'],
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
