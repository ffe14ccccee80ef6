import { Testing } from 'cdk8s';
import { Shop } from '../../examples/online-shop/shop';

describe('the online shop', () => {
  const synth = () => Testing.synth(new Shop(Testing.app(), 'shop', { namespace: 'shop' }));

  test('is accepted by Istio, object by object', () => {
    expect(synth()).toBeAcceptedByIstio();
  });

  test('is what its reviewers have seen', () => {
    expect(synth()).toMatchSnapshot();
  });
});
