import { Duration } from 'cdk8s';
import { Table, table } from './documented';
import {
  ClientTls, DestinationRule, DestinationRuleProps, ExportTo, GatewayProtocol, GatewayServer, HashKey, IstioGateway, IstioGatewayProps, LoadBalancer,
  Locality, PortProtocol, ServerTls, ServiceEntry, ServiceEntryProps, ServiceLocation, ServiceRef, ServiceResolution,
} from '../../src';

const { MESH_EXTERNAL, MESH_INTERNAL } = ServiceLocation;
const host = (name: string) => ServiceRef.fromHost(name);
const ratings = host('ratings.prod.svc.cluster.local');
const reviews = host('reviews.prod.svc.cluster.local');
const leastRequest = { loadBalancer: LoadBalancer.leastRequest() };
const roundRobin = { loadBalancer: LoadBalancer.roundRobin() };
const versions = [{ name: 'v1', labels: { version: 'v1' } }, { name: 'v2', labels: { version: 'v2' } }];
const byFiles = {
  tls: ClientTls.mutual({
    clientCertificate: '/etc/certs/myclientcert.pem', privateKey: '/etc/certs/client_private_key.pem', caCertificates: '/etc/certs/rootcacerts.pem',
  }),
};

const destinationRules = table<DestinationRuleProps>('DestinationRule', (chart, props) => new DestinationRule(chart, 'Documented', props), {
  'my-olly-backend': { service: host('my.olly-backend.com'), trafficPolicy: { portLevelSettings: [{ port: 443, tls: ClientTls.simple() }] } },
  'bookinfo-ratings': { service: ratings, trafficPolicy: leastRequest },
  'bookinfo-ratings 2': {
    service: ratings,
    trafficPolicy: leastRequest,
    subsets: [{ name: 'testversion', labels: { version: 'v3' }, trafficPolicy: roundRobin }],
  },
  'bookinfo-ratings-port': {
    service: ratings,
    trafficPolicy: { portLevelSettings: [{ port: 80, ...leastRequest }, { port: 9080, ...roundRobin }] },
  },
  'configure-client-mtls-dr-with-workloadselector': {
    service: host('example.com'),
    workloadSelector: { app: 'ratings' },
    trafficPolicy: { ...roundRobin, portLevelSettings: [{ port: 31443, tls: ClientTls.mutual({ credentialName: 'client-credential' }) }] },
  },
  'bookinfo-ratings 3': { service: ratings, trafficPolicy: roundRobin },
  'bookinfo-ratings 4': {
    service: ratings,
    trafficPolicy: { loadBalancer: LoadBalancer.consistentHash(HashKey.cookie({ name: 'user', ttl: Duration.seconds(0) })) },
  },
  'bookinfo-redis': {
    service: host('myredissrv.prod.svc.cluster.local'),
    trafficPolicy: {
      connectionPool: {
        tcp: {
          maxConnections: 100,
          connectTimeout: Duration.millis(30),
          tcpKeepalive: { time: Duration.seconds(7200), interval: Duration.seconds(75) },
        },
      },
    },
  },
  'reviews-cb-policy': {
    service: reviews,
    trafficPolicy: {
      connectionPool: { tcp: { maxConnections: 100 }, http: { http2MaxRequests: 1000, maxRequestsPerConnection: 10 } },
      outlierDetection: { consecutive5xxErrors: 7, interval: Duration.minutes(5), baseEjectionTime: Duration.minutes(15) },
    },
  },
  'db-mtls': { service: host('mydbserver.prod.svc.cluster.local'), trafficPolicy: byFiles },
  'tls-foo': { service: host('*.foo.com'), trafficPolicy: { tls: ClientTls.simple() } },
  'ratings-istio-mtls': { service: ratings, trafficPolicy: { tls: ClientTls.istioMutual() } },
  'ratings-zone-aware': { service: ratings, trafficPolicy: { loadBalancer: LoadBalancer.roundRobin({ locality: Locality.zoneAware() }) } },
  'ratings-zone-aware-failover': {
    service: ratings,
    trafficPolicy: {
      loadBalancer: LoadBalancer.leastRequest({
        locality: Locality.zoneAware({ regions: [{ from: 'us-east', to: 'eu-west' }, { from: 'us-west', to: 'us-east' }] }),
      }),
      outlierDetection: { consecutive5xxErrors: 5, interval: Duration.seconds(30), baseEjectionTime: Duration.seconds(30) },
    },
  },
  'mtls-mongocluster': { service: host('mymongodb.somedomain'), trafficPolicy: byFiles },
  'reviews-destination': { service: reviews, subsets: versions },
  'reviews-destination 2': { service: ServiceRef.fromName('reviews'), subsets: versions },
});

const http = { number: 80, name: 'http', protocol: PortProtocol.HTTP };
const https = { number: 443, name: 'https', protocol: PortProtocol.TLS };
const fixed = ServiceResolution.staticEndpoints([{ address: '2.2.2.2' }, { address: '3.3.3.3' }]);
const details = { hosts: ['details.bookinfo.com'], location: MESH_INTERNAL, ports: [{ ...http, targetPort: 8080 }] };
const dns = { location: MESH_EXTERNAL, resolution: ServiceResolution.dns() };

const serviceEntries = table<ServiceEntryProps>('ServiceEntry', (chart, props) => new ServiceEntry(chart, 'Documented', props), {
  'my-olly-backend': { ...dns, hosts: ['my.olly-backend.com'], ports: [{ number: 443, name: 'https-port', protocol: PortProtocol.HTTPS }] },
  'tracing-grpc': { ...dns, hosts: ['tracing.example.com'], ports: [{ number: 8090, name: 'grpc-port', protocol: PortProtocol.GRPC }] },
  'external-svc-https': { ...dns, hosts: ['api.dropboxapi.com', 'www.googleapis.com', 'api.facebook.com'], ports: [https] },
  'external-svc-mongocluster': {
    hosts: ['mymongodb.somedomain'],
    addresses: ['192.192.192.192/24'],
    ports: [{ number: 27018, name: 'mongodb', protocol: PortProtocol.MONGO }],
    location: MESH_INTERNAL,
    resolution: fixed,
  },
  'external-svc-redirect': {
    hosts: ['wikipedia.org', '*.wikipedia.org'], location: MESH_EXTERNAL, ports: [https], resolution: ServiceResolution.none(),
  },
  'external-svc-httpbin': { ...dns, hosts: ['example.com'], exportTo: ExportTo.OWN_NAMESPACE, ports: [http] },
  'external-svc-wildcard-example': { hosts: ['*.bar.com'], location: MESH_EXTERNAL, ports: [http], resolution: ServiceResolution.none() },
  'unix-domain-socket-example': {
    hosts: ['example.unix.local'],
    location: MESH_EXTERNAL,
    ports: [http],
    resolution: ServiceResolution.staticEndpoints([{ address: 'unix:///var/run/example/socket' }]),
  },
  'external-svc-dns': {
    hosts: ['foo.bar.com'],
    location: MESH_EXTERNAL,
    ports: [http],
    resolution: ServiceResolution.dns([
      { address: 'us.foo.bar.com', ports: { http: 8080 } },
      { address: 'uk.foo.bar.com', ports: { http: 9080 } },
      { address: 'in.foo.bar.com', ports: { http: 7080 } },
    ]),
  },
  'httpbin': {
    hosts: ['example.com'],
    location: MESH_INTERNAL,
    ports: [http],
    resolution: fixed,
    subjectAltNames: ['spiffe://cluster.local/ns/httpbin-ns/sa/httpbin-service-account'],
  },
  'details-svc': { ...details, ports: [http], resolution: ServiceResolution.workloads({ app: 'details' }) },
  'external-svc-mysql': { ...dns, hosts: ['mysql.foo.com'], ports: [{ number: 3306, name: 'mysql', protocol: PortProtocol.MYSQL }] },
  'external-svc-wikipedia': { ...dns, hosts: ['wikipedia.org'], ports: [{ ...http, name: 'example-http' }] },
  'details-svc 2': { ...details, resolution: ServiceResolution.workloads({ app: 'details-legacy' }) },
  'details-svc 3': { ...details, resolution: ServiceResolution.dnsWorkloads({ app: 'details-legacy' }) },
});

const both = ['uk.bookinfo.com', 'eu.bookinfo.com'];
const controller = { app: 'my-gateway-controller' };

const gateways = table<IstioGatewayProps>('Gateway', (chart, props) => new IstioGateway(chart, 'Documented', props), {
  'my-gateway': {
    selector: controller,
    servers: [
      GatewayServer.redirectToHttps(both, { portName: 'http' }),
      GatewayServer.https(both, {
        portName: 'https-443',
        tls: ServerTls.simple({ files: [{ certificate: '/etc/certs/servercert.pem', privateKey: '/etc/certs/privatekey.pem' }] }),
      }),
      GatewayServer.https(['bookinfo-namespace/*.bookinfo.com'], {
        port: 9443, portName: 'https-9443', tls: ServerTls.simple({ credentialName: 'bookinfo-secret' }),
      }),
      GatewayServer.http(['*'], { port: 9080, portName: 'http-wildcard' }),
      GatewayServer.plaintext(GatewayProtocol.MONGO, ['*'], { port: 2379, portName: 'mongo' }),
    ],
  },
  'my-gateway 2': { selector: controller, servers: [GatewayServer.http(['ns1/*', 'ns2/foo.bar.com'], { portName: 'http' })] },
  'my-ingress': {
    selector: { app: 'my-ingressgateway' },
    servers: [GatewayServer.plaintext(GatewayProtocol.HTTP2, ['*'], { port: 80, portName: 'http2' })],
  },
  'my-tcp-ingress': {
    selector: { app: 'my-tcp-ingressgateway' },
    servers: [GatewayServer.plaintext(GatewayProtocol.MONGO, ['*'], { port: 27018, portName: 'mongo' })],
  },
  'my-tls-ingress': {
    selector: { app: 'my-tls-ingressgateway' },
    servers: [GatewayServer.https(['*'], { portName: 'https', tls: ServerTls.simple({ credentialName: 'tls-cert' }) })],
  },
  'istio-egressgateway': { selector: { istio: 'egressgateway' }, servers: [GatewayServer.http(['*'], { portName: 'http' })] },
});

/** What Istio documents of hosts, and of what stands behind them. */
export const traffic: Table[] = [destinationRules, serviceEntries, gateways];
