import { Checks } from '../../src/checks/checks';
import { Manifest, Resource, SUPPRESS } from '../../src/checks/resource';
import { around, inNamespace, seed } from '../parity/parity';

/**
 * The documents' manifests with legal fields and today's API, in their places. They keep on purpose what their documents want and what list 2
 * of the seeds warns of: that, and nothing else, is found, and each is suppressed with a reason.
 */
const DOCUMENTS = [
  { document: 'S000', namespace: 'default', ids: ['22', '23', '24', '25', '26', '27', '38', '39', '40'] },
  { document: 'S001', namespace: 'default', ids: ['18', '20', '21', '22'] },
  { document: 'S002', namespace: 'prod', ids: ['06', '07', '08', '09', '11', '13', '17'] },
  { document: 'S003', namespace: 'default', ids: ['16', '17', '18', '19', '21', '22', '23', '24'] },
] as const;

/** What is found: in which manifest, which mistake of list 2, by which rule, where, and why it may stay. */
const KEPT: [id: string, mistake: string, rule: string, path: string, reason: string][] = [
  ['S000-22', 'M21', 'gateway-host-unrouted', 'spec.servers[1].hosts[1]', 'the document has the route of app.example.com elsewhere'],
  ['S000-22', 'M23', 'credential-unknown', 'spec.servers[1].tls.credentialName', 'the Secret comes from cert-manager'],
  ['S000-23', 'M07', 'match-alternatives', 'spec.http[0].match', 'either the path or the header is enough'],
  ['S000-23', 'M09', 'timeout-too-short', 'spec.http[0].timeout', 'the last try may be cut short'],
  ['S000-23', 'M11', 'retries-repeat-writes', 'spec.http[0].retries.retryOn', 'the service takes a request twice'],
  ['S000-23', 'M12', 'fault-for-everyone', 'spec.http[0].fault', 'a game day'],
  ['S000-24', 'M39', 'connection-per-request', 'spec.trafficPolicy.portLevelSettings[0].connectionPool.http.maxRequestsPerConnection', 'for balancing'],
  ['S000-25', 'M39', 'connection-per-request', 'spec.trafficPolicy.connectionPool.http.maxRequestsPerConnection', 'for balancing'],
  ['S000-26', 'M09', 'timeout-too-short', 'spec.http[2].timeout', 'the last try may be cut short'],
  ['S000-26', 'M10', 'try-timeout-not-retried', 'spec.http[2].retries.perTryTimeout', 'only connection failures are to be retried'],
  ['S001-18', 'M13', 'subset-unknown', 'spec.http[0].route[0].destination.subset', 'the document names the subsets and defines none'],
  ['S001-18', 'M13', 'subset-unknown', 'spec.http[0].route[1].destination.subset', 'the document names the subsets and defines none'],
  ['S001-22', 'M38', 'connect-timeout-short', 'spec.trafficPolicy.connectionPool.tcp.connectTimeout', 'all in one rack'],
  ['S001-22', 'M44', 'pool-queue-unbounded', 'spec.trafficPolicy.connectionPool', 'requests may wait'],
  ['S002-07', 'M19', 'outlier-never-ejects', 'spec.trafficPolicy.outlierDetection', 'more replicas are to come'],
  ['S002-09', 'M09', 'timeout-too-short', 'spec.http[0].timeout', 'the last try may be cut short'],
  ['S002-09', 'M11', 'retries-repeat-writes', 'spec.http[0].retries.retryOn', 'the service takes a request twice'],
  ['S002-09', 'M14', 'duplicate-resource', 'metadata.name', 'the document shows one VirtualService at three times'],
  ['S002-17', 'M14', 'duplicate-resource', 'metadata.name', 'the document shows one VirtualService at three times'],
  ['S002-17', 'M17', 'mirror-repeats-writes', 'spec.http[0].mirror', 'v2 has data of its own'],
  ['S003-21', 'M10', 'try-timeout-not-retried', 'spec.http[0].retries.perTryTimeout', 'only connection failures are to be retried'],
  ['S003-21', 'M13', 'subset-unknown', 'spec.http[0].route[0].destination.subset', 'the document names the subsets and defines none'],
  ['S003-22', 'M18', 'subset-policy-unused', 'spec.subsets[0].trafficPolicy', 'the route comes later'],
  ['S003-22', 'M44', 'pool-queue-unbounded', 'spec.subsets[0].trafficPolicy.connectionPool', 'requests may wait'],
  ['S003-23', 'M12', 'fault-for-everyone', 'spec.http[0].fault', 'a game day'],
  ['S003-23', 'M13', 'subset-unknown', 'spec.http[0].route[0].destination.subset', 'the document names the subsets and defines none'],
  ['S003-23', 'M14', 'duplicate-resource', 'metadata.name', 'the document shows one VirtualService twice'],
  ['S003-24', 'M13', 'subset-unknown', 'spec.http[0].mirror.subset', 'the document names the subsets and defines none'],
  ['S003-24', 'M13', 'subset-unknown', 'spec.http[0].route[0].destination.subset', 'the document names the subsets and defines none'],
  ['S003-24', 'M17', 'mirror-repeats-writes', 'spec.http[0].mirror', 'v2 has data of its own'],
];

const suppress = (manifest: Manifest, rules: string[]): Manifest => rules.length === 0 ? manifest
  : { ...manifest, metadata: { ...manifest.metadata, annotations: { ...manifest.metadata.annotations, [SUPPRESS]: [...new Set(rules)].join() } } };

describe.each(DOCUMENTS)('the manifests of $document as they should be', ({ document, namespace, ids }) => {
  const of = (edit: (manifest: Manifest, id: string) => Manifest) => [...around(document), ...ids.map((id) => `${document}-${id}`)
    .flatMap((id) => inNamespace(namespace, ...seed(id)).map((manifest) => new Resource(edit(manifest, id), id)))];

  test('have what list 2 names and no other mistake', () => {
    const found = Checks.run(of((manifest) => manifest)).map(({ constructPath, rule, path }) => `${constructPath} ${rule} ${path}`);
    const named = KEPT.filter(([id]) => id.startsWith(document)).map(([id, _mistake, rule, path]) => `${id} ${rule} ${path}`);
    expect(found.sort()).toEqual(named.sort());
  });

  test('have none once that is suppressed', () => {
    const rulesOf = (id: string) => KEPT.filter(([kept]) => kept === id).map(([,, rule]) => rule);
    expect(Checks.run(of((manifest, id) => suppress(manifest, rulesOf(id))))).toEqual([]);
  });
});
