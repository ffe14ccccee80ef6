import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart, Duration, JsonPatch, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import {
  AuthorizationPolicy, CustomTag, Destination, DestinationRule, ExtensionFilter, HttpMatch, HttpRoute, LoadBalancer, Locality, MeshVersion,
  PortProtocol, ServiceEntry, ServiceRef, ServiceResolution, Telemetry, TrafficExtension, VirtualService,
} from '../src';
import { ask } from './install/judge';

const orders = ServiceRef.fromName('orders');
const zoneAware = { service: orders, trafficPolicy: { loadBalancer: LoadBalancer.leastRequest({ locality: Locality.zoneAware() }) } };

describe('MeshVersion', () => {
  test('refuses what came after the release of the chart', () => {
    // GIVEN a mesh of Istio 1.30
    const chart = Testing.chart();
    MeshVersion.set(chart, MeshVersion.V1_30);

    // WHEN a field of Istio 1.31 is set
    new DestinationRule(chart, 'Rule', zoneAware);

    // THEN
    expect(() => synthUnjudged(chart)).toThrow('spec.trafficPolicy.loadBalancer.zoneAwareLbSetting of DestinationRule came with Istio 1.31, '
      + 'expected what Istio 1.30 knows; leave it out, or set a newer MeshVersion');
  });

  test.each<[string, (chart: Chart) => unknown, MeshVersion, string]>([
    ['a field in a list', (chart) => new VirtualService(chart, 'Orders', {
      services: [orders],
      http: [
        HttpRoute.redirect({ prefixRewrite: '/new' }, { match: [HttpMatch.pathPrefix('/old')] }),
        HttpRoute.forward(Destination.service(orders)),
      ],
    }), MeshVersion.V1_30, 'spec.http[0].redirect.prefixRewrite of VirtualService came with Istio 1.31'],
    ['a field in a list in a list', (chart) => new AuthorizationPolicy(chart, 'Policy', {
      rules: [{ from: [{ namespaces: ['a'] }, { trustDomains: ['b'] }] }],
    }), MeshVersion.V1_29, 'spec.rules[0].from[1].source.trustDomains of AuthorizationPolicy came with Istio 1.30'],
    ['a value of an enum', (chart) => new ServiceEntry(chart, 'Entry', {
      hosts: ['*.example.com'], resolution: ServiceResolution.dynamicDns(), ports: [{ number: 443, protocol: PortProtocol.TLS }],
    }), MeshVersion.V1_27, 'spec.resolution of ServiceEntry is "DYNAMIC_DNS", which came with Istio 1.28'],
    ['a field in a map', (chart) => new Telemetry(chart, 'Telemetry', {
      tracing: [{ provider: 'zipkin' }, { customTags: { user: CustomTag.formatter('%REQ(x-user)%') } }],
    }), MeshVersion.V1_28, 'spec.tracing[1].customTags.user.formatter of Telemetry came with Istio 1.29'],
    ['a kind', (chart) => new TrafficExtension(chart, 'Extension', { filter: ExtensionFilter.lua('function envoy_on_request(h) end') }), MeshVersion.V1_29,
      'TrafficExtension came with Istio 1.30'],
  ])('names %s', (_, build, before, message) => {
    const chart = Testing.chart();
    build(chart);
    MeshVersion.set(chart, before);
    expect(() => synthUnjudged(chart)).toThrow(`${message}, expected what Istio ${before.release} knows`);

    // the release that brought it takes it
    MeshVersion.set(chart, MeshVersion.of(/with Istio (1\.\d+)/.exec(message)![1]));
    expect(Testing.synth(chart)).toHaveLength(1);
  });

  test('lets everything else through, and everything where no release is named', () => {
    const chart = Testing.chart();
    MeshVersion.set(chart, MeshVersion.V1_27);
    new DestinationRule(chart, 'Rule', { service: orders, trafficPolicy: { connectionPool: { tcp: { connectTimeout: Duration.seconds(1) } } } });
    new ServiceEntry(chart, 'Entry', { hosts: ['api.example.com'], resolution: ServiceResolution.dns() });
    const other = Testing.chart();
    new DestinationRule(other, 'Rule', zoneAware);

    expect(Testing.synth(chart)).toHaveLength(2);
    expect(Testing.synth(other)).toHaveLength(1);
  });

  test('is that of the nearest construct, whenever it was named', () => {
    const app = new App();
    const chart = new Chart(app, 'shop');
    const team = new Construct(chart, 'Team');
    const rule = new DestinationRule(team, 'Rule', zoneAware);
    const synth = () => rule.toJson();

    MeshVersion.set(app, MeshVersion.V1_29);
    expect(synth).toThrow('expected what Istio 1.29 knows');
    MeshVersion.set(chart, MeshVersion.V1_31);
    expect(synth).not.toThrow();
    MeshVersion.set(team, MeshVersion.V1_28);
    expect(synth).toThrow('expected what Istio 1.28 knows');
  });

  test('leaves patches to those who write them', () => {
    const chart = Testing.chart();
    MeshVersion.set(chart, MeshVersion.V1_30);
    const rule = new DestinationRule(chart, 'Rule', { service: orders });
    rule.addJsonPatch(JsonPatch.add('/spec/trafficPolicy', { retryBudget: { budgetInterval: '5s' } }));

    expect(Testing.synth(chart)[0].spec.trafficPolicy.retryBudget).toEqual({ budgetInterval: '5s' });
  });

  test('is read from text', () => {
    expect(MeshVersion.of('1.29')).toBe(MeshVersion.V1_29);
    expect(MeshVersion.of('1.31.1')).toBe(MeshVersion.V1_31);
  });

  test.each([['1.26'], ['1.32'], ['v1.29'], ['1.29.x'], [''], [1.29 as any], [undefined as any]])('refuses %j', (version) => {
    expect(() => MeshVersion.of(version)).toThrow(/^the version of Istio is .*, expected one from 1\.27 to 1\.31, such as "1\.29"/);
  });

  test('S001-04 knows which Kubernetes a release needs, and says so before anything is installed', () => {
    expect(() => MeshVersion.V1_31.requireKubernetes('1.16'))
      .toThrow('the version of Kubernetes is "1.16", expected 1.32 or newer, which Istio 1.31 needs; upgrade the cluster first');
    expect(() => MeshVersion.V1_31.requireKubernetes('v1.31.9-gke.1012000')).toThrow('expected 1.32 or newer');
    expect(() => MeshVersion.V1_31.requireKubernetes('v1.32.0')).not.toThrow();
    expect(() => MeshVersion.V1_27.requireKubernetes('1.29+')).not.toThrow();
    expect([MeshVersion.V1_31.minKubernetes, MeshVersion.V1_31.maxKubernetes]).toEqual(['1.32', '1.36']);
  });

  test.each([['2.0'], ['1'], ['latest'], [1.33 as any], [undefined as any]])('refuses the Kubernetes %j', (version) => {
    expect(() => MeshVersion.V1_31.requireKubernetes(version)).toThrow(/^the version of Kubernetes is .*, expected one such as "1\.36"; kubectl version shows it/);
  });

  test('says of Kubernetes what Istio says', () => {
    const versions = ['1.16', '1.30', '1.31.9', '1.32', '1.32.1-gke.3', '1.36'];
    const ours = versions.map((version) => {
      try {
        return MeshVersion.V1_31.requireKubernetes(version);
      } catch {
        return 'too old';
      }
    });
    const istios = ask(...versions.map((version) => ({ judge: 'kubernetes' as const, document: `v${version}` })));
    expect(istios.map(({ errors }) => errors.length === 0 ? undefined : 'too old')).toEqual(ours);
  });

  test('refuses what is no construct and what is no version', () => {
    expect(() => MeshVersion.set(undefined as any, MeshVersion.V1_29)).toThrow('the scope of the mesh version is undefined, expected a construct; give the app or the chart');
    expect(() => MeshVersion.set(Testing.chart(), '1.29' as any)).toThrow('the mesh version is "1.29", expected a MeshVersion; write for example MeshVersion.V1_29');
  });

  test('knows the release of the bindings as its newest', () => {
    const { 'istio.io/api': version } = JSON.parse(readFileSync(join(__dirname, '..', 'imports', 'istio.json'), 'utf8'));

    expect(version).toMatch(new RegExp(`^v${MeshVersion.V1_31.release}\\.`));
  });
});
