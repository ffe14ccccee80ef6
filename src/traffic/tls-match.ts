import { IIstioGateway } from './istio-gateway';
import { checkConnection, renderConnection, tcpCovers, TcpMatch } from './tcp-match';
import { VirtualServiceSpecTlsMatch } from '../../imports/networking.istio.io';
import { list, object, show } from '../private/check';
import { hostname, isIp, isWithinHost } from '../private/names';

/**
 * Conditions on a TLS connection; all of them must hold.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#TLSMatchAttributes
 */
export interface TlsMatch extends TcpMatch {
  /**
   * The server names (SNI), one of which the client must ask for. Each is one of the hosts of the VirtualService or within a wildcard
   * of them, or a wildcard such as `*.example.com` itself.
   */
  readonly sniHosts: string[];
}

/** How an AUTO_PASSTHROUGH gateway spells a port, a subset and a host in one server name. */
const OUTBOUND = /^outbound_\.\d{1,5}_\.[-a-z0-9]*_\.(.+)$/i;

/**
 * Refuses matches that Istio refuses.
 *
 * @internal
 */
export function checkTlsMatches(matches: TlsMatch[]): void {
  list('the match of a tls rule', matches, 'name the server that clients ask for, such as { sniHosts: ["shop.example.com"] }').forEach((match) => {
    const { sniHosts, ...connection } = object('the match', match);
    checkConnection('the match', connection);
    list('match.sniHosts', sniHosts, 'name the server that clients ask for').forEach((host, index) => {
      checkSni(host);
      if (sniHosts.indexOf(host) !== index) {
        throw new Error(`match.sniHosts has ${show(host)} twice, expected each name once; remove the second`);
      }
    });
  });
}

function checkSni(host: string): void {
  const [, spelled] = OUTBOUND.exec(host) ?? [];
  if (isIp(host)) {
    return;
  }
  // Envoy knows whole labels only, and refuses the whole listener for others.
  if (hostname('an entry of match.sniHosts', spelled ?? host).startsWith('*') && (spelled !== undefined || !/^\*(\.|$)/.test(host))) {
    throw new Error(`an entry of match.sniHosts is ${show(host)}, expected a name or a wildcard for whole labels; write one such as "*.example.com"`);
  }
}

/**
 * Refuses server names that the VirtualService is not for.
 *
 * @param where the rule
 * @param hosts the hosts of the VirtualService
 * @param inMesh whether sidecars follow it
 * @internal
 */
export function checkSniHosts(where: string, matches: TlsMatch[], hosts: string[], inMesh: boolean): void {
  for (const host of matches.flatMap(({ sniHosts }) => sniHosts)) {
    if (inMesh && OUTBOUND.test(host)) {
      throw new Error(`${where} matches the server name ${show(host)} in the mesh, expected gateways only; bind the VirtualService to gateways`);
    }
    if (!isIp(host) && !hosts.some((outer) => isWithinHost(host, outer))) {
      throw new Error(`${where} matches the server name ${show(host)}, expected it to be within one of the hosts ${hosts.map(show).join(', ')}; add it to the hosts of the VirtualService`);
    }
  }
}

/** @internal */
export function renderTlsMatch(match: TlsMatch, gatewayName: (gateway: IIstioGateway) => string): VirtualServiceSpecTlsMatch {
  return { sniHosts: match.sniHosts, ...renderConnection(match, gatewayName) };
}

/**
 * The server name of `later` that `earlier` takes from it on every proxy, if there is one. Of a name and a wildcard the
 * name is looked at first, whatever the order, so only equal ones count.
 *
 * @internal
 */
export function takenSni(earlier: VirtualServiceSpecTlsMatch, later: VirtualServiceSpecTlsMatch): string | undefined {
  const sameAddresses = earlier.destinationSubnets !== undefined || later.destinationSubnets === undefined;
  return sameAddresses && tcpCovers(earlier, later) ? later.sniHosts.find((host) => earlier.sniHosts.includes(host)) : undefined;
}
