import { Chart } from 'cdk8s';
import { cel, inexpressible, Rule, throws, warned } from './rule';
import { labels, selectorRules } from './shared';
import { PortProtocol, ServiceEntry, ServiceEntryProps, ServiceLocation, ServiceResolution, WorkloadEndpoint, WorkloadEntry, WorkloadGroup } from '../../src';

const { HTTP, TCP } = PortProtocol;
const http = { number: 80, protocol: HTTP };
const entry = (props: () => Partial<ServiceEntryProps>) => (chart: Chart) => new ServiceEntry(chart, 'Entry', { hosts: ['api.example.com'], ports: [http], ...props() });
const fixed = (...endpoints: WorkloadEndpoint[]) => entry(() => ({ resolution: ServiceResolution.staticEndpoints(endpoints) }));
const dns = (...endpoints: WorkloadEndpoint[]) => entry(() => ({ resolution: ServiceResolution.dns(endpoints) }));
const dynamic = (props: Partial<ServiceEntryProps>) => entry(() => ({ hosts: ['*.example.com'], resolution: ServiceResolution.dynamicDns(), ...props }));

/** The rules of an endpoint, which is one of a ServiceEntry, a WorkloadEntry or the template of a WorkloadGroup. */
export function endpointRules(what: string, write: (endpoint: WorkloadEndpoint) => (chart: Chart) => unknown, isTemplate = false): Rule[] {
  return [
    ...isTemplate ? [] : [throws(`${what} has an address or a network`, 'has no address, expected an IP address', write({}), cel('Address is required'))],
    throws(`${what} on a Unix socket has no ports`, 'has ports {"http":80} beside the Unix socket "unix:///a", expected one of them', write({ address: 'unix:///a', ports: { http: 80 } }), cel('UDS may not include ports')),
    throws(`${what} has an absolute path to its Unix socket`, 'is "unix://a", expected a Unix socket such as "unix:///run/shop.sock"', write({ address: 'unix://a' }), cel('UDS must be an absolute path or abstract socket')),
    throws(`${what} is no folder`, 'is "unix:///a/", expected a Unix socket such as "unix:///run/shop.sock"', write({ address: 'unix:///a/' }), cel('UDS may not be a dir')),
    throws(`${what} has names of ports that are labels`, 'is named "my http", expected at most 62 letters, digits and dashes', write({ address: '10.0.0.1', ports: { 'my http': 80 } }), cel('port name must be valid')),
    throws(`${what} has ports from 1 to 65535`, 'is 0, expected a whole number from 1 to 65535', write({ address: '10.0.0.1', ports: { http: 0 } }), cel('port must be between 1-65535', /ports\{\}$/)),
    throws(`${what} has an address that is a name or an IP`, 'is "a b", expected ', write({ address: 'a b' })),
    throws(`${what} has labels that are labels`, 'has "a": "b c", expected a Kubernetes label', write({ address: '10.0.0.1', labels: { a: 'b c' } })),
  ];
}

export const serviceEntry: Rule[] = [
  throws('there are hosts', 'the hosts of the ServiceEntry is [], expected a list of at least one entry', entry(() => ({ hosts: [] }))),
  throws('a host is not *', 'a host of the ServiceEntry is "*", expected a DNS name such as "api.example.com" or "*.example.com"', entry(() => ({ hosts: ['*'] })), cel('hostname cannot be wildcard')),
  inexpressible('there are endpoints or a selector', 'ServiceResolution is made by one of them', cel('only one of WorkloadSelector or Endpoints can be set')),
  throws('a range of addresses goes with NONE and STATIC only', 'the address "10.0.0.0/8" is a range, expected a single one with resolution DNS', entry(() => ({ addresses: ['10.0.0.0/8'], resolution: ServiceResolution.dns() })), cel('CIDR addresses are allowed only')),
  throws('an address is an IP or a range', 'an address of the ServiceEntry is "api", expected an IP address or a range such as "10.1.0.0/16"', entry(() => ({ addresses: ['api'] }))),
  throws('no name of a port stands twice', 'the port name "a" of the ServiceEntry is used twice, expected each name once', entry(() => ({ ports: [{ ...http, name: 'a' }, { number: 81, name: 'a' }] }))),
  throws('no number of a port stands twice', 'the port 80 of the ServiceEntry is defined twice, expected each number once', entry(() => ({ ports: [http, { number: 80, name: 'b' }] })), cel('port number cannot be duplicated')),
  throws('the name of a port is a DNS label', 'the name of port 1 of the ServiceEntry is "my port", expected a DNS label of at most 63 letters, digits and dashes', entry(() => ({ ports: [{ ...http, name: 'my port' }] }))),
  throws('the protocol of a port is known', 'the protocol of port 1 of the ServiceEntry is "SMTP", expected one of HTTP, HTTP2, HTTP_PROXY, GRPC, GRPC-WEB, HTTPS, TLS, TCP, MONGO, REDIS, MYSQL, UDP', entry(() => ({ ports: [{ number: 80, protocol: 'SMTP' as any }] }))),
  throws('a port is 1 to 65535', 'the number of port 1 of the ServiceEntry is 0, expected a whole number from 1 to 65535', entry(() => ({ ports: [{ number: 0 }] })), cel('port must be between 1-65535', /number$/)),
  throws('a targetPort is 1 to 65535', 'the targetPort of port 1 of the ServiceEntry is 0, expected a whole number from 1 to 65535', entry(() => ({ ports: [{ ...http, targetPort: 0 }] })), cel('port must be between 1-65535', /targetPort$/)),
  inexpressible('NONE has no endpoints', 'ServiceResolution.none takes none', cel('NONE mode cannot set endpoints')),
  throws('a STATIC endpoint is an IP', 'the address of endpoint 1 is "a.example.com", expected an IP address or a Unix socket', fixed({ address: 'a.example.com' })),
  throws('a STATIC endpoint has ports of the service', 'port "other" of endpoint 1 is none of the ServiceEntry, expected one of "http-80"', fixed({ address: '10.0.0.1', ports: { other: 80 } })),
  throws('a Unix socket serves one port', 'endpoint 1 is the Unix socket "unix:///a" and the ServiceEntry has 2 ports, expected exactly 1', entry(() => ({ ports: [http, { number: 81 }], resolution: ServiceResolution.staticEndpoints([{ address: 'unix:///a' }]) }))),
  throws('DNS without endpoints has full names as hosts', 'the host "*.example.com" can\'t be looked up with resolution DNS, expected a name without a wildcard', entry(() => ({ hosts: ['*.example.com'], resolution: ServiceResolution.dns() }))),
  inexpressible('DNS_ROUND_ROBIN has one endpoint at most', 'ServiceResolution.dnsRoundRobin takes one', cel('DNS_ROUND_ROBIN mode cannot have multiple endpoints')),
  throws('a DNS endpoint is a name or an IP', 'the address of endpoint 1 is "unix:///a", expected an IP address or a DNS name', dns({ address: 'unix:///a' })),
  throws('DYNAMIC_DNS has wildcards as hosts', 'the host "api.example.com" has no wildcard, expected one such as "*.example.com" with ServiceResolution.dynamicDns', dynamic({ hosts: ['api.example.com'] })),
  throws('DYNAMIC_DNS has no addresses', 'the addresses are ["10.0.0.1"] beside ServiceResolution.dynamicDns, expected none', dynamic({ addresses: ['10.0.0.1'] })),
  inexpressible('DYNAMIC_DNS has no endpoints', 'ServiceResolution.dynamicDns takes none'),
  throws('DYNAMIC_DNS is of HTTP and TLS', 'the protocol of port 80 is "TCP", expected one of HTTP, HTTP2, GRPC, TLS with ServiceResolution.dynamicDns', dynamic({ ports: [{ number: 80, protocol: TCP }] })),
  throws('several hosts have ports of HTTP or TLS', 'the protocol of port 80 is "TCP" for the hosts "a.com", "b.com", expected HTTP or TLS, which name the host in each request', entry(() => ({ hosts: ['a.com', 'b.com'], ports: [{ number: 80, protocol: TCP }], resolution: ServiceResolution.dns() }))),
  throws('the resolution is known', 'the resolution is "DNS", expected a ServiceResolution', entry(() => ({ resolution: 'DNS' as any }))),
  ...selectorRules((chart, selector) => entry(() => ({ resolution: ServiceResolution.workloads(selector) }))(chart), labels),
  throws('a selector has labels', 'the labels of ServiceResolution.workloads is {}, expected at least one label', entry(() => ({ resolution: ServiceResolution.workloads({}) }))),
  ...endpointRules('an endpoint', (endpoint) => fixed(endpoint)),
  throws('DYNAMIC_DNS inside the mesh goes through no waypoint', 'the label istio.io/use-waypoint is "waypoint" on a service inside the mesh with ServiceResolution.dynamicDns, expected no waypoint', dynamic({ location: ServiceLocation.MESH_INTERNAL, metadata: { labels: { 'istio.io/use-waypoint': 'waypoint' } } })),
  warned('TCP has addresses, or it takes the port of all others', 'addresses are required for ports serving TCP', (chart) => new ServiceEntry(chart, 'Entry', { hosts: ['api.example.com'], ports: [{ number: 9000, protocol: TCP }] })),
  warned('a host has no wildcard within a label', 'partial wildcard "*a.example.com" not allowed', entry(() => ({ hosts: ['*a.example.com'] }))),
  warned('an endpoint with a network alone is deprecated', 'address is unset with network "a"', entry(() => ({ resolution: ServiceResolution.staticEndpoints([{ network: 'a' }]) }))),
  throws('exportTo is one of a ServiceEntry', 'exportTo is "*", expected an ExportTo', entry(() => ({ exportTo: '*' as any }))),
];

export const workloadEntry: Rule[] = endpointRules('a WorkloadEntry', (endpoint) => (chart) => new WorkloadEntry(chart, 'Entry', endpoint));
export const workloadGroupTemplate: Rule[] = endpointRules('the template', (template) => (chart) => new WorkloadGroup(chart, 'Group', { template }), true);
