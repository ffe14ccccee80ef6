import { Testing } from 'cdk8s';
import { DestinationRule, ExportTo, ServiceRef, VirtualService } from '../../src';

describe('ExportTo', () => {
  test.each([
    ['ALL', ExportTo.ALL, ['*']],
    ['OWN_NAMESPACE', ExportTo.OWN_NAMESPACE, ['.']],
    ['namespaces', ExportTo.namespaces('shop', '.'), ['shop', '.']],
  ])('%s', (_, exportTo, rendered) => {
    const chart = Testing.chart();
    new DestinationRule(chart, 'Rule', { service: ServiceRef.fromName('orders'), exportTo });

    expect(Testing.synth(chart)[0].spec.exportTo).toEqual(rendered);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, () => unknown, string]>([
    ['nothing', () => ExportTo.namespaces(), 'ExportTo.namespaces is [], expected a list of at least one entry; name a namespace, or use ExportTo.OWN_NAMESPACE'],
    ['a wildcard', () => ExportTo.namespaces('*'), 'a namespace of ExportTo is "*", expected a DNS label'],
    ['null', () => ExportTo.namespaces(null as any), 'a namespace of ExportTo is null, expected a DNS label'],
    ['a namespace twice', () => ExportTo.namespaces('shop', 'shop'), 'ExportTo.namespaces is ["shop","shop"], expected each namespace once; remove the second'],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });

  test.each<[string, (exportTo: ExportTo) => unknown]>([
    ['DestinationRule', (exportTo) => new DestinationRule(Testing.chart(), 'Rule', { metadata: { namespace: 'shop' }, service: ServiceRef.fromName('orders'), exportTo })],
    ['VirtualService', (exportTo) => new VirtualService(Testing.chart(), 'Routes', { metadata: { namespace: 'shop' }, hosts: ['orders'], exportTo })],
  ])('names the namespace of a %s once', (_, build) => {
    expect(() => build(ExportTo.namespaces('.', 'shop')))
      .toThrow('exportTo is [".","shop"] in namespace "shop", expected each namespace once; remove one of the two');
    expect(() => build(ExportTo.namespaces('.', 'catalog'))).not.toThrow();
  });
});
