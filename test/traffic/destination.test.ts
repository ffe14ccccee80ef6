import { Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Destination, HttpRoute, ServiceRef, Subset, VirtualService, WeightedDestination } from '../../src';

const orders = ServiceRef.fromName('orders', { namespace: 'shop' });

function render(route: HttpRoute) {
  const chart = Testing.chart();
  new VirtualService(chart, 'Orders', { services: [orders], http: [route] });
  return { chart, rendered: Testing.synth(chart)[0].spec.http[0].route };
}

describe('Destination', () => {
  test.each([
    ['a service', Destination.service(orders), { host: 'orders.shop.svc.cluster.local' }],
    ['a service with port', Destination.service(orders, { port: 80 }), { host: 'orders.shop.svc.cluster.local', port: { number: 80 } }],
    ['a host', Destination.host('api.example.com', { port: 443 }), { host: 'api.example.com', port: { number: 443 } }],
    ['a subset', Destination.subset(Subset.fromName(orders, 'v1')), { host: 'orders.shop.svc.cluster.local', subset: 'v1' }],
    ['a subset with port', Destination.subset(Subset.fromName(orders, 'v1'), { port: 8080 }), { host: 'orders.shop.svc.cluster.local', subset: 'v1', port: { number: 8080 } }],
  ])('%s', (_, destination, rendered) => {
    const { chart, rendered: route } = render(HttpRoute.forward(destination));

    expect(route).toEqual([{ destination: rendered }]);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, () => unknown, string]>([
    ['a subset by its name', () => Destination.subset('v1' as any), 'the subset is "v1", expected a Subset; write for example destinationRule.subset("v1")'],
    ['every host', () => Destination.host('*'), 'the destination is "*", expected one host; name the service'],
    ['an IP address', () => Destination.host('10.0.0.1'), 'the host is "10.0.0.1", expected a DNS name'],
    ['a URL', () => Destination.host('http://orders'), 'the host is "http://orders", expected a DNS name'],
    ['port 0', () => Destination.service(orders, { port: 0 }), 'the port of orders.shop.svc.cluster.local is 0, expected a whole number from 1 to 65535; give the number of a port of the service'],
    ['a port by name', () => Destination.service(orders, { port: 'http' as any }), 'the port of orders.shop.svc.cluster.local is "http"'],
    ['a port as options', () => Destination.service(orders, 80 as any), 'the options of the destination is 80, expected an object'],
    ['null', () => Destination.host('a.com', null as any), 'the options of the destination is null, expected an object'],
    ['an unknown property', () => Destination.service(orders, { subset: 'v1' } as any), 'Destination has no property "subset" (got "v1")'],
    ['no service', () => Destination.service(undefined as any), 'the service is undefined, expected a Service construct'],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});

describe('the port of a destination, checked when the app is synthesized', () => {
  function synth(ports: number[], port?: number) {
    const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
    const service = new kplus.Service(chart, 'Service', { metadata: { name: 'orders' }, ports: ports.map((number) => ({ port: number, name: `http-${number}` })) });
    new VirtualService(chart, 'Orders', { services: [service], http: [HttpRoute.forward(Destination.service(service, { port }))] });
    return { chart, errors: chart.node.findAll().flatMap((construct) => construct.node.validate()) };
  }

  test.each([
    ['one port, left out', [80], undefined],
    ['one port, named', [80], 80],
    ['several ports, one named', [80, 9090], 9090],
  ])('%s', (_, ports, port) => {
    const { chart, errors } = synth(ports, port);

    expect(errors).toEqual([]);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each([
    ['several ports, none named', [80, 9090], undefined, 'the destination orders.shop.svc.cluster.local names no port, expected one of 80, 9090; add { port: 80 }'],
    ['the port of the pods', [80], 8080, 'the port of orders.shop.svc.cluster.local is 8080, expected one of 80; use a port of the service, not of its pods'],
  ])('%s', (_, ports, port, message) => {
    expect(synth(ports, port).errors).toEqual([message]);
  });

  test('stops the synthesis of the app', () => {
    const { chart } = synth([80], 8080);

    expect(() => (chart.node.root as any).synthYaml()).toThrow('use a port of the service, not of its pods');
  });

  test('looks at splits, mirrors and delegates, and knows a port that is added later', () => {
    // GIVEN
    const chart = Testing.chart();
    const service = new kplus.Service(chart, 'Service', { metadata: { name: 'orders' }, ports: [{ port: 80 }] });
    const to = (port: number) => Destination.service(service, { port });
    const virtualService = new VirtualService(chart, 'Orders', {
      services: [service],
      http: [
        HttpRoute.split([{ destination: to(81), weight: 1 }, { destination: to(9090), weight: 1 }], { name: 'a', match: undefined, mirrors: [{ destination: to(83) }] }),
      ],
    });

    // WHEN
    service.bind(9090, { name: 'later' });

    // THEN
    expect(virtualService.node.validate()).toEqual([81, 83].map((port) =>
      `the port of orders is ${port}, expected one of 80, 9090; use a port of the service, not of its pods`));
  });

  test('is not checked where the ports are unknown', () => {
    const chart = Testing.chart();
    const virtualService = new VirtualService(chart, 'Orders', { services: [orders], http: [HttpRoute.forward(Destination.service(orders, { port: 4711 }))] });

    expect(virtualService.node.validate()).toEqual([]);
  });
});

describe('a split', () => {
  const [v1, v2] = ['v1', 'v2'].map((name) => Destination.subset(Subset.fromName(orders, name)));

  test.each<[string, WeightedDestination[], object[]]>([
    ['percentages', [{ destination: v1, weight: 95 }, { destination: v2, weight: 5 }], [{ weight: 95 }, { weight: 5 }]],
    ['a weight of 0', [{ destination: v1, weight: 100 }, { destination: v2, weight: 0 }], [{ weight: 100 }, { weight: 0 }]],
    ['one destination', [{ destination: v1, weight: 1 }], [{ weight: 1 }]],
    ['weights that do not total 100', [{ destination: v1, weight: 3 }, { destination: v2, weight: 2 ** 31 - 1 }], [{ weight: 3 }, { weight: 2147483647 }]],
    ['headers of a destination', [{ destination: v1, weight: 1, headers: { request: { set: { 'x-version': 'v1' } } } }], [{ weight: 1, headers: { request: { set: { 'x-version': 'v1' } } } }]],
  ])('%s', (_, destinations, expected) => {
    const { chart, rendered } = render(HttpRoute.split(destinations));

    expect(rendered).toMatchObject(expected);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, unknown, string]>([
    ['nothing', [], 'the destinations of a split is [], expected a list of at least one entry; use HttpRoute.forward for a single one'],
    ['null', null, 'the destinations of a split is null, expected a list'],
    ['a map', { v1: 95 }, 'the destinations of a split is {"v1":95}, expected a list'],
    ['an entry that is null', [null], 'destination 1 of the split is null, expected an object'],
    ['a destination for an entry', [v1], 'destination 1 of the split has no property "service"'],
    ['no destination', [{ weight: 5 }], 'destination 1 of the split is undefined, expected a Destination; write for example Destination.service(orders)'],
    ['a service for a destination', [{ destination: orders, weight: 5 }], 'destination 1 of the split is a ServiceRef, expected a Destination'],
    ['no weight', [{ destination: v1 }], 'the weight of destination 1 of the split is undefined, expected a whole number from 0 to 2147483647; give percentages that total 100'],
    ['a negative weight', [{ destination: v1, weight: 110 }, { destination: v2, weight: -10 }], 'the weight of destination 2 of the split is -10'],
    ['a fractional weight', [{ destination: v1, weight: 99.5 }], 'the weight of destination 1 of the split is 99.5'],
    ['NaN', [{ destination: v1, weight: NaN }], 'the weight of destination 1 of the split is NaN'],
    ['Infinity', [{ destination: v1, weight: Infinity }], 'the weight of destination 1 of the split is Infinity'],
    ['text', [{ destination: v1, weight: '50' }], 'the weight of destination 1 of the split is "50"'],
    ['weights of 0', [{ destination: v1, weight: 0 }, { destination: v2, weight: 0 }], 'the weights of the split are [0,0], expected at least one above 0; give percentages that total 100'],
    ['an unknown property', [{ destination: v1, weight: 1, subset: 'v1' }], 'destination 1 of the split has no property "subset"'],
    ['headers that are wrong', [{ destination: v1, weight: 1, headers: { request: { set: { 'x y': 'a' } } } }], 'the header in destination 1 of the split: headers.request.set is "x y"'],
  ])('refuses %s', (_, destinations, message) => {
    expect(() => HttpRoute.split(destinations as any)).toThrow(message);
  });
});
