import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart, Duration, Size, Testing } from 'cdk8s';
import { parse } from 'yaml';
import { around, chart, find, found, inNamespace, rows, seed, shares, verbatim, written } from './parity';
import {
  AmbientMesh, AuthorizationPolicy, Caller, CanaryService, ChartDelivery, DataPlane, DestinationRule, EgressGateway, ExternalService, Injection,
  IstioChart, IstioOperator, IstioOperatorProps, IstioProfile, MeshConfig, MeshInstallation, MeshNamespace, MeshService, MeshVersion,
  MultiClusterMesh, MutualTlsMode, PeerAuthentication, PolicyTarget, ServiceRef, SidecarProxy, Telemetry,
} from '../../src';
import { ask } from '../install/judge';

const reviews = ServiceRef.fromName('reviews');
const v1 = { labels: { version: 'v1' } };
const v2 = { labels: { version: 'v2' } };

/** What Istio's own installer makes of IstioOperators. */
function installs(...operators: IstioOperatorProps[]): any[][] {
  const answers = ask(...operators.map((props) => {
    const scope = chart();
    new IstioOperator(scope, 'Istio', props);
    return { judge: 'operator' as const, document: JSON.stringify(find(scope, 'IstioOperator')) };
  }));
  expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  return answers.map(({ objects }) => objects);
}
const names = (objects: any[], kind: string) => objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name).sort();
const CUSTOM: IstioOperatorProps = {
  profile: IstioProfile.DEFAULT,
  components: {
    pilot: { k8s: { resources: { requests: { cpu: '500m', memory: '2048Mi' } } } },
    ingressGateways: [{ name: 'istio-ingressgateway', enabled: true, k8s: { service: { type: 'LoadBalancer' } } }],
  },
};
const deployment = (scope: Chart) => new ApiObject(scope, 'Orders', {
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'orders' }, spec: { template: { metadata: { labels: { app: 'orders' } }, spec: { containers: [{ name: 'app' }] } } },
});

rows('S001', {
  'S001-03': () => {
    const [usual, withEgress] = installs({}, { components: { egressGateways: [{ name: 'istio-egressgateway', enabled: true }] } });
    expect(names(usual, 'Deployment')).toEqual(['istio-ingressgateway', 'istiod']);
    expect(names(withEgress, 'Deployment')).toEqual(['istio-egressgateway', 'istio-ingressgateway', 'istiod']);

    const scope = chart('shop');
    new ExternalService(scope, 'Bank', { host: 'api.bank.com', through: new EgressGateway(scope, 'Egress') });
    expect(find(scope, 'Gateway').spec).toMatchObject({ selector: { istio: 'egressgateway' }, servers: [{ hosts: ['api.bank.com'] }] });
  },

  'S001-04': () => {
    const installed = (kubernetesVersion: string) => () =>
      new MeshInstallation(chart(), 'Istio', { version: '1.31.1', delivery: ChartDelivery.flux(), kubernetesVersion });
    expect(installed('1.16')).toThrow('the version of Kubernetes is "1.16", expected 1.32 or newer, which Istio 1.31 needs; upgrade the cluster first');
    expect(installed('1.32')).not.toThrow();
    expect([MeshVersion.V1_31.minKubernetes, MeshVersion.V1_31.maxKubernetes]).toEqual(['1.32', '1.36']);
  },

  'S001-06': () => {
    const objects = installs({ profile: IstioProfile.DEFAULT }, { profile: IstioProfile.DEMO }).flat();
    expect([...names(objects, 'PersistentVolumeClaim'), ...names(objects, 'StatefulSet')]).toEqual([]); // nothing asks for storage
  },

  'S001-08': () => {
    const [{ objects }] = ask({ judge: 'chart', chart: 'istiod', document: JSON.stringify(IstioChart.istiod().toValues()) });
    expect(names(objects, 'Deployment')).toEqual(['istiod']);
    expect(names(installs({})[0], 'Deployment')).toContain('istiod');
    expect(found(written('S001-12'))).toEqual(['operator-resource']); // nobody in the cluster reads it
  },

  'S001-09': () => {
    const profiles = Object.values(IstioProfile).map((profile: IstioProfile) => profile.name).sort();
    expect(profiles).toEqual(['ambient', 'default', 'demo', 'empty', 'minimal', 'openshift', 'openshift-ambient', 'preview', 'remote', 'stable']);
  },

  'S001-10': () => {
    const [objects] = installs({ profile: IstioProfile.DEMO });
    expect(names(objects, 'Deployment')).toEqual(['istio-egressgateway', 'istio-ingressgateway', 'istiod']);
    expect(parse(objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'istio').data.mesh).accessLogFile).toBe('/dev/stdout');
  },

  'S001-12': () => {
    const scope = chart();
    new IstioOperator(scope, 'Istio', CUSTOM);
    expect(find(scope, 'IstioOperator').spec).toEqual(written('S001-12')[0].spec);

    // It asks for what is there anyway.
    const workloads = (objects: any[]) => Object.fromEntries(objects.filter(({ kind }) => ['Deployment', 'Service'].includes(kind))
      .map((object) => [`${object.kind} ${object.metadata.name}`, object]));
    const [asked, usual] = installs(CUSTOM, {});
    expect(workloads(asked)).toEqual(workloads(usual));
    expect(() => installs({ components: { pilto: {} } as any })).toThrow('has no property "pilto"');
    expect(ask({ judge: 'operator', document: JSON.stringify(written('S001-12-nonsense')[0]) })[0].errors.join()).toContain('pilto');
  },

  'S001-13': () => {
    const outdir = mkdtempSync(join(tmpdir(), 'install-'));
    try {
      const app = new App({ outdir, outputFileExtension: '.yaml' });
      new IstioOperator(new Chart(app, 'custom-config'), 'Istio', CUSTOM);
      app.synth();
      expect(parse(readFileSync(join(outdir, 'custom-config.yaml'), 'utf8')).spec).toEqual(written('S001-12')[0].spec);
    } finally {
      rmSync(outdir, { recursive: true });
    }
  },

  'S001-14': () => {
    const scope = chart();
    const namespace = new ApiObject(scope, 'Default', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
    Injection.enable(namespace);

    expect(find(scope, 'Namespace').metadata).toEqual({ name: 'default', labels: { 'istio-injection': 'enabled' } });
    expect(() => Injection.revision(namespace, 'canary')).toThrow('istio-injection');
  },

  'S001-16': () => {
    const scope = chart('shop');
    Injection.enable(deployment(scope));
    expect(find(scope, 'Deployment').spec.template.metadata.labels).toEqual({ 'app': 'orders', 'sidecar.istio.io/inject': 'true' });
  },

  'S001-17': () => {
    const proxyResources = { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '2000m', memory: '1024Mi' } };
    expect(IstioChart.istiod({ proxyResources }).toValues()).toEqual(written('S001-17')[0]);
    expect(() => IstioChart.istiod({ proxyResource: proxyResources } as any)).toThrow('has no property "proxyResource"');

    const scope = chart('shop');
    SidecarProxy.configure(deployment(scope), { resources: { memory: Size.mebibytes(256) } });
    expect(find(scope, 'Deployment').spec.template.metadata.annotations).toEqual({ 'sidecar.istio.io/proxyMemory': '256Mi' });
  },

  'S001-18': () => {
    const scope = chart();
    new CanaryService(scope, 'Reviews', { service: reviews, stable: v1, canary: { ...v2, weight: 10 } });

    const [expected] = seed('S001-18');
    expect(find(scope, 'VirtualService')).toMatchObject(expected);
    // The page forgets the subsets, without which every request gets 503.
    expect(find(scope, 'DestinationRule').spec).toEqual({ host: 'reviews', subsets: [{ name: 'v1', ...v1 }, { name: 'v2', ...v2 }] });
  },

  'S001-19': () => {
    const steps = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((weight) => {
      const scope = chart();
      new CanaryService(scope, 'Reviews', { service: reviews, stable: v1, canary: { ...v2, weight } });
      return shares(find(scope, 'VirtualService').spec.http[0]);
    });
    expect(steps.map(({ v1: stable, v2: tried }) => `${stable}/${tried}`)).toEqual(['90/10', '80/20', '70/30', '60/40', '50/50', '40/60', '30/70', '20/80', '10/90', '0/100']);
  },

  'S001-20': () => {
    const exact = verbatim();
    new PeerAuthentication(exact, 'Mtls', { metadata: { name: 'default' }, mtls: MutualTlsMode.STRICT });
    expect(Testing.synth(exact)).toEqual(seed('S001-20'));

    const scope = chart();
    new MeshNamespace(scope, 'Shop', { name: 'shop' }); // which namespace is in no doubt
    expect(find(scope, 'PeerAuthentication')).toMatchObject({ metadata: { name: 'default', namespace: 'shop' }, spec: { mtls: { mode: 'STRICT' } } });
  },

  'S001-21': () => {
    const exact = chart();
    new AuthorizationPolicy(exact, 'Get', {
      metadata: { name: 'allow-get' }, target: PolicyTarget.workloads({ app: 'productpage' }), rules: [{ to: [{ methods: ['GET'] }] }],
    });
    expect(Testing.synth(exact)).toEqual(seed('S001-21'));

    const scope = chart();
    new MeshService(scope, 'Page', { service: ServiceRef.fromName('productpage'), labels: { app: 'productpage' } }).allowFrom(Caller.anyone(), { methods: ['GET'] });
    expect(find(scope, 'AuthorizationPolicy').spec).toEqual(seed('S001-21')[0].spec);
  },

  'S001-22': () => {
    const scope = verbatim();
    new DestinationRule(scope, 'Reviews', {
      metadata: { name: 'reviews' },
      service: reviews,
      trafficPolicy: {
        connectionPool: {
          tcp: { maxConnections: 100, connectTimeout: Duration.millis(30) },
          http: { http2MaxRequests: 1000, maxRequestsPerConnection: 10 },
        },
      },
    });
    expect(Testing.synth(scope)).toEqual(seed('S001-22'));
    expect(seed('S001-22')[0].spec.trafficPolicy).toEqual(written('S001-22')[0].trafficPolicy);
    expect(found(scope)).toEqual(['connect-timeout-short']);
  },

  'S001-24': () => {
    const clusters = ['eu', 'us'].map((name) => ({ name, network: `${name}-net` }));
    expect(new MultiClusterMesh({ meshId: 'shop', clusters }).remoteSecretCommands()).toEqual([
      'istioctl create-remote-secret --context=us --namespace=istio-system --name=us | kubectl apply --context=eu -f -',
      'istioctl create-remote-secret --context=eu --namespace=istio-system --name=eu | kubectl apply --context=us -f -',
    ]);
  },

  'S001-26': () => {
    const scope = chart('istio-system');
    new Telemetry(scope, 'Log', { accessLogging: [{ providers: ['envoy'] }] });
    expect(find(scope, 'Telemetry').spec).toEqual({ accessLogging: [{ providers: [{ name: 'envoy' }] }] });
    expect(new MeshConfig({ accessLogFile: '/dev/stdout' }).toValues()).toEqual({ accessLogFile: '/dev/stdout' });
  },

  'S001-28': () => {
    const rule = (spec: object) => ({ apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'reviews', namespace: 'default' }, spec: { host: 'reviews', ...spec } });
    const mesh = [...around('S001'), ...inNamespace('default', ...seed('S001-18'))];
    const subsets = [{ name: 'v1', labels: { version: 'v1' } }, { name: 'v2', labels: { version: 'v9' } }];

    expect(found(mesh)).toEqual(['subset-unknown']);
    expect(found([...mesh, rule({ subsets })])).toEqual(['subset-labels-unmatched']);
    expect(found([...around('S001'), rule({ trafficPolicy: { tls: { mode: 'DISABLE' } } }), ...inNamespace('default', ...seed('S001-20'))])).toContain('tls-mode-conflict');
  },

  'S001-30': () => {
    const scope = chart();
    new MeshNamespace(scope, 'Shop', { name: 'shop', dataPlane: DataPlane.ambient({ waypoint: 'waypoint' }) });
    expect(find(scope, 'Namespace').metadata.labels).toEqual({ 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'waypoint' });

    const pods = chart('shop');
    AmbientMesh.enroll(deployment(pods));
    expect(find(pods, 'Deployment').spec.template.metadata.labels).toMatchObject({ 'istio.io/dataplane-mode': 'ambient' });
    expect(names(installs({ profile: IstioProfile.AMBIENT })[0], 'DaemonSet')).toEqual(['istio-cni-node', 'ztunnel']);
  },
});
