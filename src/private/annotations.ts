import { show } from './check';

/** Annotations that Istio refuses wherever a user sets them, all or on all kinds but one. */
const RESERVED: Record<string, string | undefined> = {
  'internal.istio.io/parents': undefined,
  'internal.istio.io/parent-namespace': undefined,
  'internal.istio.io/webhook-always-reject': undefined,
  'istio.io/dry-run': 'AuthorizationPolicy',
};

/** Refuses the annotations that Istio refuses on resources of a kind. */
export function refuseReserved(kind: string, annotations: { [key: string]: string } | undefined): void {
  for (const key in annotations) {
    if (key in RESERVED && RESERVED[key] !== kind) {
      const home = RESERVED[key];
      throw new Error(`the annotation ${key} of the ${kind} is ${show(annotations[key])}, expected ${home === undefined ? 'none of that name' : `it on no other kind than ${home}`}, as Istio does; leave it out`);
    }
  }
}
