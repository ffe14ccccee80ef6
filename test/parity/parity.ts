import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart, Testing } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { Row, ROWS } from './rows';
import { CheckLevel, Checks, Finding, IstioChart } from '../../src';
import { ask } from '../install/judge';

const SEEDS = join(__dirname, 'seeds');
const load = (path: string): any[] => parseAllDocuments(readFileSync(path, 'utf8')).map((document) => document.toJS());

/** The manifests of a row in today's version of the API, and right where its document is wrong. */
export const seed = (id: string): any[] => load(join(SEEDS, `${id}.yaml`));

/** The manifests of a row as its document writes them; what follows its number names a variation of them. */
export const written = (id: string): any[] => load(join(SEEDS, 'written', `${id}.yaml`));

/** The Services and Pods that the manifests of a document are for. */
export const around = (document: 'S000' | 'S001' | 'S002' | 'S003'): any[] =>
  load(join(__dirname, '..', 'checks', 'seeds', `${{ S000: 'governance', S001: 'practice', S002: 'operations', S003: 'course' }[document]}-context.yaml`));

/** What Helm installs for the release istio-ingress of Istio's gateway chart. */
export function ingress(): any[] {
  const [{ errors, objects }] = ask({ judge: 'chart', chart: 'gateway', document: JSON.stringify(IstioChart.gateway({ name: 'istio-ingress' }).toValues()) });
  expect(errors).toEqual([]);
  return inNamespace('istio-ingress', ...objects.map((object) => ({ ...object, metadata: { ...object.metadata, namespace: undefined } })));
}

/** A chart in which the checks find nothing that would be printed. */
export const chart = (namespace?: string): Chart => new Chart(new App(), 'seed', { namespace });

/** A chart in which a document's words can be written as they are: what the checks find is advice there. */
export function verbatim(namespace?: string): Chart {
  const scope = chart(namespace);
  Checks.of(scope.node.root).setLevel('*', CheckLevel.INFO);
  return scope;
}

/** The one manifest of that kind, and of that name if there are several. */
export function find(of: Chart, kind: string, name?: string): any {
  const [first, ...others] = Testing.synth(of).filter((object) => object.kind === kind && (name === undefined || object.metadata.name === name));
  expect(others).toEqual([]);
  return first;
}

/** The rules that find something, in alphabetical order. */
export function found(of: Chart | any[]): string[] {
  const findings = Array.isArray(of) ? Checks.run(of) : Checks.of(of).findings();
  return [...new Set(findings.map(({ rule }) => rule))].filter((rule) => rule !== 'old-api-version').sort();
}

/** What a rule says first of some manifests, or of a chart. */
export function finding(of: Chart | any[], rule: string): Pick<Finding, 'level' | 'path' | 'message'> {
  const [first] = (Array.isArray(of) ? Checks.run(of) : Checks.of(of).findings()).filter((one) => one.rule === rule);
  const { level, path, message } = first ?? {};
  return { level, path, message };
}

/** Manifests in the namespace that their document means, where they name none. */
export const inNamespace = (namespace: string, ...manifests: any[]): any[] =>
  manifests.map((manifest) => ({ ...manifest, metadata: { ...manifest.metadata, namespace: manifest.metadata.namespace ?? namespace } }));

/** The shares of the versions in a rule. */
export const shares = (rule: any): Record<string, number> =>
  Object.fromEntries(rule.route.map(({ destination, weight = 100 }: any) => [destination.subset, weight]));

/** A manifest without what says nothing: Istio gives the only destination of a rule everything, whatever its weight. */
export function plain(manifest: any): any {
  const route = (routes: any[]) => routes.length === 1 ? routes.map(({ weight: _, ...rest }) => rest) : routes;
  return { ...manifest, spec: { ...manifest.spec, http: manifest.spec.http.map((rule: any) => ({ ...rule, route: route(rule.route) })) } };
}

/**
 * The tests of a document's rows, in their order and under their names. Each row that claims to hold needs one, here or in cli/test, and no test is for
 * a row that is not there.
 */
export function rows(document: string, tests: Record<string, () => void>): void {
  const listed: Row[] = ROWS.filter(({ id }) => id.startsWith(document));
  describe(document, () => {
    for (const { id, what, status, atRuntime } of listed) {
      if (tests[id] !== undefined) {
        test(`${id} ${what}`, tests[id]);
      } else if (status === 'holds' && !atRuntime) {
        test(`${id} ${what}`, () => { throw new Error(`${id} has no test, expected one for a row that holds; write it, or say in rows.ts why there is nothing to build`); });
      }
    }

    test('every test is for a row that something can be built for', () => {
      expect(Object.keys(tests).filter((id) => listed.every((row) => row.id !== id || row.status === 'nothing to build'))).toEqual([]);
    });
  });
}
