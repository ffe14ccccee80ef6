import { ApiObject, Duration, JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import { ArgoApplication } from './argo-application';
import { FluxHelmRelease, FluxHelmRepository } from './flux-helm-release';
import { IstioChart } from './istio-chart';
import { plain } from './plain';
import { noUnknown, object, optionalText } from '../private/check';
import { dnsLabel } from '../private/names';
import { orUndefined } from '../private/render';

/**
 * Options of `ChartDelivery.argo`.
 */
export interface ArgoDeliveryOptions {
  /**
   * The namespace of the Applications.
   *
   * @default "argocd"
   */
  readonly namespace?: string;

  /**
   * The project in Argo CD.
   *
   * @default "default"
   */
  readonly project?: string;

  /**
   * The cluster that the charts are installed in, by its name or its address in Argo CD.
   *
   * @default - the cluster of Argo CD
   */
  readonly cluster?: string;

  /**
   * What the names of the Applications begin with, such as `eu-`, where one Argo CD installs Istio in several clusters.
   *
   * @default - nothing
   */
  readonly prefix?: string;

  /**
   * The address of the charts.
   *
   * @default IstioChart.REPOSITORY
   */
  readonly repository?: string;

  /**
   * Whether Argo CD syncs by itself. Without, somebody has to sync each Application, in order.
   *
   * @default true
   */
  readonly automated?: boolean;
}

/**
 * Options of `ChartDelivery.flux`.
 */
export interface FluxDeliveryOptions {
  /**
   * The namespace of the HelmReleases and of their HelmRepository.
   *
   * @default "flux-system"
   */
  readonly namespace?: string;

  /**
   * The address of the charts. One that begins with `oci://` is a registry of images.
   *
   * @default IstioChart.REPOSITORY
   */
  readonly repository?: string;

  /**
   * How often Flux compares the cluster with the releases, at least 1 ms.
   *
   * @default Duration.minutes(10)
   */
  readonly interval?: Duration;
}

/** A chart to be installed. */
export interface ChartOrder {
  /** The name of the release, once an installation. */
  readonly name: string;
  readonly chart: IstioChart;
  readonly version: string;
  readonly namespace: string;
  /** What the namespace has, where this chart is the one to say it. */
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  /** The names of the releases that come before. */
  readonly after: string[];
}

type Installer = (order: ChartOrder) => void;

/**
 * Who installs Istio's charts, one after the other.
 *
 * @see https://istio.io/latest/docs/setup/install/helm/
 */
export class ChartDelivery {
  /**
   * Argo CD, by an `Application` for each chart.
   *
   * The order is one of sync waves. Argo CD waits for the health of an Application only where it is told to, by a health check for
   * Applications; without it, the charts install at once and those that came too early are tried again.
   *
   * @param options where the Applications stand, and which cluster they are for
   * @throws when a value is wrong
   * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/health/#argocd-app
   */
  public static argo(options: ArgoDeliveryOptions = {}): ChartDelivery {
    const where = 'ChartDelivery.argo';
    const { namespace = 'argocd', prefix = '', automated = true, cluster, project, repository, ...rest } = object(`the options of ${where}`, options);
    noUnknown(where, rest);
    dnsLabel(`namespace of ${where}`, namespace);
    optionalText(`prefix of ${where}`, prefix || undefined, 'leave it out for none');
    return new ChartDelivery(cluster, (scope) => {
      const waves = new Map<string, number>();
      return ({ name, labels, annotations, after, ...order }) => {
        const wave = Math.max(-1, ...after.map((earlier) => waves.get(earlier)!)) + 1;
        waves.set(name, wave);
        const application = new ArgoApplication(scope, name, {
          ...order, metadata: { name: `${prefix}${name}`, namespace }, releaseName: name, cluster, project, repository, automated, wave,
        });
        application.addJsonPatch(JsonPatch.add('/spec/syncPolicy/syncOptions/-', 'CreateNamespace=true'));
        const managed = metadataOf(labels, annotations);
        if (managed !== undefined) {
          application.addJsonPatch(JsonPatch.add('/spec/syncPolicy/managedNamespaceMetadata', managed));
        }
      };
    });
  }

  /**
   * Flux, by a `HelmRelease` for each chart, which waits for those before it.
   *
   * @param options where the releases stand
   * @throws when a value is wrong
   */
  public static flux(options: FluxDeliveryOptions = {}): ChartDelivery {
    const where = 'ChartDelivery.flux';
    const { namespace = 'flux-system', repository: url, interval, ...rest } = object(`the options of ${where}`, options);
    noUnknown(where, rest);
    dnsLabel(`namespace of ${where}`, namespace);
    return new ChartDelivery(undefined, (scope) => {
      const releases = new Map<string, ApiObject>();
      const repository = new FluxHelmRepository(scope, 'Charts', { metadata: { name: 'istio', namespace }, url });
      return ({ name, labels, annotations, after, ...order }) => {
        const metadata = metadataOf(labels, annotations);
        if (metadata !== undefined) {
          new ApiObject(scope, 'Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: order.namespace, ...metadata } })
            .addJsonPatch(JsonPatch.add('/metadata/namespace', null), JsonPatch.remove('/metadata/namespace')); // it stands in none, whatever the chart
        }
        const dependsOn = after.map((earlier) => releases.get(earlier)!);
        const release = { ...order, metadata: { name, namespace }, repository, interval, dependsOn, createNamespace: true };
        releases.set(name, new FluxHelmRelease(scope, name, release));
      };
    });
  }

  private constructor(
    /**
     * The cluster of the charts, where it is not the one that the manifests are for.
     *
     * @internal
     */
    public readonly _cluster: string | undefined,

    /** @internal */
    public readonly _start: (scope: Construct) => Installer,
  ) {}
}

/** What a namespace has, if anything. */
function metadataOf(labels: ChartOrder['labels'], annotations: ChartOrder['annotations']) {
  return orUndefined(plain({ labels: orUndefined(labels), annotations: orUndefined(annotations) }));
}
