import { Duration, Size, Testing } from 'cdk8s';
import { parse } from 'yaml';
import { plusDeployment, podMetadata, rawDeployment, remarks, remarksOn } from './objects';
import {
  AgentLogLevel, CapturedPorts, CapturedRanges, InterceptionMode, ProxyImage, ProxyLogLevel, ProxyVolume, SidecarProxy, SidecarProxyProps,
} from '../../src';

const mount = { mountPath: '/etc/certs' };
const capture = (part: object) => ({ capture: part }) as SidecarProxyProps;
const TRAFFIC = 'traffic.sidecar.istio.io';
const READINESS = 'readiness.status.sidecar.istio.io';

/** The annotation that each property gives. */
const good: [string, SidecarProxyProps, string][] = [
  ['sidecar.istio.io/proxyCPU', { resources: { cpuMillis: 100 } }, '100m'],
  ['sidecar.istio.io/proxyCPULimit', { resources: { cpuLimitMillis: 2000 } }, '2000m'],
  ['sidecar.istio.io/proxyMemory', { resources: { memory: Size.mebibytes(128) } }, '128Mi'],
  ['sidecar.istio.io/proxyMemoryLimit', { resources: { memoryLimit: Size.gibibytes(1.5) } }, '1.5Gi'],
  ['sidecar.istio.io/logLevel', { logLevel: ProxyLogLevel.DEBUG }, 'debug'],
  ['sidecar.istio.io/componentLogLevel', { componentLogLevels: { http: ProxyLogLevel.TRACE, rbac: ProxyLogLevel.OFF } }, 'http:trace,rbac:off'],
  ['sidecar.istio.io/agentLogLevel', { agentLogLevels: { default: AgentLogLevel.WARN, xdsproxy: AgentLogLevel.DEBUG } }, 'default:warn,xdsproxy:debug'],
  ['sidecar.istio.io/proxyImage', { image: 'registry.example.com:5000/istio/proxyv2:1.31.0' }, 'registry.example.com:5000/istio/proxyv2:1.31.0'],
  ['sidecar.istio.io/proxyImageType', { imageType: ProxyImage.DISTROLESS }, 'distroless'],
  ['sidecar.istio.io/nativeSidecar', { native: true }, 'true'],
  ['sidecar.istio.io/rewriteAppHTTPProbers', { rewriteAppHttpProbers: false }, 'false'],
  ['prometheus.istio.io/merge-metrics', { mergeMetrics: false }, 'false'],
  ['status.sidecar.istio.io/port', { statusPort: 0 }, '0'],
  ['sidecar.istio.io/bootstrapOverride', { bootstrapOverride: 'my-bootstrap' }, 'my-bootstrap'],
  ['sidecar.istio.io/interceptionMode', capture({ interceptionMode: InterceptionMode.TPROXY }), 'TPROXY'],
  [`${TRAFFIC}/includeInboundPorts`, capture({ includeInboundPorts: CapturedPorts.only(80, 8080) }), '80,8080'],
  [`${TRAFFIC}/includeInboundPorts`, capture({ includeInboundPorts: CapturedPorts.ALL }), '*'],
  [`${TRAFFIC}/includeInboundPorts`, capture({ includeInboundPorts: CapturedPorts.NONE }), ''],
  [`${TRAFFIC}/excludeInboundPorts`, capture({ excludeInboundPorts: [9090] }), '9090'],
  [`${TRAFFIC}/excludeInboundPorts`, capture({ excludeInboundPorts: [] }), ''],
  [`${TRAFFIC}/includeOutboundPorts`, capture({ includeOutboundPorts: [443, 5432] }), '443,5432'],
  [`${TRAFFIC}/excludeOutboundPorts`, capture({ excludeOutboundPorts: [5432, 65535] }), '5432,65535'],
  [`${TRAFFIC}/includeOutboundIPRanges`, capture({ includeOutboundIPRanges: CapturedRanges.ALL }), '*'],
  [`${TRAFFIC}/includeOutboundIPRanges`, capture({ includeOutboundIPRanges: CapturedRanges.NONE }), ''],
  [`${TRAFFIC}/includeOutboundIPRanges`, capture({ includeOutboundIPRanges: CapturedRanges.only('10.96.0.0/12', 'fd00::/8') }), '10.96.0.0/12,fd00::/8'],
  [`${TRAFFIC}/excludeOutboundIPRanges`, capture({ excludeOutboundIPRanges: ['169.254.169.254/32', '0.0.0.0/0'] }), '169.254.169.254/32,0.0.0.0/0'],
  [`${TRAFFIC}/excludeInterfaces`, capture({ excludeInterfaces: ['eth1', 'net1.100'] }), 'eth1,net1.100'],
  ['istio.io/reroute-virtual-interfaces', capture({ rerouteVirtualInterfaces: ['docker0'] }), 'docker0'],
  [`${READINESS}/initialDelaySeconds`, { readiness: { initialDelay: Duration.seconds(0) } }, '0'],
  [`${READINESS}/initialDelaySeconds`, { readiness: { initialDelay: Duration.minutes(1) } }, '60'],
  [`${READINESS}/periodSeconds`, { readiness: { period: Duration.millis(2000) } }, '2'],
  [`${READINESS}/failureThreshold`, { readiness: { failureThreshold: 30 } }, '30'],
  [`${READINESS}/applicationPorts`, { readiness: { applicationPorts: [80, 81] } }, '80,81'],
  ['sidecar.istio.io/statsFlushInterval', { stats: { flushInterval: Duration.seconds(10) } }, '10s'],
  ['sidecar.istio.io/statsEvictionInterval', { stats: { evictionInterval: Duration.minutes(5) } }, '5m'],
  ['sidecar.istio.io/statsHistogramBins', { stats: { histogramBins: 50 } }, '50'],
  ['sidecar.istio.io/statsHistogramBuckets', { stats: { histogramBuckets: { 'istiocustom': [0.5, 1, 5], 'cluster.xds-grpc': [1] } } }, '{"istiocustom":[0.5,1,5],"cluster.xds-grpc":[1]}'],
  ['sidecar.istio.io/userVolumeMount', { volumes: [ProxyVolume.existing('certs', { ...mount, readOnly: true, subPath: 'tls' })] }, '{"certs":{"mountPath":"/etc/certs","subPath":"tls","readOnly":true}}'],
  ['proxy.istio.io/config', { config: { holdApplicationUntilProxyStarts: true } }, 'holdApplicationUntilProxyStarts: true\n'],
];

const bad: [string, any, string][] = [
  ['an unknown property', { cpu: '100m' }, 'SidecarProxy.configure has no property "cpu" (got "100m")'],
  ['null', null, 'the properties of SidecarProxy.configure is null, expected an object'],
  ['a CPU as Kubernetes has it', { resources: { cpuMillis: '100m' } }, 'resources.cpuMillis is "100m", expected a whole number from 1 to 1000000; give thousandths of a core, such as 100 for a tenth'],
  ['a CPU in cores', { resources: { cpuLimitMillis: 0.5 } }, 'resources.cpuLimitMillis is 0.5, expected a whole number'],
  ['a CPU over its limit', { resources: { cpuMillis: 200, cpuLimitMillis: 100 } }, 'resources.cpuLimitMillis is 100, expected at least the cpuMillis of 200; raise the limit'],
  ['memory as Kubernetes has it', { resources: { memory: '128Mi' } }, 'resources.memory is "128Mi", expected a Size; write for example Size.mebibytes(128)'],
  ['no memory', { resources: { memoryLimit: Size.mebibytes(0) } }, 'resources.memoryLimit is "0Mi", expected more than nothing'],
  ['memory over its limit', { resources: { memory: Size.gibibytes(1), memoryLimit: Size.mebibytes(512) } }, 'resources.memoryLimit is 512Mi, expected at least the memory of 1Gi; raise the limit'],
  ['an unknown resource', { resources: { cpu: 1 } }, 'resources has no property "cpu"'],
  ['a level that is none', { logLevel: 'warn' }, 'logLevel is "warn", expected one of trace, debug, info, warning, error, critical, off'],
  ['a component with a bad level', { componentLogLevels: { http: 'loud' } }, 'componentLogLevels.http is "loud", expected one of trace'],
  ['no component', { componentLogLevels: {} }, 'componentLogLevels is {}, expected at least one name with its level; leave it out'],
  ['components in one text', { componentLogLevels: { 'a,b': ProxyLogLevel.OFF } }, 'a name of componentLogLevels is "a,b", expected letters, digits, dots, dashes and underscores'],
  ['a level of Envoy for the agent', { agentLogLevels: { default: 'warning' } }, 'agentLogLevels.default is "warning", expected one of debug, info, warn, error, fatal, none'],
  ['an image without registry', { image: 'proxyv2:1.31.0' }, 'image is "proxyv2:1.31.0", expected an image with its registry'],
  ['an empty image', { image: '' }, 'image is "", expected a non-empty string'],
  ['a kind of image that is none', { imageType: 'distroless' }, 'imageType is "distroless", expected a ProxyImage'],
  ['a kind beside an image', { image: 'a/b', imageType: ProxyImage.DEBUG }, 'imageType is a ProxyImage beside image, expected one of them; drop image'],
  ['a text for true', { native: 'true' }, 'native is "true", expected true or false'],
  ['another text for true', { rewriteAppHttpProbers: 'yes' }, 'rewriteAppHttpProbers is "yes", expected true or false'],
  ['a third text for true', { mergeMetrics: 1 }, 'mergeMetrics is 1, expected true or false'],
  ['a status port out of range', { statusPort: 65536 }, 'statusPort is 65536, expected a whole number from 0 to 65535; give a port, or 0 for none'],
  ['a ConfigMap that is none', { bootstrapOverride: 'My Map' }, 'bootstrapOverride is "My Map", expected at most 253 lower-case letters'],
  ['a mode that is none', { capture: { interceptionMode: 'EBPF' } }, 'capture.interceptionMode is "EBPF", expected one of REDIRECT, TPROXY, NONE'],
  ['a mode in two places', { capture: { interceptionMode: 'NONE' }, config: { interceptionMode: 'NONE' } }, 'capture.interceptionMode is "NONE" beside config.interceptionMode, expected one of them; drop config.interceptionMode'],
  ['a status port in two places', { statusPort: 1, config: { statusPort: 1 } }, 'statusPort is 1 beside config.statusPort, expected one of them'],
  ['a kind of image in two places', { imageType: ProxyImage.DEBUG, config: { image: ProxyImage.DEBUG } }, 'imageType is a ProxyImage beside config.image'],
  ['ports as the annotation has them', { capture: { includeInboundPorts: '*' } }, 'capture.includeInboundPorts is "*", expected a CapturedPorts; write for example CapturedPorts.only(8080)'],
  ['ports in one text', { capture: { excludeOutboundPorts: '5432,6379' } }, 'capture.excludeOutboundPorts is "5432,6379", expected a list; write it in brackets'],
  ['a port that is none', { capture: { excludeInboundPorts: [0] } }, 'an entry of capture.excludeInboundPorts is 0, expected a whole number from 1 to 65535'],
  ['a port out of range', { capture: { includeOutboundPorts: [65536] } }, 'an entry of capture.includeOutboundPorts is 65536'],
  ['a port twice', { capture: { excludeOutboundPorts: [80, 443, 80] } }, 'capture.excludeOutboundPorts has 80 twice, expected each entry once; remove the second'],
  ['ports to exclude where some are included', { capture: { includeInboundPorts: CapturedPorts.only(80), excludeInboundPorts: [81] } }, 'capture.excludeInboundPorts is 81 beside includeInboundPorts of 80, expected one of them; Istio excludes ports only where all are included'],
  ['ports to exclude where none are included', { capture: { includeInboundPorts: CapturedPorts.NONE, excludeInboundPorts: [81] } }, 'beside includeInboundPorts of none, expected one of them'],
  ['ranges as the annotation has them', { capture: { includeOutboundIPRanges: '*' } }, 'capture.includeOutboundIPRanges is "*", expected a CapturedRanges'],
  ['an address for a range', { capture: { excludeOutboundIPRanges: ['10.1.2.3'] } }, 'an entry of capture.excludeOutboundIPRanges is "10.1.2.3", expected a range such as "10.1.0.0/16"; write an address as a range'],
  ['a range too long', { capture: { excludeOutboundIPRanges: ['10.1.2.3/33'] } }, 'is "10.1.2.3/33", expected a range'],
  ['a range of names', { capture: { excludeOutboundIPRanges: [7] } }, 'is 7, expected a range'],
  ['a range with a zone', { capture: { excludeOutboundIPRanges: ['fe80::1%eth0/64'] } }, 'is "fe80::1%eth0/64", expected a range'],
  ['an interface that is none', { capture: { excludeInterfaces: ['1eth'] } }, 'an entry of capture.excludeInterfaces is "1eth", expected the name of an interface'],
  ['interfaces in one text', { capture: { rerouteVirtualInterfaces: ['a,b'] } }, 'an entry of capture.rerouteVirtualInterfaces is "a,b", expected the name of an interface of at most 15'],
  ['an unknown property of the capture', { capture: { excludePorts: [1] } }, 'capture has no property "excludePorts"'],
  ['a fraction of a second', { readiness: { initialDelay: Duration.millis(500) } }, 'readiness.initialDelay is 500 ms, expected whole seconds and at least 1; round it'],
  ['a time that is none', { readiness: { initialDelay: 5 } }, 'readiness.initialDelay is 5, expected a Duration'],
  ['no time at all', { readiness: { period: Duration.seconds(0) } }, 'readiness.period is 0 ms, expected a whole number of milliseconds and at least 1'],
  ['a time that is too long', { readiness: { period: Duration.days(30000) } }, 'readiness.period is 2592000000, expected a whole number from 1 to 2147483647; shorten it'],
  ['no failure', { readiness: { failureThreshold: 0 } }, 'readiness.failureThreshold is 0, expected a whole number from 1'],
  ['an application port that is none', { readiness: { applicationPorts: ['http'] } }, 'an entry of readiness.applicationPorts is "http", expected a whole number'],
  ['an unknown property of the readiness', { readiness: { timeout: 1 } }, 'readiness has no property "timeout"'],
  ['a flush that is none', { stats: { flushInterval: '5s' } }, 'stats.flushInterval is "5s", expected a Duration'],
  ['an eviction that is no multiple', { stats: { evictionInterval: Duration.seconds(7) } }, 'stats.evictionInterval is 7000 ms, expected a multiple of the flushInterval of 5000 ms; round it'],
  ['an eviction that is no multiple of ours', { stats: { flushInterval: Duration.seconds(2), evictionInterval: Duration.seconds(5) } }, 'expected a multiple of the flushInterval of 2000 ms'],
  ['an eviction of a fraction', { stats: { flushInterval: Duration.millis(100), evictionInterval: Duration.millis(300) } }, 'stats.evictionInterval is 300 ms, expected whole seconds'],
  ['no bins', { stats: { histogramBins: 0 } }, 'stats.histogramBins is 0, expected a whole number from 1 to 46082'],
  ['buckets out of order', { stats: { histogramBuckets: { istio: [5, 1] } } }, 'stats.histogramBuckets of istio are [5,1], expected growing numbers above 0; sort them'],
  ['a bucket of 0', { stats: { histogramBuckets: { istio: [0, 1] } } }, 'stats.histogramBuckets of istio are [0,1], expected growing numbers'],
  ['a bucket that is no number', { stats: { histogramBuckets: { istio: ['1'] } } }, 'stats.histogramBuckets of istio are ["1"], expected growing numbers'],
  ['no buckets', { stats: { histogramBuckets: { istio: [] } } }, 'stats.histogramBuckets of istio is [], expected a list of at least one entry'],
  ['buckets without prefix', { stats: { histogramBuckets: { '': [1] } } }, 'a prefix of stats.histogramBuckets is "", expected a non-empty string'],
  ['an unknown property of the stats', { stats: { compression: 'gzip' } }, 'stats has no property "compression"'],
  ['no volumes', { volumes: [] }, 'volumes is [], expected a list of at least one entry; leave it out for none'],
  ['a volume as the annotation has it', { volumes: [{ name: 'a' }] }, 'a volume is {"name":"a"}, expected a ProxyVolume'],
  ['a volume twice', { volumes: [ProxyVolume.existing('a', mount), ProxyVolume.emptyDir('a', mount)] }, 'the volume "a" is there twice, expected each name once; rename the second'],
  ['a config without settings', { config: {} }, 'config is {}, expected at least one setting; leave it out'],
  ['a config with nothing in it', { config: { tracing: {} } }, 'config is {}, expected at least one setting'],
];

describe('SidecarProxy', () => {
  test.each(good)('%s is an annotation of the pods', (key, props, value) => {
    const chart = Testing.chart();
    SidecarProxy.configure(rawDeployment(chart), props);

    expect(podMetadata(chart)).toEqual({ labels: { app: 'orders' }, annotations: { [key]: value } });
    expect(Testing.synth(chart)[0].metadata).toEqual({ name: 'orders', namespace: 'shop' });
    expect(remarks(chart)).toEqual([]);
  });

  test.each(bad)('refuses %s', (_, props, message) => {
    expect(() => SidecarProxy.configure(plusDeployment(Testing.chart()), props)).toThrow(message);
  });

  test('volumes are two annotations, by the names of the volumes', () => {
    const chart = Testing.chart();
    SidecarProxy.configure(plusDeployment(chart), {
      volumes: [
        ProxyVolume.secret('certs', 'my-certs', { ...mount, readOnly: true }),
        ProxyVolume.configMap('config', 'my-config', { mountPath: '/config' }),
        ProxyVolume.emptyDir('scratch', { mountPath: '/scratch' }),
        ProxyVolume.of('data', { persistentVolumeClaim: { claimName: 'data' } }, { mountPath: '/data' }),
        ProxyVolume.existing('logs', { mountPath: '/logs' }),
      ],
    });

    const { annotations } = podMetadata(chart);
    expect(JSON.parse(annotations['sidecar.istio.io/userVolume'])).toEqual({
      certs: { secret: { secretName: 'my-certs' } },
      config: { configMap: { name: 'my-config' } },
      scratch: { emptyDir: {} },
      data: { persistentVolumeClaim: { claimName: 'data' } },
    });
    expect(JSON.parse(annotations['sidecar.istio.io/userVolumeMount'])).toEqual({
      certs: { mountPath: '/etc/certs', readOnly: true },
      config: { mountPath: '/config' },
      scratch: { mountPath: '/scratch' },
      data: { mountPath: '/data' },
      logs: { mountPath: '/logs' },
    });
    expect(remarks(chart)).toEqual([]);
  });

  test('all of it together', () => {
    const chart = Testing.chart();
    SidecarProxy.configure(plusDeployment(chart), {
      config: { holdApplicationUntilProxyStarts: true, concurrency: 2 },
      resources: { cpuMillis: 100, cpuLimitMillis: 100, memory: Size.mebibytes(128), memoryLimit: Size.gibibytes(1) },
      capture: { includeInboundPorts: CapturedPorts.ALL, excludeInboundPorts: [9090], excludeOutboundPorts: [5432] },
    });

    const { 'proxy.istio.io/config': config, ...others } = podMetadata(chart).annotations;
    expect(parse(config)).toEqual({ holdApplicationUntilProxyStarts: true, concurrency: 2 });
    expect(others).toEqual({
      'sidecar.istio.io/proxyCPU': '100m',
      'sidecar.istio.io/proxyCPULimit': '100m',
      'sidecar.istio.io/proxyMemory': '128Mi',
      'sidecar.istio.io/proxyMemoryLimit': '1Gi',
      'traffic.sidecar.istio.io/includeInboundPorts': '*',
      'traffic.sidecar.istio.io/excludeInboundPorts': '9090',
      'traffic.sidecar.istio.io/excludeOutboundPorts': '5432',
    });
    expect(remarks(chart)).toEqual([]);
  });

  test.each<[string, () => unknown, string]>([
    ['a name with dots', () => ProxyVolume.existing('a.b', mount), 'the name of the ProxyVolume is "a.b", expected a DNS label'],
    ['a secret that is none', () => ProxyVolume.secret('a', '', mount), 'the secret of ProxyVolume.secret is "", expected'],
    ['a ConfigMap that is none', () => ProxyVolume.configMap('a', 'A', mount), 'the configMap of ProxyVolume.configMap is "A", expected'],
    ['a source of two kinds', () => ProxyVolume.of('a', { emptyDir: {}, secret: {} }, mount), 'the source of the ProxyVolume is {"emptyDir":{},"secret":{}}, expected one kind of volume; write for example { emptyDir: {} }'],
    ['a relative path', () => ProxyVolume.emptyDir('a', { mountPath: 'certs' }), 'the mountPath of the ProxyVolume is "certs", expected an absolute path without a colon'],
    ['an unknown property', () => ProxyVolume.emptyDir('a', { ...mount, path: '/' } as any), 'the mount of the ProxyVolume has no property "path"'],
    ['an empty path in the volume', () => ProxyVolume.emptyDir('a', { ...mount, subPath: '' }), 'the subPath of the ProxyVolume is "", expected a non-empty string'],
    ['readOnly that is no flag', () => ProxyVolume.emptyDir('a', { ...mount, readOnly: 'yes' as any }), 'readOnly of the ProxyVolume is "yes", expected true or false'],
    ['no ports to capture', () => CapturedPorts.only(), 'the ports of CapturedPorts.only is [], expected a list of at least one entry; use CapturedPorts.NONE for none'],
    ['no ranges to capture', () => CapturedRanges.only(), 'use CapturedRanges.NONE for none'],
  ])('refuses %s of a volume or capture', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('the judge of these tests', () => {
  // What we refuse is refused by Istio too, as far as it looks at it.
  test.each([
    ['sidecar.istio.io/proxyCPU', 'a lot'],
    ['sidecar.istio.io/proxyMemoryLimit', '128 MB'],
    ['sidecar.istio.io/interceptionMode', 'EBPF'],
    ['status.sidecar.istio.io/port', '65536'],
    [`${READINESS}/periodSeconds`, '0.5'],
    [`${TRAFFIC}/excludeInboundPorts`, '9090,http'],
    [`${TRAFFIC}/excludeOutboundPorts`, '*'],
    [`${TRAFFIC}/includeOutboundIPRanges`, '10.0.0.0'],
    [`${TRAFFIC}/excludeInterfaces`, 'an-interface-with-a-long-name'],
    ['istio.io/reroute-virtual-interfaces', '0eth'],
    ['prometheus.istio.io/merge-metrics', 'maybe'],
    ['proxy.istio.io/config', 'concurrency: two'],
    ['proxy.istio.io/config', 'drainDuration: 0.5s'],
  ])('finds fault with %s: %s', (key, value) => {
    const chart = Testing.chart();
    rawDeployment(chart, { metadata: { annotations: { [key]: value } } });

    expect(remarksOn(synthUnjudged(chart))).toEqual([expect.stringMatching(/^IST0125/)]);
  });

  test('finds annotations that are not known or not at their place', () => {
    const chart = Testing.chart();
    rawDeployment(chart, { metadata: { annotations: { 'sidecar.istio.io/proxyCpu': '1' } } }).metadata.addAnnotation('sidecar.istio.io/proxyCPU', '1');

    expect(remarksOn(synthUnjudged(chart)).map((message) => message.slice(0, 7)).sort()).toEqual(['IST0107', 'IST0108']);
  });
});
