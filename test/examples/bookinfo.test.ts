import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Chart, Duration, Testing } from 'cdk8s';
import { built, findings, istioFindings, manifests, mesh, objectsIn } from './examples';
import { Bookinfo } from '../../examples/bookinfo/bookinfo';
import { Httpbin } from '../../examples/bookinfo/httpbin';
import { afterTask, taskNames } from '../../examples/bookinfo/tasks';
import { AllV1 } from '../../examples/bookinfo/tasks/all-v1';
import { CircuitBreaking } from '../../examples/bookinfo/tasks/circuit-breaking';
import { FaultInjection } from '../../examples/bookinfo/tasks/fault-injection';
import { IngressGateway } from '../../examples/bookinfo/tasks/ingress-gateway';
import { Mirroring } from '../../examples/bookinfo/tasks/mirroring';
import { RequestRouting } from '../../examples/bookinfo/tasks/request-routing';
import { RequestTimeouts } from '../../examples/bookinfo/tasks/request-timeouts';
import { TrafficShifting } from '../../examples/bookinfo/tasks/traffic-shifting';
import { Versions } from '../../examples/bookinfo/tasks/versions';
import { CheckLevel, Checks, HttpFault } from '../../src';

function sample(name: string): any[] {
  return objectsIn(readFileSync(join(__dirname, 'istio-samples', `${name}.yaml`), 'utf8'));
}

/** The sample's objects have no namespace, and so have these. The checks are for whole apps, which come below. */
function charts() {
  const app = Testing.app();
  Checks.of(app).setLevel('*', CheckLevel.OFF);
  const bookinfo = new Bookinfo(app, 'bookinfo');
  const versions = new Versions(app, 'versions', bookinfo);
  return { app, bookinfo, versions, httpbin: new Httpbin(app, 'httpbin') };
}

type Charts = ReturnType<typeof charts>;

test.each<[string, (charts: Charts) => Chart]>([
  ['bookinfo-gateway', ({ app, bookinfo }) => new IngressGateway(app, 'task', bookinfo)],
  ['virtual-service-all-v1', ({ app, versions: { productpage, reviews, ratings, details } }) => new AllV1(app, 'task', [productpage, reviews, ratings, details])],
  ['virtual-service-reviews-test-v2', ({ app, versions }) => new RequestRouting(app, 'task', versions)],
  ['virtual-service-ratings-test-delay', ({ app, versions }) => new FaultInjection(app, 'task', versions, HttpFault.delay(Duration.seconds(7), 100))],
  ['virtual-service-ratings-test-abort', ({ app, versions }) => new FaultInjection(app, 'task', versions, HttpFault.abort(500, 100))],
  ['virtual-service-reviews-50-v3', ({ app, versions }) => new TrafficShifting(app, 'task', versions, 50)],
  ['virtual-service-reviews-v3', ({ app, versions }) => new TrafficShifting(app, 'task', versions, 100)],
  ['request-timeouts', ({ app, versions }) => new RequestTimeouts(app, 'task', versions)],
  ['circuit-breaking', ({ app, httpbin }) => new CircuitBreaking(app, 'task', httpbin)],
  ['mirroring', ({ app, httpbin }) => new Mirroring(app, 'task', httpbin)],
])("%s is Istio's own", (name, task) => {
  expect(Testing.synth(task(charts()))).toEqual(sample(name));
});

test("the versions are Istio's own, without those that bookinfo.yaml has no pods of", () => {
  const deployed = new Set(sample('bookinfo').filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.name));
  const expected = sample('destination-rule-all').map(({ spec, ...rule }) => ({
    ...rule, spec: { ...spec, subsets: spec.subsets.filter((subset: any) => deployed.has(`${spec.host}-${subset.name}`)) },
  }));

  expect(Testing.synth(charts().versions)).toEqual(expected);
});

test("the workloads are Istio's own in all that the mesh looks at", () => {
  const pod = ({ metadata: { labels: { app, version } }, spec: { serviceAccountName, containers: [{ image, ports, env }] } }: any) => (
    { app, version, serviceAccountName, image, port: ports[0].containerPort, env }
  );
  const seen = ({ kind, metadata: { name }, spec }: any) => ({
    kind,
    name,
    selector: kind === 'Service' ? spec.selector : undefined,
    ports: spec?.ports?.map(({ name: port, port: number }: any) => `${port} ${number}`),
    pod: spec?.template && pod(spec.template),
  });
  const byName = (a: any, b: any) => `${a.kind} ${a.name}`.localeCompare(`${b.kind} ${b.name}`);

  expect(Testing.synth(charts().bookinfo).map(seen).sort(byName)).toEqual(sample('bookinfo').map(seen).sort(byName));
});

/** Istio means that a gateway could go past the version of the page; there is one version. */
const ONE_VERSION = 'warning IST0140: VirtualService bookinfo: Subset in virtual service bookinfo/productpage has no effect on ingress gateway bookinfo/bookinfo requests';

describe.each(taskNames)('the app after the task %s', (name) => {
  const app = built((root) => afterTask(root, name));
  const all = manifests(app);

  test('is accepted by Istio, and nothing is found in it', () => {
    expect(all).toBeAcceptedByIstio();
    expect(istioFindings(all).filter((finding) => finding !== ONE_VERSION)).toEqual([]);
    expect(findings(app)).toEqual([]);
  });

  test('has its namespace first, versions before what routes to them, and one rule a host', () => {
    const routes = all.findIndex(({ kind, spec }) => kind === 'VirtualService' && spec.gateways === undefined);
    expect(all.slice(routes + 1).filter(({ kind }) => routes >= 0 && kind === 'DestinationRule')).toEqual([]);
    expect(all[0]).toMatchObject({ kind: 'Namespace', metadata: { labels: { 'istio-injection': 'enabled' } } });
    const hosts = all.filter(({ kind }) => kind === 'VirtualService').flatMap(({ spec }) => spec.hosts);
    expect(new Set(hosts).size).toBe(hosts.length);
  });
});

test('the app that main.ts writes is what its reviewers have seen', () => {
  expect(mesh(manifests(built((root) => afterTask(root, 'request-routing'))))).toMatchSnapshot();
});

test('an unknown task is named', () => {
  expect(() => built((root) => afterTask(root, 'routing'))).toThrow('the task is "routing", expected one of ingress-gateway, request-routing');
});
