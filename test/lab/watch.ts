import { setTimeout as pause } from 'node:timers/promises';
import { Kube, KubeObject } from './kube';

/** Notes each state of an object that differs from the one before. */
export class Watch<T> {
  readonly states: T[] = [];
  /** When each of the states was seen first; milliseconds since 1970. */
  readonly times: number[] = [];
  private waitedFor = 0;
  private readonly end = new AbortController();

  constructor(kube: Kube, object: KubeObject, private readonly state: (object: any) => T) {
    void this.run(() => kube.watch(object, (found) => this.see(found), this.end.signal));
  }

  /** Waits for a state: one that comes, or that there was since the last that was waited for. */
  async until(what: string, seconds: number, wanted: (state: T) => boolean): Promise<void> {
    const found = () => this.states.findIndex((state, index) => index >= this.waitedFor && wanted(state));
    for (const latest = Date.now() + seconds * 1000; found() < 0; await pause(20)) {
      if (Date.now() > latest) {
        throw new Error(`${what}: not after ${seconds} seconds; seen: ${JSON.stringify(this.states)}`);
      }
    }
    this.waitedFor = found();
  }

  stop(): void {
    this.end.abort();
  }

  /** Begins again when the API server went away. */
  private async run(watch: () => Promise<void>): Promise<void> {
    while (!this.end.signal.aborted) {
      await watch().catch(() => { /* it may come back */ });
      await pause(50);
    }
  }

  private see(object: KubeObject): void {
    const state = this.state(object);
    if (state !== undefined && JSON.stringify(state) !== JSON.stringify(this.states[this.states.length - 1])) {
      this.states.push(state);
      this.times.push(Date.now());
    }
  }
}
