import { Chart } from 'cdk8s';
import { cel, inexpressible, Rule, throws } from './rule';
import { matchLabels, seconds, selectorRules } from './shared';
import { ProxyConfig, ReadinessProbe, WorkloadGroup, WorkloadGroupProps } from '../../src';

const group = (props: Partial<WorkloadGroupProps>) => (chart: Chart) => new WorkloadGroup(chart, 'Group', { template: {}, ...props });
const PORT = 'port must be between 1-65535';

export const workloadGroup: Rule[] = [
  throws('there is a template', 'the template of the WorkloadGroup is undefined, expected an object with its properties', (chart) => new WorkloadGroup(chart, 'Group', {} as any)),
  throws('labels are labels', 'the labels of the workloadMetadata has "a": "b c", expected a Kubernetes label', group({ workloadMetadata: { labels: { a: 'b c' } } })),
  throws('initialDelay is not negative', 'the initialDelay of ReadinessProbe.httpGet is -1 s, expected a whole number of seconds from 0 to 2147483647', () => ReadinessProbe.httpGet(80, { initialDelay: { toMilliseconds: () => -1000 } as any })),
  throws('the period is whole seconds', 'the period of ReadinessProbe.httpGet is 0.5 s, expected a whole number of seconds from 1 to 2147483647', () => ReadinessProbe.httpGet(80, { period: seconds(0.5) })),
  throws('the timeout is a second at least', 'the timeout of ReadinessProbe.httpGet is 0 s, expected a whole number of seconds from 1 to 2147483647', () => ReadinessProbe.httpGet(80, { timeout: seconds(0) })),
  throws('successThreshold is not negative', 'the successThreshold of ReadinessProbe.httpGet is -1, expected a whole number from 1 to 2147483647', () => ReadinessProbe.httpGet(80, { successThreshold: -1 })),
  throws('failureThreshold is not negative', 'the failureThreshold of ReadinessProbe.httpGet is -1, expected a whole number from 1 to 2147483647', () => ReadinessProbe.httpGet(80, { failureThreshold: -1 })),
  inexpressible('a probe has one method', 'ReadinessProbe is made by it'),
  throws('the port of a probe by HTTP is 1 to 65535', 'the port of ReadinessProbe.httpGet is 0, expected a whole number from 1 to 65535', () => ReadinessProbe.httpGet(0), cel(PORT, /httpGet.port$/)),
  throws('the port of a probe by TCP is 1 to 65535', 'the port of ReadinessProbe.tcpSocket is 0, expected a whole number from 1 to 65535', () => ReadinessProbe.tcpSocket(0), cel(PORT, /tcpSocket.port$/)),
  inexpressible('the port of a probe by gRPC is 1 to 65535', 'there is no such probe: Istio\'s webhook refuses it', cel(PORT, /grpc.port$/)),
  inexpressible('the scheme of a probe is HTTP or HTTPS', 'ReadinessProbe.httpGet and .httpsGet are the two', cel('scheme must be one of [HTTP, HTTPS]')),
  throws('a header of a probe has a name', 'the headers of ReadinessProbe.httpGet have "a b": "c", expected a name of letters, digits and dashes with a text', () => ReadinessProbe.httpGet(80, { headers: { 'a b': 'c' } })),
  throws('a command is not empty', 'the command of ReadinessProbe.exec is [], expected a list of at least one entry', () => ReadinessProbe.exec([])),
];

export const proxyConfig: Rule[] = [
  throws('concurrency is not negative', 'the concurrency of the ProxyConfig is -1, expected a whole number from 0 to 2147483647', (chart) => new ProxyConfig(chart, 'Proxy', { concurrency: -1 })),
  ...selectorRules((chart, selector) => new ProxyConfig(chart, 'Proxy', { selector, concurrency: 1 }), matchLabels),
];
