import { request as plain } from 'node:http';
import { request as secure, type RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { ClusterError, failure, FIELD_MANAGER, unreachable } from './cluster-error.js';

export { ClusterError, type ClusterErrorCause, type ClusterFailure, FIELD_MANAGER } from './cluster-error.js';

/**
 * Which object is meant.
 */
export interface ObjectRef {
  /** Such as `networking.istio.io/v1`. */
  readonly apiVersion: string;

  /** Such as `VirtualService`. */
  readonly kind: string;

  /** What it is called, and where it stands. */
  readonly metadata: {
    /** Its name. */
    readonly name: string;
    /**
     * Its namespace.
     *
     * @default - that of the context, or else `default`
     */
    readonly namespace?: string;
  };
}

/**
 * An object of Kubernetes, as manifests have it.
 */
export interface KubeObject extends ObjectRef {
  /** What it is called, and what Kubernetes knows of it. */
  readonly metadata: ObjectRef['metadata'] & {
    /**
     * The version of its contents, which every change changes.
     *
     * @default - none: it is not from the cluster
     */
    readonly resourceVersion?: string;
    /**
     * Its annotations.
     *
     * @default - none
     */
    readonly annotations?: Readonly<Record<string, string>>;
    /**
     * Its labels.
     *
     * @default - none
     */
    readonly labels?: Readonly<Record<string, string>>;
    /** All else. */
    readonly [key: string]: unknown;
  };

  /** Its contents. */
  readonly [key: string]: unknown;
}

/**
 * One operation of a JSON Patch (RFC 6902). A patch is done as a whole, or not at all.
 */
export interface JsonPatchOperation {
  /** What to do; a `test` that fails refuses the whole patch. */
  readonly op: 'add' | 'remove' | 'replace' | 'test';

  /** Where, as a JSON Pointer such as `/spec/http/0`. */
  readonly path: string;

  /**
   * The value to write or to compare with.
   *
   * @default - none, for `remove`
   */
  readonly value?: unknown;
}

/**
 * How to call the cluster.
 */
export interface CallOptions {
  /**
   * Ends the call at once.
   *
   * @default - only the timeout does
   */
  readonly signal?: AbortSignal;

  /**
   * After how many milliseconds without an answer the call fails as `Unreachable`, more than 0.
   *
   * @default - that of the `Cluster`
   */
  readonly timeout?: number;
}

/**
 * How to write.
 */
export interface WriteOptions extends CallOptions {
  /**
   * The API server does all that it would do, its webhooks included, and keeps nothing.
   *
   * @default false
   */
  readonly dryRun?: boolean;
}

/**
 * How to apply.
 */
export interface ApplyOptions extends WriteOptions {
  /**
   * Takes over fields that belong to somebody else; otherwise they are a `Conflict`.
   *
   * @default false
   */
  readonly force?: boolean;
}

/**
 * Which cluster, and as whom.
 */
export interface ClusterOptions {
  /**
   * A configuration, or the path of a kubeconfig file.
   *
   * @default - as kubectl: KUBECONFIG, ~/.kube/config, or the service account of the pod
   */
  readonly kubeConfig?: KubeConfig | string;

  /**
   * The context of the configuration.
   *
   * @default - its current one
   */
  readonly context?: string;

  /**
   * After how many milliseconds without an answer a call fails as `Unreachable`, more than 0.
   *
   * @default 10000
   */
  readonly timeout?: number;
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly query?: Record<string, string | undefined>;
  readonly body?: unknown;
  readonly type?: string;
}

/**
 * The few things that are said to a Kubernetes API server. Every failure is a `ClusterError`, and no call takes longer than its timeout.
 * A write that timed out may have been done or not: read the object to know.
 */
export class Cluster {
  /** The configuration that it uses. */
  readonly kubeConfig: KubeConfig;

  private readonly timeout: number;
  private readonly resources = new Map<string, Resource[]>();

  /**
   * @param options which cluster; the default one if left out
   * @throws when the configuration can't be read, or has no such context or no cluster
   */
  constructor({ kubeConfig, context, timeout = 10_000 }: ClusterOptions = {}) {
    this.kubeConfig = configuration(kubeConfig, context);
    if (!(timeout > 0)) {
      throw new Error(`the timeout is ${timeout}, expected more than 0 milliseconds; leave it out for 10 seconds`);
    }
    this.timeout = timeout;
  }

  /** The address of the API server. */
  get server(): string {
    return this.kubeConfig.getCurrentCluster()!.server.replace(/\/$/, '');
  }

  /** The namespace of the context, which holds for objects that name none. */
  get namespace(): string {
    return this.kubeConfig.getContextObject(this.kubeConfig.currentContext)?.namespace ?? 'default';
  }

  /**
   * Reads an object.
   *
   * @param ref which one
   * @param options how to call
   * @throws ClusterError `NotFound` where it isn't there, and other reasons
   */
  async get<T extends KubeObject = KubeObject>(ref: ObjectRef, options: CallOptions = {}): Promise<T> {
    return this.call<T>(this.nameOf(ref), { method: 'GET', path: await this.path(ref, options) }, options);
  }

  /**
   * Reads all objects of a kind, without those that come while it reads.
   *
   * @param kind which kind
   * @param namespace where; everywhere if left out
   * @param options how to call
   * @throws ClusterError `NotFound` where the cluster has no such kind, and other reasons
   */
  async list<T extends KubeObject = KubeObject>(kind: Pick<ObjectRef, 'apiVersion' | 'kind'>, namespace?: string, options: CallOptions = {}): Promise<T[]> {
    const path = await this.collection(kind, namespace, options);
    const { items } = await this.call<{ items: T[] }>(`the list of ${kind.kind}`, { method: 'GET', path }, options);
    return items.map((item) => ({ ...item, apiVersion: kind.apiVersion, kind: kind.kind }));
  }

  /**
   * Creates an object that isn't there yet.
   *
   * @param object the object
   * @param options how to write
   * @throws ClusterError `Conflict` where it is there, and other reasons
   */
  async create<T extends KubeObject = KubeObject>(object: KubeObject, options: WriteOptions = {}): Promise<T> {
    const path = await this.collection(object, object.metadata.namespace ?? this.namespace, options);
    return this.call<T>(this.nameOf(object), { method: 'POST', path, query: { ...written(options), fieldValidation: 'Strict' }, body: object }, options);
  }

  /**
   * Applies a manifest on the side of the server: what it says is then so and belongs to us, all else stays as it was.
   * The object may be there or not.
   *
   * @param object the manifest
   * @param options how to apply
   * @throws ClusterError `Conflict` where fields belong to somebody else, `Refused` with the text of who refused it, and other reasons
   */
  async apply<T extends KubeObject = KubeObject>(object: KubeObject, { force = false, ...options }: ApplyOptions = {}): Promise<T> {
    const query = { ...written(options), force: `${force}`, fieldValidation: 'Strict' };
    return this.call<T>(this.nameOf(object), {
      method: 'PATCH', path: await this.path(object, options), query, body: object, type: 'application/apply-patch+yaml',
    }, options);
  }

  /**
   * Changes an object by a JSON Patch.
   *
   * @param ref which one
   * @param patch the operations; `test` ones make sure that it is as it was when it was read
   * @param options how to write
   * @throws ClusterError `Conflict` where a `test` fails, and other reasons
   */
  async patch<T extends KubeObject = KubeObject>(ref: ObjectRef, patch: readonly JsonPatchOperation[], options: WriteOptions = {}): Promise<T> {
    return this.call<T>(this.nameOf(ref), {
      method: 'PATCH',
      path: await this.path(ref, options),
      query: { ...written(options), fieldValidation: 'Strict' },
      body: patch,
      type: 'application/json-patch+json',
    }, options);
  }

  /**
   * Deletes an object.
   *
   * @param ref which one
   * @param options how to write
   * @throws ClusterError `NotFound` where it isn't there, and other reasons
   */
  async delete(ref: ObjectRef, options: WriteOptions = {}): Promise<void> {
    await this.call(this.nameOf(ref), { method: 'DELETE', path: await this.path(ref, options), query: { dryRun: written(options).dryRun } }, options);
  }

  /**
   * Reads any path of the API server, such as `/version`; text where the answer is no JSON.
   *
   * @param path the path
   * @param options how to call
   * @throws ClusterError where there is nothing to read
   */
  async read<T = unknown>(path: string, options: CallOptions = {}): Promise<T> {
    return this.call<T>(path, { method: 'GET', path }, options);
  }

  /**
   * An object as people name it: `VirtualService shop/orders`.
   *
   * @param ref which one
   */
  nameOf({ kind, metadata: { name, namespace = this.namespace } }: ObjectRef): string {
    return `${kind} ${namespace}/${name}`;
  }

  private async path(ref: ObjectRef, options: CallOptions): Promise<string> {
    return `${await this.collection(ref, ref.metadata.namespace ?? this.namespace, options)}/${encodeURIComponent(ref.metadata.name)}`;
  }

  private async collection({ apiVersion, kind }: Pick<ObjectRef, 'apiVersion' | 'kind'>, namespace: string | undefined, options: CallOptions): Promise<string> {
    const group = `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}`;
    const known = (resource: Resource) => resource.kind === kind && !resource.name.includes('/');
    if (!this.resources.get(group)?.some(known)) {
      const what = `kind ${kind} of ${apiVersion}`;
      const { resources } = await this.call<{ resources: Resource[] }>(what, { method: 'GET', path: group }, options);
      this.resources.set(group, resources);
      if (!resources.some(known)) {
        throw new ClusterError('NotFound', `${what} isn't known to the cluster, expected it installed; install Istio's CRDs, or check the name`, 404);
      }
    }
    const { name, namespaced } = this.resources.get(group)!.find(known)!;
    return namespaced && namespace !== undefined ? `${group}/namespaces/${encodeURIComponent(namespace)}/${name}` : `${group}/${name}`;
  }

  private async call<T>(what: string, { method, path, query = {}, body, type = 'application/json' }: Request, options: CallOptions): Promise<T> {
    const { signal, timeout = this.timeout } = options;
    const url = new URL(`${this.server}${path}`);
    Object.entries(query).filter(([, value]) => value !== undefined).forEach(([key, value]) => url.searchParams.set(key, value!));
    signal?.throwIfAborted();
    const limit = AbortSignal.timeout(timeout);
    const request: RequestOptions = { method, headers: { 'accept': 'application/json', 'content-type': type } };
    const content = body === undefined ? undefined : JSON.stringify(body);
    let answer: Answer;
    try {
      await this.kubeConfig.applyToHTTPSOptions(request);
      answer = await send(url, { ...request, signal: AbortSignal.any([limit, ...signal ? [signal] : []]) }, content);
    } catch (error) {
      signal?.throwIfAborted();
      throw unreachable(what, this.server, limit.aborted ? `no answer within ${timeout} ms` : (error as Error).message, error);
    }
    const said = parsed(answer.text);
    if (answer.status >= 400) {
      throw failure(what, answer.status, said);
    }
    return said as T;
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function send(url: URL, options: RequestOptions, body: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'http:' ? plain : secure)(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject)
        .on('end', () => resolve({ status: response.statusCode!, text: Buffer.concat(chunks).toString() }));
    });
    request.on('error', reject).end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const written = ({ dryRun = false }: WriteOptions) => ({ fieldManager: FIELD_MANAGER, dryRun: dryRun ? 'All' : undefined });

function configuration(given: KubeConfig | string | undefined, context: string | undefined): KubeConfig {
  const config = new KubeConfig();
  if (typeof given === 'string') {
    config.loadFromFile(given);
  } else if (given === undefined) {
    config.loadFromDefault();
  } else {
    Object.assign(config, given); // a copy, whose context may be another
  }
  if (context !== undefined) {
    if (config.getContextObject(context) === null) {
      throw new Error(`the context is ${JSON.stringify(context)}, expected one of ${config.contexts.map(({ name }) => name).join(', ') || 'none'}; see kubectl config get-contexts`);
    }
    config.setCurrentContext(context);
  }
  if (!config.getCurrentCluster()) {
    throw new Error(`the kubeconfig has no cluster for its context ${JSON.stringify(config.currentContext)}, expected one; name another context`);
  }
  return config;
}
