import { ApiObject, App, Chart, JsonPatch, Testing } from 'cdk8s';
import { Destination, DestinationRule, GatewayServer, HttpRoute, IstioGateway, OutlierDetection, ServiceRef, VirtualService } from '../src';

const orders = ServiceRef.fromName('orders');

function ruleWith(outlierDetection: OutlierDetection) {
  const chart = Testing.chart();
  return { chart, rule: new DestinationRule(chart, 'Rule', { service: orders, trafficPolicy: { outlierDetection } }) };
}

describe('addJsonPatch', () => {
  test('sets a field that the schema does not know', () => {
    // GIVEN
    const { chart, rule } = ruleWith({ consecutive5xxErrors: 3 });

    // WHEN
    rule.addJsonPatch(JsonPatch.add('/spec/fieldOfTomorrow', { deep: ['value'] }), JsonPatch.add('/spec/trafficPolicy/fieldOfTomorrow', 7));

    // THEN
    expect(synthUnjudged(chart)[0].spec).toEqual({
      host: 'orders',
      trafficPolicy: { outlierDetection: { consecutive5xxErrors: 3 }, fieldOfTomorrow: 7 },
      fieldOfTomorrow: { deep: ['value'] },
    });
  });

  test.each([
    ['consecutive5xxErrors', '/spec/trafficPolicy/outlierDetection/consecutive5xxErrors', 9],
    ['jwks_uri', '/spec/jwks_uri', 'https://issuer.example.com/keys'],
    ['mirror_percent', '/spec/mirror_percent', 5],
    ['mirrorPercent', '/spec/mirrorPercent', 5],
  ])('keeps the wire name %s', (name, path, value) => {
    // GIVEN
    const { chart, rule } = ruleWith({ consecutive5xxErrors: 3 });

    // WHEN
    rule.addJsonPatch(JsonPatch.add(path, value));

    // THEN
    expect(JSON.stringify(synthUnjudged(chart)[0])).toContain(`"${name}":${JSON.stringify(value)}`);
  });

  test('sets mirror_percent of a rule, which Istio takes by both of its names', () => {
    const chart = Testing.chart();
    const service = new VirtualService(chart, 'Orders', { services: [orders], http: [HttpRoute.forward(Destination.service(orders))] });

    service.addJsonPatch(JsonPatch.add('/spec/http/0/mirror', { host: 'shadow' }), JsonPatch.add('/spec/http/0/mirror_percent', 5));

    expect(synthUnjudged(chart)[0].spec.http[0]).toEqual({ route: [{ destination: { host: 'orders' } }], mirror: { host: 'shadow' }, mirror_percent: 5 });
    expect(chart).toBeAcceptedByIstio();
  });

  test('replaces and removes what the construct has written, metadata included', () => {
    const { chart, rule } = ruleWith({ consecutive5xxErrors: 3, maxEjectionPercent: 50 });

    rule.addJsonPatch(
      JsonPatch.remove('/spec/trafficPolicy/outlierDetection/consecutive5xxErrors'),
      JsonPatch.replace('/spec/host', 'orders.shop.svc.cluster.local'),
      JsonPatch.add('/metadata/generateName', 'orders-'),
    );

    expect(Testing.synth(chart)[0]).toMatchObject({
      metadata: { generateName: 'orders-' },
      spec: { host: 'orders.shop.svc.cluster.local', trafficPolicy: { outlierDetection: { maxEjectionPercent: 50 } } },
    });
  });

  test('sees subsets that are added after it', () => {
    const { chart, rule } = ruleWith({});
    rule.addJsonPatch(JsonPatch.add('/spec/subsets/0/labels/track', 'stable'));
    rule.addSubset({ name: 'v1', labels: { version: 'v1' } });

    expect(Testing.synth(chart)[0].spec.subsets).toEqual([{ name: 'v1', labels: { version: 'v1', track: 'stable' } }]);
  });
});

describe('metadata', () => {
  test('name, namespace, labels and annotations are those of the user', () => {
    // GIVEN
    const chart = Testing.chart();

    // WHEN
    const rule = new DestinationRule(chart, 'Rule', {
      metadata: { name: 'orders', namespace: 'shop', labels: { team: 'a' }, annotations: { 'example.com/note': 'text' } },
      service: orders,
    });
    rule.metadata.addLabel('tier', 'web');
    rule.metadata.addAnnotation('galley.istio.io/analyze-suppress', 'IST0118');

    // THEN
    expect(rule).toMatchObject({ name: 'orders', namespace: 'shop', apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule' });
    expect(Testing.synth(chart)[0].metadata).toEqual({
      name: 'orders',
      namespace: 'shop',
      labels: { team: 'a', tier: 'web' },
      annotations: { 'example.com/note': 'text', 'galley.istio.io/analyze-suppress': 'IST0118' },
    });
    expect(chart).toBeAcceptedByIstio();
  });

  test('the chart gives namespace and labels where the resource has none', () => {
    const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop', labels: { team: 'a' } });

    const rule = new DestinationRule(chart, 'Rule', { service: orders });

    expect(rule.namespace).toBe('shop');
    expect(Testing.synth(chart)[0].metadata).toEqual({ name: rule.name, namespace: 'shop', labels: { team: 'a' } });
  });

  test('a name is generated from the path, and the namespace is left to whoever applies', () => {
    const chart = new Chart(new App(), 'shop');

    const rule = new DestinationRule(chart, 'Rule', { service: orders });

    expect(rule.name).toMatch(/^shop-rule-resource-c[0-9a-f]+$|^shop-rule-c[0-9a-f]+$/);
    expect(rule.namespace).toBeUndefined();
  });
});

describe('annotations that Istio refuses', () => {
  test.each([
    ['internal.istio.io/parents', 'expected none of that name, as Istio does; leave it out'],
    ['internal.istio.io/parent-namespace', 'expected none of that name, as Istio does; leave it out'],
    ['internal.istio.io/webhook-always-reject', 'expected none of that name, as Istio does; leave it out'],
    ['istio.io/dry-run', 'expected it on no other kind than AuthorizationPolicy, as Istio does; leave it out'],
  ])('%s is refused', (key, expected) => {
    const write = () => new DestinationRule(Testing.chart(), 'Rule', { metadata: { annotations: { [key]: 'true' } }, service: orders });

    expect(write).toThrow(`the annotation ${key} of the DestinationRule is "true", ${expected}`);
  });
});

describe('the object', () => {
  test('is reached by ApiObject.of, as that of any construct of cdk8s', () => {
    const { rule } = ruleWith({});

    expect(ApiObject.of(rule)).toMatchObject({ apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', name: rule.name });
  });

  test('is written in the order of construction', () => {
    const chart = Testing.chart();
    new DestinationRule(chart, 'Rule', { service: orders });
    new IstioGateway(chart, 'Edge', { servers: [GatewayServer.http(['shop.example.com'])] });
    new VirtualService(chart, 'Orders', { services: [orders], http: [HttpRoute.forward(Destination.service(orders))] });

    expect(Testing.synth(chart).map(({ kind }) => kind)).toEqual(['DestinationRule', 'Gateway', 'VirtualService']);
  });
});

describe('references to resources outside the app', () => {
  test.each([
    ['IstioGateway', IstioGateway.fromName('edge', { namespace: 'ingress' }), { name: 'edge', namespace: 'ingress' }],
    ['IstioGateway without namespace', IstioGateway.fromName('edge'), { name: 'edge' }],
    ['VirtualService', VirtualService.fromName('orders', { namespace: 'shop' }), { name: 'orders', namespace: 'shop' }],
    ['VirtualService without namespace', VirtualService.fromName('orders'), { name: 'orders' }],
  ])('%s.fromName has its name and namespace', (_, reference, expected) => {
    expect(reference).toEqual(expected);
  });

  test.each([
    ['IstioGateway', IstioGateway.fromName, 'the name of the gateway', 'a DNS label', 'the namespace of the gateway'],
    ['VirtualService', VirtualService.fromName, 'the name of the VirtualService', 'at most 253 lower-case letters', 'the namespace of the VirtualService'],
  ])('%s.fromName refuses what is no name', (kind, fromName, name, expected, namespace) => {
    expect(() => fromName('Not a name')).toThrow(`${name} is "Not a name", expected ${expected}`);
    expect(() => fromName('edge', { namespace: 'a/b' })).toThrow(`${namespace} is "a/b", expected a DNS label`);
    expect(() => fromName(undefined as any)).toThrow(`${name} is undefined, expected ${expected}`);
    expect(() => fromName('edge', null as any)).toThrow(`the options of ${kind}.fromName is null, expected an object`);
    expect(() => fromName('edge', { ns: 'shop' } as any)).toThrow(`${kind}.fromName has no property "ns"`);
  });
});
