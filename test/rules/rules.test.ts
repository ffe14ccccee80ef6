import { Chart, Testing } from 'cdk8s';
import { destinationRule } from './destination-rule';
import { envoyFilter } from './envoy-filter';
import { trafficExtension, wasmPlugin } from './extension';
import { gatewayRules } from './gateway';
import { Rule } from './rule';
import { authorizationPolicy, peerAuthentication, requestAuthentication } from './security';
import { serviceEntry, workloadEntry, workloadGroupTemplate } from './service-entry';
import { shared } from './shared';
import { sidecarRules } from './sidecar';
import { telemetryRules } from './telemetry';
import { virtualService } from './virtual-service';
import { proxyConfig, workloadGroup } from './workload-group';
import { crds } from '../istio/fields';
import { verify } from '../istio/verifier';

/*
 * Rule by rule, what Istio refuses and where this library holds it: in the types, by an error that has the value, what was
 * expected and the remedy, or by having no way to write it.
 */

const rules: Record<string, Rule[]> = {
  'several kinds': shared,
  'VirtualService': virtualService,
  'DestinationRule': destinationRule,
  'Gateway': gatewayRules,
  'ServiceEntry': serviceEntry,
  'Sidecar': sidecarRules,
  'WorkloadEntry': workloadEntry,
  'WorkloadGroup': [...workloadGroup, ...workloadGroupTemplate],
  'ProxyConfig': proxyConfig,
  'AuthorizationPolicy': authorizationPolicy,
  'RequestAuthentication': requestAuthentication,
  'PeerAuthentication': peerAuthentication,
  'Telemetry': telemetryRules,
  'WasmPlugin': wasmPlugin,
  'TrafficExtension': trafficExtension,
  'EnvoyFilter': envoyFilter,
};

const rows = Object.entries(rules).flatMap(([kind, list]) => list.map((rule) => ({ kind, ...rule })));
const held = (...places: Rule['held'][]) => rows.filter((row) => places.includes(row.held) && typeof row.proof === 'object')
  .map(({ kind, rule, proof }) => [`${kind}: ${rule}`, proof as Exclude<Rule['proof'], string>] as const);

/** What is said when the chart is written and synthesized. */
function refusal(write: (chart: Chart) => unknown): string {
  const chart = Testing.chart();
  try {
    write(chart);
    synthUnjudged(chart);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing';
}

test.each(held('throws', 'type'))('%s', (_, { write, message }) => {
  const said = refusal(write);

  expect(said).toContain(message);
  expect(said).toMatch(/, expected .+; .+|, expected an object with its properties$|, expected one of [^;]+$|has no property ".+" \(got .+\); .+/);
});

test.each(held('warning'))('with a warning of Istio, %s', (_, { write, message }) => {
  const chart = Testing.chart();
  write(chart);

  const findings = verify(synthUnjudged(chart), ['schema', 'validate']);
  expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
  expect(findings.map((finding) => finding.message).join('\n')).toContain(message);
});

/** The rules of a schema that are written in CEL, with their paths. */
function celRules(schema: any, path = 'spec'): { path: string; message: string }[] {
  return [
    ...(schema['x-kubernetes-validations'] ?? []).map(({ message }: any) => ({ path, message })),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => celRules(field, `${path}.${name}`)),
    ...schema.items ? celRules(schema.items, `${path}[]`) : [],
    ...typeof schema.additionalProperties === 'object' ? celRules(schema.additionalProperties, `${path}{}`) : [],
  ];
}

const written = Object.fromEntries(Object.entries(crds()).map(([kind, { schema }]) => [kind, celRules(schema)]));

describe('every rule of a CRD in CEL has its row', () => {
  test.each(Object.entries(written))('of %s', (kind, found) => {
    const unheld = found.filter(({ path, message }) => !rules[kind]?.some(({ cel }) => cel && message.startsWith(cel.message) && cel.at.test(path)));

    expect(unheld).toEqual([]);
  });

  test.each(Object.entries(rules))('and every row of %s that names one has it', (kind, list) => {
    const gone = list.filter(({ cel }) => cel && !written[kind].some(({ path, message }) => message.startsWith(cel.message) && cel.at.test(path)));

    expect(gone.map(({ rule }) => rule)).toEqual([]);
  });
});

test('every row has a rule of its own, and says why it needs no proof where it has none', () => {
  const names = rows.map(({ kind, rule }) => `${kind}: ${rule}`);

  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(rows.filter(({ proof }) => proof === '' || typeof proof === 'object' && proof.message === '')).toEqual([]);
});
