import { ApiObjectMetadata, Testing } from 'cdk8s';
import { Checks } from '../../src/checks/checks';
import { External } from '../../src/checks/external';

const object = (kind: string, metadata: ApiObjectMetadata, spec?: object, group = 'networking') =>
  ({ apiVersion: `${group}.istio.io/v1`, kind, metadata: { namespace: 'shop', ...metadata }, ...spec && { spec } });
const core = (kind: string, metadata: ApiObjectMetadata, spec?: object) => ({ ...object(kind, metadata, spec), apiVersion: 'v1' });
const route = (destination: object, more?: object) => object('VirtualService', { name: 'route' }, { hosts: ['shop.internal'], http: [{ route: [{ destination }] }], ...more });
const gateway = (name: string, server?: object) => object('Gateway', { name }, {
  selector: { istio: 'edge' }, servers: [{ port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts: ['shop.internal'], ...server }],
});
const policy = (principal: string) => object('AuthorizationPolicy', { name: 'policy' }, { rules: [{ from: [{ source: { principals: [principal] } }] }] }, 'security');

test.each([
  ['a host', 'host-unknown', External.host('other.shop.svc.cluster.local'), [core('Service', { name: 'orders' }, { ports: [{ name: 'http', port: 80 }] }), route({ host: 'other' })]],
  ['a domain', 'subset-elsewhere', External.host('*.bank.svc.cluster.local'), [route({ host: 'payments.bank.svc.cluster.local', subset: 'v1' })]],
  ['a namespace', 'subset-elsewhere', External.namespace('bank'), [route({ host: 'payments.bank.svc.cluster.local', subset: 'v1' })]],
  ['a gateway', 'gateway-unknown', External.gateway('shop', 'other'), [gateway('edge'), route({ host: 'orders' }, { gateways: ['other'] })]],
  ['a Secret', 'credential-unknown', External.secret('shop', 'tls'), [
    core('Pod', { name: 'edge', labels: { istio: 'edge' } }, {}), gateway('edge', { tls: { mode: 'SIMPLE', credentialName: 'tls' } }),
  ]],
  ['a service account', 'principal-unknown', External.serviceAccount('shop', 'other'), [core('ServiceAccount', { name: 'orders' }), policy('cluster.local/ns/shop/sa/other')]],
  ['a provider', 'provider-unknown', External.provider('jaeger'), [
    { ...core('ConfigMap', { name: 'istio' }), data: { mesh: '' } }, object('Telemetry', { name: 'default' }, { tracing: [{ providers: [{ name: 'jaeger' }] }] }, 'telemetry'),
  ]],
])('%s outside of the app is not missing', (_, rule, external, manifests) => {
  expect(Checks.run(manifests).map((finding) => finding.rule)).toContain(rule);
  expect(Checks.run(manifests, [external]).map((finding) => finding.rule)).not.toContain(rule);
});

test('a host outside of the app may say which subsets it has', () => {
  const external = External.host('payments.bank.svc.cluster.local', { subsets: ['v1'] });
  const found = (subset: string) => Checks.run([route({ host: 'payments.bank.svc.cluster.local', subset })], [external]).map(({ rule, message }) => `${rule}: ${message}`);

  expect(found('v1')).toEqual([]);
  expect(found('v2')).toEqual([expect.stringMatching(/^subset-unknown: the route names subset "v2" of payments\.bank, .*\(subsets known: "v1"\)/)]);
});

test('what cannot be is refused', () => {
  expect(() => External.host('http://bank')).toThrow('host is "http://bank", expected a DNS name');
  expect(() => External.host('bank', { subset: ['v1'] } as never)).toThrow('External.host has no property "subset" (got ["v1"])');
  expect(() => External.gateway('Shop', 'edge')).toThrow('namespace is "Shop", expected at most 253 lower-case letters');
  expect(() => External.secret('shop', '')).toThrow('name is "", expected at most 253');
  expect(() => External.namespace('Bank')).toThrow('namespace is "Bank"');
  expect(() => External.provider('')).toThrow('provider is "", expected a non-empty string; give the name it has in the MeshConfig');
  expect(() => Checks.of(Testing.chart()).declare({} as External)).toThrow('external is {}');
});
