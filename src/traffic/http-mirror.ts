import { Destination } from './destination';
import { VirtualServiceSpecHttp } from '../../imports/networking.istio.io';
import { instance, noUnknown, object, optionalList, percentage, show, whole } from '../private/check';
import { given, orUndefined } from '../private/render';

/**
 * A copy of requests that is sent elsewhere, its answer thrown away.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMirrorPolicy
 */
export interface HttpMirror {
  /**
   * Where the copies go. They are real requests there: what writes, writes twice.
   */
  readonly destination: Destination;

  /**
   * The percentage of requests that are copied, 0 to 100.
   *
   * @default 100
   */
  readonly percentage?: number;
}

/** What a rule says of copies: Istio's form of today, and the older one for a single destination. */
interface Mirrors {
  readonly mirrors?: HttpMirror[];
  readonly mirror?: Destination;
  readonly mirrorPercentage?: number;
  readonly mirrorPercent?: number;
}

/**
 * The destinations of the copies.
 *
 * @internal
 */
export function mirrored({ mirrors = [], mirror }: Mirrors): Destination[] {
  return [...mirrors.map(({ destination }) => destination), ...mirror === undefined ? [] : [mirror]];
}

/** @internal */
export function renderMirrors({ mirrors, mirror, mirrorPercentage, mirrorPercent }: Mirrors): VirtualServiceSpecHttp {
  const rendered = orUndefined(optionalList('the mirrors', mirrors)?.map(renderMirror));
  if (rendered && mirror !== undefined) {
    throw new Error('the rule has mirrors and mirror, expected one of them; keep mirrors, which can name several destinations');
  }
  const share = Object.entries({ mirrorPercentage, mirrorPercent }).filter(([, value]) => value !== undefined);
  if (share.length > 1) {
    throw new Error(`the rule has mirrorPercentage ${show(mirrorPercentage)} and mirrorPercent ${show(mirrorPercent)}, expected one of them; use mirrors`);
  }
  if (share.length > 0 && mirror === undefined) {
    throw new Error(`the rule has ${share[0][0]} ${show(share[0][1])} and no mirror, expected both; use mirrors, each with its percentage`);
  }
  return {
    mirrors: rendered,
    mirror: given(mirror, (destination) => instance('the mirror', destination, Destination, 'Destination.service(orders)')._toIstio()),
    mirrorPercentage: given(mirrorPercentage, (value) => ({ value: percentage('the mirrorPercentage', value) })),
    mirrorPercent: given(mirrorPercent, (value) => whole('the mirrorPercent', value, 0, 100, 'use mirrors, whose percentage may have a fraction')),
  };
}

function renderMirror(mirror: HttpMirror) {
  const { destination, percentage: share, ...rest } = object('a mirror', mirror);
  noUnknown('a mirror', rest);
  return {
    destination: instance('the destination of a mirror', destination, Destination, 'Destination.service(orders)')._toIstio(),
    percentage: share === undefined ? undefined : { value: percentage('the percentage of a mirror', share) },
  };
}
