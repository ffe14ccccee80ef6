import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { RULES } from '../../src/checks/catalogue';
import { CheckLevel } from '../../src/checks/finding';
import { Mesh } from '../../src/checks/mesh';
import { Manifest, SUPPRESS } from '../../src/checks/resource';
import { Rule } from '../../src/checks/rule';
import { run } from '../../src/checks/run';

const parse = (text: string): Manifest[] => parseAllDocuments(text).map((document) => document.toJS());
const check = (manifests: Manifest[]) => run(RULES, new Mesh(manifests));

describe('the catalogue', () => {
  test('has every file of rules/, in the order of their names', () => {
    const files = readdirSync(join(__dirname, '..', '..', 'src', 'checks', 'rules')).map((file) => file.replace(/\.ts$/, '')).sort();
    expect(RULES.map(({ name }) => name)).toEqual(files);
  });
});

describe.each(RULES.map((rule): [string, Rule] => [rule.name, rule]))('%s', (name, rule) => {
  test.each([rule.bad, ...rule.more ?? []])('finds one mistake in its bad example %#', (text) => {
    const findings = check(parse(text));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ rule: name, level: rule.level });
    expect(findings[0].message).toMatch(/^[^A-Z].*[^.]$/);
  });

  test.each([rule.good, ...rule.quiet ?? []])('finds nothing in its good example %#', (text) => {
    expect(check(parse(text))).toEqual([]);
  });

  test.each([rule.name, ...(rule.codes ?? []).slice(0, 1), '*'])('is suppressed by an annotation with %s', (entry) => {
    const manifests = parse(rule.bad);
    const [{ kind, name: resource, namespace }] = check(manifests);
    for (const { kind: other, metadata } of manifests) {
      if (other === kind && metadata.name === resource && metadata.namespace === namespace) {
        metadata.annotations = { [SUPPRESS]: entry };
      }
    }
    // The same manifest may stand there twice, and only one of the two has a mistake.
    expect(check(manifests).filter((finding) => finding.rule !== 'unused-suppression')).toEqual([]);
  });

  test('is off where its level is off', () => {
    const findings = run(RULES, new Mesh(parse(rule.bad)), { level: (asked) => asked === name ? CheckLevel.OFF : undefined });
    expect(findings).toEqual([]);
  });
});
