import { Chart, Duration } from 'cdk8s';
import { Cel, cel, inexpressible, Rule, throws } from './rule';
import {
  AuthorizationPolicy, DestinationRule, DestinationRuleProps, ExportTo, HttpForwardOptions, HttpRoute, Destination, PolicyTarget, ServiceRef,
  TrafficPolicy, VirtualService, VirtualServiceProps,
} from '../../src';

export const orders = ServiceRef.fromName('orders');
export const toOrders = Destination.service(orders);
export const seconds = (amount: number) => Duration.seconds(amount);
export const millis = (amount: number) => Duration.millis(amount);

export const service = (props: Partial<VirtualServiceProps>) => (chart: Chart) => new VirtualService(chart, 'Orders', props as VirtualServiceProps);
export const route = (...http: (() => HttpRoute)[]) => (chart: Chart) => new VirtualService(chart, 'Orders', { services: [orders], http: http.map((make) => make()) });
export const forward = (options: () => HttpForwardOptions) => route(() => HttpRoute.forward(toOrders, options()));
export const rule = (props: Omit<DestinationRuleProps, 'service'>) => (chart: Chart) => new DestinationRule(chart, 'Rule', { service: orders, ...props });
export const policy = (trafficPolicy: () => TrafficPolicy) => (chart: Chart) => new DestinationRule(chart, 'Rule', { service: orders, trafficPolicy: trafficPolicy() });

/** The rules for the labels that select workloads, and what the CRD says of them. */
export function selectorRules(select: (chart: Chart, labels: Record<string, string>) => unknown, [key, empty, value]: (Cel | undefined)[]): Rule[] {
  const label = ', expected a Kubernetes label';
  return [
    throws('a key of the selector has no wildcard', `has "app*": "orders"${label}`, (chart) => select(chart, { 'app*': 'orders' }), key),
    throws('a key of the selector is not empty', `has "": "orders"${label}`, (chart) => select(chart, { '': 'orders' }), empty),
    throws('a value of the selector has no wildcard', `has "app": "orders*"${label}`, (chart) => select(chart, { app: 'orders*' }), value),
  ];
}

/** Those of the kinds whose selector has matchLabels. */
export const matchLabels: (Cel | undefined)[] = [
  cel('wildcard not allowed in label key match'), cel('key must not be empty'), cel('wildcard not allowed in label value match'),
];
/** Those of the kinds whose workloadSelector has labels. */
export const labels: (Cel | undefined)[] = [undefined, undefined, cel('wildcard is not supported in selector')];

/** The rules of a policy's target. */
export function targetRules(): Rule[] {
  return [
    inexpressible('a policy has a selector or targets, not both', 'a PolicyTarget is one or the other', cel('only one of targetRefs or selector can be set')),
    inexpressible('a target stands in the policy\'s namespace', 'a PolicyTarget names no namespace', cel('cross namespace referencing is not currently supported')),
  ];
}

export const shared: Rule[] = [
  throws('a duration is 1 ms at least', 'connectionPool.tcp.connectTimeout is 0 ms, expected a whole number of milliseconds and at least 1', policy(() => ({ connectionPool: { tcp: { connectTimeout: millis(0) } } }))),
  throws('a duration is of whole milliseconds', 'connectionPool.tcp.connectTimeout is 1.5 ms, expected a whole number of milliseconds and at least 1', policy(() => ({ connectionPool: { tcp: { connectTimeout: millis(1.5) } } }))),
  throws('exportTo has no namespace twice', 'ExportTo.namespaces is ["shop","shop"], expected each namespace once', (chart) => rule({ exportTo: ExportTo.namespaces('shop', 'shop') })(chart)),
  throws('exportTo has its own namespace once, by name or as "."', 'exportTo is ["shop","."] in namespace "shop", expected each namespace once', (chart) => rule({ metadata: { namespace: 'shop' }, exportTo: ExportTo.namespaces('shop', '.') })(chart)),
  throws('exportTo has * alone', 'a namespace of ExportTo is "*", expected a DNS label of at most 63 letters, digits and dashes', () => ExportTo.namespaces('*', 'shop')),
  throws('exportTo has no ~', 'a namespace of ExportTo is "~", expected a DNS label of at most 63 letters, digits and dashes', () => ExportTo.namespaces('~')),
  throws('exportTo has DNS labels', 'a namespace of ExportTo is "my shop", expected a DNS label of at most 63 letters, digits and dashes', () => ExportTo.namespaces('my shop')),
  throws('a host is not empty', 'the host is "", expected a DNS name such as "shop.example.com" or "*.example.com"', () => ServiceRef.fromHost('')),
  throws('a host is 255 characters at most', 'the host is "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaa..., expected a DNS name such as "shop.example.com" or "*.example.com"', () => ServiceRef.fromHost(`${'a'.repeat(60)}.`.repeat(5))),
  throws('the parts of a host are DNS labels', 'the host is "my_orders.example.com", expected a DNS name such as "shop.example.com" or "*.example.com"', () => ServiceRef.fromHost('my_orders.example.com')),
  throws('the last part of a host is not a number', 'the host is "orders.123", expected a DNS name such as "shop.example.com" or "*.example.com"', () => ServiceRef.fromHost('orders.123')),
  throws('a wildcard is the first part of a host', 'a host is "orders.*.com", expected a DNS name such as "shop.example.com" or "*.example.com"', (chart) => service({ hosts: ['orders.*.com'], http: [HttpRoute.forward(toOrders)] })(chart)),
  throws('a port is 1 to 65535', 'the port of orders is 65536, expected a whole number from 1 to 65535', () => Destination.service(orders, { port: 65536 })),
  throws('a port is not 0', 'the port of orders is 0, expected a whole number from 1 to 65535', () => Destination.service(orders, { port: 0 })),
  throws('labels are Kubernetes labels', 'the labels of subset "v1" has "version": "v 1", expected a Kubernetes label', (chart) => rule({ subsets: [{ name: 'v1', labels: { version: 'v 1' } }] })(chart)),
  throws('no annotation of Istio\'s own use is set: parents', 'the annotation internal.istio.io/parents of the DestinationRule is "a", expected none of that name, as Istio does',
    (chart) => rule({ metadata: { annotations: { 'internal.istio.io/parents': 'a' } } })(chart)),
  throws('no annotation of Istio\'s own use is set: parent-namespace', 'the annotation internal.istio.io/parent-namespace of the DestinationRule is "a", expected none of that name, as Istio does',
    (chart) => rule({ metadata: { annotations: { 'internal.istio.io/parent-namespace': 'a' } } })(chart)),
  throws('no annotation of Istio\'s own use is set: webhook-always-reject', 'the annotation internal.istio.io/webhook-always-reject of the DestinationRule is "true", expected none of that name, as Istio does',
    (chart) => rule({ metadata: { annotations: { 'internal.istio.io/webhook-always-reject': 'true' } } })(chart)),
  throws('only an AuthorizationPolicy has a dry run', 'the annotation istio.io/dry-run of the DestinationRule is "true", expected it on no other kind than AuthorizationPolicy, as Istio does', (chart) => rule({ metadata: { annotations: { 'istio.io/dry-run': 'true' } } })(chart)),
  throws('a dry run is true or false', 'metadata.annotations has "istio.io/dry-run" ("yes"), expected the property dryRun', (chart) => new AuthorizationPolicy(chart, 'Policy', { metadata: { annotations: { 'istio.io/dry-run': 'yes' } } })),
  throws('the name of a target is not empty', 'the target gateway is "", expected at most 253 lower-case letters, digits, dashes and dots', () => PolicyTarget.gateway('')),
  inexpressible('a target is a Service, a ServiceEntry, a Gateway or a GatewayClass', 'PolicyTarget has a factory for each'),
];
