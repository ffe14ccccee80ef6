import { ApiObject, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import {
  Destination, DestinationRule, ExportTo, PortProtocol, ServiceEntry, ServiceEntryProps, ServiceLocation, ServiceRef, ServiceResolution,
} from '../../src';

const hosts = ['api.example.com'];

function entry(props: Partial<ServiceEntryProps> = {}) {
  const chart = Testing.chart();
  const construct = new ServiceEntry(chart, 'Entry', { hosts, ...props });
  return { chart, construct, spec: () => Testing.synth(chart)[0].spec };
}

describe('ServiceEntry', () => {
  test('adds nothing that its author did not ask for', () => {
    const { chart, construct, spec } = entry();

    expect(spec()).toEqual({ hosts: ['api.example.com'] });
    expect(ApiObject.of(construct)).toMatchObject({ apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry' });
    expect(chart).toBeAcceptedByIstio();
  });

  test('every property reaches the manifest', () => {
    const { chart, spec } = entry({
      ports: [
        { number: 443, protocol: PortProtocol.TLS, name: 'tls', targetPort: 8443 },
        { number: 3128, protocol: PortProtocol.HTTP_PROXY },
        { number: 9000 },
      ],
      resolution: ServiceResolution.staticEndpoints([{ address: '10.0.0.1', ports: { tls: 9443 } }]),
      location: ServiceLocation.MESH_EXTERNAL,
      addresses: ['240.0.0.1', '10.1.0.0/16', '2001:db8::/32'],
      subjectAltNames: ['spiffe://example.com/api'],
      exportTo: ExportTo.OWN_NAMESPACE,
    });

    expect(spec()).toEqual({
      hosts: ['api.example.com'],
      ports: [
        { number: 443, protocol: 'TLS', name: 'tls', targetPort: 8443 },
        { number: 3128, protocol: 'HTTP_PROXY', name: 'http-proxy-3128' },
        { number: 9000, name: 'port-9000' },
      ],
      resolution: 'STATIC',
      endpoints: [{ address: '10.0.0.1', ports: { tls: 9443 } }],
      location: 'MESH_EXTERNAL',
      addresses: ['240.0.0.1', '10.1.0.0/16', '2001:db8::/32'],
      subjectAltNames: ['spiffe://example.com/api'],
      exportTo: ['.'],
    });
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, Partial<ServiceEntryProps>, object]>([
    ['a service inside the mesh', { location: ServiceLocation.MESH_INTERNAL }, { location: 'MESH_INTERNAL' }],
    ['a wildcard host', { hosts: ['*.example.com'] }, { hosts: ['*.example.com'] }],
    ['a short host', { hosts: ['api'] }, { hosts: ['api'] }],
    ['several hosts without resolution', { hosts: ['a.com', 'b.com'], ports: [{ number: 9000 }] }, { hosts: ['a.com', 'b.com'], ports: [{ number: 9000, name: 'port-9000' }] }],
    ['several hosts and the resolution none', { hosts: ['a.com', 'b.com'], ports: [{ number: 9000, protocol: PortProtocol.TCP }], resolution: ServiceResolution.none() },
      { hosts: ['a.com', 'b.com'], ports: [{ number: 9000, name: 'tcp-9000', protocol: 'TCP' }], resolution: 'NONE' }],
    ['several hosts of TLS', { hosts: ['a.com', 'b.com'], ports: [{ number: 443, protocol: PortProtocol.TLS }], resolution: ServiceResolution.dns() },
      { hosts: ['a.com', 'b.com'], ports: [{ number: 443, name: 'tls-443', protocol: 'TLS' }], resolution: 'DNS' }],
    ['empty lists', { ports: [], addresses: [], subjectAltNames: [] }, {}],
    ['names for two ports of one protocol', { ports: [{ number: 80, protocol: PortProtocol.HTTP }, { number: 81, protocol: PortProtocol.HTTP }] },
      { ports: [{ number: 80, name: 'http-80', protocol: 'HTTP' }, { number: 81, name: 'http-81', protocol: 'HTTP' }] }],
    ['several namespaces', { exportTo: ExportTo.namespaces('.', 'shop') }, { exportTo: ['.', 'shop'] }],
  ])('takes %s', (_, props, expected) => {
    const { chart, spec } = entry(props);

    expect(spec()).toEqual({ hosts, ...expected });
    expect(chart).toBeAcceptedByIstio();
  });

  test('tells its hosts', () => {
    const { construct } = entry();

    construct.hosts.push('other.example.com');

    expect(construct.hosts).toEqual(['api.example.com']);
  });

  const range = 'expected an IP address or a range such as "10.1.0.0/16"; give names as hosts';

  test.each<[string, unknown, string]>([
    ['no hosts', { hosts: [] }, 'the hosts of the ServiceEntry is [], expected a list of at least one entry; name the host, such as api.example.com'],
    ['a host for a list', { hosts: 'api.example.com' }, 'the hosts of the ServiceEntry is "api.example.com", expected a list'],
    ['hosts that are null', { hosts: null }, 'the hosts of the ServiceEntry is null, expected a list'],
    ['every host', { hosts: ['*'] }, 'a host of the ServiceEntry is "*", expected a DNS name such as "api.example.com" or "*.example.com"; name the domain'],
    ['a host that is none', { hosts: ['https://a.com'] }, 'a host of the ServiceEntry is "https://a.com", expected a DNS name'],
    ['an IP address as host', { hosts: ['10.0.0.1'] }, 'a host of the ServiceEntry is "10.0.0.1", expected a DNS name'],
    ['too many hosts', { hosts: Array(257).fill('a.com') }, 'the hosts of the ServiceEntry has 257 entries, expected at most 256'],
    ['several hosts of TCP', { hosts: ['a.com', 'b.com'], ports: [{ number: 80, protocol: 'HTTP' }, { number: 9000, protocol: 'TCP' }], resolution: ServiceResolution.dns() },
      'the protocol of port 9000 is "TCP" for the hosts "a.com", "b.com", expected HTTP or TLS, which name the host in each request; write a ServiceEntry for each host'],
    ['several hosts of no protocol', { hosts: ['a.com', 'b.com'], ports: [{ number: 9000 }], resolution: ServiceResolution.workloads({ app: 'a' }) }, 'the protocol of port 9000 is undefined for the hosts "a.com", "b.com"'],
    ['ports that are a map', { ports: { http: 80 } }, 'the ports of the ServiceEntry is {"http":80}, expected a list'],
    ['a port that is a number', { ports: [80] }, 'port 1 of the ServiceEntry is 80, expected an object'],
    ['a port that is null', { ports: [{ number: 80 }, null] }, 'port 2 of the ServiceEntry is null, expected an object'],
    ['an unknown property of a port', { ports: [{ number: 80, port: 80 }] }, 'port 1 of the ServiceEntry has no property "port" (got 80)'],
    ['a port without number', { ports: [{}] }, 'the number of port 1 of the ServiceEntry is undefined, expected a whole number from 1 to 65535'],
    ['a target port out of range', { ports: [{ number: 80, targetPort: 0 }] }, 'the targetPort of port 1 of the ServiceEntry is 0, expected a whole number from 1 to 65535'],
    ['an unknown protocol', { ports: [{ number: 80, protocol: 'http' }] }, 'the protocol of port 1 of the ServiceEntry is "http", expected one of HTTP, HTTP2, HTTP_PROXY, GRPC, GRPC-WEB, HTTPS, TLS, TCP, MONGO, REDIS, MYSQL, UDP'],
    ['a port name that is none', { ports: [{ number: 80, name: 'a_b' }] }, 'the name of port 1 of the ServiceEntry is "a_b", expected a DNS label'],
    ['a port number twice', { ports: [{ number: 80 }, { number: 80, name: 'b' }] }, 'the port 80 of the ServiceEntry is defined twice, expected each number once; remove the second'],
    ['a port name twice', { ports: [{ number: 80, name: 'a' }, { number: 81, name: 'a' }] }, 'the port name "a" of the ServiceEntry is used twice, expected each name once; rename the second'],
    ['too many ports', { ports: Array.from({ length: 257 }, (_, index) => ({ number: index + 1 })) }, 'the ports of the ServiceEntry has 257 entries, expected at most 256'],
    ['a resolution as in the manifest', { resolution: 'DNS' }, 'the resolution is "DNS", expected a ServiceResolution; write for example ServiceResolution.dns()'],
    ['a resolution that is null', { resolution: null }, 'the resolution is null, expected a ServiceResolution'],
    ['endpoints outside the resolution', { endpoints: [] }, 'ServiceEntry has no property "endpoints" (got [])'],
    ['an unknown location', { location: 'OUTSIDE' }, 'the location is "OUTSIDE", expected one of MESH_EXTERNAL, MESH_INTERNAL'],
    ['addresses that are text', { addresses: '10.0.0.1' }, 'the addresses of the ServiceEntry is "10.0.0.1", expected a list'],
    ['too many addresses', { addresses: Array(257).fill('10.0.0.1') }, 'the addresses of the ServiceEntry has 257 entries, expected at most 256'],
    ...['api.example.com', '', '10.0.0.0/33', '2001:db8::/129', '10.0.0.0/', '10.0.0.0/08', '10.0.0.0/8/8', '/8', 'fe80::1%eth0', 'fe80::%1/64', null, 10, ['10.0.0.1']]
      .map((value): [string, unknown, string] => [`the address ${JSON.stringify(value)}`, { addresses: [value] }, `an address of the ServiceEntry is ${JSON.stringify(value)}, ${range}`]),
    ['an empty subject', { subjectAltNames: [''] }, 'an entry of the subjectAltNames of the ServiceEntry is "", expected a non-empty string; leave it out'],
    ['exportTo as a list', { exportTo: ['.'] }, 'exportTo is ["."], expected an ExportTo; write for example ExportTo.OWN_NAMESPACE'],
    ['its own namespace twice', { metadata: { namespace: 'shop' }, exportTo: ExportTo.namespaces('.', 'shop') }, 'exportTo is [".","shop"] in namespace "shop", expected each namespace once; remove one of the two'],
    ['an unknown property', { host: 'a.com' }, 'ServiceEntry has no property "host" (got "a.com")'],
  ])('refuses %s', (_, props, message) => {
    expect(() => entry(props as any)).toThrow(message);
  });

  test('refuses properties that are none', () => {
    expect(() => new ServiceEntry(Testing.chart(), 'Entry', undefined as any)).toThrow('the properties of the ServiceEntry is undefined, expected an object');
    expect(() => new ServiceEntry(Testing.chart(), 'Entry', null as any)).toThrow('the properties of the ServiceEntry is null, expected an object');
  });

  describe('with a waypoint', () => {
    const dynamic = { hosts: ['*.example.com'], resolution: ServiceResolution.dynamicDns(), location: ServiceLocation.MESH_INTERNAL };
    const message = 'the label istio.io/use-waypoint is "edge" on a service inside the mesh with ServiceResolution.dynamicDns, expected no waypoint; remove the label or use ServiceLocation.MESH_EXTERNAL';

    test('refuses dynamic DNS inside the mesh, early and late', () => {
      expect(() => entry({ ...dynamic, metadata: { labels: { 'istio.io/use-waypoint': 'edge' } } })).toThrow(message);

      const { chart, construct } = entry(dynamic);
      construct.metadata.addLabel('istio.io/use-waypoint', 'edge');
      expect(() => Testing.synth(chart)).toThrow(message);
    });

    test.each<[string, Partial<ServiceEntryProps>]>([
      ['the label says none', { ...dynamic, metadata: { labels: { 'istio.io/use-waypoint': 'None' } } }],
      ['the label is empty', { ...dynamic, metadata: { labels: { 'istio.io/use-waypoint': '' } } }],
      ['the service is outside', { ...dynamic, location: ServiceLocation.MESH_EXTERNAL, metadata: { labels: { 'istio.io/use-waypoint': 'edge' } } }],
      ['nothing is looked up', { location: ServiceLocation.MESH_INTERNAL, metadata: { labels: { 'istio.io/use-waypoint': 'edge' } } }],
    ])('takes it where %s', (_, props) => {
      expect(entry(props).chart).toBeAcceptedByIstio();
    });
  });
});

describe('ServiceRef.of', () => {
  test('takes a ServiceEntry: its host and ports', () => {
    const { chart, construct } = entry({ ports: [{ number: 443, protocol: PortProtocol.TLS }] });

    const ref = ServiceRef.of(construct);
    new DestinationRule(chart, 'Rule', { service: construct });

    expect(ref).toMatchObject({ name: 'api.example.com', namespace: undefined, host: 'api.example.com' });
    expect(ref._ports()).toEqual([443]);
    expect(Testing.synth(chart)[1].spec).toEqual({ host: 'api.example.com' });
    expect(Destination.service(construct, { port: 80 })._validate()).toEqual(['the port of api.example.com is 80, expected one of 443; use a port of the service, not of its pods']);
    expect(chart).toBeAcceptedByIstio();
  });

  test('takes a construct whose default child is a ServiceEntry', () => {
    const construct = new Construct(Testing.chart(), 'Wrapper');
    new ServiceEntry(construct, 'Default', { hosts });

    expect(ServiceRef.of(construct).host).toBe('api.example.com');
    expect(ServiceRef.of(construct)._ports()).toEqual([]);
  });

  test('refuses a ServiceEntry with several hosts', () => {
    expect(() => ServiceRef.of(entry({ hosts: ['a.com', 'b.com'] }).construct))
      .toThrow('the service is a ServiceEntry with the hosts "a.com", "b.com", expected one with a single host; name the one you mean by ServiceRef.fromHost("a.com")');
  });
});
