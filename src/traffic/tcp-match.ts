import { gatewayList, IIstioGateway } from './istio-gateway';
import { VirtualServiceSpecTcpMatch } from '../../imports/networking.istio.io';
import { list, noUnknown, object, optionalList, port, show } from '../private/check';
import { callerCovers } from '../private/match-cover';
import { dnsLabel, isIpBlock, labels } from '../private/names';
import { given, orUndefined } from '../private/render';

/**
 * Conditions on a TCP connection, at least one; all of them must hold.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#L4MatchAttributes
 */
export interface TcpMatch {
  /**
   * The addresses that the caller connects to: IP addresses and blocks of them, such as `10.1.0.0/16`, one of which must hold.
   * Has no effect on gateways.
   *
   * @default - any address of the hosts
   */
  readonly destinationSubnets?: string[];

  /**
   * The port that the caller connects to, 1 to 65535.
   *
   * @default - any port
   */
  readonly port?: number;

  /**
   * Labels of the calling workload. Has no effect on gateways.
   *
   * @default - any workload
   */
  readonly sourceLabels?: Record<string, string>;

  /**
   * The namespace of the calling workload. Has no effect on gateways.
   *
   * @default - any namespace
   */
  readonly sourceNamespace?: string;

  /**
   * The gateways this match counts on, in place of those of the VirtualService.
   *
   * @default - the gateways of the VirtualService
   */
  readonly gateways?: IIstioGateway[];
}

/**
 * Refuses matches that Istio refuses, or that say nothing.
 *
 * @internal
 */
export function checkTcpMatches(matches: TcpMatch[]): void {
  list('the match of a tcp rule', matches, 'to match every connection leave it out').forEach((match) => {
    checkConnection('the match', match);
    if (Object.values(match).every((value) => value === undefined || typeof value === 'object' && Object.keys(value).length === 0)) {
      throw new Error('the match has no condition, expected at least one; to match every connection leave the match out');
    }
  });
}

/**
 * What matches for TCP and TLS have in common.
 *
 * @internal
 */
export function checkConnection(where: string, match: TcpMatch): void {
  const { destinationSubnets, port: number, sourceLabels, sourceNamespace, gateways, ...rest } = object(where, match);
  noUnknown(where, rest);
  optionalList('match.destinationSubnets', destinationSubnets)?.forEach((subnet) => {
    if (!isIpBlock(subnet)) {
      throw new Error(`an entry of match.destinationSubnets is ${show(subnet)}, expected an IP address or block; write one such as "10.1.2.3" or "10.1.0.0/16"`);
    }
  });
  given(number, (value) => port('match.port', value));
  given(sourceLabels, (value) => labels('match.sourceLabels', value));
  given(sourceNamespace, (value) => dnsLabel('match.sourceNamespace', value));
  given(gateways, (value) => Array.isArray(value) && value.length === 0 ? value : gatewayList(value));
}

/** @internal */
export function renderConnection(match: TcpMatch, gatewayName: (gateway: IIstioGateway) => string): VirtualServiceSpecTcpMatch {
  const { destinationSubnets, port: number, sourceLabels, sourceNamespace, gateways } = match;
  return {
    destinationSubnets: orUndefined(destinationSubnets),
    port: number,
    sourceLabels: orUndefined(sourceLabels),
    sourceNamespace,
    gateways: orUndefined(gateways?.map(gatewayName)),
  };
}

/**
 * Whether every connection that `later` matches is matched by `earlier` too. Of two blocks of addresses the smaller one
 * is looked at first, whatever the order, so only equal ones count.
 *
 * @internal
 */
export function tcpCovers(earlier: VirtualServiceSpecTcpMatch, later: VirtualServiceSpecTcpMatch): boolean {
  const { destinationSubnets: taken } = earlier;
  return callerCovers(earlier, later)
    && (taken === undefined || later.destinationSubnets?.every((subnet) => taken.includes(subnet)) === true);
}
