import { Chart, Duration, Testing } from 'cdk8s';
import { Caller, ClientTls, EgressGateway, ExportTo, ExternalService, MeshService, ResilientDestination, ServiceRef } from '../../src';

const host = 'api.payments.example.com';
const shop = () => new Chart(Testing.app(), 'shop', { namespace: 'shop' });
const byKind = (chart: Chart) => Object.fromEntries(Testing.synth(chart).map((object) => [`${object.kind} ${object.metadata.name}`, object]));

describe('ExternalService', () => {
  test('makes a host known that applications call by TLS', () => {
    // GIVEN
    const chart = shop();

    // WHEN
    new ExternalService(chart, 'Payments', { host });

    // THEN
    expect(Testing.synth(chart)).toEqual([{
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { name: host, namespace: 'shop' },
      spec: { hosts: [host], ports: [{ number: 443, name: 'tls', protocol: 'TLS' }], resolution: 'DNS', location: 'MESH_EXTERNAL', exportTo: ['.'] },
    }]);
  });

  test('adds TLS to the plain HTTP of applications, so that requests have timeouts and retries', () => {
    const chart = shop();

    new ExternalService(chart, 'Payments', { host, tlsOrigination: { timeout: Duration.seconds(3) }, exportTo: ExportTo.ALL });

    const objects = byKind(chart);
    expect(objects[`ServiceEntry ${host}`].spec.ports).toEqual([{ number: 80, name: 'http', protocol: 'HTTP', targetPort: 443 }]);
    expect(objects[`DestinationRule ${host}`].spec).toEqual({
      host, exportTo: ['*'], trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: { mode: 'SIMPLE', sni: host, subjectAltNames: [host], caCertificates: 'system' } }] },
    });
    expect(objects[`VirtualService ${host}`].spec).toMatchObject({ hosts: [host], http: [{ timeout: '3s', route: [{ destination: { host, port: { number: 80 } } }] }] });
    expect(chart).toBeAcceptedByIstio();
  });

  describe('with resilience', () => {
    const policyOf = (chart: Chart) => byKind(chart)[`DestinationRule ${host}`].spec.trafficPolicy;

    test('bounds the calls to the host and takes out addresses that fail, in the one DestinationRule of the host', () => {
      const chart = shop();

      new ExternalService(chart, 'Payments', { host, tlsOrigination: {}, resilience: { connectionPool: { tcp: { maxConnections: 20 } } } });

      const { portLevelSettings: [port], ...all } = policyOf(chart);
      expect(all.connectionPool.tcp).toEqual({ maxConnections: 20, connectTimeout: '10s' });
      expect(all.outlierDetection).toMatchObject({ consecutive5xxErrors: 5, maxEjectionPercent: 50 });
      expect(port).toEqual({ ...all, port: { number: 80 }, tls: { mode: 'SIMPLE', sni: host, subjectAltNames: [host], caCertificates: 'system' } });
      expect(Testing.synth(chart).filter(({ kind }) => kind === 'DestinationRule')).toHaveLength(1);
      expect(chart).toBeAcceptedByIstio();
    });

    test.each([['from each pod', false], ['through a gateway', true]])('bounds connections where applications speak TLS, %s', (_, through) => {
      const chart = shop();

      new ExternalService(chart, 'Payments', { host, resilience: {}, through: through ? new EgressGateway(chart, 'Egress') : undefined });

      expect(policyOf(chart).connectionPool).toEqual({ tcp: { maxConnections: 1024, connectTimeout: '10s', tcpKeepalive: { time: '5m' } } });
      expect(chart).toBeAcceptedByIstio();
    });

    test('is where a second DestinationRule for the host would be', () => {
      const chart = shop();
      const { serviceEntry } = new ExternalService(chart, 'Payments', { host, tlsOrigination: {} });
      expect(() => new ResilientDestination(chart, 'Limits', { service: serviceEntry }))
        .toThrow(`${host} has a DestinationRule from shop/Payments already, expected one a service; give that one "resilience"`);
    });

    test.each<[string, unknown, string]>([
      ['an unknown property', { subsets: [] }, 'resilience has no property "subsets"'],
      ['what is no object', true, 'resilience is true, expected an object'],
    ])('refuses %s', (_, resilience, message) => {
      expect(() => new ExternalService(shop(), 'Payments', { host, resilience: resilience as any })).toThrow(message);
    });
  });

  describe('through an EgressGateway', () => {
    test('carries the TLS of applications inside mutual TLS, which tells the gateway who calls', () => {
      // GIVEN
      const chart = shop();
      const egress = new EgressGateway(chart, 'Egress');

      // WHEN
      const payments = new ExternalService(chart, 'Payments', { host, through: egress });
      payments.allowFrom(Caller.serviceAccount('orders', { namespace: 'shop' }));

      // THEN
      const objects = byKind(chart);
      expect(objects['Gateway istio-egressgateway'].spec).toEqual({
        selector: { istio: 'egressgateway' },
        servers: [{ port: expect.objectContaining({ number: 443, protocol: 'TLS' }), hosts: [host], tls: { mode: 'ISTIO_MUTUAL' } }],
      });
      expect(objects['DestinationRule istio-egressgateway']).toMatchObject({
        metadata: { namespace: 'istio-system' },
        spec: { subsets: [{ name: 'api-payments-example-com', trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL', sni: host } } }] },
      });
      expect(objects[`VirtualService ${host}`].spec).toEqual({
        hosts: [host],
        gateways: ['mesh', 'istio-egressgateway'],
        exportTo: ['.'],
        tls: [{
          match: [{ gateways: ['mesh'], port: 443, sniHosts: [host] }],
          route: [{ destination: { host: 'istio-egressgateway.istio-system.svc.cluster.local', subset: 'api-payments-example-com', port: { number: 443 } } }],
        }],
        tcp: [{ match: [{ gateways: ['istio-egressgateway'], port: 443 }], route: [{ destination: { host, port: { number: 443 } } }] }],
      });
      expect(objects['AuthorizationPolicy istio-egressgateway']).toMatchObject({
        metadata: { namespace: 'istio-system' },
        spec: {
          selector: { matchLabels: { istio: 'egressgateway' } },
          rules: [{ from: [{ source: { serviceAccounts: ['shop/orders'] } }], when: [{ key: 'connection.sni', values: [host] }] }],
        },
      });
      expect(chart).toBeAcceptedByIstio();
    });

    test('adds TLS there', () => {
      const chart = shop();
      const egress = new EgressGateway(chart, 'Egress', { serviceName: 'egress', namespace: 'istio-egress', selector: { istio: 'egress' } });

      new ExternalService(chart, 'Payments', { host, through: egress, tlsOrigination: { tls: ClientTls.mutual({ credentialName: 'payments-client' }) } });

      const objects = byKind(chart);
      expect(objects[`ServiceEntry ${host}`].spec.ports).toEqual([{ number: 80, name: 'http', protocol: 'HTTP' }, { number: 443, name: 'tls', protocol: 'HTTPS' }]);
      expect(objects[`DestinationRule ${host}`].spec.trafficPolicy).toEqual({ portLevelSettings: [{ port: { number: 443 }, tls: { mode: 'MUTUAL', credentialName: 'payments-client' } }] });
      const [inside, outside] = objects[`VirtualService ${host}`].spec.http;
      expect(inside).toMatchObject({ match: [{ gateways: ['mesh'], port: 80 }], route: [{ destination: { host: 'egress.istio-egress.svc.cluster.local' } }], timeout: '15s' });
      expect(outside).toEqual({ match: [{ gateways: ['egress'], port: 443 }], route: [{ destination: { host, port: { number: 443 } } }], retries: { attempts: 0 } });
      expect(chart).toBeAcceptedByIstio();
    });

    test('serves several hosts, each for its own callers', () => {
      const chart = shop();
      const egress = new EgressGateway(chart, 'Egress');
      const orders = new MeshService(chart, 'Orders', { service: ServiceRef.fromName('orders', { namespace: 'shop' }), serviceAccount: 'orders' });
      for (const name of ['a.example.com', 'b.example.com']) {
        new ExternalService(chart, name, { host: name, through: egress }).allowFrom(orders);
      }
      new ExternalService(chart, 'c', { host: 'c.example.com', through: egress }).allowFrom(Caller.anyone());

      const { rules } = byKind(chart)['AuthorizationPolicy istio-egressgateway'].spec;
      expect(rules.map((rule: any) => [rule.from?.[0].source.serviceAccounts, rule.when[0].values])).toEqual([
        [['shop/orders'], ['a.example.com']], [['shop/orders'], ['b.example.com']], [undefined, ['c.example.com']],
      ]);
    });

    test('is one for a service of the app', () => {
      const chart = shop();
      new EgressGateway(chart, 'Egress');
      expect(() => new EgressGateway(chart, 'Again')).toThrow('istio-egressgateway.istio-system.svc.cluster.local has a DestinationRule from shop/Egress already');
    });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['a wildcard', { host: '*.example.com' }, 'the host of the ExternalService is "*.example.com", expected one without wildcard'],
    ['a URL', { host: 'https://a.example.com' }, 'the host of the ExternalService is "https://a.example.com"'],
    ['a port out of range', { port: 0 }, 'the port of the ExternalService is 0, expected a whole number from 1 to 65535'],
    ['an unknown property', { timeout: 5 }, 'ExternalService has no property "timeout" (got 5)'],
    ['an unknown property of the origination', { tlsOrigination: { mode: 'SIMPLE' } }, 'tlsOrigination has no property "mode"'],
    ['TLS that is none', { tlsOrigination: { tls: 'SIMPLE' } }, 'the tls of tlsOrigination is "SIMPLE", expected a ClientTls'],
    ['a gateway that is none', { through: 'egress' }, 'through is "egress", expected an EgressGateway'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new ExternalService(shop(), 'Payments', { host, ...props } as any)).toThrow(message);
  });

  test('refuses to let somebody out where nobody is held', () => {
    expect(() => new ExternalService(shop(), 'Payments', { host }).allowFrom(Caller.anyone()))
      .toThrow('api.payments.example.com is called from each pod, expected an egress gateway, where calls can be refused; set through');
  });

  test.each([
    ['an unknown property', { name: 'egress' }, 'EgressGateway has no property "name" (got "egress")'],
    ['a namespace that is none', { namespace: 'A B' }, 'the namespace of the EgressGateway is "A B"'],
    ['an empty name', { serviceName: '' }, 'serviceName is "", expected a non-empty string'],
  ])('refuses an EgressGateway with %s', (_, props, message) => {
    expect(() => new EgressGateway(shop(), 'Egress', props as any)).toThrow(message);
  });
});
