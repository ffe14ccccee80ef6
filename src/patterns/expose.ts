import { Construct } from 'constructs';
import { ExposedHost } from './exposed-host';
import { SharedTraffic } from './shared-traffic';
import { list, noUnknown, object, optionalText } from '../private/check';
import { orUndefined } from '../private/render';
import { CorsPolicy } from '../traffic/cors-policy';
import { Destination } from '../traffic/destination';
import { HttpHeaders } from '../traffic/http-headers';
import { HttpMatch } from '../traffic/http-match';
import { HttpRewrite } from '../traffic/http-rewrite';
import { HttpForwardOptions, HttpRoute } from '../traffic/http-route';
import { gatewayList, IIstioGateway } from '../traffic/istio-gateway';

/**
 * How clients of a gateway call a service.
 */
export interface ExposeOptions {
  /**
   * The hosts by which clients of the gateway call the service; a server of the gateway must answer for them.
   */
  readonly hosts: string[];

  /**
   * The requests to these hosts that are for the service: those that one of these matches.
   *
   * @default - all requests
   */
  readonly match?: HttpMatch[];

  /**
   * The name of the rule, shown in access logs. It stands before the names of rules that have one, as `<name>-<rule>`: two services
   * of one host may name their rules alike.
   *
   * @default - no name but those that rules have
   */
  readonly name?: string;

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
}

/** What all rules of an exposure have. */
export interface Exposed {
  readonly match?: HttpMatch[];
  readonly name?: string;
  readonly changes: HttpForwardOptions;
}

/**
 * Puts a service behind hosts of a gateway.
 *
 * @returns the VirtualServices of these hosts
 * @throws when another service is exposed for the same requests, or a value is wrong
 */
export function expose(
  owner: Construct, gateway: IIstioGateway, options: ExposeOptions, to: Destination, routesOf: (exposed: Exposed) => HttpRoute[],
): ExposedHost[] {
  const { hosts, match, name, rewrite, headers, cors, ...rest } = object('the options of exposeVia', options);
  noUnknown('exposeVia', rest);
  gatewayList([gateway]);
  const exposed = { match: orUndefined(match), name: optionalText('the name of exposeVia', name), changes: { rewrite, headers, cors } };
  return list('hosts of exposeVia', hosts, 'name the host that clients of the gateway use').map((host) => {
    const all = HttpRoute.forward(to, { match: exposed.match });
    const virtualService = SharedTraffic.of(owner).exposedHost(gateway, host);
    virtualService.expose({ owner, all, routes: routesOf(exposed) });
    return virtualService;
  });
}
