import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findings, istioFindings, manifests, mesh as meshOnly } from './examples';
import { multiCluster } from '../../examples/multi-cluster/mesh';

describe('multi-cluster', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'multi-cluster-'));
  const before = process.env.CDK8S_OUTDIR;
  process.env.CDK8S_OUTDIR = outdir;
  const mesh = multiCluster();
  process.env.CDK8S_OUTDIR = before;
  if (before === undefined) {
    delete process.env.CDK8S_OUTDIR;
  }
  const clusters = mesh.clusters.map(({ name, app }) => ({ name, app, all: manifests(app) }));
  afterAll(() => rmSync(outdir, { recursive: true }));

  test('writes a directory for each cluster', () => {
    expect(readdirSync(outdir)).toEqual(['eu', 'us']);
  });

  test.each(clusters)('is accepted by Istio in $name, and nothing is found in it', ({ app, all }) => {
    expect(all).toBeAcceptedByIstio();
    expect(istioFindings(all)).toEqual([]);
    expect(findings(app)).toEqual([]);
  });

  test.each(clusters)('fails over from $name to the other region, and finds out by itself what fails', ({ all }) => {
    const rules = all.filter(({ kind }) => kind === 'DestinationRule');
    expect(rules.map(({ metadata }) => metadata.name)).toEqual(['orders', 'payment']);
    for (const { spec: { trafficPolicy } } of rules) {
      expect(trafficPolicy.loadBalancer.localityLbSetting.failover).toEqual([{ from: 'europe-west1', to: 'us-east1' }, { from: 'us-east1', to: 'europe-west1' }]);
      expect(trafficPolicy.outlierDetection).toBeDefined();
    }
  });

  test('is the same mesh in both, but for the names and networks of the clusters and the number of pods', () => {
    const [eu, us] = clusters.map(({ all }) => meshOnly(all).filter(({ kind }) => kind !== 'HelmRelease'));
    expect(us).toEqual(eu);
  });

  test('writes no credential, but commands that bring them', () => {
    expect(clusters.flatMap(({ all }) => all).filter(({ kind }) => kind === 'Secret')).toEqual([]);
    expect(mesh.remoteSecretCommands()).toEqual([
      'istioctl create-remote-secret --context=us --namespace=istio-system --name=us | kubectl apply --context=eu -f -',
      'istioctl create-remote-secret --context=eu --namespace=istio-system --name=eu | kubectl apply --context=us -f -',
    ]);
  });

  test('is what its reviewers have seen', () => {
    expect(meshOnly(clusters[0].all)).toMatchSnapshot();
  });
});
