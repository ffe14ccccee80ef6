import { ApiObject, Chart, Duration, Size, Testing } from 'cdk8s';
import { around, chart, find, found, ingress, inNamespace, rows, seed, shares, verbatim, written } from './parity';
import {
  ArgoApplication, AuthorizationPolicy, CanaryService, CanaryServiceProps, Destination, DestinationRule, ExtensionProvider, FluxHelmRelease,
  FluxHelmRepository, GatewayServer, HttpRoute, Injection, IstioChart, IstioGateway, Kiali, LoadBalancer, MeshConfig, MeshNamespace,
  MeshObservability, MeshService, MutualTlsMode, PeerAuthentication, PolicyTarget, ResilientDestination, RetryOn, RetryPolicy, RevisionTag,
  ServerTls, ServiceRef, SidecarProxy, SidecarProxyProps, Telemetry, VirtualService,
} from '../../src';
import { ask } from '../install/judge';

const order = ServiceRef.fromName('order-service');
const v1 = { labels: { version: 'v1' } };
const v2 = { labels: { version: 'v2' } };
const canary = (scope: Chart, weight?: number, props: Partial<CanaryServiceProps> = {}) =>
  new CanaryService(scope, 'Order', { service: order, stable: v1, canary: { ...v2, weight }, ...props });
const split = (weight: number) => {
  const scope = chart('prod');
  canary(scope, weight);
  return shares(find(scope, 'VirtualService').spec.http[0]);
};

/** The annotations by which a pod says what its sidecar is like. */
function annotations(props: SidecarProxyProps): Record<string, string> {
  const scope = chart('prod');
  SidecarProxy.configure(new ApiObject(scope, 'Order', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'order' } }), props);
  return find(scope, 'Pod').metadata.annotations;
}

rows('S002', {
  'S002-03': () => {
    expect(annotations({ capture: { excludeOutboundPorts: [3306], excludeOutboundIPRanges: ['10.1.0.0/16'], excludeInboundPorts: [9090] } })).toEqual({
      'traffic.sidecar.istio.io/excludeOutboundPorts': '3306',
      'traffic.sidecar.istio.io/excludeOutboundIPRanges': '10.1.0.0/16',
      'traffic.sidecar.istio.io/excludeInboundPorts': '9090',
    });
  },

  'S002-04': () => {
    const scope = chart();
    new MeshNamespace(scope, 'Prod', { name: 'prod' });
    expect(find(scope, 'Namespace').metadata).toEqual({ name: 'prod', labels: { 'istio-injection': 'enabled' } });
  },

  'S002-06': () => {
    const scope = chart();
    canary(scope, 10);
    const [expected] = seed('S002-06');
    expect(find(scope, 'VirtualService')).toMatchObject(expected);
    expect(expected).toEqual(written('S002-06')[0]);
  },

  'S002-07': () => {
    const policy = {
      loadBalancer: LoadBalancer.leastRequest(),
      connectionPool: { http: { http1MaxPendingRequests: 100, http2MaxRequests: 1000 } },
      outlierDetection: { consecutive5xxErrors: 5, interval: Duration.seconds(10), baseEjectionTime: Duration.seconds(30) },
    };
    const subsets = [{ name: 'v1', ...v1 }, { name: 'v2', ...v2 }];
    const exact = chart();
    new DestinationRule(exact, 'Order', { metadata: { name: 'order-service' }, service: order, trafficPolicy: policy, subsets });
    expect(Testing.synth(exact)).toEqual(seed('S002-07'));

    const scope = chart();
    new ResilientDestination(scope, 'Order', { service: order, ...policy, subsets });
    expect(find(scope, 'DestinationRule')).toMatchObject(seed('S002-07')[0]);
    expect(find(scope, 'DestinationRule').spec.trafficPolicy.outlierDetection.maxEjectionPercent).toBe(50); // 10 would eject none of two
  },

  'S002-08': () => {
    const scope = chart();
    new IstioGateway(scope, 'Gateway', {
      metadata: { name: 'api-gateway' },
      selector: { istio: 'ingressgateway' },
      servers: [GatewayServer.https(['api.example.com'], { portName: 'https', tls: ServerTls.simple({ credentialName: 'api-tls-cert' }) })],
    });
    expect(Testing.synth(scope)).toEqual(seed('S002-08'));
  },

  'S002-09': () => {
    const limits = {
      timeout: Duration.seconds(10),
      retries: RetryPolicy.of({
        attempts: 3, perTry: Duration.seconds(3), on: [RetryOn.SERVER_ERROR, RetryOn.RESET, RetryOn.CONNECT_FAILURE, RetryOn.RETRIABLE_4XX],
      }),
    };
    const exact = verbatim();
    new VirtualService(exact, 'Order', { metadata: { name: 'order-service' }, services: [order], http: [HttpRoute.forward(Destination.service(order), limits)] });
    expect(Testing.synth(exact)).toEqual(seed('S002-09'));
    expect(seed('S002-09')[0].spec.http).toEqual(written('S002-09')[0].http);

    // The canary keeps its split.
    const scope = verbatim();
    canary(scope, 10, limits);
    const { route: _, ...asked } = seed('S002-09')[0].spec.http[0];
    expect(find(scope, 'VirtualService').spec.http[0]).toMatchObject(asked);
    expect(shares(find(scope, 'VirtualService').spec.http[0])).toEqual({ v1: 90, v2: 10 });
    expect(found(scope)).toEqual(['retries-repeat-writes', 'timeout-too-short']);
  },

  'S002-10': () => {
    const modes = [undefined, MutualTlsMode.PERMISSIVE].map((mutualTls) => {
      const scope = chart();
      new MeshNamespace(scope, 'Prod', { name: 'prod', mutualTls });
      return find(scope, 'PeerAuthentication').spec.mtls.mode;
    });
    expect(modes).toEqual(['STRICT', 'PERMISSIVE']); // which Istio is without a policy
  },

  'S002-11': () => {
    const exact = chart('prod');
    new PeerAuthentication(exact, 'Mtls', { metadata: { name: 'default' }, mtls: MutualTlsMode.STRICT });
    expect(Testing.synth(exact)).toEqual(seed('S002-11'));

    const scope = chart();
    new MeshNamespace(scope, 'Prod', { name: 'prod' });
    expect([find(scope, 'PeerAuthentication')]).toEqual(seed('S002-11'));
  },

  'S002-13': () => {
    const access = { methods: ['POST'], paths: ['/api/pay'] };
    const exact = chart('prod');
    new AuthorizationPolicy(exact, 'Payment', {
      metadata: { name: 'payment-authz' },
      target: PolicyTarget.workloads({ app: 'payment-service' }),
      rules: [{ from: [{ principals: ['cluster.local/ns/prod/sa/order-service'] }], to: [access] }],
    });
    expect(Testing.synth(exact)).toEqual(seed('S002-13'));

    // Between services, by the account and whatever the trust domain.
    const scope = chart('prod');
    const caller = new MeshService(scope, 'Order', { service: ServiceRef.fromName('order-service', { namespace: 'prod' }), serviceAccount: 'order-service' });
    const payment = new MeshService(scope, 'Payment', { service: ServiceRef.fromName('payment-service', { namespace: 'prod' }), labels: { app: 'payment-service' } });
    payment.allowFrom(caller, access);
    const [expected] = seed('S002-13');
    expected.spec.rules[0].from[0].source = { serviceAccounts: ['prod/order-service'] };
    expect(find(scope, 'AuthorizationPolicy').spec).toEqual(expected.spec);
  },

  'S002-14': () => {
    const provider = ExtensionProvider.opentelemetry('tempo', { service: ServiceRef.fromName('tempo', { namespace: 'observability' }), port: 4317 });
    const scope = chart('istio-system');
    new MeshObservability(scope, 'Mesh', { traces: { provider }, accessLogs: [{}] });
    expect(find(scope, 'Telemetry').spec).toEqual({
      metrics: [{ providers: [{ name: 'prometheus' }] }],
      tracing: [{ providers: [{ name: 'tempo' }], randomSamplingPercentage: 1 }],
      accessLogging: [{ providers: [{ name: 'envoy' }] }],
    });
  },

  'S002-15': () => {
    const service = (name: string) => ServiceRef.fromName(name, { namespace: 'observability' });
    const mesh = new MeshConfig({
      extensionProviders: [
        ExtensionProvider.prometheus('prometheus'),
        ExtensionProvider.opentelemetry('jaeger', { service: service('jaeger-collector'), port: 4317 }),
        ExtensionProvider.zipkin('zipkin', { service: service('zipkin'), port: 9411 }),
        ExtensionProvider.opentelemetry('tempo', { service: service('tempo'), port: 4317 }),
        ExtensionProvider.envoyOtelAls('loki', { service: service('collector'), port: 4317 }),
        ExtensionProvider.envoyFileAccessLog('elasticsearch'),
      ],
    });
    const [{ errors, warnings }] = ask({ judge: 'meshConfig', document: mesh.toYaml() });
    expect([...errors, ...warnings]).toEqual([]);

    const scope = chart('istio-system');
    new Telemetry(scope, 'Log', { accessLogging: [{ providers: ['splunk'] }] });
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: mesh.toYaml() } };
    expect(found([...Testing.synth(scope), config])).toEqual(['provider-unknown']);
  },

  'S002-16': () => {
    const scope = chart('istio-system');
    const grafana = { internalUrl: 'http://grafana.monitoring:3000' };
    new Kiali(scope, 'Kiali', { metadata: { name: 'kiali' }, prometheusUrl: 'http://prometheus.monitoring:9090', grafana });
    expect(find(scope, 'Kiali').spec).toMatchObject({
      deployment: { view_only_mode: true },
      external_services: { grafana: { enabled: true, internal_url: 'http://grafana.monitoring:3000' } },
    });
  },

  'S002-17': () => {
    const exact = chart();
    const rule = new DestinationRule(exact, 'Rule', { metadata: { name: 'order-service' }, service: order, subsets: [{ name: 'v1', ...v1 }, { name: 'v2', ...v2 }] });
    new VirtualService(exact, 'Order', {
      metadata: { name: 'order-service' },
      services: [order],
      http: [HttpRoute.forward(Destination.subset(rule.subset('v1')), { mirror: Destination.subset(rule.subset('v2')), mirrorPercentage: 100 })],
    });
    expect([find(exact, 'VirtualService')]).toEqual(seed('S002-17'));
    expect(seed('S002-17')[0].spec.http).toEqual(written('S002-17')[0].http);

    // The canary has the copies in today's form.
    const scope = chart();
    canary(scope, undefined, { canary: { ...v2, mirror: 100 } });
    expect(find(scope, 'VirtualService').spec.http[0]).toMatchObject({ mirrors: [{ destination: { host: 'order-service', subset: 'v2' }, percentage: { value: 100 } }] });
  },

  'S002-18': () => {
    const scope = chart('prod');
    canary(scope);
    expect(shares(find(scope, 'VirtualService').spec.http[0])).toEqual({ v1: 100, v2: 0 });
  },

  'S002-19': () => {
    expect(split(5)).toEqual({ v1: 95, v2: 5 });
  },

  'S002-20': () => {
    expect(split(0)).toEqual({ v1: 100, v2: 0 });
  },

  'S002-21': () => {
    expect([5, 20, 50, 100].map(split)).toEqual([{ v1: 95, v2: 5 }, { v1: 80, v2: 20 }, { v1: 50, v2: 50 }, { v1: 0, v2: 100 }]);
  },

  'S002-22': () => {
    const scope = chart('prod');
    canary(scope, 100);
    const withoutV1 = around('S002').filter(({ kind, metadata }) => kind !== 'Pod' || metadata.labels.version !== 'v1');
    expect(found([...withoutV1, ...Testing.synth(scope)])).toContain('subset-labels-unmatched');
  },

  'S002-24': () => {
    const url = 'https://istio-release.storage.googleapis.com/charts';
    const scope = chart('flux-system');
    new FluxHelmRepository(scope, 'Istio');
    expect(IstioChart.REPOSITORY).toBe(url);
    expect(find(scope, 'HelmRepository').spec.url).toBe(url);
  },

  'S002-25': () => {
    const version = '1.31.1';
    const flux = chart('flux-system');
    const repository = new FluxHelmRepository(flux, 'Istio');
    const base = new FluxHelmRelease(flux, 'Base', { metadata: { name: 'istio-base' }, chart: IstioChart.base(), version, repository });
    new FluxHelmRelease(flux, 'Istiod', { metadata: { name: 'istiod' }, chart: IstioChart.istiod(), version, repository, dependsOn: [base] });
    expect(find(flux, 'HelmRelease', 'istiod').spec).toMatchObject({
      targetNamespace: 'istio-system', dependsOn: [{ name: 'istio-base' }], chart: { spec: { chart: 'istiod', version } },
    });

    const argo = chart('argocd');
    new ArgoApplication(argo, 'Base', { metadata: { name: 'istio-base' }, chart: IstioChart.base(), version, wave: 0 });
    new ArgoApplication(argo, 'Istiod', { metadata: { name: 'istiod' }, chart: IstioChart.istiod(), version, wave: 1 });
    expect(Testing.synth(argo).map(({ metadata, spec }) => [spec.source.chart, spec.source.targetRevision, metadata.annotations['argocd.argoproj.io/sync-wave']]))
      .toEqual([['base', version, '0'], ['istiod', version, '1']]);
  },

  'S002-26': () => {
    const { metadata, spec } = ingress().find(({ kind }) => kind === 'Deployment').spec.template;
    expect(metadata.labels).toMatchObject({ app: 'istio-ingress', istio: 'ingress' });
    expect(spec.serviceAccountName).toBe('istio-ingress');

    // The Gateway of the page is for other pods.
    const [gateway] = inNamespace('istio-ingress', ...seed('S002-08'));
    expect(found([...ingress(), gateway])).toContain('gateway-selects-nothing');
    expect(found([...ingress(), { ...gateway, spec: { ...gateway.spec, selector: { istio: 'ingress' } } }])).not.toContain('gateway-selects-nothing');
  },

  'S002-27': () => {
    expect(annotations({ resources: { cpuMillis: 100, memory: Size.mebibytes(128) } })).toEqual({ 'sidecar.istio.io/proxyCPU': '100m', 'sidecar.istio.io/proxyMemory': '128Mi' });

    const scope = chart();
    new MeshNamespace(scope, 'Prod', { name: 'prod' });
    expect(find(scope, 'Sidecar').spec.egress).toEqual([{ hosts: ['./*', 'istio-system/*'] }]);
  },

  'S002-28': () => {
    expect(annotations({ config: { holdApplicationUntilProxyStarts: true } })['proxy.istio.io/config']).toContain('holdApplicationUntilProxyStarts');
  },

  'S002-29': () => {
    const scope = chart();
    new RevisionTag(scope, 'Prod', { tag: 'prod', revision: '1-31-1' });
    const namespace = new ApiObject(scope, 'Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'prod' } });
    Injection.revision(namespace, 'prod');

    expect(find(scope, 'MutatingWebhookConfiguration').metadata.labels).toMatchObject({ 'istio.io/tag': 'prod', 'istio.io/rev': '1-31-1' });
    expect(find(scope, 'Namespace').metadata.labels).toEqual({ 'istio.io/rev': 'prod' });
  },

  'S002-30': () => {
    expect(found([...around('S002'), ...written('S002-07')])).toEqual(['deprecated-field', 'namespace-missing']);
  },
});
