import { Chart, Testing } from 'cdk8s';
import { ServiceRef, Subset } from '../../src';

describe('Subset', () => {
  test('fromName names a subset that a DestinationRule outside the app defines', () => {
    const orders = ServiceRef.fromName('orders');
    const subset = Subset.fromName(orders, 'v1');

    expect(subset.name).toBe('v1');
    expect(subset.service).toBe(orders);
  });

  test.each<[unknown]>([[''], ['v1.2'], ['v 1'], [undefined], [null]])('refuses the name %p', (name) => {
    expect(() => Subset.fromName(ServiceRef.fromName('orders'), name as string)).toThrow(/^the name of the subset is .*, expected a DNS label/);
  });

  test('refuses what is no service', () => {
    const chart: Chart = Testing.chart();

    expect(() => Subset.fromName(chart, 'v1')).toThrow('the service is a Chart, expected a Service construct');
  });
});
