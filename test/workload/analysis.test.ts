import { Testing } from 'cdk8s';
import { rawDeployment, rawNamespace, remarks } from './objects';
import { Analysis, PeerAuthentication } from '../../src';

const suppressed = (chart: any) => synthUnjudged(chart)[0].metadata.annotations['galley.istio.io/analyze-suppress'];

describe('Analysis', () => {
  test('messages are no longer given', () => {
    const chart = Testing.chart();
    const namespace = rawNamespace(chart, { 'istio-injection': 'enabled', 'istio.io/rev': 'canary' });
    expect(remarks(chart)).toEqual([expect.stringMatching(/^IST0123/)]);

    Analysis.suppress(namespace, 'IST0123');
    expect(remarks(chart)).toEqual([]);
  });

  test('codes come together, each once, unless all are suppressed', () => {
    const chart = Testing.chart();
    const deployment = rawDeployment(chart);
    Analysis.suppress(deployment, 'IST0103', 'IST0108');
    Analysis.suppress(deployment, 'IST0108', 'route-never-matches');
    expect(suppressed(chart)).toBe('IST0103,IST0108,route-never-matches');

    Analysis.suppressAll(deployment);
    Analysis.suppress(deployment, 'IST0108');
    expect(suppressed(chart)).toBe('*');
  });

  test('any object will do', () => {
    const chart = Testing.chart();
    Analysis.suppressAll(new PeerAuthentication(chart, 'Mtls'));

    expect(suppressed(chart)).toBe('*');
  });

  test.each<[string, any[], string]>([
    ['no code', [], 'the codes of Analysis.suppress is [], expected a list of at least one entry; name one, such as "IST0103"'],
    ['all by a star', ['*'], 'a code of Analysis.suppress is "*", expected a code such as "IST0103"; give each code by itself, or use Analysis.suppressAll'],
    ['codes in one text', ['IST0103,IST0108'], 'a code of Analysis.suppress is "IST0103,IST0108", expected a code'],
    ['a number', [103], 'a code of Analysis.suppress is 103, expected a code'],
  ])('refuses %s', (_, codes, message) => {
    expect(() => Analysis.suppress(rawDeployment(Testing.chart()), ...codes)).toThrow(message);
  });

  test('refuses what is no object', () => {
    expect(() => Analysis.suppressAll(Testing.chart())).toThrow('Analysis.suppressAll is for a Chart, expected an object of Kubernetes');
  });
});
