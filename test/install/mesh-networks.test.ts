import { paths } from './fields';
import { ask } from './judge';
import { MeshNetwork, MeshNetworks, NetworkEndpoints, NetworkGateway, ServiceRef } from '../../src';

const eastWest = ServiceRef.fromName('istio-eastwestgateway', { namespace: 'istio-system' });

describe('MeshNetworks', () => {
  test('is what Istio documents', () => {
    // WHEN
    const networks = new MeshNetworks({
      name: 'network1',
      endpoints: [NetworkEndpoints.fromRegistry('registry1'), NetworkEndpoints.fromCidr('192.168.100.0/22')],
      gateways: [
        NetworkGateway.service(ServiceRef.fromName('istio-ingressgateway', { namespace: 'istio-system' }), { locality: 'us-east-1a' }),
        NetworkGateway.address('192.168.100.1', { port: 15443, locality: 'us-east-1a' }),
      ],
    });

    // THEN
    expect(networks.toValues()).toEqual({
      network1: {
        endpoints: [{ fromRegistry: 'registry1' }, { fromCidr: '192.168.100.0/22' }],
        gateways: [
          { registryServiceName: 'istio-ingressgateway.istio-system.svc.cluster.local', port: 15443, locality: 'us-east-1a' },
          { address: '192.168.100.1', port: 15443, locality: 'us-east-1a' },
        ],
      },
    });
    const [answer, { fields }] = ask({ judge: 'meshNetworks', document: JSON.stringify({ networks: networks.toValues() }) }, { judge: 'fields', document: 'MeshNetworks' });
    expect(answer.errors).toEqual([]);
    const reached = paths({ networks: networks.toValues() });
    expect(fields.filter(({ path }) => !reached.includes(path))).toEqual([]);
  });

  test('takes addresses of all kinds', () => {
    const networks = new MeshNetworks(
      { name: 'n', endpoints: [NetworkEndpoints.fromCidr('10.0.0.1'), NetworkEndpoints.fromCidr('fd00::/8')] },
      { name: 'on', endpoints: [NetworkEndpoints.fromCidr('::/128'), NetworkEndpoints.fromCidr('0.0.0.0/0')], gateways: [NetworkGateway.address('fd00::1'), NetworkGateway.address('gw.example.com')] },
    );
    expect(ask({ judge: 'meshNetworks', document: JSON.stringify({ networks: networks.toValues() }) })[0].errors).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['a range', 'endpoints: [{fromCidr: 1.2.3.4/33}]', 'is not a valid CIDR block'],
    ['an address', 'endpoints: [{fromCidr: a}]', 'a is not a valid IP'],
    ['a registry', 'endpoints: [{fromRegistry: a_b}]', 'invalid registry name: a_b'],
    ['a port', 'gateways: [{address: 1.2.3.4}]', 'port number 0 must be in the range'],
    ['a host', 'gateways: [{address: a_b, port: 1}]', 'a_b is not a valid IP address or DNS name'],
    ['a service', 'gateways: [{registryServiceName: "*.a", port: 1}]', 'domain name "*.a" invalid'],
  ])('keeps to what Istio refuses too: %s', (_, network, message) => {
    expect(ask({ judge: 'meshNetworks', document: `networks: {a: {${network}}}` })[0].errors.join()).toContain(message);
  });

  const one: MeshNetwork = { name: 'one', endpoints: [NetworkEndpoints.fromRegistry('a')] };

  test.each<[string, () => unknown, string]>([
    ['no network', () => new MeshNetworks(), 'MeshNetworks is [], expected a list of at least one entry; describe a network'],
    ['a network without name', () => new MeshNetworks({ ...one, name: '' }), 'the name of a network is "", expected a non-empty string; name the network'],
    ['a network twice', () => new MeshNetworks(one, one), 'the network "one" is there twice, expected each name once; join the two or rename one'],
    ['endpoints in two networks', () => new MeshNetworks(one, { ...one, name: 'two' }), 'the cluster a is in the network "one" and in the network "two", expected it in one network; remove it from the other'],
    ['no endpoints', () => new MeshNetworks({ name: 'one', endpoints: [] }), 'the endpoints of the network "one" is [], expected a list of at least one entry; write for example NetworkEndpoints.fromRegistry("cluster-1")'],
    ['endpoints in text', () => new MeshNetworks({ name: 'one', endpoints: ['a' as any] }), 'an entry of the endpoints of the network "one" is "a", expected a NetworkEndpoints'],
    ['a gateway in text', () => new MeshNetworks({ ...one, gateways: ['a' as any] }), 'a gateway of the network "one" is "a", expected a NetworkGateway'],
    ['an unknown property', () => new MeshNetworks({ ...one, cidr: '10.0.0.0/8' } as any), 'a network has no property "cidr"'],
    ['a range that is too narrow', () => NetworkEndpoints.fromCidr('10.0.0.0/33'), 'the range of NetworkEndpoints.fromCidr is "10.0.0.0/33", expected an IP address or a range of them; write for example "10.0.0.0/8"'],
    ['a range that is none', () => NetworkEndpoints.fromCidr('10.0.0.0/8/8'), 'the range of NetworkEndpoints.fromCidr is "10.0.0.0/8/8"'],
    ['a range of nothing', () => NetworkEndpoints.fromCidr(undefined as any), 'the range of NetworkEndpoints.fromCidr is undefined'],
    ['a wrong cluster', () => NetworkEndpoints.fromRegistry('a b'), 'the cluster of NetworkEndpoints.fromRegistry is "a b", expected a DNS label'],
    ['an address that is none', () => NetworkGateway.address('a b'), 'the address of the gateway is "a b", expected a DNS name'],
    ['an address with a wildcard', () => NetworkGateway.address('*.a.b'), 'the address of the gateway is "*.a.b", expected a single host; leave out the wildcard'],
    ['a number for an address', () => NetworkGateway.address('1'), 'the address of the gateway is "1", expected a single host; leave out the wildcard, and give a name that is no number'],
    ['a service without namespace', () => NetworkGateway.service(ServiceRef.fromName('gw')), 'the service of the gateway is "gw", expected a full host name; give the namespace of the service'],
    ['a port of 0', () => NetworkGateway.service(eastWest, { port: 0 }), 'the port of the gateway is 0'],
    ['an empty locality', () => NetworkGateway.service(eastWest, { locality: '' }), 'the locality of the gateway is ""'],
    ['an unknown option', () => NetworkGateway.service(eastWest, { tls: true } as any), 'NetworkGateway has no property "tls"'],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});
