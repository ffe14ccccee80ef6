import { instance, show } from '../private/check';
import { dnsLabel } from '../private/names';
import { IstioGateway } from '../traffic/istio-gateway';

/**
 * Where the pods of a gateway are.
 */
export interface GatewayPods {
  /**
   * The gateway, whose `selector` says which pods it has. Excludes `selector`.
   *
   * @default - as `selector` says
   */
  readonly gateway?: IstioGateway;

  /**
   * The namespace of the gateway's pods, which that of the `IstioGateway` need not be.
   *
   * @default "istio-system"
   */
  readonly namespace?: string;

  /**
   * The labels of the gateway's pods. Those of a gateway of the Kubernetes Gateway API have `gateway.networking.k8s.io/gateway-name`.
   *
   * @default { istio: "ingressgateway" }
   */
  readonly selector?: Record<string, string>;
}

/** @throws when it has a gateway and labels, or a value is wrong */
export function gatewayPods(where: string, { gateway, namespace = 'istio-system', selector }: GatewayPods): { namespace: string; selector: Record<string, string> } {
  dnsLabel(`the namespace of ${where}`, namespace);
  if (gateway === undefined) {
    return { namespace, selector: selector ?? { istio: 'ingressgateway' } };
  }
  instance(`the gateway of ${where}`, gateway, IstioGateway, 'new IstioGateway(chart, "Edge", { servers })');
  if (selector !== undefined) {
    throw new Error(`${where} has a gateway and the selector ${show(selector)}, expected one of them; the gateway has a selector`);
  }
  return { namespace, selector: gateway.selector };
}

/** The ports of Services of which `istioctl install` makes others of the pods. Where the Helm chart installs the gateway they are the same. */
const POD_PORTS: Record<number, number[]> = { 80: [8080], 443: [8443] };
const podPorts = (port: number) => [port, ...POD_PORTS[port] ?? []];

/** Where a gateway says that it is well. To name a port at all tells Istio that connections were thought of, or it warns of them. */
const HEALTH_PORT = 15021;

/**
 * The ports of the pods at which a gateway takes connections without looking into them, and that of its own health check.
 *
 * @throws when requests may come to such a port too
 */
export function connectionPorts(where: string, gateway: IstioGateway): number[] {
  const requests = new Set(gateway.servers.filter(({ _seesRequests }) => _seesRequests).flatMap(({ port }) => podPorts(port)));
  const connections = gateway.servers.filter(({ _seesRequests }) => !_seesRequests).map(({ port }) => port);
  const both = connections.find((port) => requests.has(port));
  if (both !== undefined) {
    throw new Error(`the gateway of ${where} may take both requests and connections at port ${both} of its pods, expected a port for each; move one of its servers, or name the ports of requests`);
  }
  return [...new Set([...connections.flatMap(podPorts), HEALTH_PORT])].filter((port) => !requests.has(port));
}
