/**
 * Measures the checks beside the printing of the same objects to YAML: they should take at most 1.5 times as long, and time that grows with
 * the number of objects.
 *
 * Run: ts-node --transpile-only --project projenrc/tsconfig.json bench/checks.ts
 */
import { Yaml } from 'cdk8s';
import { Checks } from '../src/checks/checks';

/** The objects of one service: five of Istio, and the three they are about. */
function objects(i: number): object[] {
  const [name, namespace, host] = [`svc-${i}`, `ns-${i % 50}`, `svc-${i}.example.com`];
  const istio = (group: string, kind: string, spec: object, suffix = '') => ({ apiVersion: `${group}.istio.io/v1`, kind, metadata: { name: `${name}${suffix}`, namespace }, spec });
  const destination = (subset: string) => ({ host: name, subset, port: { number: 80 } });
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { selector: { app: name }, ports: [{ name: 'http', port: 80 }] } },
    ...['v1', 'v2'].map((version) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: `${name}-${version}`, namespace },
      spec: { replicas: 2, template: { metadata: { labels: { app: name, version } }, spec: { containers: [{ name: 'app', image: `${name}:${version}` }] } } },
    })),
    istio('networking', 'Gateway', { selector: { istio: 'ingressgateway' }, servers: [{ port: { number: 443, name: `https-${name}`, protocol: 'HTTPS' }, tls: { mode: 'SIMPLE', credentialName: name }, hosts: [host] }] }),
    istio('networking', 'VirtualService', {
      hosts: [name, host],
      gateways: ['mesh', name],
      http: [
        { match: [{ headers: { 'x-canary': { exact: 'true' } } }], route: [{ destination: destination('v2') }] },
        { match: [{ uri: { prefix: `/${name}` } }, { uri: { exact: '/health' } }], route: [{ destination: destination('v1') }] },
        { route: [{ destination: destination('v1'), weight: 95 }, { destination: destination('v2'), weight: 5 }], timeout: '5s' },
      ],
    }),
    istio('networking', 'DestinationRule', {
      host: name, trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5, maxEjectionPercent: 50 } }, subsets: ['v1', 'v2'].map((version) => ({ name: version, labels: { version } })),
    }),
    istio('security', 'AuthorizationPolicy', { selector: { matchLabels: { app: name } }, rules: [{ from: [{ source: { principals: [`cluster.local/ns/${namespace}/sa/client`] } }], to: [{ operation: { methods: ['GET'] } }] }] }),
    istio('security', 'PeerAuthentication', { selector: { matchLabels: { app: name } }, mtls: { mode: 'STRICT' } }),
  ];
}

function time(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

for (const count of [2000, 20000]) {
  const manifests = Array.from({ length: count / 8 }, (_, i) => objects(i)).flat();
  const findings = Checks.run(manifests);
  const rounds = Array.from({ length: 5 }, () => [time(() => Checks.run(manifests)), time(() => Yaml.stringify(...manifests))]);
  const [checks, yaml] = [0, 1].map((side) => median(rounds.map((round) => round[side])));
  process.stdout.write(`${count} objects, ${findings.length} findings: checks ${checks.toFixed(0)} ms, YAML ${yaml.toFixed(0)} ms, ratio ${(checks / yaml).toFixed(2)}\n`);
}
