import { setTimeout as pause } from 'node:timers/promises';
import { Backend, Behavior } from './backend';
import { Kube } from './kube';
import type { Lab } from './lab';

/** What a container does, by its image; other images give the plain answer. */
export type Images = Record<string, Behavior | (() => Behavior)>;

/**
 * In the place of scheduler and kubelets: each pod gets a backend, by the labels and the first port of the pod and with its name, and is
 * ready when the proxies know it. A pod that is deleted stops when they have forgotten it.
 */
export class Pods {
  private readonly backends = new Map<string, Backend>();
  private ended = false;
  private readonly loop = this.run();
  private failure?: Error;

  constructor(private readonly lab: Lab, private readonly images: Images) {}

  /** The backends of the pods that run. */
  get running(): Backend[] {
    return [...this.backends.values()];
  }

  /** @throws what went wrong at last, if anything did */
  async stop(): Promise<void> {
    this.ended = true;
    await this.loop;
    if (this.failure) {
      throw this.failure;
    }
  }

  private async run(): Promise<void> {
    while (!this.ended) {
      await pause(100);
      this.failure = await this.look().then(() => undefined, (error: Error) => error);
    }
  }

  private async look(): Promise<void> {
    const pods = await podsOf(this.lab.kube);
    for (const [uid, backend] of [...this.backends].filter(([known]) => !pods.some(({ metadata }) => metadata.uid === known))) {
      this.backends.delete(uid);
      await this.lab.removeBackend(backend);
    }
    for (const pod of pods.filter(({ metadata: { uid } }) => !this.backends.has(uid))) {
      await this.start(pod);
    }
  }

  private async start(pod: Pod): Promise<void> {
    const { metadata: { name, namespace, labels, uid, ownerReferences: [owner] = [] }, spec: { containers: [container] } } = pod;
    const hash = labels['rollouts-pod-template-hash'] ?? labels['pod-template-hash'];
    const [port] = container.ports ?? [];
    if (!port) {
      throw new Error(`the pod ${name} names no port, which its backend would listen at: give its first container ports: [{ containerPort: 8080 }]`);
    }
    const workload = owner?.name.replace(new RegExp(`-${hash}$`), '') ?? name;
    const backend = await this.lab.backend({ namespace, labels, port: port.containerPort, name, workload });
    backend.behave(this.images[container.image] ?? {});
    this.backends.set(uid, backend);
    const now = new Date().toISOString();
    await this.lab.kube.call('PATCH', `/api/v1/namespaces/${namespace}/pods/${name}/status`, {
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: now }],
        containerStatuses: [{ name: container.name, image: container.image, imageID: '', ready: true, restartCount: 0, state: { running: { startedAt: now } } }],
      },
    }, 'application/merge-patch+json');
  }
}

interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly labels: Record<string, string>;
    readonly ownerReferences?: { readonly name: string }[];
  };
  readonly spec: { readonly containers: { readonly name: string; readonly image: string; readonly ports?: { readonly containerPort: number }[] }[] };
}

async function podsOf(kube: Kube): Promise<Pod[]> {
  const { status, body } = await kube.call('GET', '/api/v1/pods?resourceVersion=0');
  if (status !== 200) {
    throw new Error(`the API server gives no list of pods: ${body.message}`);
  }
  return body.items;
}
