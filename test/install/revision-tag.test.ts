import { Testing } from 'cdk8s';
import { ask } from './judge';
import { IstioChart, RevisionTag, RevisionTagProps } from '../../src';

/** Labels that only Helm needs. */
const HELM = /^(app\.kubernetes\.io|helm\.sh|install\.operator\.istio\.io)\/|^release$/;

function ours(props: RevisionTagProps) {
  const chart = Testing.chart();
  new RevisionTag(chart, 'Tag', props);
  return Testing.synth(chart);
}

describe('RevisionTag', () => {
  test.each([
    ['prod', '1-31-1', 'istio-system'], ['default', '1-31-1', 'istio-system'], ['prod', 'default', 'istio-system'], ['canary', '1-30-2', 'mesh'],
  ])('%s of %s in %s is what Istio\'s chart renders', (tag, revision, istioNamespace) => {
    // GIVEN
    const chart = IstioChart.istiod({ ...revision !== 'default' && { revision }, revisionTags: [tag] });
    const [{ objects }] = ask({ judge: 'chart', chart: 'istiod', document: JSON.stringify(chart.toValues()), namespace: istioNamespace });
    const own = (labels: object) => Object.fromEntries(Object.entries(labels).filter(([label]) => !HELM.test(label)));
    const theirs = objects.filter(({ metadata }) => metadata.labels?.['istio.io/tag'] === tag)
      .map(({ metadata, ...object }) => ({ ...object, metadata: { ...metadata, labels: own(metadata.labels) } }));

    // WHEN, THEN
    expect(theirs).toHaveLength(2);
    expect(ours({ tag, revision, istioNamespace })).toEqual(theirs);
  });

  test('moves to another revision by one word', () => {
    const [[before], [after]] = ['1-30-2', '1-31-1'].map((revision) => ours({ tag: 'prod', revision }));
    expect(before.metadata.name).toBe(after.metadata.name);
    expect(JSON.stringify(before).replaceAll('1-30-2', '1-31-1')).toBe(JSON.stringify(after));
  });

  test.each<[string, object, string]>([
    ['a tag with dots', { tag: 'a.b', revision: '1-31-1' }, 'the tag is "a.b", expected at most 63 lower-case letters, digits and dashes'],
    ['a revision with dots', { tag: 'prod', revision: '1.31.1' }, 'the revision is "1.31.1", expected'],
    ['a tag of itself', { tag: 'prod', revision: 'prod' }, 'the tag is "prod", as is its revision, expected another name; namespaces can name the revision itself'],
    ['a wrong namespace', { tag: 'prod', revision: '1-31-1', istioNamespace: 'a/b' }, 'istioNamespace of the RevisionTag is "a/b"'],
    ['an unknown property', { tag: 'prod', revision: '1-31-1', overwrite: true }, 'RevisionTag has no property "overwrite"'],
  ])('refuses %s', (_, props, message) => {
    expect(() => ours(props as RevisionTagProps)).toThrow(message);
  });
});
