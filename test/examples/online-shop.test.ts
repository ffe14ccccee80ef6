import { App } from 'cdk8s';
import { built, findings, istioFindings, manifests, mesh } from './examples';
import { Platform } from '../../examples/online-shop/platform';
import { Shop } from '../../examples/online-shop/shop';

describe('the online shop', () => {
  const app = built((root: App) => {
    const platform = new Platform(root, 'platform');
    new Shop(root, 'shop', { namespace: 'shop' }).addDependency(platform);
  });
  const all = manifests(app);
  const find = (kind: string, name: string) => all.find((object) => object.kind === kind && object.metadata.name === name);

  test('is accepted by Istio, and nothing is found in it', () => {
    expect(all).toBeAcceptedByIstio();
    expect(istioFindings(all)).toEqual([]);
    expect(findings(app)).toEqual([]);
  });

  test('lets nobody in whom nobody named', () => {
    expect(find('AuthorizationPolicy', 'allow-nothing').spec).toEqual({});
    expect(find('PeerAuthentication', 'default').spec).toEqual({ mtls: { mode: 'STRICT' } });
    const callers = (name: string) => find('AuthorizationPolicy', name).spec.rules.map(({ from }: any) => from[0].source.serviceAccounts[0]);
    expect({ orders: callers('orders'), goods: callers('goods'), payment: callers('payment') }).toEqual({
      orders: ['istio-system/istio-ingressgateway'],
      goods: ['istio-system/istio-ingressgateway', 'shop/orders'],
      payment: ['shop/orders'],
    });
  });

  test('asks for a token at the edge, except where goods are looked at', () => {
    const { action, rules } = all.find(({ kind, metadata }) => kind === 'AuthorizationPolicy' && metadata.namespace === 'istio-system').spec;
    expect(action).toBe('DENY');
    expect(rules[0].to[0].operation).toMatchObject({ notPaths: ['/shop.goods.v1.Goods/*'] });
  });

  test('has one DestinationRule and one VirtualService a service, in the order in which they may be applied', () => {
    const kinds = ({ kind, metadata }: any) => `${kind} ${metadata.name}`;
    expect(all.filter(({ kind }) => ['DestinationRule', 'VirtualService'].includes(kind)).map(kinds)).toEqual([
      'DestinationRule orders', 'DestinationRule goods', 'DestinationRule payment', 'VirtualService orders', 'VirtualService edge-shop-example-com', 'VirtualService goods',
    ]);
  });

  test('is what its reviewers have seen', () => {
    expect(mesh(all)).toMatchSnapshot();
  });
});
