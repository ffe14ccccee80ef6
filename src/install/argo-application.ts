import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { IstioChart } from './istio-chart';
import { chartVersion } from './revision';
import { flag, instance, noUnknown, object, optionalText, show, text, texts } from '../private/check';
import { dnsLabel } from '../private/names';
import { given } from '../private/render';
import { IstioResourceProps } from '../resource';

/**
 * Properties of an `ArgoApplication`.
 */
export interface ArgoApplicationProps extends IstioResourceProps {
  /**
   * The chart with its values.
   */
  readonly chart: IstioChart;

  /**
   * The version of the chart, such as `1.31.1`.
   */
  readonly version: string;

  /**
   * The address of the charts.
   *
   * @default IstioChart.REPOSITORY
   */
  readonly repository?: string;

  /**
   * The name of the Helm release.
   *
   * @default - the name of the Application
   */
  readonly releaseName?: string;

  /**
   * The namespace that the chart is installed in.
   *
   * @default "istio-system"
   */
  readonly namespace?: string;

  /**
   * The cluster that the chart is installed in, by its name or its address in Argo CD.
   *
   * @default "https://kubernetes.default.svc", which is the cluster of Argo CD
   */
  readonly cluster?: string;

  /**
   * The project in Argo CD.
   *
   * @default "default"
   */
  readonly project?: string;

  /**
   * When it is synced, among the Applications of one parent: those with a lower number are done first.
   *
   * @default - all at once
   */
  readonly wave?: number;

  /**
   * Whether Argo CD syncs by itself, repairs what others changed and removes what is no longer there.
   *
   * @default false
   */
  readonly automated?: boolean;

  /**
   * Argo CD's options of syncing.
   *
   * @default - ServerSideApply=true, as CRDs are too large otherwise, and RespectIgnoreDifferences=true
   */
  readonly syncOptions?: string[];

  /**
   * Whether Argo CD leaves alone what istiod writes into its webhooks: CA bundle and failure policy.
   *
   * @default - true for the charts that have webhooks
   */
  readonly ignoreWebhooks?: boolean;
}

/** The charts with webhooks, and of which kinds. */
const WEBHOOKS: Record<string, string[]> = {
  base: ['ValidatingWebhookConfiguration'],
  istiod: ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
};

/**
 * One of Istio's charts, installed by Argo CD.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/helm/
 */
export class ArgoApplication extends ApiObject {
  /**
   * Creates the Application.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the chart, and where it is installed
   * @throws when a value is wrong
   */
  public constructor(scope: Construct, id: string, props: ArgoApplicationProps) {
    const { wave, metadata } = object('the properties of the ArgoApplication', props);
    const { releaseName = Lazy.any({ produce: () => this.name }), source, ...spec } = render(props);
    super(scope, id, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: given(wave, (value) => withWave(metadata, value)) ?? metadata,
      spec: { ...spec, source: { ...source, helm: { releaseName, ...source.helm } } },
    });
  }
}

function withWave(metadata: ArgoApplicationProps['metadata'], wave: number) {
  if (!Number.isInteger(wave)) {
    throw new Error(`wave of the ArgoApplication is ${show(wave)}, expected a whole number; leave it out to sync all at once`);
  }
  return { ...metadata, annotations: { ...metadata?.annotations, 'argocd.argoproj.io/sync-wave': String(wave) } };
}

function render(props: ArgoApplicationProps) {
  const {
    metadata: _metadata, wave: _wave, chart, version, repository = IstioChart.REPOSITORY, releaseName, namespace = 'istio-system',
    cluster = 'https://kubernetes.default.svc', project = 'default', automated, syncOptions, ignoreWebhooks = true, ...rest
  } = props;
  const where = 'the ArgoApplication';
  noUnknown('ArgoApplication', rest);
  const { name } = instance(`chart of ${where}`, chart, IstioChart, 'IstioChart.istiod()');
  const kinds = flag(`ignoreWebhooks of ${where}`, ignoreWebhooks) ? WEBHOOKS[name] : undefined;
  return {
    releaseName: optionalText(`releaseName of ${where}`, releaseName, 'leave it out for the name of the Application'),
    project: text(`project of ${where}`, project, 'leave it out for "default"'),
    destination: {
      [/^https?:/.test(text(`cluster of ${where}`, cluster, 'leave it out for the cluster of Argo CD')) ? 'server' : 'name']: cluster,
      namespace: dnsLabel(`namespace of ${where}`, namespace),
    },
    source: {
      repoURL: text(`repository of ${where}`, repository, 'leave it out for Istio\'s own'),
      chart: name,
      targetRevision: chartVersion(`version of ${where}`, version),
      helm: { valuesObject: chart.toValues() },
    },
    syncPolicy: {
      automated: flag(`automated of ${where}`, automated) ? { prune: true, selfHeal: true } : undefined,
      syncOptions: texts(`syncOptions of ${where}`, syncOptions) ?? ['ServerSideApply=true', ...kinds ? ['RespectIgnoreDifferences=true'] : []],
    },
    ignoreDifferences: kinds?.map((kind) => ({
      group: 'admissionregistration.k8s.io',
      kind,
      jqPathExpressions: ['.webhooks[]?.clientConfig.caBundle', '.webhooks[]?.failurePolicy'],
    })),
  };
}
