import { Testing } from 'cdk8s';
import { PortProtocol, ServiceEntry, ServiceEntryProps, ServiceResolution } from '../../src';

function entry(resolution: ServiceResolution, props: Partial<ServiceEntryProps> = {}) {
  const chart = Testing.chart();
  new ServiceEntry(chart, 'Entry', { hosts: ['api.example.com'], ports: [{ number: 80, name: 'http', protocol: PortProtocol.HTTP }], ...props, resolution });
  return chart;
}

describe('ServiceResolution', () => {
  test.each<[string, ServiceResolution, Partial<ServiceEntryProps>, object]>([
    ['none', ServiceResolution.none(), {}, { resolution: 'NONE' }],
    ['none for a range', ServiceResolution.none(), { addresses: ['10.0.0.0/8'] }, { resolution: 'NONE', addresses: ['10.0.0.0/8'] }],
    ['staticEndpoints', ServiceResolution.staticEndpoints([{ address: '10.0.0.1', ports: { http: 8080 } }, { address: '::1', labels: { app: 'a' } }]), {},
      { resolution: 'STATIC', endpoints: [{ address: '10.0.0.1', ports: { http: 8080 } }, { address: '::1', labels: { app: 'a' } }] }],
    ['staticEndpoints, all fields', ServiceResolution.staticEndpoints([{ address: '10.0.0.1', network: 'n', locality: 'eu/a', weight: 2, serviceAccount: 's' }]), {},
      { resolution: 'STATIC', endpoints: [{ address: '10.0.0.1', network: 'n', locality: 'eu/a', weight: 2, serviceAccount: 's' }] }],
    ['staticEndpoints, a Unix socket', ServiceResolution.staticEndpoints([{ address: 'unix:///run/api.sock' }]), {}, { resolution: 'STATIC', endpoints: [{ address: 'unix:///run/api.sock' }] }],
    ['staticEndpoints, a network', ServiceResolution.staticEndpoints([{ network: 'vm-network' }]), {}, { resolution: 'STATIC', endpoints: [{ network: 'vm-network' }] }],
    ['workloads', ServiceResolution.workloads({ app: 'api' }), {}, { resolution: 'STATIC', workloadSelector: { labels: { app: 'api' } } }],
    ['dns', ServiceResolution.dns(), {}, { resolution: 'DNS' }],
    ['dns of endpoints', ServiceResolution.dns([{ address: 'eu.example.com', ports: { http: 8080 } }, { address: '10.0.0.1' }]), { hosts: ['*.example.com'] },
      { hosts: ['*.example.com'], resolution: 'DNS', endpoints: [{ address: 'eu.example.com', ports: { http: 8080 } }, { address: '10.0.0.1' }] }],
    ['dns with an address', ServiceResolution.dns(), { addresses: ['240.0.0.1'] }, { resolution: 'DNS', addresses: ['240.0.0.1'] }],
    ['dnsWorkloads', ServiceResolution.dnsWorkloads({ app: 'api' }), {}, { resolution: 'DNS', workloadSelector: { labels: { app: 'api' } } }],
    ['dnsRoundRobin', ServiceResolution.dnsRoundRobin(), {}, { resolution: 'DNS_ROUND_ROBIN' }],
    ['dnsRoundRobin of an endpoint', ServiceResolution.dnsRoundRobin({ address: 'eu.example.com' }), {}, { resolution: 'DNS_ROUND_ROBIN', endpoints: [{ address: 'eu.example.com' }] }],
    ['dynamicDns', ServiceResolution.dynamicDns(), { hosts: ['*.example.com'] }, { hosts: ['*.example.com'], resolution: 'DYNAMIC_DNS' }],
    ['dynamicDns of TLS', ServiceResolution.dynamicDns(), { hosts: ['*.example.com'], ports: [{ number: 443, protocol: PortProtocol.TLS, name: 'tls' }] },
      { hosts: ['*.example.com'], ports: [{ number: 443, protocol: 'TLS', name: 'tls' }], resolution: 'DYNAMIC_DNS' }],
  ])('%s', (_, resolution, props, expected) => {
    const chart = entry(resolution, props);

    expect(Testing.synth(chart)[0].spec).toEqual({ hosts: ['api.example.com'], ports: [{ number: 80, name: 'http', protocol: 'HTTP' }], ...expected });
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, () => unknown, string]>([
    ['no static endpoints', () => ServiceResolution.staticEndpoints([]), 'the endpoints of ServiceResolution.staticEndpoints is [], expected a list of at least one entry; name the address of an endpoint, or use ServiceResolution.workloads'],
    ['an address for static endpoints', () => ServiceResolution.staticEndpoints('10.0.0.1' as any), 'the endpoints of ServiceResolution.staticEndpoints is "10.0.0.1", expected a list'],
    ['an endpoint that is an address', () => ServiceResolution.staticEndpoints(['10.0.0.1' as any]), 'endpoint 1 is "10.0.0.1", expected an object'],
    ['an endpoint that is null', () => ServiceResolution.staticEndpoints([{ address: '10.0.0.1' }, null as any]), 'endpoint 2 is null, expected an object'],
    ['a static endpoint without address', () => ServiceResolution.staticEndpoints([{}]), 'endpoint 1 has no address, expected an IP address or a Unix socket; give it its address'],
    ['a static name', () => ServiceResolution.staticEndpoints([{ address: 'a.com' }]), 'the address of endpoint 1 is "a.com", expected an IP address or a Unix socket; for a DNS name resolve the service by DNS'],
    ['too many endpoints', () => ServiceResolution.staticEndpoints(Array(4097).fill({ address: '10.0.0.1' })), 'the endpoints of the resolution has 4097 entries, expected at most 4096'],
    ['a map for DNS endpoints', () => ServiceResolution.dns({ address: 'a.com' } as any), 'the endpoints of ServiceResolution.dns is {"address":"a.com"}, expected a list'],
    ['null for DNS endpoints', () => ServiceResolution.dns(null as any), 'the endpoints of ServiceResolution.dns is null, expected a list'],
    ['a DNS endpoint of a network only', () => ServiceResolution.dns([{ network: 'n' }]), 'endpoint 1 has no address, expected an IP address or a DNS name; give it its address'],
    ['a DNS endpoint that is a socket', () => ServiceResolution.dns([{ address: 'unix:///a' }]), 'the address of endpoint 1 is "unix:///a", expected an IP address or a DNS name; a Unix socket is a static endpoint'],
    ['a DNS endpoint that is a wildcard', () => ServiceResolution.dns([{ address: '*.a.com' }]), 'the address of endpoint 1 is "*.a.com", expected an IP address or a DNS name; name one host'],
    ['several endpoints of round robin', () => ServiceResolution.dnsRoundRobin([{ address: 'a.com' }] as any), 'endpoint 1 is [{"address":"a.com"}], expected an object'],
    ['null for round robin', () => ServiceResolution.dnsRoundRobin(null as any), 'endpoint 1 is null, expected an object'],
    ['no labels', () => ServiceResolution.workloads({}), 'the labels of ServiceResolution.workloads is {}, expected at least one label; without one every workload of the namespace would be an endpoint'],
    ['labels that are null', () => ServiceResolution.dnsWorkloads(null as any), 'the labels of ServiceResolution.dnsWorkloads is null, expected an object'],
    ['a wildcard label', () => ServiceResolution.workloads({ app: '*' }), 'the labels of ServiceResolution.workloads has "app": "*", expected a Kubernetes label'],
    ['too many labels', () => ServiceResolution.workloads(Object.fromEntries(Array.from({ length: 257 }, (_, index) => [`a${index}`, '']))), 'the labels of ServiceResolution.workloads has 257 entries, expected at most 256'],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });

  test.each<[string, ServiceResolution, Partial<ServiceEntryProps>, string]>([
    ['an unknown port of an endpoint', ServiceResolution.staticEndpoints([{ address: '10.0.0.1', ports: { https: 8443 } }]), {}, 'port "https" of endpoint 1 is none of the ServiceEntry, expected one of "http"; use the name of a port of the ServiceEntry'],
    ['a port of an endpoint where there is none', ServiceResolution.dns([{ address: 'a.com', ports: { http: 80 } }]), { ports: [] }, 'port "http" of endpoint 1 is none of the ServiceEntry, expected one of none'],
    ['a socket for two ports', ServiceResolution.staticEndpoints([{ address: 'unix:///a' }]), { ports: [{ number: 80 }, { number: 81 }] }, 'endpoint 1 is the Unix socket "unix:///a" and the ServiceEntry has 2 ports, expected exactly 1; a socket serves one port'],
    ['a socket for no port', ServiceResolution.staticEndpoints([{ address: 'unix:///a' }]), { ports: undefined }, 'and the ServiceEntry has 0 ports, expected exactly 1'],
    ['DNS of a wildcard', ServiceResolution.dns(), { hosts: ['*.a.com'] }, 'the host "*.a.com" can\'t be looked up with resolution DNS, expected a name without a wildcard; add endpoints or use ServiceResolution.dynamicDns'],
    ['DNS of a wildcard by labels', ServiceResolution.dnsWorkloads({ app: 'a' }), { hosts: ['*.a.com'] }, 'the host "*.a.com" can\'t be looked up with resolution DNS, expected'],
    ['round robin of a wildcard', ServiceResolution.dnsRoundRobin(), { hosts: ['a.com', '*.a.com'] }, 'the host "*.a.com" can\'t be looked up with resolution DNS_ROUND_ROBIN, expected'],
    ['DNS and a range', ServiceResolution.dns(), { addresses: ['10.0.0.0/8'] }, 'the address "10.0.0.0/8" is a range, expected a single one with resolution DNS; use ServiceResolution.none or .staticEndpoints for ranges'],
    ['dynamic DNS of a plain name', ServiceResolution.dynamicDns(), {}, 'the host "api.example.com" has no wildcard, expected one such as "*.example.com" with ServiceResolution.dynamicDns; use ServiceResolution.dns for it'],
    ['dynamic DNS and an address', ServiceResolution.dynamicDns(), { hosts: ['*.a.com'], addresses: ['10.0.0.1'] }, 'the addresses are ["10.0.0.1"] beside ServiceResolution.dynamicDns, expected none; leave them out'],
    ['dynamic DNS of HTTPS', ServiceResolution.dynamicDns(), { hosts: ['*.a.com'], ports: [{ number: 443, protocol: PortProtocol.HTTPS }] }, 'the protocol of port 443 is "HTTPS", expected one of HTTP, HTTP2, GRPC, TLS with ServiceResolution.dynamicDns; use TLS for HTTPS'],
    ['dynamic DNS of no protocol', ServiceResolution.dynamicDns(), { hosts: ['*.a.com'], ports: [{ number: 443 }] }, 'the protocol of port 443 is undefined, expected one of HTTP, HTTP2, GRPC, TLS'],
  ])('refuses %s', (_, resolution, props, message) => {
    expect(() => entry(resolution, props)).toThrow(message);
  });
});
