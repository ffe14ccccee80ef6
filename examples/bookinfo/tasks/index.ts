import { App, Chart, Duration } from 'cdk8s';
import { Namespace } from 'cdk8s-plus-28';
import { HttpFault, Injection } from 'cdk8s-istio';
import { AllV1 } from './all-v1';
import { CircuitBreaking } from './circuit-breaking';
import { FaultInjection } from './fault-injection';
import { IngressGateway } from './ingress-gateway';
import { Mirroring } from './mirroring';
import { RequestRouting } from './request-routing';
import { RequestTimeouts } from './request-timeouts';
import { TrafficShifting } from './traffic-shifting';
import { Versions } from './versions';
import { Bookinfo } from '../bookinfo';
import { Httpbin } from '../httpbin';

const props = { namespace: 'bookinfo' };

/** The whole app as each of Istio's tasks leaves it. */
const tasks: { readonly [name: string]: (app: App) => void } = {
  'ingress-gateway': (app) => {
    books(app);
  },
  'request-routing': (app) => {
    new RequestRouting(app, 'routing', books(app, 'reviews'), props);
  },
  'fault-delay': (app) => {
    const versions = books(app, 'reviews', 'ratings');
    new RequestRouting(app, 'routing', versions, props);
    new FaultInjection(app, 'fault', versions, HttpFault.delay(Duration.seconds(7), 100), props);
  },
  'fault-abort': (app) => {
    const versions = books(app, 'reviews', 'ratings');
    new RequestRouting(app, 'routing', versions, props);
    new FaultInjection(app, 'fault', versions, HttpFault.abort(500, 100), props);
  },
  'traffic-shifting': (app) => {
    new TrafficShifting(app, 'shifting', books(app, 'reviews'), 50, props);
  },
  'traffic-shifted': (app) => {
    new TrafficShifting(app, 'shifting', books(app, 'reviews'), 100, props);
  },
  'request-timeouts': (app) => {
    new RequestTimeouts(app, 'timeouts', books(app, 'reviews', 'ratings'), props);
  },
  'circuit-breaking': (app) => {
    new CircuitBreaking(app, 'breaker', httpbin(app), props);
  },
  'mirroring': (app) => {
    new Mirroring(app, 'mirroring', httpbin(app), props);
  },
};

export const taskNames = Object.keys(tasks);

/** Builds the app as one of Istio's tasks leaves it. */
export function afterTask(app: App, name: string): void {
  if (!taskNames.includes(name)) {
    throw new Error(`the task is "${name}", expected one of ${taskNames.join(', ')}`);
  }
  tasks[name](app);
  // Each chart stands on those before it, so that its file is applied after theirs.
  const charts = app.node.children.filter(Chart.isChart);
  charts.slice(1).forEach((chart, index) => chart.addDependency(charts[index]));
}

/** Everything in its first version, except what the task routes by itself. */
function books(app: App, ...routedByTask: string[]): Versions {
  meshNamespace(app);
  const bookinfo = new Bookinfo(app, 'bookinfo', props);
  new IngressGateway(app, 'ingress', bookinfo, props);
  const versions = new Versions(app, 'versions', bookinfo, props);
  const { productpage, reviews, ratings, details } = versions;
  new AllV1(app, 'all-v1', [productpage, reviews, ratings, details].filter(({ name }) => !routedByTask.includes(name)), props);
  return versions;
}

function httpbin(app: App): Httpbin {
  meshNamespace(app);
  return new Httpbin(app, 'httpbin', props);
}

function meshNamespace(app: App): void {
  const namespace = new Namespace(new Chart(app, 'namespace'), 'Namespace', { metadata: { name: props.namespace } });
  Injection.enable(namespace);
}
