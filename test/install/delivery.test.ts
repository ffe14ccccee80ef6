import { ApiObject, Chart, Duration, Testing } from 'cdk8s';
import {
  ArgoApplication, ArgoApplicationProps, FluxHelmRelease, FluxHelmReleaseProps, FluxHelmRepository, FluxHelmRepositoryProps, IstioChart, MeshConfig,
  RevisionTag,
} from '../../src';

const chart = IstioChart.istiod({ revision: '1-31-1' });
const version = '1.31.1';

describe('ArgoApplication', () => {
  function spec(props: Partial<ArgoApplicationProps>) {
    const scope = Testing.chart();
    new ArgoApplication(scope, 'Istiod', { chart, version, metadata: { name: 'istiod-1-31-1' }, ...props });
    return Testing.synth(scope)[0];
  }

  test('installs a chart, and leaves alone what istiod writes', () => {
    expect(spec({})).toEqual({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'istiod-1-31-1' },
      spec: {
        project: 'default',
        destination: { server: 'https://kubernetes.default.svc', namespace: 'istio-system' },
        source: {
          repoURL: IstioChart.REPOSITORY,
          chart: 'istiod',
          targetRevision: '1.31.1',
          helm: { releaseName: 'istiod-1-31-1', valuesObject: { revision: '1-31-1' } },
        },
        syncPolicy: { syncOptions: ['ServerSideApply=true', 'RespectIgnoreDifferences=true'] },
        ignoreDifferences: ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'].map((kind) => ({
          group: 'admissionregistration.k8s.io', kind, jqPathExpressions: ['.webhooks[]?.clientConfig.caBundle', '.webhooks[]?.failurePolicy'],
        })),
      },
    });
  });

  test('installs elsewhere, in order, by itself', () => {
    const { metadata, spec: { project, destination, source, syncPolicy, ignoreDifferences } } = spec({
      chart: IstioChart.gateway(),
      metadata: { name: 'edge', namespace: 'argocd', annotations: { a: 'b' } },
      wave: 3,
      cluster: 'eu-1',
      project: 'mesh',
      namespace: 'edge',
      automated: true,
      releaseName: 'gateway',
      repository: 'oci://registry.example.com/charts',
      version: '1.31.x',
    });
    expect({ metadata, project, destination, repoURL: source.repoURL, helm: source.helm, syncPolicy, ignoreDifferences }).toEqual({
      metadata: { name: 'edge', namespace: 'argocd', annotations: { 'a': 'b', 'argocd.argoproj.io/sync-wave': '3' } },
      project: 'mesh',
      destination: { name: 'eu-1', namespace: 'edge' },
      repoURL: 'oci://registry.example.com/charts',
      helm: { releaseName: 'gateway', valuesObject: {} },
      syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['ServerSideApply=true'] },
      ignoreDifferences: undefined,
    });
    expect(spec({ ignoreWebhooks: false, syncOptions: ['CreateNamespace=true'] }).spec).toMatchObject({ syncPolicy: { syncOptions: ['CreateNamespace=true'] } });
  });

  test.each<[string, object, string]>([
    ['values in place of a chart', { chart: {} }, 'chart of the ArgoApplication is {}, expected an IstioChart; write for example IstioChart.istiod()'],
    ['a version that is none', { version: 'latest' }, 'version of the ArgoApplication is "latest", expected the version of a chart; write for example "1.31.1"'],
    ['a wave in parts', { wave: 1.5 }, 'wave of the ArgoApplication is 1.5, expected a whole number'],
    ['a wrong namespace', { namespace: 'a/b' }, 'namespace of the ArgoApplication is "a/b"'],
    ['an empty cluster', { cluster: '' }, 'cluster of the ArgoApplication is ""'],
    ['an empty name', { releaseName: '' }, 'releaseName of the ArgoApplication is ""'],
    ['an unknown property', { values: {} }, 'ArgoApplication has no property "values"'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new ArgoApplication(Testing.chart(), 'Istiod', { chart, version, ...props } as ArgoApplicationProps)).toThrow(message);
  });
});

describe('FluxHelmRelease', () => {
  test('installs charts one after the other', () => {
    // GIVEN
    const scope = new Chart(Testing.app(), 'Istio', { namespace: 'flux-system' });
    const repository = new FluxHelmRepository(scope, 'Charts', { metadata: { name: 'istio' } });

    // WHEN
    const base = new FluxHelmRelease(scope, 'Base', { metadata: { name: 'istio-base' }, chart: IstioChart.base(), version, repository, createNamespace: true });
    new FluxHelmRelease(scope, 'Istiod', { metadata: { name: 'istiod' }, chart, version: '1.31.x', repository, dependsOn: [base], releaseName: 'control', namespace: 'mesh', interval: Duration.hours(1) });

    // THEN
    const sourceRef = { kind: 'HelmRepository', name: 'istio', namespace: 'flux-system' };
    expect(Testing.synth(scope).map(({ apiVersion, spec }) => ({ apiVersion, spec }))).toEqual([
      { apiVersion: 'source.toolkit.fluxcd.io/v1', spec: { url: IstioChart.REPOSITORY, interval: '1h' } },
      {
        apiVersion: 'helm.toolkit.fluxcd.io/v2',
        spec: {
          interval: '10m',
          releaseName: 'istio-base',
          targetNamespace: 'istio-system',
          storageNamespace: 'istio-system',
          install: { createNamespace: true },
          chart: { spec: { chart: 'base', version: '1.31.1', sourceRef } },
          values: {},
        },
      },
      {
        apiVersion: 'helm.toolkit.fluxcd.io/v2',
        spec: {
          interval: '1h',
          releaseName: 'control',
          targetNamespace: 'mesh',
          storageNamespace: 'mesh',
          dependsOn: [{ name: 'istio-base', namespace: 'flux-system' }],
          chart: { spec: { chart: 'istiod', version: '1.31.x', sourceRef } },
          values: { revision: '1-31-1' },
        },
      },
    ]);
  });

  test('takes charts from a registry of images, and the repository of any binding', () => {
    const scope = Testing.chart();
    new FluxHelmRepository(scope, 'Oci', { url: 'oci://registry.example.com/charts', interval: Duration.minutes(5) });
    const repository = new ApiObject(scope, 'Raw', { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'HelmRepository', metadata: { name: 'raw' } });
    new FluxHelmRelease(scope, 'Istiod', { chart, version, repository });

    const [oci, , release] = Testing.synth(scope);
    expect(oci.spec).toEqual({ url: 'oci://registry.example.com/charts', type: 'oci', interval: '5m' });
    expect(release.spec.chart.spec.sourceRef).toEqual({ kind: 'HelmRepository', name: 'raw' });
    expect(release.spec.releaseName).toBe(release.metadata.name);
  });

  const scope = Testing.chart();
  const repository = new FluxHelmRepository(scope, 'Charts');

  test.each<[string, object, string]>([
    ['a repository in text', { repository: 'istio' }, 'repository of the FluxHelmRelease is "istio", expected an object of kind HelmRepository; write for example new FluxHelmRepository(...)'],
    ['a dependency on something else', { dependsOn: [repository] }, 'an entry of dependsOn of the FluxHelmRelease is a FluxHelmRepository, expected an object of kind HelmRelease'],
    ['values in place of a chart', { chart: {} }, 'chart of the FluxHelmRelease is {}, expected an IstioChart'],
    ['a version that is none', { version: 1.31 }, 'version of the FluxHelmRelease is 1.31, expected the version of a chart'],
    ['a wrong namespace', { namespace: '' }, 'namespace of the FluxHelmRelease is ""'],
    ['an empty name', { releaseName: '' }, 'releaseName of the FluxHelmRelease is ""'],
    ['an interval in text', { interval: '5m' }, 'interval of the FluxHelmRelease is "5m", expected a Duration'],
    ['an unknown property', { values: {} }, 'FluxHelmRelease has no property "values"'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new FluxHelmRelease(Testing.chart(), 'Istiod', { chart, version, repository, ...props } as FluxHelmReleaseProps)).toThrow(message);
  });

  test.each<[string, object, string]>([
    ['an empty address', { url: '' }, 'url of the FluxHelmRepository is ""'],
    ['an unknown property', { type: 'oci' }, 'FluxHelmRepository has no property "type"'],
  ])('refuses a repository with %s', (_, props, message) => {
    expect(() => new FluxHelmRepository(Testing.chart(), 'Charts', props as FluxHelmRepositoryProps)).toThrow(message);
  });
});

describe('a canary upgrade of the control plane', () => {
  /** The installation while `prod` and `canary` are at these revisions. */
  function installation(tags: { prod: string; canary: string }) {
    const scope = Testing.chart();
    const meshConfig = new MeshConfig({ accessLogFile: '/dev/stdout' });
    new ArgoApplication(scope, 'Base', { metadata: { name: 'istio-base' }, chart: IstioChart.base({ defaultRevision: tags.prod }), version: '1.31.1', wave: 0 });
    for (const release of ['1.30.2', '1.31.1']) {
      const revision = release.replaceAll('.', '-');
      new ArgoApplication(scope, `Istiod${release}`, {
        metadata: { name: `istiod-${revision}` }, chart: IstioChart.istiod({ revision, meshConfig }), version: release, wave: 1,
      });
    }
    Object.entries(tags).forEach(([tag, revision]) => new RevisionTag(scope, tag, { tag, revision }));
    return Testing.synth(scope);
  }

  test('moves one tag after the other, and nothing else', () => {
    const steps = [{ prod: '1-30-2', canary: '1-30-2' }, { prod: '1-30-2', canary: '1-31-1' }, { prod: '1-31-1', canary: '1-31-1' }].map(installation);
    const changed = (before: any[], after: any[]) => after
      .filter((object, i) => JSON.stringify(object) !== JSON.stringify(before[i])).map(({ metadata }) => metadata.name);

    expect(changed(steps[0], steps[1])).toEqual(['istio-revision-tag-canary', 'istiod-revision-tag-canary']);
    expect(changed(steps[1], steps[2])).toEqual(['istio-base', 'istio-revision-tag-prod', 'istiod-revision-tag-prod']);
  });
});
