import { built, findings, istioFindings, manifests, mesh } from './examples';
import { egress } from '../../examples/egress/egress';

describe('egress', () => {
  const app = built(egress);
  const all = manifests(app);
  const find = (kind: string, name: string) => all.find((object) => object.kind === kind && object.metadata.name === name);

  test('is accepted by Istio, and nothing is found in it', () => {
    expect(all).toBeAcceptedByIstio();
    expect(istioFindings(all)).toEqual([]);
    expect(findings(app)).toEqual([]);
  });

  test('refuses hosts that nobody made known', () => {
    expect(find('Sidecar', 'default').spec.outboundTrafficPolicy).toEqual({ mode: 'REGISTRY_ONLY' });
    const known = all.filter(({ kind }) => kind === 'ServiceEntry').map(({ metadata: { namespace }, spec: { hosts, exportTo } }) => ({ namespace, hosts, exportTo }));
    expect(known).toEqual(['api.parcels.example.com', 'rates.example.com', 'ledger.example.com', 'api.payments.example.com'].map((host) => (
      { namespace: 'shop', hosts: [host], exportTo: ['.'] }
    )));
  });

  test('adds TLS where the application speaks plain HTTP: in the sidecar, or in the gateway', () => {
    const tls = (name: string) => find('DestinationRule', name)?.spec.trafficPolicy.portLevelSettings;
    expect(tls('api.parcels.example.com')).toBeUndefined();
    expect(tls('rates.example.com')).toMatchObject([{ port: { number: 80 }, tls: { mode: 'SIMPLE', sni: 'rates.example.com' } }]);
    expect(tls('api.payments.example.com')).toMatchObject([{ port: { number: 443 }, tls: { mode: 'SIMPLE', sni: 'api.payments.example.com' } }]);
  });

  test('lets out through the gateway whom it names, to the host it names', () => {
    const { spec: { selector, rules } } = find('AuthorizationPolicy', 'istio-egressgateway');
    expect(selector).toEqual({ matchLabels: { istio: 'egressgateway' } });
    expect(rules.map(({ from, when }: any) => [from[0].source.serviceAccounts[0], when[0].key, when[0].values[0]])).toEqual([
      ['shop/billing', 'connection.sni', 'ledger.example.com'],
      ['shop/orders', 'connection.sni', 'api.payments.example.com'],
      ['shop/billing', 'connection.sni', 'api.payments.example.com'],
    ]);
  });

  test('is what its reviewers have seen', () => {
    expect(mesh(all)).toMatchSnapshot();
  });
});
