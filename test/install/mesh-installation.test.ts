import { Chart, Duration, Testing } from 'cdk8s';
import { ask } from './judge';
import {
  ChartDelivery, ChartPlatform, ChartProfile, DataPlane, GatewayServer, InstalledGateway, IstioGateway, MeshConfig, MeshInstallation,
  MeshInstallationProps, MeshNamespace, MeshService, ServiceRef,
} from '../../src';

const version = '1.31.1';
const delivery = ChartDelivery.argo();

function installed(props: Partial<MeshInstallationProps> = {}, more: (istio: MeshInstallation, chart: Chart) => void = () => {}) {
  const chart = Testing.chart();
  more(new MeshInstallation(chart, 'Istio', { version, delivery, ...props }), chart);
  return Testing.synth(chart);
}

const applications = (objects: any[]) => objects.filter(({ kind }) => kind === 'Application').map(({ metadata, spec: { source, destination } }) => ({
  name: metadata.name,
  wave: metadata.annotations['argocd.argoproj.io/sync-wave'],
  chart: `${source.chart} ${source.targetRevision}`,
  values: source.helm.valuesObject,
  namespace: destination.namespace,
}));

/** What Istio's charts make of all Applications. */
function judged(objects: any[]) {
  return ask(...objects.filter(({ kind }) => kind === 'Application').map(({ spec: { source, destination } }) => ({
    judge: 'chart' as const, chart: source.chart, release: source.helm.releaseName, namespace: destination.namespace, document: JSON.stringify(source.helm.valuesObject),
  })));
}

describe('MeshInstallation', () => {
  test('installs base and istiod, one after the other, in one version', () => {
    expect(applications(installed())).toEqual([
      { name: 'istio-base', wave: '0', chart: 'base 1.31.1', values: {}, namespace: 'istio-system' },
      { name: 'istiod', wave: '1', chart: 'istiod 1.31.1', values: {}, namespace: 'istio-system' },
    ]);
  });

  test('lets Argo CD create namespaces and sync by itself', () => {
    const [base] = installed({ namespaceLabels: { team: 'mesh' }, namespaceAnnotations: { a: 'b' } });
    expect(base.metadata).toEqual({ name: 'istio-base', namespace: 'argocd', annotations: { 'argocd.argoproj.io/sync-wave': '0' } });
    expect(base.spec.syncPolicy).toEqual({
      automated: { prune: true, selfHeal: true },
      syncOptions: ['ServerSideApply=true', 'RespectIgnoreDifferences=true', 'CreateNamespace=true'],
      managedNamespaceMetadata: { labels: { team: 'mesh' }, annotations: { a: 'b' } },
    });
    expect(installed()[0].spec.syncPolicy.managedNamespaceMetadata).toBeUndefined();
  });

  test('lets one Argo CD install several clusters', () => {
    const [base] = installed({
      delivery: ChartDelivery.argo({ namespace: 'cd', project: 'mesh', cluster: 'eu-1', prefix: 'eu-1-', repository: 'oci://r.example.com/charts', automated: false }),
    });
    expect(base).toMatchObject({
      metadata: { name: 'eu-1-istio-base', namespace: 'cd' },
      spec: { project: 'mesh', destination: { name: 'eu-1' }, source: { repoURL: 'oci://r.example.com/charts', helm: { releaseName: 'istio-base' } } },
    });
    expect(base.spec.syncPolicy.automated).toBeUndefined();
  });

  test('installs ambient: the node agents too, after the control plane', () => {
    // GIVEN
    const objects = installed({ profile: ChartProfile.AMBIENT, platform: ChartPlatform.GKE, ztunnel: { logAsJson: true } }, (istio) => istio.addGateway('istio-ingress'));

    // THEN
    const common = { profile: 'ambient', platform: 'gke' };
    expect(applications(objects).map(({ name, wave, values }) => ({ name, wave, values }))).toEqual([
      { name: 'istio-base', wave: '0', values: common },
      { name: 'istiod', wave: '1', values: common },
      { name: 'istio-cni', wave: '2', values: common },
      { name: 'ztunnel', wave: '3', values: { ...common, logAsJson: true } },
      { name: 'istio-ingress', wave: '2', values: common },
    ]);
    expect(judged(objects).flatMap(({ errors }) => errors)).toEqual([]);
    expect(judged(objects)[2].objects.find(({ kind }) => kind === 'ConfigMap').data.AMBIENT_ENABLED).toBe('true');
  });

  test('installs the CNI node agent for sidecars, which istiod knows of', () => {
    const objects = installed({ cni: { cniBinDir: '/opt/bin' }, istiod: { replicaCount: 3 }, base: { excludedCrds: ['a.b'] }, namespace: 'mesh' });
    expect(applications(objects).map(({ name, values, namespace }) => ({ name, values, namespace }))).toEqual([
      { name: 'istio-base', values: { base: { excludedCRDs: ['a.b'] }, global: { istioNamespace: 'mesh' } }, namespace: 'mesh' },
      { name: 'istiod', values: { cni: { enabled: true }, autoscaleEnabled: false, replicaCount: 3, global: { istioNamespace: 'mesh' } }, namespace: 'mesh' },
      { name: 'istio-cni', values: { cniBinDir: '/opt/bin' }, namespace: 'mesh' },
    ]);
    expect(judged(objects).flatMap(({ errors }) => errors)).toEqual([]);
  });

  test('lets Flux install: each release waits for those before it', () => {
    const objects = installed({ delivery: ChartDelivery.flux({ interval: Duration.hours(1) }), profile: ChartProfile.AMBIENT }, (istio) => istio.addGateway('edge'));
    const releases = objects.filter(({ kind }) => kind === 'HelmRelease');
    const after = (...names: string[]) => names.map((name) => ({ name, namespace: 'flux-system' }));
    expect(objects[0]).toMatchObject({ kind: 'HelmRepository', metadata: { name: 'istio', namespace: 'flux-system' } });
    expect(releases.map(({ metadata, spec }) => [metadata.name, spec.dependsOn])).toEqual([
      ['istio-base', undefined], ['istiod', after('istio-base')], ['istio-cni', after('istiod')], ['ztunnel', after('istio-cni')], ['edge', after('istiod')],
    ]);
    expect(releases[0].spec).toMatchObject({ interval: '1h', install: { createNamespace: true }, chart: { spec: { version } } });
  });

  test('writes the namespace for Flux where it has labels, whatever the namespace of the chart', () => {
    const chart = new Chart(Testing.app(), 'istio', { namespace: 'flux-system' });
    new MeshInstallation(chart, 'Istio', {
      version, delivery: ChartDelivery.flux({ namespace: 'flux', repository: 'oci://r.example.com/charts' }), namespaceLabels: { team: 'mesh' },
    });
    const [repository, namespace] = Testing.synth(chart);
    expect(repository).toMatchObject({ metadata: { namespace: 'flux' }, spec: { type: 'oci' } });
    expect(namespace).toEqual({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-system', labels: { team: 'mesh' } } });
  });
});

describe('the gateways of a MeshInstallation', () => {
  test('M22, M24: their labels and identity are what the chart renders', () => {
    // GIVEN
    const names = ['istio-ingress', 'edge'];
    const accounts = [undefined, { serviceAccount: { name: 'own' } }];
    const handles: any[] = [];
    const objects = installed({}, (istio) => names.forEach((name, i) => {
      handles.push(istio.addGateway(name, { namespace: `${name}-ns`, values: { labels: i === 0 ? undefined : { istio: 'outer' }, values: accounts[i] } }));
      expect(istio.gateways).toEqual(handles);
    }));

    // WHEN
    const answers = judged(objects).slice(2);

    // THEN
    answers.forEach(({ errors, objects: rendered }, i) => {
      expect(errors).toEqual([]);
      const { metadata, spec } = rendered.find(({ kind }) => kind === 'Deployment').spec.template;
      expect(metadata.labels).toMatchObject(handles[i].selector);
      expect(spec.serviceAccountName).toBe(handles[i].serviceAccount);
      expect(rendered.find(({ kind }) => kind === 'Service').metadata).toMatchObject({ name: handles[i].service.name, namespace: handles[i].namespace });
    });
    expect(handles[0].principal).toBe('cluster.local/ns/istio-ingress-ns/sa/istio-ingress');
    expect(handles[0].service.host).toBe('istio-ingress.istio-ingress-ns.svc.cluster.local');
  });

  test('fit the IstioGateway that selects them, and allowFrom', () => {
    const objects = installed({}, (istio, chart) => {
      const edge = istio.addGateway('istio-ingress');
      new IstioGateway(chart, 'Edge', { metadata: { name: 'edge', namespace: edge.namespace }, selector: edge.selector, servers: [GatewayServer.http(['shop.example.com'])] });
      const orders = new MeshService(chart, 'Orders', { service: ServiceRef.fromName('orders', { namespace: 'shop' }), labels: { app: 'orders' } });
      orders.allowFrom(edge);
    });
    expect(objects.find(({ kind }) => kind === 'Gateway').spec.selector).toEqual({ istio: 'ingress' });
    expect(objects.find(({ kind }) => kind === 'AuthorizationPolicy').spec.rules).toEqual([{ from: [{ source: { serviceAccounts: ['istio-ingress/istio-ingress'] } }] }]);
  });

  test('may be installed by others', () => {
    const { selector, principal } = InstalledGateway.fromRelease('istio-ingress', { namespace: 'edge', values: { labels: { istio: 'outer' } } });
    expect({ selector, principal }).toEqual({ selector: { istio: 'outer' }, principal: 'cluster.local/ns/edge/sa/istio-ingress' });
    expect(InstalledGateway.fromRelease('istio-ingress').namespace).toBe('istio-ingress');
  });

  test('run under the account of the namespace where they have none', () => {
    installed({}, (istio) => expect(istio.addGateway('edge', { values: { values: { serviceAccount: { create: false } } } }).serviceAccount).toBe('default'));
  });

  test('follow the tag of the mesh, its revision, or the one they are given', () => {
    const canary = { version: '1.31.1', tags: ['canary'] };
    const revisions = (props: Partial<MeshInstallationProps>, revision?: string) =>
      applications(installed(props, (istio) => istio.addGateway('edge', { revision }))).find(({ name }) => name === 'edge')!.values.revision;
    expect(revisions({})).toBeUndefined();
    expect(revisions({ revision: '1-30-2' })).toBe('1-30-2');
    expect(revisions({ revision: '1-30-2', tags: ['prod'], canary })).toBe('prod');
    expect(revisions({ revision: '1-30-2', tags: ['prod'], canary }, 'canary')).toBe('canary');
  });
});

describe('a canary upgrade', () => {
  const meshConfig = new MeshConfig({ accessLogFile: '/dev/stdout' });
  const steps: Partial<MeshInstallationProps>[] = [
    { version: '1.30.2', revision: '1-30-2', tags: ['prod', 'canary'] },
    { version: '1.30.2', revision: '1-30-2', tags: ['prod', 'canary'], canary: { version: '1.31.1' } },
    { version: '1.30.2', revision: '1-30-2', tags: ['prod'], canary: { version: '1.31.1', tags: ['canary'] } },
    { version: '1.30.2', revision: '1-30-2', canary: { version: '1.31.1', tags: ['prod', 'canary'] } },
    { version: '1.31.1', revision: '1-31-1', tags: ['prod', 'canary'] },
  ];
  const manifests = steps.map((props) => installed({ meshConfig, ...props }));
  const byName = (objects: any[]) => new Map(objects.map((object) => [object.metadata.name, JSON.stringify(object)]));

  test('touches, step by step, nothing but what the step is about', () => {
    const changes = manifests.slice(1).map((objects, i) => {
      const [before, after] = [byName(manifests[i]), byName(objects)];
      return [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name)).sort();
    });
    expect(changes).toEqual([
      ['istio-base', 'istiod-1-31-1'], // CRDs are of the newer version from now on
      ['istio-revision-tag-canary', 'istiod-revision-tag-canary'],
      ['istio-revision-tag-prod', 'istiod-revision-tag-prod'],
      ['istio-base', 'istiod-1-30-2'],
    ]);
  });

  test('has two control planes side by side, which Istio accepts', () => {
    const planes = applications(manifests[2]);
    expect(planes.map(({ name, chart }) => `${name}: ${chart}`)).toEqual(['istio-base: base 1.31.1', 'istiod-1-30-2: istiod 1.30.2', 'istiod-1-31-1: istiod 1.31.1']);
    const answers = judged(manifests[2]);
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    const names = answers.slice(1).map(({ objects }) => objects.filter(({ kind, metadata }) => kind === 'Deployment' && metadata.namespace === 'istio-system').map(({ metadata }) => metadata.name));
    expect(names).toEqual([['istiod-1-30-2'], ['istiod-1-31-1']]);
    const validator = answers[0].objects.find(({ kind }) => kind === 'ValidatingWebhookConfiguration');
    expect(validator.webhooks[0].clientConfig.service.name).toBe('istiod-1-30-2');
  });

  test('lets the control plane of the tag "default" validate', () => {
    const [base] = applications(installed({ revision: '1-30-2', canary: { version: '1.31.1', tags: ['default'] } }));
    expect(base.values).toEqual({ defaultRevision: '1-31-1' });
  });

  test('goes out from a control plane without revision, and may try another configuration', () => {
    const [base, stable, canary] = applications(installed({
      meshConfig, tags: ['prod'], canary: { version: '1.30.9', revision: 'next', meshConfig: new MeshConfig({ enableAutoMtls: true }), istiod: { logAsJson: true } },
    }));
    expect([base.chart, base.values, stable.values]).toEqual(['base 1.31.1', {}, { meshConfig: { accessLogFile: '/dev/stdout' } }]);
    expect(canary).toMatchObject({ name: 'istiod-next', values: { revision: 'next', meshConfig: { enableAutoMtls: true }, global: { logAsJson: true } } });
  });

  test('is chosen by namespaces', () => {
    const objects = installed(steps[2], (_, chart) => new MeshNamespace(chart, 'Shop', { name: 'shop', dataPlane: DataPlane.sidecars({ revision: 'canary' }) }));
    expect(objects.find(({ kind }) => kind === 'Namespace').metadata.labels).toEqual({ 'istio.io/rev': 'canary' });
  });
});

describe('mistakes', () => {
  const canary = { version: '1.31.1' };

  test.each(['1.31.1', '1.31.0-rc.1'])('nothing where Kubernetes is new enough for %s', (newest) => {
    expect(() => installed({ version: newest, kubernetesVersion: 'v1.33.4+k3s1' })).not.toThrow();
  });

  test.each<[string, Partial<MeshInstallationProps>, string]>([
    ['the latest version', { version: 'latest' }, 'version of the MeshInstallation is "latest", expected one release such as "1.31.1"; a control plane is upgraded on purpose'],
    ['a range of versions', { version: '1.31.x' }, 'version of the MeshInstallation is "1.31.x", expected one release'],
    ['no version', { version: undefined }, 'version of the MeshInstallation is undefined, expected one release'],
    ['a canary without version', { canary: {} as any }, 'version of canary of the MeshInstallation is undefined, expected one release'],
    ['a delivery in text', { delivery: 'argo' as any }, 'delivery of the MeshInstallation is "argo", expected a ChartDelivery; write for example ChartDelivery.flux()'],
    ['a revision with dots', { revision: '1.31.1' }, 'revision of the MeshInstallation is "1.31.1", expected at most 63 lower-case letters'],
    ['a canary of the same revision', { revision: '1-31-1', canary }, 'the MeshInstallation and its canary have the revision "1-31-1", expected two'],
    ['a tag at both', { tags: ['prod'], canary: { ...canary, tags: ['prod'] } }, 'the MeshInstallation and its canary have the tag "prod", expected it at one of them'],
    ['an unknown property of the canary', { canary: { ...canary, weight: 5 } as any }, 'canary of the MeshInstallation has no property "weight"'],
    ['a tag for another cluster', { tags: ['prod'], delivery: ChartDelivery.argo({ cluster: 'eu' }) }, 'the MeshInstallation has the tag "prod" and its charts go to the cluster "eu", expected tags in the manifests of that cluster; write new RevisionTag(...)'],
    ['a cluster that is too old', { kubernetesVersion: '1.16' }, 'the version of Kubernetes is "1.16", expected 1.32 or newer, which Istio 1.31 needs; upgrade the cluster first'],
    ['a cluster that is too old for the canary', { version: '1.29.2', revision: '1-29-2', canary, kubernetesVersion: 'v1.31.4' }, 'the version of Kubernetes is "v1.31.4", expected 1.32 or newer, which Istio 1.31 needs'],
    ['a version of Istio whose Kubernetes is not known', { version: '1.99.0', kubernetesVersion: '1.36' }, 'the version of Istio is "1.99.0", expected one from 1.27 to 1.31'],
    ['what the installation sets', { meshConfig: new MeshConfig(), istiod: { meshConfig: new MeshConfig() } }, 'istiod has "meshConfig", which the MeshInstallation sets, expected it in one place; leave it out here'],
    ['ztunnel for sidecars', { ztunnel: {} }, 'the MeshInstallation has values for ztunnel and no profile AMBIENT, expected both'],
    ['values in text', { istiod: 'x' as any }, 'istiod is "x", expected an object'],
    ['a wrong namespace', { namespace: 'a/b' }, 'namespace of the MeshInstallation is "a/b"'],
    ['a wrong label', { namespaceLabels: { 'a b': 'c' } }, 'namespaceLabels has "a b": "c", expected a Kubernetes label'],
    ['an annotation that is no text', { namespaceAnnotations: { a: 1 as any } }, 'namespaceAnnotations'],
    ['an unknown property', { tag: 'prod' } as any, 'MeshInstallation has no property "tag"'],
  ])('%s', (_, props, message) => {
    expect(() => installed(props)).toThrow(message);
  });

  test.each<[string, (istio: MeshInstallation) => void, string]>([
    ['two gateways with one label', (istio) => ['istio-edge', 'edge'].forEach((name) => istio.addGateway(name)), 'the gateway "edge" has the label istio: "edge" as "istio-edge" has, expected one of its own'],
    ['a name of its own', (istio) => istio.addGateway('edge', { values: { name: 'other' } }), 'values of the gateway have the name "other" and the revision undefined, expected neither; give them beside the values'],
    ['a revision in its values', (istio) => istio.addGateway('edge', { values: { revision: 'prod' } }), 'values of the gateway have the name undefined and the revision "prod", expected neither'],
    ['a revision that nobody has', (istio) => istio.addGateway('edge', { revision: 'canary' }), 'revision of the gateway is "canary", expected prod, 1-31-1; nobody would configure the gateway'],
    ['a name that is none', (istio) => istio.addGateway('a/b', { namespace: 'edge' }), 'the name of the gateway is "a/b"'],
    ['a namespace that is none', (istio) => istio.addGateway('a/b'), 'namespace of the gateway is "a/b"'],
    ['an unknown option', (istio) => istio.addGateway('edge', { labels: {} } as any), 'InstalledGateway.fromRelease has no property "labels"'],
  ])('a gateway with %s', (_, add, message) => {
    expect(() => installed({ revision: '1-31-1', tags: ['prod'] }, add)).toThrow(message);
  });

  test('a gateway with a revision where there is none', () => {
    expect(() => installed({}, (istio) => istio.addGateway('edge', { revision: 'canary' })))
      .toThrow('revision of the gateway is "canary", expected none, as the control plane has none; nobody would configure the gateway');
  });

  test.each<[string, () => void, string]>([
    ['Argo CD in a wrong namespace', () => ChartDelivery.argo({ namespace: '' }), 'namespace of ChartDelivery.argo is ""'],
    ['a prefix that is a number', () => ChartDelivery.argo({ prefix: 1 as any }), 'prefix of ChartDelivery.argo is 1'],
    ['an unknown option of Argo CD', () => ChartDelivery.argo({ wave: 1 } as any), 'ChartDelivery.argo has no property "wave"'],
    ['Flux in a wrong namespace', () => ChartDelivery.flux({ namespace: '' }), 'namespace of ChartDelivery.flux is ""'],
    ['an unknown option of Flux', () => ChartDelivery.flux({ cluster: 'x' } as any), 'ChartDelivery.flux has no property "cluster"'],
  ])('%s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});
