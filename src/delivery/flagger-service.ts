import { Duration } from 'cdk8s';
import { keepable, SERVICE_FIELDS } from './flagger-fields';
import { flag, instance, list, object, optionalText, port as portNumber, texts } from '../private/check';
import { optionalDuration } from '../private/duration';
import { given, orUndefined } from '../private/render';
import { CorsPolicy, renderCors } from '../traffic/cors-policy';
import { HttpHeaders, renderHeaders } from '../traffic/http-headers';
import { HttpMatch } from '../traffic/http-match';
import { HttpRewrite, renderRewrite } from '../traffic/http-rewrite';
import { gatewayList, gatewayName, IIstioGateway, IstioGateway } from '../traffic/istio-gateway';
import { RetryPolicy } from '../traffic/retry-policy';
import { renderTrafficPolicy, TrafficPolicy } from '../traffic/traffic-policy';

/**
 * What Flagger writes about a service: its Services, VirtualService and DestinationRules.
 */
export interface FlaggerServiceOptions {
  /**
   * The port of the service, 1 to 65535.
   */
  readonly port: number;

  /**
   * The name of the port, which tells Istio its protocol, such as `http` or `grpc`.
   *
   * @default "http"
   */
  readonly portName?: string;

  /**
   * The port of the pods, 1 to 65535.
   *
   * @default - that of the service
   */
  readonly targetPort?: number;

  /**
   * Whether the other ports of the pods become ports of the service.
   *
   * @default false
   */
  readonly portDiscovery?: boolean;

  /**
   * Gateways whose clients get the same split. Callers in the mesh always do.
   *
   * @default - none: the service is called in the mesh only
   */
  readonly gateways?: IIstioGateway[];

  /**
   * The hosts by which clients of the gateways call the service.
   *
   * @default - its name in the mesh only
   */
  readonly hosts?: string[];

  /**
   * The requests that are for the service: those that one of these matches.
   *
   * @default - all
   */
  readonly match?: HttpMatch[];

  /**
   * How long a request may take, retries included; at least 1 ms.
   *
   * @default Duration.seconds(15), Envoy's own, where Istio waits for ever; none if `streaming`
   */
  readonly timeout?: Duration;

  /**
   * Whether answers may be streams that stay open, so that there is no timeout.
   *
   * @default false
   */
  readonly streaming?: boolean;

  /**
   * When and how often failed requests are tried again.
   *
   * @default RetryPolicy.unprocessed(), which repeats only what certainly was not executed
   */
  readonly retries?: RetryPolicy;

  /**
   * Changes to path and authority.
   *
   * @default - none
   */
  readonly rewrite?: HttpRewrite;

  /**
   * Changes to headers.
   *
   * @default - none
   */
  readonly headers?: HttpHeaders;

  /**
   * Which web pages of other origins may call the service from a browser.
   *
   * @default - the proxy adds nothing
   */
  readonly cors?: CorsPolicy;

  /**
   * Limits, ejection and load balancing, for both versions. Limits on TCP connections and policies by port are not among what Flagger can write.
   *
   * @default - none
   */
  readonly trafficPolicy?: TrafficPolicy;
}

/** The service of a Canary. Whatever its schema would lose is refused. */
export function renderService(where: string, namespace: string | undefined, options: FlaggerServiceOptions) {
  const { port, portName = 'http', targetPort, portDiscovery, gateways, hosts, match, timeout, streaming, retries, rewrite, headers, cors, trafficPolicy } = options;
  if (streaming && timeout !== undefined) {
    throw new Error(`${where} has streaming and timeout, expected one of them; a timeout would end the streams`);
  }
  if ((gateways === undefined) !== (hosts === undefined)) {
    throw new Error(`${where} has ${gateways ? 'gateways and no hosts' : 'hosts and no gateways'}, expected both; clients of a gateway call the service by a host`);
  }
  const nameOf = (gateway: IIstioGateway) => gatewayName(gateway, namespace);
  const service = {
    port: portNumber(`port of ${where}`, port),
    portName: optionalText(`portName of ${where}`, portName),
    targetPort: given(targetPort, (number) => portNumber(`targetPort of ${where}`, number)),
    portDiscovery: flag(`portDiscovery of ${where}`, portDiscovery),
    // A VirtualService for gateways only leaves callers in the mesh without a split.
    gateways: given(gateways, (all) => [...new Set([...gatewayList(all), IstioGateway.MESH].map(nameOf))]),
    hosts: texts(`hosts of ${where}`, hosts),
    match: given(match, (all) => list(`match of ${where}`, all, 'leave it out for all requests')
      .map((one) => instance(`a match of ${where}`, one, HttpMatch, 'HttpMatch.pathPrefix("/orders")')._toIstio(nameOf))),
    timeout: optionalDuration(`timeout of ${where}`, timeout ?? (flag(`streaming of ${where}`, streaming) ? undefined : Duration.seconds(15))),
    retries: instance(`retries of ${where}`, retries ?? RetryPolicy.unprocessed(), RetryPolicy, 'RetryPolicy.never()')._toIstio(),
    rewrite: given(rewrite, renderRewrite),
    headers: renderHeaders('headers', headers),
    corsPolicy: given(cors, renderCors),
    trafficPolicy: given(trafficPolicy, (policy) => orUndefined(renderTrafficPolicy('trafficPolicy', object('trafficPolicy', policy)))),
  };
  for (const [field, fields] of Object.entries(SERVICE_FIELDS)) {
    keepable(field, service[field as keyof typeof service], fields);
  }
  return service;
}
