import { Chart, Duration, Size, Testing } from 'cdk8s';
import { ask } from './judge';
import { SidecarBudget, SidecarBudgetProps } from '../../src';

function rule(props?: SidecarBudgetProps) {
  const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
  new SidecarBudget(chart, 'Sidecars', props);
  return Testing.synth(chart)[0];
}

const MIB = 2 ** 20;
const series = (namespace: string, cpu: number, mebibytes: number, container = 'istio-proxy') => ({
  [`container_cpu_usage_seconds_total{namespace="${namespace}",pod="orders-1",container="${container}"}`]: `0+${cpu * 60}x60`,
  [`container_memory_working_set_bytes{namespace="${namespace}",pod="orders-1",container="${container}"}`]: `${mebibytes * MIB}+0x60`,
});

const firing = (resource: object, samples: Record<string, string>) => {
  const [{ errors, alerts }] = ask({ resource, series: samples, at: '50m' });
  expect(errors).toEqual([]);
  return alerts.map(({ labels }) => labels.alertname);
};

describe('SidecarBudget', () => {
  test('S000-20, S000-41: allows a fifth of a processor and 256 MiB', () => {
    expect(rule().spec.groups).toEqual([{
      name: 'sidecars',
      rules: [
        {
          alert: 'SidecarCpuHigh',
          expr: 'sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{namespace="shop",container="istio-proxy"}[5m])) > 0.2',
          for: '15m',
          labels: { severity: 'warning' },
          annotations: { summary: 'The sidecar of {{ $labels.pod }} takes too much of the processor' },
        },
        {
          alert: 'SidecarMemoryHigh',
          expr: 'sum by (namespace, pod) (container_memory_working_set_bytes{namespace="shop",container="istio-proxy"}) > 268435456',
          for: '15m',
          labels: { severity: 'warning' },
          annotations: { summary: 'The sidecar of {{ $labels.pod }} takes too much memory' },
        },
      ],
    }]);
  });

  test.each<[string, Record<string, string>, string[]]>([
    ['a busy sidecar', series('shop', 0.3, 200), ['SidecarCpuHigh']],
    ['a large sidecar', series('shop', 0.1, 300), ['SidecarMemoryHigh']],
    ['a sidecar within its budget', series('shop', 0.19, 255), []],
    ['a busy application', series('shop', 3, 3000, 'app'), []],
    ['a sidecar elsewhere', series('bank', 3, 3000), []],
  ])('sees %s', (_, samples, expected) => expect(firing(rule(), samples)).toEqual(expected));

  test('takes another budget', () => {
    const own = rule({ metadata: { name: 'bank' }, namespace: 'bank', cpu: 150, memory: Size.gibibytes(1), pendingPeriod: Duration.hours(1), alertLabels: { team: 'bank' } });
    expect(own.spec.groups[0].rules.map(({ expr }: { expr: string }) => expr.split(' > ')[1])).toEqual(['1.5', '1073741824']);
    expect(own.spec.groups[0].rules[0]).toMatchObject({ for: '1h', labels: { severity: 'warning', team: 'bank' } });
    expect(firing(own, series('bank', 3, 3000))).toEqual([]); // not long enough yet
  });

  test.each<[string, object, string]>([
    ['an unknown property', { disk: 1 }, 'SidecarBudget has no property "disk"'],
    ['no processor', { cpu: 0 }, 'cpu of the SidecarBudget is 0, expected a share of 100 of one processor'],
    ['memory that is no size', { memory: 256 }, 'memory of the SidecarBudget is 256, expected a Size of at least 1 MiB'],
    ['memory of a few bytes', { memory: Size.kibibytes(256) }, 'memory of the SidecarBudget is a Size, expected a Size of at least 1 MiB'],
    ['a time that is none', { pendingPeriod: '5m' }, 'pendingPeriod is "5m", expected a Duration'],
    ['a namespace that is none', { namespace: '*' }, 'the namespace of the SidecarBudget is "*"'],
    ['a label of Prometheus\' own', { alertLabels: { alertname: 'x' } }, 'alertLabels has "alertname": "x"'],
  ])('refuses %s', (_, props, message) => expect(() => rule(props)).toThrow(message));

  test('refuses a namespace that nobody names', () => {
    expect(() => new SidecarBudget(Testing.chart(), 'Sidecars')).toThrow('the namespace of the SidecarBudget is not known');
  });
});
