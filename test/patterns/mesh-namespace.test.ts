import { App, Chart, Testing } from 'cdk8s';
import { Caller, DataPlane, MeshNamespace, MeshService, MutualTlsMode, OutboundTrafficPolicy, ServiceRef } from '../../src';

const chartOf = (id = 'platform', app: App = Testing.app()) => new Chart(app, id);
const find = (chart: Chart, kind: string) => Testing.synth(chart).find((object) => object.kind === kind);

describe('MeshNamespace', () => {
  test('is closed until it is opened', () => {
    // GIVEN
    const chart = chartOf();

    // WHEN
    new MeshNamespace(chart, 'Shop', { name: 'shop', labels: { team: 'shop' } });

    // THEN
    expect(Testing.synth(chart)).toEqual([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'team': 'shop', 'istio-injection': 'enabled' } } },
      { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'default', namespace: 'shop' }, spec: { mtls: { mode: 'STRICT' } } },
      { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'allow-nothing', namespace: 'shop' }, spec: {} },
      { apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', metadata: { name: 'default', namespace: 'shop' }, spec: { egress: [{ hosts: ['./*', 'istio-system/*'] }] } },
    ]);
  });

  test('shows its sidecars what its services call, however late they say so', () => {
    const app = Testing.app();
    const platform = chartOf('platform', app);
    new MeshNamespace(platform, 'Shop', { name: 'shop', reaches: ['monitoring/*'] });
    const shop = new Chart(app, 'shop', { namespace: 'shop' });
    const service = (name: string, namespace: string) => new MeshService(shop, `${namespace}-${name}`, { service: ServiceRef.fromName(name, { namespace }), labels: { app: name }, serviceAccount: name });
    const orders = service('orders', 'shop');

    orders.allowTo(service('payment', 'bank'));
    orders.allowTo(service('goods', 'shop'));
    service('ledger', 'bank').allowFrom(Caller.serviceAccount('orders', { namespace: 'shop' }));
    service('audit', 'bank').allowFrom(Caller.namespace('other'));
    service('rates', 'bank').allowFrom(Caller.anyone());

    expect(find(platform, 'Sidecar').spec.egress).toEqual([{
      hosts: ['./*', 'istio-system/*', 'monitoring/*', 'bank/ledger.bank.svc.cluster.local', 'bank/payment.bank.svc.cluster.local'],
    }]);
  });

  test('keeps its workloads from hosts that the mesh does not know', () => {
    const chart = chartOf();
    new MeshNamespace(chart, 'Shop', { name: 'shop', outboundTrafficPolicy: OutboundTrafficPolicy.registryOnly() });
    expect(find(chart, 'Sidecar').spec).toEqual({ egress: [{ hosts: ['./*', 'istio-system/*'] }], outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } });
  });

  test('takes the revision of a control plane, and callers outside the mesh for a while', () => {
    const chart = chartOf();
    new MeshNamespace(chart, 'Shop', {
      name: 'shop', dataPlane: DataPlane.sidecars({ revision: 'canary' }), mutualTls: MutualTlsMode.PERMISSIVE, defaultDeny: false, scoped: false,
    });
    expect(Testing.synth(chart).map(({ kind }) => kind)).toEqual(['Namespace', 'PeerAuthentication']);
    expect(find(chart, 'Namespace').metadata.labels).toEqual({ 'istio.io/rev': 'canary' });
    expect(find(chart, 'PeerAuthentication').spec.mtls.mode).toBe('PERMISSIVE');
  });

  test('is ambient, with a waypoint or without', () => {
    const chart = chartOf();
    new MeshNamespace(chart, 'Shop', { name: 'shop', dataPlane: DataPlane.ambient({ waypoint: 'waypoint', waypointNamespace: 'istio-waypoints' }) });
    new MeshNamespace(chart, 'Bank', { name: 'bank', dataPlane: DataPlane.ambient() });

    const [shop, bank] = Testing.synth(chart).filter(({ kind }) => kind === 'Namespace');
    expect(shop.metadata.labels).toEqual({ 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'waypoint', 'istio.io/use-waypoint-namespace': 'istio-waypoints' });
    expect(bank.metadata.labels).toEqual({ 'istio.io/dataplane-mode': 'ambient' });
    expect(find(chart, 'Sidecar')).toBeUndefined();
  });

  test.each([
    ['an unknown property', { name: 'shop', quota: 5 }, 'MeshNamespace has no property "quota" (got 5)'],
    ['a name that is none', { name: 'Shop_1' }, 'the name of the namespace is "Shop_1"'],
    ['a data plane that is none', { name: 'shop', dataPlane: 'ambient' }, 'the dataPlane is "ambient", expected a DataPlane; write for example DataPlane.sidecars()'],
    ['hosts without a view', { name: 'shop', scoped: false, reaches: ['a/*'] }, 'reaches is ["a/*"] and the namespace is not scoped, expected a scoped one'],
    ['an outbound policy without a view', { name: 'shop', scoped: false, outboundTrafficPolicy: OutboundTrafficPolicy.allowAny() }, 'outboundTrafficPolicy is given and the namespace is not scoped'],
    ['an outbound policy that is none', { name: 'shop', outboundTrafficPolicy: 'REGISTRY_ONLY' }, 'is "REGISTRY_ONLY", expected an OutboundTrafficPolicy'],
    ['a host that is none', { name: 'shop', reaches: ['backend'] }, 'is "backend", expected namespace and full name'],
    ['a deny that is no flag', { name: 'shop', defaultDeny: 'yes' }, 'defaultDeny is "yes", expected true or false'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new MeshNamespace(chartOf(), 'Shop', props as any)).toThrow(message);
  });

  test('refuses a chart of another namespace, which would stand in the Namespace too', () => {
    expect(() => new MeshNamespace(new Chart(Testing.app(), 'c', { namespace: 'other' }), 'Shop', { name: 'shop' }))
      .toThrow('the chart of the MeshNamespace is for the namespace "other", expected one without namespace');
  });

  test.each<[string, () => unknown, string]>([
    ['sidecars with an unknown option', () => DataPlane.sidecars({ rev: 'x' } as any), 'DataPlane.sidecars has no property "rev"'],
    ['ambient with an unknown option', () => DataPlane.ambient({ ztunnel: true } as any), 'DataPlane.ambient has no property "ztunnel"'],
  ])('refuses %s', (_, act, message) => expect(act).toThrow(message));
});
