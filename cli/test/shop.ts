import { Duration } from 'cdk8s';
import type { KubeObject, RolloutOptions } from '../src/index.js';

export const NAMESPACE = 'shop';

/** A VirtualService with a rule for testers, and one for everybody, whose weights move. */
export const shop = (name: string, canary = 0): KubeObject & { spec: any } => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name, namespace: NAMESPACE },
  spec: {
    hosts: [name],
    http: [
      { name: 'testers', match: [{ headers: { 'x-canary': { exact: 'true' } } }], route: [{ destination: { host: name, subset: 'v2' } }] },
      { name: 'default', route: [{ destination: { host: name, subset: 'v1' }, weight: 100 - canary }, { destination: { host: name, subset: 'v2' }, weight: canary }] },
    ],
  },
});

/** The weights of the rule for everybody. */
export const weightsIn = (object: any): Record<string, number> => Object.fromEntries(object.spec.http
  .find(({ name }: any) => name === 'default').route.map(({ destination: { host, subset }, weight = 0 }: any) => [subset ?? host, weight]));

/** A quick rollout: three steps of a second. */
export const quick = (virtualService: string, more: Partial<RolloutOptions> = {}): RolloutOptions => ({
  namespace: NAMESPACE, virtualService, stable: 'v1', canary: 'v2', steps: [20, 60, 100], interval: Duration.seconds(1), leaseDuration: Duration.seconds(3), ...more,
});

export const pause = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis));

/** Waits until something holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, timeout = 20_000): Promise<void> {
  for (const end = Date.now() + timeout; !await holds(); await pause(50)) {
    if (Date.now() > end) {
      throw new Error(`not within ${timeout} ms: ${what}`);
    }
  }
}
