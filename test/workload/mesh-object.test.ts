import { ApiObject, Chart, Cron, JsonPatch, Lazy, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct, IConstruct } from 'constructs';
import { container, included, plusDeployment, podMetadata, rawDeployment, rawGateway, rawNamespace, remarks } from './objects';
import { Injection, SidecarProxy, WorkloadGroup } from '../../src';

const containers = [{ image: 'app:1' }];
const pods = { metadata: { labels: { app: 'orders' } }, spec: { containers: [container] } };
const at = (object: any, path: string) => path.split('.').reduce((part, key) => part[key], object);

/** A construct of the team that has the Deployment inside. */
class Application extends Construct {
  public constructor(chart: Chart) {
    super(chart, 'Application');
    new kplus.Deployment(this, 'Default', { containers });
  }
}

describe('labels and annotations of pods', () => {
  test.each<[string, string, (chart: Chart) => IConstruct]>([
    ['a Deployment of cdk8s-plus', 'spec.template.metadata', (chart) => new kplus.Deployment(chart, 'X', { containers })],
    ['a StatefulSet of cdk8s-plus', 'spec.template.metadata', (chart) => new kplus.StatefulSet(chart, 'X', { containers, service: new kplus.Service(new Chart(chart, 'y'), 'S', { ports: [{ port: 80 }] }) })],
    ['a DaemonSet of cdk8s-plus', 'spec.template.metadata', (chart) => new kplus.DaemonSet(chart, 'X', { containers })],
    ['a Job of cdk8s-plus', 'spec.template.metadata', (chart) => new kplus.Job(chart, 'X', { containers })],
    ['a CronJob of cdk8s-plus', 'spec.jobTemplate.spec.template.metadata', (chart) => new kplus.CronJob(chart, 'X', { containers, schedule: Cron.hourly() })],
    ['a Pod of cdk8s-plus', 'metadata', (chart) => new kplus.Pod(chart, 'X', { containers })],
    ['the object inside a Deployment of cdk8s-plus', 'spec.template.metadata', (chart) => ApiObject.of(new kplus.Deployment(chart, 'X', { containers }))],
    ['a construct around a Deployment of cdk8s-plus', 'spec.template.metadata', (chart) => new Application(chart)],
    ['a generated binding', 'spec.template.metadata', (chart) => new k8s.KubeDeployment(chart, 'X', { spec: { selector: { matchLabels: { app: 'orders' } }, template: pods } })],
    ['a generated binding without metadata', 'spec.template.metadata', (chart) => new k8s.KubeDaemonSet(chart, 'X', { spec: { selector: {}, template: { spec: pods.spec } } })],
    ['an ApiObject', 'spec.template.metadata', (chart) => rawDeployment(chart)],
    ['an ApiObject with a lazy spec', 'spec.template.metadata', (chart) => new ApiObject(chart, 'X', { apiVersion: 'apps/v1', kind: 'ReplicaSet', spec: Lazy.any({ produce: () => ({ template: pods }) }) })],
    ['a raw Pod', 'metadata', (chart) => new ApiObject(chart, 'X', { apiVersion: 'v1', kind: 'Pod', spec: pods.spec })],
    ['a raw CronJob', 'spec.jobTemplate.spec.template.metadata', (chart) => new ApiObject(chart, 'X', { apiVersion: 'batch/v1', kind: 'CronJob', spec: { jobTemplate: { spec: { template: pods } } } })],
    ['a PodTemplate', 'template.metadata', (chart) => new ApiObject(chart, 'X', { apiVersion: 'v1', kind: 'PodTemplate', template: pods })],
    ['an Argo Rollout', 'spec.template.metadata', (chart) => new ApiObject(chart, 'X', { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', spec: { template: pods } })],
    ['a Service of Knative', 'spec.template.metadata', (chart) => new ApiObject(chart, 'X', { apiVersion: 'serving.knative.dev/v1', kind: 'Service', spec: { template: pods } })],
    ['a Deployment of YAML', 'spec.template.metadata', (chart) => included(chart, JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'orders' }, spec: { template: pods } }))],
  ])('reach the template of %s', (_, path, make) => {
    // GIVEN
    const chart = Testing.chart();
    const before = structuredClone(synthUnjudged(chartOf(make)));

    // WHEN
    const target = make(chart);
    Injection.enable(target);
    SidecarProxy.configure(target, { statusPort: 15021, native: true });

    // THEN they are there, and nothing else has changed
    const [manifest] = Testing.synth(chart);
    const metadata = at(manifest, path);
    expect(metadata.labels['sidecar.istio.io/inject']).toBe('true');
    expect(metadata.annotations).toEqual({ 'status.sidecar.istio.io/port': '15021', 'sidecar.istio.io/nativeSidecar': 'true' });
    delete metadata.labels['sidecar.istio.io/inject'];
    delete metadata.annotations;
    expect(prune(manifest)).toEqual(prune(before[0]));
    expect(remarks(chart)).toEqual([]);
  });

  test('leave what is there, and what comes later', () => {
    const chart = Testing.chart();
    const deployment = plusDeployment(chart, { podMetadata: { annotations: { before: '1' }, labels: { app: 'orders' } } });
    SidecarProxy.configure(deployment, { statusPort: 15021 });
    deployment.podMetadata.addAnnotation('after', '2');

    expect(podMetadata(chart).annotations).toEqual({ 'before': '1', 'status.sidecar.istio.io/port': '15021', 'after': '2' });
  });

  test('leave what patches add before and after', () => {
    const chart = Testing.chart();
    const deployment = rawDeployment(chart);
    deployment.addJsonPatch(JsonPatch.add('/spec/template/metadata/annotations', { before: '1' }));
    SidecarProxy.configure(deployment, { statusPort: 15021 });
    deployment.addJsonPatch(JsonPatch.add('/spec/template/metadata/annotations/after', '2'));

    expect(podMetadata(chart).annotations).toEqual({ 'before': '1', 'status.sidecar.istio.io/port': '15021', 'after': '2' });
  });

  test('may be written twice if they say the same', () => {
    const chart = Testing.chart();
    const deployment = rawDeployment(chart, { metadata: { annotations: { 'status.sidecar.istio.io/port': '15021' } } });
    SidecarProxy.configure(deployment, { statusPort: 15021 });
    SidecarProxy.configure(deployment, { statusPort: 15021, native: false });

    expect(podMetadata(chart).annotations).toEqual({ 'status.sidecar.istio.io/port': '15021', 'sidecar.istio.io/nativeSidecar': 'false' });
  });

  test.each<[string, (chart: Chart) => IConstruct]>([
    ['cdk8s-plus', (chart) => plusDeployment(chart, { podMetadata: { annotations: { 'status.sidecar.istio.io/port': '1' } } })],
    ['YAML', (chart) => rawDeployment(chart, { metadata: { annotations: { 'status.sidecar.istio.io/port': '1' } } })],
  ])('are refused where %s says something else, all of them', (_, make) => {
    const chart = Testing.chart();
    const target = make(chart);

    expect(() => SidecarProxy.configure(target, { native: true, statusPort: 2 })).toThrow(
      'the Deployment "orders" has the annotation status.sidecar.istio.io/port: "1" already, expected none or "2"; set it in one place');
    expect(podMetadata(chart).annotations).toEqual({ 'status.sidecar.istio.io/port': '1' });
  });
});

describe('the object', () => {
  test.each<[string, (chart: Chart) => any, string]>([
    ['a Namespace', rawNamespace, 'SidecarProxy.configure is for a workload with pods, such as a Deployment, got the Namespace "shop", expected one of those'],
    ['a WorkloadGroup', (chart) => new WorkloadGroup(chart, 'Group', { metadata: { name: 'machines' }, template: {} }), 'got the WorkloadGroup "machines", expected one of those'],
    ['a gateway', rawGateway, 'got the Gateway "waypoint", expected one of those; give the object that Istio reads it from'],
    ['a Deployment without containers', (chart) => rawDeployment(chart, { spec: {} }), 'got the Deployment "orders"'],
    ['an object without spec', (chart) => new ApiObject(chart, 'X', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } }), 'got the ConfigMap "x"'],
    ['a chart', (chart) => chart, 'SidecarProxy.configure is for a Chart, expected a workload with pods, such as a Deployment; give the construct of the object'],
    ['a name', () => 'orders', 'SidecarProxy.configure is for "orders", expected a workload'],
    ['nothing', () => undefined, 'SidecarProxy.configure is for undefined, expected'],
    ['null', () => null, 'SidecarProxy.configure is for null, expected'],
  ])('can not be %s', (_, make, message) => {
    const chart = Testing.chart();
    expect(() => SidecarProxy.configure(make(chart), { native: true })).toThrow(message);
  });
});

function chartOf(make: (chart: Chart) => IConstruct): Chart {
  const chart = Testing.chart();
  make(chart);
  return chart;
}

/** A template that had no metadata has an empty one once what we added is taken out. */
function prune(value: any): any {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value;
  }
  const entries = Object.entries(value).map(([key, part]) => [key, prune(part)] as const).filter(([, part]) => typeof part !== 'object' || Object.keys(part).length > 0);
  return Object.fromEntries(entries);
}
