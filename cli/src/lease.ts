import { createHash, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, ClusterError, type KubeObject, type ObjectRef } from './cluster.js';
import type { RolloutTarget } from './rollout-plan.js';
import { unchanged } from './route.js';

/**
 * Another process drives the rollout.
 */
export class HeldError extends Error {
  /** The name of this kind of error. */
  override readonly name = 'HeldError';

  /**
   * @param holder who drives it
   * @param target the VirtualService
   */
  constructor(readonly holder: string, { namespace, virtualService }: RolloutTarget) {
    super(`VirtualService ${namespace}/${virtualService} is held by ${holder}, expected nobody; see its status or abort it, or resume it once that process is gone`);
  }
}

/** A Lease of Kubernetes. */
interface LeaseObject extends KubeObject {
  readonly spec: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
  };
}

/** How a lease is taken. */
export interface LeaseOptions {
  /** How long it lasts without being renewed, in milliseconds. */
  readonly duration: number;
  /** Whether to see for oneself that its holder is gone; otherwise one whose last sign of life is recent by the clock holds it. */
  readonly patient: boolean;
  /** Gives up. */
  readonly signal?: AbortSignal;
}

const LONGEST_NAME = 253;

/**
 * Who may drive a rollout, as long as it is renewed.
 *
 * Whether a holder is gone is told from how long the lease did not change while we looked at it, never from the times in it: the clocks of two
 * machines may differ. A holder that could not renew it for two thirds of its duration doesn't count on it any more.
 *
 * @see https://kubernetes.io/docs/concepts/architecture/leases/
 */
export class Lease {
  /**
   * Takes the lease, from a holder that is gone, too.
   *
   * @throws HeldError when somebody else holds it
   */
  static async acquire(cluster: Cluster, virtualService: KubeObject, target: RolloutTarget, options: LeaseOptions): Promise<Lease> {
    const lease = new Lease(cluster, virtualService, target, options.duration);
    while (!await lease.attempt(options.patient)) {
      await sleep(lease.pace, undefined, { signal: options.signal }).catch(() => {
        throw new Error(`the wait for VirtualService ${target.namespace}/${target.virtualService} was interrupted, before anything was written; its rollout is as it was`);
      });
    }
    lease.keepRenewing();
    return lease;
  }

  /** Who we are. */
  readonly holder = `${hostname()}_${process.pid}_${randomUUID().slice(0, 8)}`;

  private readonly ref: ObjectRef;
  private readonly pace: number;
  private seen?: LeaseObject;
  private seenSince = 0;
  private firstSign?: string;
  private renewedAt = -Infinity;
  private timer?: NodeJS.Timeout;
  private attempting?: Promise<boolean>;
  private isReleased = false;

  private constructor(
    private readonly cluster: Cluster,
    private readonly virtualService: KubeObject,
    private readonly target: RolloutTarget,
    private readonly duration: number,
  ) {
    this.ref = leaseOf(target);
    this.pace = duration / 3;
  }

  /** Whether we may still count on it. */
  get isHeld(): boolean {
    return performance.now() - this.renewedAt < this.duration * 2 / 3;
  }

  /** Who else has it, as far as we know. */
  get taker(): string | undefined {
    const holder = this.seen?.spec.holderIdentity;
    return holder === this.holder ? undefined : holder;
  }

  /** Gives it back, so that others need not wait until it expires. */
  async release(): Promise<void> {
    this.isReleased = true;
    clearTimeout(this.timer);
    await this.attempting;
    if (this.seen?.spec.holderIdentity === this.holder) {
      const { holderIdentity: _, ...spec } = this.seen.spec;
      await this.cluster.patch(this.ref, this.change(this.seen, spec), { timeout: this.pace }).catch(() => undefined); // it expires anyway
    }
  }

  /** Renews it three times in its duration, and more often when that fails. */
  private keepRenewing(): void {
    const renew = async () => {
      this.attempting = this.attempt(true).catch(() => false);
      const wait = await this.attempting ? this.pace : this.pace / 5;
      this.timer = this.isReleased ? undefined : setTimeout(renew, wait);
    };
    this.timer = setTimeout(renew, this.pace);
  }

  /** Takes or renews it; whether we have it now. Somebody else who shows a sign of life is an error. */
  private async attempt(patient: boolean): Promise<boolean> {
    const now = performance.now();
    let isWritten = true;
    try {
      const known = this.isHeld ? this.seen : undefined;
      this.see(await this.write(known ?? await this.read()) ?? this.seen);
    } catch (error) {
      if (!(error instanceof ClusterError && error.reason === 'Conflict')) {
        throw error;
      }
      isWritten = false;
      this.see(await this.read());
    }
    if (this.taker !== undefined) {
      this.watch(this.seen!.spec, patient);
    } else if (isWritten) {
      this.renewedAt = now;
    }
    return isWritten && this.taker === undefined;
  }

  /** Looks at somebody else's lease: one that is renewed while we look is theirs. */
  private watch({ holderIdentity = '', renewTime = '' }: LeaseObject['spec'], patient: boolean): void {
    const sign = `${holderIdentity} ${renewTime}`;
    this.firstSign ??= sign;
    const isRecent = Date.now() - Date.parse(renewTime) < this.durationOf(this.seen!);
    if (this.firstSign !== sign || !patient && isRecent) {
      throw new HeldError(holderIdentity, this.target);
    }
  }

  /** Writes that it is ours, if nobody else has it; nothing otherwise. */
  private async write(current: LeaseObject | undefined): Promise<LeaseObject | undefined> {
    const spec = { holderIdentity: this.holder, leaseDurationSeconds: Math.ceil(this.duration / 1_000), renewTime: new Date().toISOString().replace('Z', '000Z') };
    const options = { timeout: this.pace };
    if (current === undefined) {
      return this.cluster.create<LeaseObject>({ ...this.ref, metadata: { ...this.ref.metadata, ownerReferences: [this.owner] }, spec }, options);
    }
    this.see(current);
    const isOurs = current.spec.holderIdentity === this.holder;
    if (current.spec.holderIdentity !== undefined && !isOurs && performance.now() - this.seenSince < this.durationOf(current)) {
      return undefined;
    }
    const leaseTransitions = (current.spec.leaseTransitions ?? 0) + (isOurs ? 0 : 1);
    return this.cluster.patch<LeaseObject>(this.ref, this.change(current, { ...spec, leaseTransitions }), options);
  }

  private see(lease: LeaseObject | undefined): void {
    if (lease?.metadata.resourceVersion !== this.seen?.metadata.resourceVersion) {
      this.seenSince = performance.now();
    }
    this.seen = lease;
  }

  private read(): Promise<LeaseObject | undefined> {
    return readLease(this.cluster, this.ref, this.pace);
  }

  private change(current: LeaseObject, spec: LeaseObject['spec']) {
    return [...unchanged(current), { op: 'replace' as const, path: '/spec', value: spec }];
  }

  private durationOf({ spec: { leaseDurationSeconds = this.duration / 1_000 } }: LeaseObject): number {
    return leaseDurationSeconds * 1_000;
  }

  /** The lease goes when the VirtualService does. */
  private get owner(): object {
    const { apiVersion, kind, metadata: { name, uid } } = this.virtualService;
    return { apiVersion, kind, name, uid };
  }
}

/** Who drives a rollout, as far as the clock of this machine tells; none when nobody has given a sign of life recently. */
export async function holderOf(cluster: Cluster, target: RolloutTarget): Promise<string | undefined> {
  const { holderIdentity, renewTime = 0, leaseDurationSeconds = 0 } = (await readLease(cluster, leaseOf(target)))?.spec ?? {};
  return Date.now() - new Date(renewTime).getTime() < leaseDurationSeconds * 1_000 ? holderIdentity : undefined;
}

async function readLease(cluster: Cluster, ref: ObjectRef, timeout?: number): Promise<LeaseObject | undefined> {
  try {
    return await cluster.get<LeaseObject>(ref, { ...(timeout !== undefined && { timeout }) });
  } catch (error) {
    if (error instanceof ClusterError && error.reason === 'NotFound') {
      return undefined;
    }
    throw error;
  }
}

/** Named after the VirtualService, or by a digest where that name is too long. */
function leaseOf({ namespace, virtualService }: RolloutTarget): ObjectRef {
  const name = `rollout-${virtualService}`;
  const short = name.length <= LONGEST_NAME ? name : `rollout-${createHash('sha256').update(virtualService).digest('hex')}`;
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name: short } };
}
