/**
 * The bindings of the delivery controllers, from the CRDs in the Go modules of imports/delivery.json: what this library writes,
 * without other meshes, other sources of metrics and the tens of thousands of lines of a pod's template.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

interface Source {
  readonly file: string;
  /** The kinds that are wanted, and the fields of each that are not. */
  readonly kinds: Record<string, string[]>;
}

const CANARY = 'spec.strategy.canary';
const ROUTING = `${CANARY}.trafficRouting`;
const PROVIDER = 'spec.metrics.items.provider';

const SOURCES: Record<string, Source[]> = {
  'github.com/argoproj/argo-rollouts': [
    {
      file: 'manifests/crds/rollout-crd.yaml',
      kinds: {
        Rollout: [
          'status', 'spec.template', 'spec.strategy.blueGreen', `${CANARY}.steps.items.experiment`,
          ...['alb', 'ambassador', 'apisix', 'appMesh', 'nginx', 'plugins', 'smi', 'traefik'].map((other) => `${ROUTING}.${other}`),
        ],
      },
    },
    {
      file: 'manifests/crds/analysis-template-crd.yaml',
      kinds: {
        AnalysisTemplate: [
          'cloudWatch', 'datadog', 'graphite', 'influxdb', 'job', 'kayenta', 'newRelic', 'plugin', 'skywalking', 'wavefront', 'web',
        ].map((other) => `${PROVIDER}.${other}`),
      },
    },
  ],
  'github.com/fluxcd/flagger': [
    { file: 'artifacts/flagger/crd.yaml', kinds: { Canary: ['status'], MetricTemplate: [], AlertProvider: [] } },
  ],
};

/**
 * The CRDs that the bindings are made from.
 *
 * @param folderOf the folder of a Go module
 */
export function deliveryCrds(folderOf: (module: string) => string): object[] {
  return Object.entries(SOURCES).flatMap(([module, sources]) => sources.flatMap(({ file, kinds }) =>
    parseAllDocuments(readFileSync(join(folderOf(module), file), 'utf8'))
      .map((document) => document.toJS())
      .filter((crd) => crd?.spec.names.kind in kinds)
      .map((crd) => {
        crd.spec.versions = crd.spec.versions.slice(0, 1);
        // The importer takes the words on apiVersion and kind for keys, and adds both itself.
        ['apiVersion', 'kind', ...kinds[crd.spec.names.kind]].forEach((path) => drop(crd.spec.versions[0].schema.openAPIV3Schema, path.split('.')));
        return crd;
      })));
}

/** Takes a field out of a schema; `items` stands for the elements of a list. */
function drop(schema: any, [field, ...below]: string[]): void {
  const fields = field === 'items' ? schema : schema.properties;
  if (fields?.[field] === undefined) {
    throw new Error(`the CRD has no field ${field}, expected one that can be left out; take it from the table in projenrc/import-delivery.ts`);
  }
  if (below.length > 0) {
    drop(fields[field], below);
  } else {
    delete fields[field];
    schema.required = schema.required?.filter((name: string) => name !== field);
  }
}
