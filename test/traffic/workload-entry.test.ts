import { Testing } from 'cdk8s';
import { WorkloadEntry, WorkloadEntryProps } from '../../src';

function entry(props: WorkloadEntryProps) {
  const chart = Testing.chart();
  new WorkloadEntry(chart, 'Vm', props);
  return { chart, spec: () => Testing.synth(chart)[0].spec };
}

describe('WorkloadEntry', () => {
  test('every property reaches the manifest', () => {
    const { chart, spec } = entry({
      metadata: { name: 'vm-1', namespace: 'shop' },
      address: '10.0.0.1',
      ports: { http: 8080, metrics: 9090 },
      labels: { app: 'orders', version: 'v1' },
      network: 'vm-network',
      locality: 'eu/eu-1/a',
      weight: 20,
      serviceAccount: 'orders',
    });

    expect(spec()).toEqual({
      address: '10.0.0.1',
      ports: { http: 8080, metrics: 9090 },
      labels: { app: 'orders', version: 'v1' },
      network: 'vm-network',
      locality: 'eu/eu-1/a',
      weight: 20,
      serviceAccount: 'orders',
    });
    expect(Testing.synth(chart)[0]).toMatchObject({ apiVersion: 'networking.istio.io/v1', kind: 'WorkloadEntry', metadata: { name: 'vm-1', namespace: 'shop' } });
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, WorkloadEntryProps, object]>([
    ['an IPv6 address', { address: '2001:db8::1' }, { address: '2001:db8::1' }],
    ['a DNS name', { address: 'vm-1.example.com' }, { address: 'vm-1.example.com' }],
    ['a short name', { address: 'vm-1' }, { address: 'vm-1' }],
    ['a Unix socket', { address: 'unix:///run/orders.sock' }, { address: 'unix:///run/orders.sock' }],
    ['an abstract Unix socket, empty ports', { address: 'unix://@orders', ports: {} }, { address: 'unix://@orders' }],
    ['a network alone', { network: 'vm-network' }, { network: 'vm-network' }],
    ['empty maps', { address: '10.0.0.1', ports: {}, labels: {} }, { address: '10.0.0.1' }],
    ['the largest weight', { address: '10.0.0.1', weight: 2 ** 32 - 1 }, { address: '10.0.0.1', weight: 4294967295 }],
  ])('takes %s', (_, props, expected) => {
    const { chart, spec } = entry(props);

    expect(spec()).toEqual(expected);
    expect(chart).toBeAcceptedByIstio();
  });

  const socket = (value: string) => `the address of the WorkloadEntry is "${value}", expected a Unix socket such as "unix:///run/shop.sock" or "unix://@shop"; give the path of a file`;
  const many = (count: number) => Array.from({ length: count }, (_, index) => `k${index}`);

  test.each<[string, unknown, string]>([
    ['neither address nor network', {}, 'the WorkloadEntry has no address, expected an IP address, a DNS name or a Unix socket; give it its address'],
    ['properties that are null', null, 'the properties of the WorkloadEntry is null, expected an object'],
    ['properties that are a list', [], 'the properties of the WorkloadEntry is [], expected an object'],
    ['an unknown property', { address: '10.0.0.1', port: 80 }, 'the WorkloadEntry has no property "port" (got 80)'],
    ['a name outside metadata', { address: '10.0.0.1', name: 'vm' }, 'the WorkloadEntry has no property "name" (got "vm"); the name of a resource is set by metadata.name'],
    ['an empty address', { address: '' }, 'the address of the WorkloadEntry is "", expected a non-empty string; give an IP address, a DNS name or a Unix socket'],
    ['an address that is null', { address: null }, 'the address of the WorkloadEntry is null, expected a non-empty string'],
    ['an address that is a list', { address: ['10.0.0.1'] }, 'the address of the WorkloadEntry is ["10.0.0.1"], expected a non-empty string'],
    ['a wildcard', { address: '*.example.com' }, 'the address of the WorkloadEntry is "*.example.com", expected an IP address, a DNS name or a Unix socket; name one host'],
    ['an address with a port', { address: 'vm.example.com:80' }, 'the address of the WorkloadEntry is "vm.example.com:80", expected a DNS name'],
    ['an address that is none', { address: '10.0.0.999' }, 'the address of the WorkloadEntry is "10.0.0.999", expected a DNS name'],
    ['an address with a zone', { address: 'fe80::1%eth0' }, 'the address of the WorkloadEntry is "fe80::1%eth0", expected a DNS name'],
    ['a relative socket', { address: 'unix://orders.sock' }, socket('unix://orders.sock')],
    ['a directory as socket', { address: 'unix:///run/' }, socket('unix:///run/')],
    ['an abstract directory as socket', { address: 'unix://@run/' }, socket('unix://@run/')],
    ['a socket without path', { address: 'unix://' }, socket('unix://')],
    ['a socket with a long path', { address: `unix:///${'a'.repeat(249)}` }, 'with 257 characters, expected at most 256; shorten it'],
    ['a socket with ports', { address: 'unix:///run/a.sock', ports: { http: 80 } }, 'the WorkloadEntry has ports {"http":80} beside the Unix socket "unix:///run/a.sock", expected one of them; leave the ports out'],
    ['a socket with ports that are null', { address: 'unix:///run/a.sock', ports: null }, 'the ports of the WorkloadEntry is null, expected an object'],
    ['ports that are a list', { address: '10.0.0.1', ports: [80] }, 'the ports of the WorkloadEntry is [80], expected an object'],
    ['a port out of range', { address: '10.0.0.1', ports: { http: 0 } }, 'port "http" of the WorkloadEntry is 0, expected a whole number from 1 to 65535'],
    ['a port name that is none', { address: '10.0.0.1', ports: { 'a b': 80 } }, 'a port of the WorkloadEntry is named "a b", expected at most 62 letters, digits and dashes; use the name of a port of the service'],
    ['a port name of 63 letters', { address: '10.0.0.1', ports: { ['a'.repeat(63)]: 80 } }, 'expected at most 62 letters, digits and dashes'],
    ['too many ports', { address: '10.0.0.1', ports: Object.fromEntries(many(129).map((key) => [key, 80])) }, 'the ports of the WorkloadEntry has 129 entries, expected at most 128'],
    ['labels that are text', { address: '10.0.0.1', labels: 'app=a' }, 'the labels of the WorkloadEntry is "app=a", expected an object'],
    ['a label that is none', { address: '10.0.0.1', labels: { app: 'a b' } }, 'the labels of the WorkloadEntry has "app": "a b", expected a Kubernetes label'],
    ['too many labels', { address: '10.0.0.1', labels: Object.fromEntries(many(257).map((key) => [key, ''])) }, 'the labels of the WorkloadEntry has 257 entries, expected at most 256'],
    ['an empty network', { network: '' }, 'the network of the WorkloadEntry is "", expected a non-empty string; leave it out for the default'],
    ['a network that is null', { network: null }, 'the network of the WorkloadEntry is null, expected a non-empty string'],
    ['a long network', { network: 'a'.repeat(2049) }, 'with 2049 characters, expected at most 2048; shorten it'],
    ['a locality that is an object', { address: '10.0.0.1', locality: {} }, 'the locality of the WorkloadEntry is {}, expected a non-empty string'],
    ['weight 0', { address: '10.0.0.1', weight: 0 }, 'the weight of the WorkloadEntry is 0, expected a whole number from 1 to 4294967295; leave it out for an equal share'],
    ['a weight that is too large', { address: '10.0.0.1', weight: 2 ** 32 }, 'the weight of the WorkloadEntry is 4294967296, expected a whole number'],
    ['a service account that is none', { address: '10.0.0.1', serviceAccount: ' ' }, 'the serviceAccount of the WorkloadEntry is " ", expected a non-empty string'],
  ])('refuses %s', (_, props, message) => {
    expect(() => entry(props as any)).toThrow(message);
  });
});
