import { ApiObject, Duration, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { IstioChart } from './istio-chart';
import { chartVersion } from './revision';
import { flag, instance, noUnknown, object, optionalList, optionalText, show, text } from '../private/check';
import { istioDuration } from '../private/duration';
import { dnsLabel } from '../private/names';
import { orUndefined } from '../private/render';
import { IstioResourceProps } from '../resource';

/**
 * Properties of a `FluxHelmRepository`.
 */
export interface FluxHelmRepositoryProps extends IstioResourceProps {
  /**
   * The address of the charts. One that begins with `oci://` is a registry of images.
   *
   * @default IstioChart.REPOSITORY
   */
  readonly url?: string;

  /**
   * How often Flux looks for new charts, at least 1 ms.
   *
   * @default Duration.hours(1)
   */
  readonly interval?: Duration;
}

/**
 * Where Flux gets Istio's charts.
 *
 * @see https://fluxcd.io/flux/components/source/helmrepositories/
 */
export class FluxHelmRepository extends ApiObject {
  /**
   * Creates the repository.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props its address
   * @throws when a value is wrong
   */
  public constructor(scope: Construct, id: string, props: FluxHelmRepositoryProps = {}) {
    const { metadata, url = IstioChart.REPOSITORY, interval = Duration.hours(1), ...rest } = object('the properties of the FluxHelmRepository', props);
    noUnknown('FluxHelmRepository', rest);
    super(scope, id, {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'HelmRepository',
      metadata,
      spec: {
        url: text('url of the FluxHelmRepository', url, 'leave it out for Istio\'s own'),
        type: url.startsWith('oci://') ? 'oci' : undefined,
        interval: istioDuration('interval of the FluxHelmRepository', interval),
      },
    });
  }
}

/**
 * Properties of a `FluxHelmRelease`.
 */
export interface FluxHelmReleaseProps extends IstioResourceProps {
  /**
   * The chart with its values.
   */
  readonly chart: IstioChart;

  /**
   * The version of the chart, such as `1.31.1`, or a range of them, such as `1.31.x`.
   */
  readonly version: string;

  /**
   * Where Flux gets the chart: a `FluxHelmRepository`, or any object of kind HelmRepository.
   */
  readonly repository: ApiObject;

  /**
   * The name of the Helm release.
   *
   * @default - the name of the HelmRelease
   */
  readonly releaseName?: string;

  /**
   * The namespace that the chart is installed in.
   *
   * @default "istio-system"
   */
  readonly namespace?: string;

  /**
   * The releases that must be ready before.
   *
   * @default - none
   */
  readonly dependsOn?: ApiObject[];

  /**
   * How often Flux compares the cluster with it, at least 1 ms.
   *
   * @default Duration.minutes(10)
   */
  readonly interval?: Duration;

  /**
   * Whether Flux creates the namespace.
   *
   * @default false
   */
  readonly createNamespace?: boolean;
}

/**
 * One of Istio's charts, installed by Flux.
 *
 * @see https://fluxcd.io/flux/components/helm/helmreleases/
 */
export class FluxHelmRelease extends ApiObject {
  /**
   * Creates the release.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the chart, and where it is installed
   * @throws when a value is wrong
   */
  public constructor(scope: Construct, id: string, props: FluxHelmReleaseProps) {
    const { metadata, releaseName, ...rest } = object('the properties of the FluxHelmRelease', props);
    const name = optionalText('releaseName of the FluxHelmRelease', releaseName, 'leave it out for the name of the HelmRelease');
    super(scope, id, {
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata,
      spec: { releaseName: name ?? Lazy.any({ produce: () => this.name }), ...render(rest) },
    });
  }
}

function render(props: FluxHelmReleaseProps): object {
  const {
    chart, version, repository, namespace = 'istio-system', dependsOn, interval = Duration.minutes(10), createNamespace,
    ...rest
  } = props;
  const where = 'the FluxHelmRelease';
  noUnknown('FluxHelmRelease', rest);
  const source = ofKind(`repository of ${where}`, repository, 'HelmRepository');
  return {
    interval: istioDuration(`interval of ${where}`, interval),
    targetNamespace: dnsLabel(`namespace of ${where}`, namespace),
    storageNamespace: namespace,
    chart: {
      spec: {
        chart: instance(`chart of ${where}`, chart, IstioChart, 'IstioChart.istiod()').name,
        version: chartVersion(`version of ${where}`, version),
        sourceRef: { kind: source.kind, ...nameOf(source) },
      },
    },
    dependsOn: orUndefined(optionalList(`dependsOn of ${where}`, dependsOn)?.map((release) => nameOf(ofKind(`an entry of dependsOn of ${where}`, release, 'HelmRelease')))),
    install: flag(`createNamespace of ${where}`, createNamespace) ? { createNamespace } : undefined,
    values: chart.toValues(),
  };
}

function nameOf({ name, metadata: { namespace } }: ApiObject): object {
  return { name, namespace };
}

function ofKind(where: string, referred: ApiObject, kind: string): ApiObject {
  if (!ApiObject.isApiObject(referred) || referred.kind !== kind) {
    throw new Error(`${where} is ${show(referred)}, expected an object of kind ${kind}; write for example new Flux${kind}(...)`);
  }
  return referred;
}
