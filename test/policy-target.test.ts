import { Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { AuthorizationPolicy, PolicyTarget, ServiceRef } from '../src';

const GATEWAY_API = 'gateway.networking.k8s.io';
const gateway = (name: string) => ({ kind: 'Gateway', group: GATEWAY_API, name });
const orders = ServiceRef.fromName('orders', { namespace: 'shop' });

function render(target: PolicyTarget, namespace?: string) {
  const chart = Testing.chart();
  new AuthorizationPolicy(chart, 'Policy', { metadata: { namespace }, target });
  return { chart, spec: Testing.synth(chart)[0].spec };
}

describe('PolicyTarget', () => {
  test.each<[string, PolicyTarget, object]>([
    ['workloads', PolicyTarget.workloads({ app: 'orders', version: '' }), { selector: { matchLabels: { app: 'orders', version: '' } } }],
    ['gateway', PolicyTarget.gateway('waypoint'), { targetRefs: [gateway('waypoint')] }],
    ['gatewayClass', PolicyTarget.gatewayClass('istio-waypoint'), { targetRefs: [{ kind: 'GatewayClass', group: GATEWAY_API, name: 'istio-waypoint' }] }],
    ['service', PolicyTarget.service(orders), { targetRefs: [{ kind: 'Service', group: '', name: 'orders' }] }],
    ['serviceEntry', PolicyTarget.serviceEntry('payments'), { targetRefs: [{ kind: 'ServiceEntry', group: 'networking.istio.io', name: 'payments' }] }],
    ['all', PolicyTarget.all(PolicyTarget.gateway('a'), PolicyTarget.all(PolicyTarget.service(orders), PolicyTarget.gateway('b'))),
      { targetRefs: [gateway('a'), { kind: 'Service', group: '', name: 'orders' }, gateway('b')] }],
    ['targetRef, the older form', PolicyTarget.targetRef(PolicyTarget.gateway('waypoint')), { targetRef: gateway('waypoint') }],
    ['targetRef of a service', PolicyTarget.targetRef(PolicyTarget.service(orders)), { targetRef: { kind: 'Service', group: '', name: 'orders' } }],
    ['all of the older form', PolicyTarget.all(PolicyTarget.targetRef(PolicyTarget.gateway('a'))), { targetRefs: [gateway('a')] }],
    ['16 targets', PolicyTarget.all(...Array(16).fill(PolicyTarget.gateway('a'))), { targetRefs: Array(16).fill(gateway('a')) }],
  ])('%s', (_, target, expected) => {
    const { chart, spec } = render(target);

    expect(spec).toEqual(expected);
    expect(chart).toBeAcceptedByIstio();
  });

  test('takes the name of a cdk8s-plus Service, which must be in the namespace of the policy', () => {
    const service = new kplus.Service(Testing.chart(), 'Service', { metadata: { name: 'orders', namespace: 'shop' }, ports: [{ port: 80 }] });

    expect(render(PolicyTarget.service(service), 'shop').spec).toEqual({ targetRefs: [{ kind: 'Service', group: '', name: 'orders' }] });
    expect(() => render(PolicyTarget.targetRef(PolicyTarget.service(service)), 'bank')).toThrow('the target service is in namespace "shop" and the policy in "bank"');
    expect(() => render(PolicyTarget.all(PolicyTarget.gateway('a'), PolicyTarget.service(service)), 'bank'))
      .toThrow('the target service is in namespace "shop" and the policy in "bank", expected both in one; move the policy, Istio looks for targets beside it only');
  });

  test('keeps the labels that it was given', () => {
    const labels = { app: 'orders' };
    const target = PolicyTarget.workloads(labels);
    labels.app = 'other';

    expect(render(target).spec).toEqual({ selector: { matchLabels: { app: 'orders' } } });
  });

  test('in the older form is for the kinds that know it', () => {
    expect(() => PolicyTarget.targetRef(PolicyTarget.gateway('waypoint'))._toIstio('shop'))
      .toThrow('the target "waypoint" is a PolicyTarget.targetRef, expected the target itself; this kind of resource has targetRefs only');
  });

  test.each<[string, () => unknown, string]>([
    ['no labels', () => PolicyTarget.workloads({}), 'the labels of PolicyTarget.workloads is {}, expected at least one label; leave the target out for the whole namespace'],
    ['labels that are null', () => PolicyTarget.workloads(null as any), 'the labels of PolicyTarget.workloads is null, expected an object'],
    ['a wildcard in a key', () => PolicyTarget.workloads({ 'a*': 'b' }), 'the labels of PolicyTarget.workloads has "a*": "b", expected a Kubernetes label'],
    ['a wildcard in a value', () => PolicyTarget.workloads({ app: '*' }), 'the labels of PolicyTarget.workloads has "app": "*", expected a Kubernetes label'],
    ['an empty key', () => PolicyTarget.workloads({ '': 'b' }), 'the labels of PolicyTarget.workloads has "": "b", expected a Kubernetes label'],
    ['a gateway without name', () => PolicyTarget.gateway(''), 'the target gateway is "", expected at most 253 lower-case letters'],
    ['a gateway that is an object', () => PolicyTarget.gateway({ name: 'a' } as any), 'the target gateway is {"name":"a"}, expected at most 253'],
    ['a gateway with its namespace', () => PolicyTarget.gateway('shop/waypoint'), 'the target gateway is "shop/waypoint", expected at most 253'],
    ['a class without name', () => PolicyTarget.gatewayClass(undefined as any), 'the target gateway class is undefined, expected at most 253'],
    ['a service that is a name', () => PolicyTarget.service('orders' as any), 'the service is "orders", expected a Service construct'],
    ['a service that is a host', () => PolicyTarget.service(ServiceRef.fromHost('api.example.com')), 'the target service is the host "api.example.com", expected a service of Kubernetes; for a ServiceEntry write PolicyTarget.serviceEntry("name")'],
    ['a service that is any host', () => PolicyTarget.service(ServiceRef.fromHost('*')), 'the target service is the host "*", expected a service'],
    ['a service in upper case', () => PolicyTarget.service(ServiceRef.fromName('Orders')), 'the target service is "Orders", expected at most 253 lower-case letters'],
    ['a ServiceEntry without name', () => PolicyTarget.serviceEntry(null as any), 'the target ServiceEntry is null, expected at most 253'],
    ['none to join', () => PolicyTarget.all(), 'PolicyTarget.all is [], expected a list of at least one entry; give the targets to join'],
    ['a name to join', () => PolicyTarget.all('a' as any), 'a joined target is "a", expected a PolicyTarget; write for example PolicyTarget.gateway("waypoint")'],
    ['workloads to join', () => PolicyTarget.all(PolicyTarget.gateway('a'), PolicyTarget.workloads({ app: 'a' })), 'a joined target selects the workloads {"app":"a"}, expected gateways and services; write a policy of its own for the workloads'],
    ['workloads in the older form', () => PolicyTarget.targetRef(PolicyTarget.workloads({ app: 'a' })), 'PolicyTarget.targetRef has 0 targets, expected one gateway, gateway class, service or ServiceEntry; use the target itself'],
    ['two in the older form', () => PolicyTarget.targetRef(PolicyTarget.all(PolicyTarget.gateway('a'), PolicyTarget.gateway('b'))), 'PolicyTarget.targetRef has 2 targets'],
    ['a name in the older form', () => PolicyTarget.targetRef('a' as any), 'the target is "a", expected a PolicyTarget'],
    ['17 targets', () => PolicyTarget.all(...Array(17).fill(PolicyTarget.gateway('a'))), 'PolicyTarget.all has 17 targets, expected at most 16; write a second policy'],
  ])('refuses %s', (_, write, message) => {
    expect(write).toThrow(message);
  });
});
