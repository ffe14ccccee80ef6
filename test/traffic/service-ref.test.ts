import { ApiObject, Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { ServiceRef } from '../../src';

describe('ServiceRef.of', () => {
  test('takes a cdk8s-plus Service: its name, namespace and ports', () => {
    // GIVEN
    const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
    const service = new kplus.Service(chart, 'Orders', { metadata: { name: 'orders' }, ports: [{ port: 80, targetPort: 8080, name: 'http' }] });

    // WHEN
    const ref = ServiceRef.of(service);
    service.bind(9090, { name: 'metrics' });

    // THEN
    expect(ref).toMatchObject({ name: 'orders', namespace: 'shop', host: 'orders.shop.svc.cluster.local' });
    expect(ref._ports()).toEqual([80, 9090]);
  });

  test('takes a raw object of kind Service', () => {
    const service = new ApiObject(Testing.chart(), 'Orders', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders' }, spec: { ports: [{ port: 80 }] } });

    expect(ServiceRef.of(service)).toMatchObject({ name: 'orders', namespace: undefined, host: 'orders' });
    expect(ServiceRef.of(service)._ports()).toEqual([80]);
  });

  test('takes a Service without ports, such as one of type ExternalName', () => {
    const service = new ApiObject(Testing.chart(), 'Orders', { apiVersion: 'v1', kind: 'Service' });

    expect(ServiceRef.of(service)._ports()).toEqual([]);
  });

  test('takes a construct whose default child is a Service', () => {
    const construct = new Construct(Testing.chart(), 'Wrapper');
    new ApiObject(construct, 'Default', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders' } });

    expect(ServiceRef.of(construct).host).toBe('orders');
  });

  test('returns a ServiceRef as it is', () => {
    const ref = ServiceRef.fromName('orders');

    expect(ServiceRef.of(ref)).toBe(ref);
  });

  test.each<[string, () => unknown, string]>([
    ['a Deployment', () => new kplus.Deployment(Testing.chart(), 'D', { containers: [{ image: 'a' }] }), 'a Deployment'],
    ['an object of another kind', () => new ApiObject(Testing.chart(), 'C', { apiVersion: 'v1', kind: 'ConfigMap' }), 'a ConfigMap'],
    ['a chart', () => Testing.chart(), 'a Chart'],
    ['a construct without object', () => new Construct(Testing.chart(), 'Empty'), 'a Construct'],
    ['a name', () => 'orders', '"orders"'],
    ['an object', () => ({ name: 'orders' }), '{"name":"orders"}'],
    ['null', () => null, 'null'],
    ['undefined', () => undefined, 'undefined'],
    ['a number', () => NaN, 'NaN'],
  ])('refuses %s', (_, service, got) => {
    expect(() => ServiceRef.of(service() as any))
      .toThrow(`the service is ${got}, expected a Service construct; for a service outside the app write ServiceRef.fromName("name")`);
  });
});

describe('ServiceRef.fromName', () => {
  test.each([
    ['a name', ServiceRef.fromName('orders'), 'orders', undefined],
    ['a namespace', ServiceRef.fromName('orders', { namespace: 'shop' }), 'orders.shop.svc.cluster.local', undefined],
    ['a cluster domain', ServiceRef.fromName('orders', { namespace: 'shop', clusterDomain: 'mesh.internal' }), 'orders.shop.svc.mesh.internal', undefined],
    ['ports', ServiceRef.fromName('orders', { ports: [80, 443] }), 'orders', [80, 443]],
  ])('takes %s', (_, ref, host, ports) => {
    expect(ref).toMatchObject({ name: 'orders', host });
    expect(ref._ports()).toEqual(ports);
  });

  test.each<[string, unknown, unknown, string]>([
    ['a host for a name', 'orders.shop', undefined, 'the name of the service is "orders.shop", expected a DNS label'],
    ['a name that is null', null, undefined, 'the name of the service is null, expected a DNS label'],
    ['a namespace that is none', 'orders', { namespace: '' }, 'the namespace of the service is "", expected a DNS label'],
    ['port 0', 'orders', { ports: [0] }, 'a port of the service is 0, expected a whole number from 1 to 65535'],
    ['ports that are no list', 'orders', { ports: 80 }, 'the ports of the service is 80, expected a list'],
    ['an empty domain', 'orders', { namespace: 'shop', clusterDomain: '' }, 'the cluster domain is "", expected a non-empty string; leave it out for cluster.local'],
    ['a domain that is none', 'orders', { namespace: 'shop', clusterDomain: 'a b' }, 'the host of the service is "orders.shop.svc.a b", expected a DNS name'],
    ['an unknown property', 'orders', { port: 80 }, 'ServiceRef has no property "port" (got 80)'],
    ['null', 'orders', null, 'the options of ServiceRef.fromName is null, expected an object'],
  ])('refuses %s', (_, name, options, message) => {
    expect(() => ServiceRef.fromName(name as any, options as any)).toThrow(message);
  });
});

describe('ServiceRef.fromHost', () => {
  test('takes a host that is known by its DNS name', () => {
    expect(ServiceRef.fromHost('*.example.com')).toMatchObject({ name: '*.example.com', namespace: undefined, host: '*.example.com' });
    expect(ServiceRef.fromHost('a.example.com')._ports()).toBeUndefined();
  });

  test.each<[unknown]>([['https://a.com'], ['1.2.3.4'], [''], [undefined]])('refuses %p', (host) => {
    expect(() => ServiceRef.fromHost(host as string)).toThrow(/^the host is .*, expected a DNS name/);
  });
});
