import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { flag, member, noUnknown, object, show } from '../private/check';
import { given } from '../private/render';
import { isWebAddress } from '../private/web-address';
import { IstioResourceProps } from '../resource';

/**
 * How people prove to Kiali who they are.
 *
 * @see https://kiali.io/docs/configuration/authentication/
 */
export enum KialiAuthentication {
  /** Not at all: whoever reaches Kiali sees what it sees. */
  ANONYMOUS = 'anonymous',
  /** By a token of Kubernetes, and with its rights. */
  TOKEN = 'token',
  /** By OpenID Connect. The settings of the issuer are for a patch on `spec.auth.openid`. */
  OPENID = 'openid',
  /** By OpenShift's own login. */
  OPENSHIFT = 'openshift',
  /** By a proxy in front of Kiali, which sends a token in a header. */
  HEADER = 'header',
}

/**
 * What keeps traces, and answers Kiali's questions.
 */
export enum KialiTracingProvider {
  /** Jaeger. */
  JAEGER = 'jaeger',
  /** Grafana Tempo. */
  TEMPO = 'tempo',
}

/**
 * Something that Kiali asks or links to.
 */
export interface KialiService {
  /**
   * The address that Kiali asks, inside the cluster, such as `http://grafana.monitoring:3000`.
   */
  readonly internalUrl: string;

  /**
   * The address that people's browsers are sent to.
   *
   * @default - no links
   */
  readonly externalUrl?: string;
}

/**
 * Where Kiali finds traces.
 */
export interface KialiTracing extends KialiService {
  /**
   * What keeps the traces.
   *
   * @default KialiTracingProvider.JAEGER
   */
  readonly provider?: KialiTracingProvider;

  /**
   * Whether the address is asked by gRPC, in place of HTTP.
   *
   * @default true
   */
  readonly useGrpc?: boolean;
}

/**
 * Properties of a `Kiali`.
 */
export interface KialiProps extends IstioResourceProps {
  /**
   * The address of Prometheus, inside the cluster, such as `http://prometheus.monitoring:9090`. Without it Kiali knows no traffic.
   */
  readonly prometheusUrl: string;

  /**
   * Grafana, which Kiali links to.
   *
   * @default - none
   */
  readonly grafana?: KialiService;

  /**
   * Where traces are found.
   *
   * @default - nowhere
   */
  readonly tracing?: KialiTracing;

  /**
   * How people prove who they are.
   *
   * @default KialiAuthentication.TOKEN, which shows everybody what they may see
   */
  readonly authentication?: KialiAuthentication;

  /**
   * Whether Kiali only shows, and changes nothing.
   *
   * @default true, as the mesh is written in code
   */
  readonly viewOnly?: boolean;
}

/**
 * Kiali, by its operator: the graph of the mesh, with traffic, health and the state of its configuration.
 *
 * Kiali tells workloads and versions by the labels `app` and `version` of the pods.
 *
 * @see https://kiali.io/docs/configuration/kialis.kiali.io/
 */
export class Kiali extends ApiObject {
  /**
   * Creates the resource.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props what Kiali asks
   * @throws when a value is wrong
   */
  public constructor(scope: Construct, id: string, props: KialiProps) {
    const { metadata, prometheusUrl, grafana, tracing, authentication = KialiAuthentication.TOKEN, viewOnly = true, ...rest } = object('the properties of the Kiali', props);
    noUnknown('Kiali', rest);
    super(scope, id, {
      apiVersion: 'kiali.io/v1alpha1',
      kind: 'Kiali',
      metadata,
      spec: {
        auth: { strategy: member('authentication', authentication, KialiAuthentication) },
        deployment: { view_only_mode: flag('viewOnly', viewOnly) },
        external_services: {
          prometheus: { url: address('prometheusUrl', prometheusUrl) },
          grafana: given(grafana, renderService) ?? { enabled: false },
          tracing: given(tracing, renderTracing) ?? { enabled: false },
        },
      },
    });
  }
}

function renderService(service: KialiService) {
  const { internalUrl, externalUrl, ...rest } = object('grafana', service);
  noUnknown('grafana', rest);
  return addresses('grafana', internalUrl, externalUrl);
}

function renderTracing(tracing: KialiTracing) {
  const { internalUrl, externalUrl, provider = KialiTracingProvider.JAEGER, useGrpc = true, ...rest } = object('tracing', tracing);
  noUnknown('tracing', rest);
  return {
    ...addresses('tracing', internalUrl, externalUrl),
    provider: member('the provider of tracing', provider, KialiTracingProvider),
    use_grpc: flag('useGrpc of tracing', useGrpc),
  };
}

function addresses(where: string, internalUrl: string, externalUrl: string | undefined) {
  return {
    enabled: true,
    internal_url: address(`internalUrl of ${where}`, internalUrl),
    external_url: given(externalUrl, (url) => address(`externalUrl of ${where}`, url)),
  };
}

function address(where: string, url: string): string {
  if (!isWebAddress(url)) {
    throw new Error(`${where} is ${show(url)}, expected an address with http or https; write for example "http://prometheus.monitoring:9090"`);
  }
  return url;
}
