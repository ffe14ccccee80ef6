import { Duration } from 'cdk8s';
import { Table, table } from './documented';
import {
  CaptureMode, EgressListener, PortProtocol, ProxyConfig, ProxyConfigProps, ProxyImage, ReadinessProbe, ServerTls, Sidecar, SidecarProps,
  WorkloadEntry, WorkloadEntryProps, WorkloadGroup, WorkloadGroupProps,
} from '../../src';

const somename = { protocol: PortProtocol.HTTP, name: 'somename' };
const requests = { http1MaxPendingRequests: 1024, http2MaxRequests: 1024, maxRequestsPerConnection: 1024, maxRetries: 100 };

const sidecars = table<SidecarProps>('Sidecar', (chart, props) => new Sidecar(chart, 'Documented', props), {
  'default': { egress: [EgressListener.allPorts(['./*', 'istio-system/*'])] },
  'default 2': { egress: [EgressListener.allPorts(['prod-us1/*', 'prod-apis/*', 'istio-system/*'])] },
  'default 3': { egress: [EgressListener.allPorts(['*/*', '~prod-us2/*', '~prod-apis/foo.example.com', '~/bar.example.com'])] },
  'ratings': {
    workloadSelector: { app: 'ratings' },
    ingress: [{ port: 9080, ...somename, defaultEndpoint: 'unix:///var/run/someuds.sock' }],
    egress: [
      EgressListener.port(9080, ['prod-us1/*'], { protocol: PortProtocol.HTTP, name: 'egresshttp' }),
      EgressListener.allPorts(['istio-system/*']),
    ],
  },
  'no-ip-tables': {
    workloadSelector: { app: 'productpage' },
    ingress: [{ port: 9080, ...somename, defaultEndpoint: '127.0.0.1:8080', captureMode: CaptureMode.NONE }],
    egress: [EgressListener.port(3306, ['*/mysql.foo.com'], {
      protocol: PortProtocol.MYSQL, name: 'egressmysql', captureMode: CaptureMode.NONE, bind: '127.0.0.1',
    })],
  },
  'partial-ip-tables': {
    workloadSelector: { app: 'productpage' },
    ingress: [{ port: 80, ...somename, bind: '172.16.1.32', defaultEndpoint: '127.0.0.1:8080', captureMode: CaptureMode.NONE }],
    egress: [EgressListener.allPorts(['*/*'], { captureMode: CaptureMode.IPTABLES })],
  },
  'ratings 2': {
    workloadSelector: { app: 'ratings' },
    ingress: [{
      port: 80,
      protocol: PortProtocol.HTTPS,
      name: 'somename',
      defaultEndpoint: 'unix:///var/run/someuds.sock',
      tls: ServerTls.simple({ files: [{ certificate: '/etc/certs/servercert.pem', privateKey: '/etc/certs/privatekey.pem' }] }),
    }],
  },
  'connection-pool-settings': {
    workloadSelector: { app: 'productpage' },
    inboundConnectionPool: { http: requests },
    ingress: [{ port: 80, ...somename, connectionPool: { http: requests, tcp: { maxConnections: 100 } } }],
  },
});

const vm1 = { 'app': 'details-legacy', 'instance-id': 'vm1' };

const workloadEntries = table<WorkloadEntryProps>('WorkloadEntry', (chart, props) => new WorkloadEntry(chart, 'Documented', props), {
  'details-vm-1': { serviceAccount: 'details', address: '2.2.2.2', labels: { 'app': 'details', 'instance-id': 'vm1' } },
  'details-vm-2': { serviceAccount: 'details', address: '3.3.3.3', labels: { 'app': 'details', 'instance-id': 'vm2' } },
  'details-svc': { serviceAccount: 'details-legacy', address: '2.2.2.2', labels: vm1 },
  'details-svc 2': { serviceAccount: 'details-legacy', address: 'vm1.vpc01.corp.net', labels: vm1 },
  'foo-workloads-cluster-2': { serviceAccount: 'foo', network: 'cluster-2-network', labels: { app: 'foo' } },
});

const workloadGroups = table<WorkloadGroupProps>('WorkloadGroup', (chart, props) => new WorkloadGroup(chart, 'Documented', props), {
  reviews: {
    workloadMetadata: { labels: { 'app.kubernetes.io/name': 'reviews', 'app.kubernetes.io/version': '1.3.4' } },
    template: { ports: { grpc: 3550, http: 8080 }, serviceAccount: 'default' },
    probe: ReadinessProbe.httpsGet(3100, {
      path: '/foo/bar',
      host: '127.0.0.1',
      headers: { 'Lit-Header': 'Im-The-Best' },
      initialDelay: Duration.seconds(5),
      timeout: Duration.seconds(3),
      period: Duration.seconds(4),
      successThreshold: 3,
      failureThreshold: 3,
    }),
  },
});

const proxyConfigs = table<ProxyConfigProps>('ProxyConfig', (chart, props) => new ProxyConfig(chart, 'Documented', props), {
  'my-proxyconfig': { concurrency: 0, image: ProxyImage.DISTROLESS },
  'my-ns-proxyconfig': { concurrency: 0 },
  'per-workload-proxyconfig': { selector: { app: 'ratings' }, concurrency: 0, image: ProxyImage.DEBUG },
});

/** What Istio documents of workloads and their proxies. */
export const workloads: Table[] = [sidecars, workloadEntries, workloadGroups, proxyConfigs];
