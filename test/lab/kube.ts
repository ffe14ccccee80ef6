import { Agent, request } from 'node:https';

/** A Kubernetes object, as manifests have it. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly resourceVersion?: string;
    readonly labels?: Record<string, string>;
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

/** What the API server said of one object. */
export interface Applied {
  readonly object: KubeObject;
  readonly result: 'created' | 'configured' | 'unchanged';
  /** What `kubectl` prints as `Warning: ...`. */
  readonly warnings: string[];
}

/** Something about a field that the API server does not accept. */
export interface Cause {
  /** The field, such as `spec.http[0].timeout`; empty if it is the object's whole. */
  readonly field: string;
  readonly message: string;
}

export interface ApplyOptions {
  /** The owner of the fields; `lab` if left out. */
  readonly fieldManager?: string;
  /** Takes fields that somebody else owns, as `kubectl apply --server-side --force-conflicts` does. */
  readonly force?: boolean;
}

/** A field that a manifest would change. */
export interface Drift {
  /** Such as `VirtualService shop/orders`. */
  readonly object: string;
  /** Such as `spec.http[0].timeout`. */
  readonly field: string;
  readonly live: unknown;
  readonly wanted: unknown;
}

/** An object as people name it: `VirtualService shop/orders`. */
export function nameOf({ kind, metadata: { namespace, name } }: KubeObject): string {
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
}

/** The API server has refused an object. */
export class Refusal extends Error {
  constructor(readonly object: KubeObject, readonly status: number, readonly reason: string, readonly causes: Cause[], message: string) {
    super(`${nameOf(object)} was refused (${status} ${reason}): ${
      causes.length > 0 ? causes.map((cause) => `${cause.field}: ${cause.message}`).join('; ') : message}`);
    this.name = 'Refusal';
  }
}

interface Answer {
  readonly status: number;
  readonly body: any;
  readonly warnings: string[];
}

/** The few things that the lab says to an API server, over plain requests, so that it hears all that is answered. */
export class Kube {
  private readonly agent: Agent;
  private readonly kinds = new Map<string, { plural: string; namespaced: boolean }>();

  constructor(readonly server: string, private readonly token: string, ca: string) {
    this.agent = new Agent({ keepAlive: true, ca, checkServerIdentity: () => undefined });
  }

  /** Sends any request; an answer of 400 and more is an answer, not an error. */
  call(method: string, path: string, body?: object, contentType = 'application/json'): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { 'authorization': `Bearer ${this.token}`, 'accept': 'application/json', 'content-type': contentType };
      const sent = request(`${this.server}${path}`, { method, agent: this.agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk)).on('error', reject).on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const isJson = response.headers['content-type']?.startsWith('application/json');
          const warnings = response.headersDistinct.warning?.map((warning) => warning.replace(/^299 - "(.*)"$/, '$1').replace(/\\"/g, '"'));
          resolve({ status: response.statusCode!, body: isJson ? JSON.parse(text) : text, warnings: warnings ?? [] });
        });
      });
      sent.on('error', reject).end(body && JSON.stringify(body));
    });
  }

  async get(object: KubeObject): Promise<KubeObject | undefined> {
    const answer = await this.call('GET', await this.path(object));
    return answer.status === 404 ? undefined : this.accepted(object, answer).body;
  }

  /** What `kubectl apply --server-side` does with one object. */
  async apply(object: KubeObject, options: ApplyOptions = {}): Promise<Applied> {
    const before = await this.get(object);
    const { status, body, warnings } = await this.patch(object, options);
    const result = status === 201 ? 'created' : before?.metadata.resourceVersion === body.metadata.resourceVersion ? 'unchanged' : 'configured';
    return { object: body, result, warnings };
  }

  /** What `kubectl diff --server-side --force-conflicts` shows of one object. */
  async diff(object: KubeObject, options: ApplyOptions = {}): Promise<Drift[]> {
    const live = await this.get(object);
    const { body } = await this.patch(object, { force: true, ...options }, true);
    return differences(fields(live), fields(body)).map((difference) => ({ object: nameOf(object), ...difference }));
  }

  /** Deletes an object; whether it was there. */
  async delete(object: KubeObject): Promise<boolean> {
    const answer = await this.call('DELETE', await this.path(object));
    return answer.status !== 404 && this.accepted(object, answer).status < 300;
  }

  /** Makes an object that is sent but not kept, or that gets its name there. */
  async create(path: string, object: object): Promise<any> {
    const answer = await this.call('POST', path, object);
    return this.accepted(object as KubeObject, answer).body;
  }

  /** Tells of each state of an object, the present one first, until it is aborted or the connection ends. */
  async watch(object: KubeObject, each: (state: KubeObject) => void, signal: AbortSignal): Promise<void> {
    const [, collection, name] = (await this.path(object)).match(/^(.*)\/([^/]+)$/)!;
    const headers = { authorization: `Bearer ${this.token}`, accept: 'application/json' };
    await new Promise<void>((resolve, reject) => {
      const url = `${this.server}${collection}?watch=true&fieldSelector=metadata.name%3D${name}`;
      request(url, { agent: this.agent, headers, signal }, (response) => {
        let rest = '';
        response.setEncoding('utf8').on('error', reject).on('end', resolve).on('data', (chunk: string) => {
          const lines = `${rest}${chunk}`.split('\n');
          rest = lines.pop()!;
          lines.map((line) => JSON.parse(line)).filter(({ type }) => ['ADDED', 'MODIFIED'].includes(type)).forEach((event) => each(event.object));
        });
      }).on('error', reject).end();
    });
  }

  /** Closes its connections. */
  close(): void {
    this.agent.destroy();
  }

  private async patch(object: KubeObject, { fieldManager = 'lab', force = false }: ApplyOptions, dryRun = false): Promise<Answer> {
    const query = new URLSearchParams({ fieldManager, force: `${force}`, fieldValidation: 'Strict', ...dryRun && { dryRun: 'All' } });
    return this.accepted(object, await this.call('PATCH', `${await this.path(object)}?${query}`, object, 'application/apply-patch+yaml'));
  }

  private accepted(object: KubeObject, answer: Answer): Answer {
    if (answer.status >= 400) {
      const { reason = '', message = `${answer.body}`, details } = answer.body;
      const causes = (details?.causes ?? []).map((cause: any) => ({ field: cause.field ?? '', message: cause.message }));
      throw new Refusal(object, answer.status, reason, causes, message);
    }
    return answer;
  }

  private async path(object: KubeObject): Promise<string> {
    const { apiVersion, metadata: { name, namespace = 'default' } } = object;
    const { plural, namespaced } = await this.resource(object);
    return `${group(apiVersion)}/${namespaced ? `namespaces/${namespace}/` : ''}${plural}/${name}`;
  }

  private async resource(object: KubeObject): Promise<{ plural: string; namespaced: boolean }> {
    const key = `${object.apiVersion} ${object.kind}`;
    if (!this.kinds.has(key)) {
      const { resources = [] } = (await this.call('GET', group(object.apiVersion))).body;
      for (const { name, kind, namespaced } of resources.filter((each: any) => !each.name.includes('/'))) {
        this.kinds.set(`${object.apiVersion} ${kind}`, { plural: name, namespaced });
      }
    }
    const found = this.kinds.get(key);
    if (!found) {
      throw new Error(`the lab's API server has no kind ${object.kind} in ${object.apiVersion}: apply its CRD first`);
    }
    return found;
  }
}

const group = (apiVersion: string) => apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

/** All fields that people write, without the server's notes. */
function fields(object: KubeObject | undefined): unknown {
  const { metadata: { managedFields, resourceVersion, generation, uid, creationTimestamp, ...metadata } = {} as any, ...rest } = object ?? {};
  return { ...rest, metadata };
}

function differences(live: unknown, wanted: unknown, field = ''): { field: string; live: unknown; wanted: unknown }[] {
  if (typeof live !== 'object' || typeof wanted !== 'object' || !live || !wanted || Array.isArray(live) !== Array.isArray(wanted)) {
    return live === wanted ? [] : [{ field, live, wanted }];
  }
  return [...new Set([...Object.keys(live), ...Object.keys(wanted)])].flatMap((key) => differences(
    (live as any)[key], (wanted as any)[key], Array.isArray(live) ? `${field}[${key}]` : `${field}${field && '.'}${key}`));
}
