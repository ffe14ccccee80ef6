import { ApiObject, ApiObjectMetadataDefinition, JsonPatch } from 'cdk8s';
import { IConstruct } from 'constructs';
import { show, withArticle } from '../private/check';

/** Labels and annotations to write; undefined ones are left out. */
export interface MeshMetadata {
  readonly labels?: Record<string, string | undefined>;
  readonly annotations?: Record<string, string | undefined>;
}

/** A kind of object that Istio reads labels and annotations of; `Pod` is whatever has pods, by its template. */
export type MeshKind = 'Namespace' | 'Service' | 'ServiceEntry' | 'WorkloadEntry' | 'Gateway' | 'GatewayClass' | 'Pod';

const KINDS: Record<string, MeshKind> = {
  'core/Namespace': 'Namespace',
  'core/Service': 'Service',
  'networking.istio.io/ServiceEntry': 'ServiceEntry',
  'networking.istio.io/WorkloadEntry': 'WorkloadEntry',
  'gateway.networking.k8s.io/Gateway': 'Gateway',
  'gateway.networking.k8s.io/GatewayClass': 'GatewayClass',
};

const MEANING: Partial<Record<MeshKind, string>> = { Pod: 'a workload with pods, such as a Deployment', Gateway: 'a Gateway of the Gateway API' };

/** Where the pod template is, where it is not at /spec/template. */
const TEMPLATES: Record<string, string[]> = {
  'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
  'core/PodTemplate': ['template'],
};

type Part = 'labels' | 'annotations';
type Written = Record<Part, Record<string, string>>;

/** A place for labels and annotations: metadata of cdk8s, or the pod template of a manifest. */
interface Place {
  read(): Written;
  write(part: Part, key: string, value: string): void;
}

/** An object whose labels and annotations Istio reads, of any cdk8s-plus version, any binding or YAML. */
export class MeshObject {
  /** The object that a construct defines, where it is of one of these kinds. */
  public static of(where: string, construct: IConstruct, ...kinds: MeshKind[]): MeshObject {
    const object = apiObject(where, construct, kinds.map(meaning).join(' or '));
    const found = KINDS[`${object.apiGroup}/${object.kind}`];
    const kind = found && kinds.includes(found) ? found : 'Pod';
    const place = kind !== 'Pod' ? metadataOf(object.metadata) : kinds.includes('Pod') ? podsOf(construct, object) : undefined;
    if (place === undefined) {
      throw new Error(`${where} is for ${kinds.map(meaning).join(' or ')}, got ${describe(object)}, expected one of those; give the object that Istio reads it from`);
    }
    return new MeshObject(kind, describe(object), place);
  }

  /** The object itself, whatever it is, and not its pods. */
  public static any(where: string, construct: IConstruct): MeshObject {
    const object = apiObject(where, construct, 'an object of Kubernetes');
    return new MeshObject(KINDS[`${object.apiGroup}/${object.kind}`] ?? 'Pod', describe(object), metadataOf(object.metadata));
  }

  private constructor(
    public readonly kind: MeshKind,
    /** The object as messages name it. */
    public readonly description: string,
    private readonly place: Place,
  ) {}

  /** Its labels and annotations as they are now. */
  public read(): Written {
    return this.place.read();
  }

  /** Adds labels and annotations, all of them or none. What is there already must not say something else. */
  public add(metadata: MeshMetadata): void {
    const existing = this.place.read();
    const entries = entriesOf(metadata).filter(({ part, key, value }) => {
      const before = existing[part][key];
      if (before !== undefined && before !== value) {
        throw new Error(`${this.description} has the ${part.slice(0, -1)} ${key}: ${show(before)} already, expected none or ${show(value)}; set it in one place`);
      }
      return before === undefined;
    });
    entries.forEach(({ part, key, value }) => this.place.write(part, key, value));
  }

  /** Writes an annotation over the one that is there. */
  public replaceAnnotation(key: string, value: string): void {
    this.place.write('annotations', key, value);
  }
}

function entriesOf({ labels, annotations }: MeshMetadata) {
  const of = (part: Part, values: Record<string, string | undefined> = {}) =>
    Object.entries(values).flatMap(([key, value]) => value === undefined ? [] : [{ part, key, value }]);
  return [...of('labels', labels), ...of('annotations', annotations)];
}

function meaning(kind: MeshKind): string {
  return MEANING[kind] ?? withArticle(kind);
}

function describe({ kind, name }: ApiObject): string {
  return `the ${kind} ${show(name)}`;
}

/** Like ApiObject.of, which names neither the value nor the remedy. */
function apiObject(where: string, construct: IConstruct, expected: string): ApiObject {
  let found: IConstruct | undefined = construct;
  while (found !== undefined && !ApiObject.isApiObject(found)) {
    found = found?.node?.defaultChild;
  }
  if (found === undefined) {
    throw new Error(`${where} is for ${show(construct)}, expected ${expected}; give the construct of the object`);
  }
  return found as ApiObject;
}

function metadataOf(metadata: ApiObjectMetadataDefinition): Place {
  return {
    read: () => written(metadata.toJson()),
    write: (part, key, value) => part === 'labels' ? metadata.addLabel(key, value) : metadata.addAnnotation(key, value),
  };
}

function written(metadata: Partial<Written> | undefined): Written {
  return { labels: { ...metadata?.labels }, annotations: { ...metadata?.annotations } };
}

/** The metadata of the pods, not that of the Deployment: Istio reads no other. */
function podsOf(construct: IConstruct, object: ApiObject): Place | undefined {
  if (object.apiGroup === 'core' && object.kind === 'Pod') {
    return metadataOf(object.metadata);
  }
  const plus = plusMetadata(construct) ?? plusMetadata(object.node.scope);
  return plus ? metadataOf(plus) : templateOf(object);
}

/** What every cdk8s-plus version has; its template is rendered from it, so patches are not needed. */
function plusMetadata(construct: IConstruct | undefined): ApiObjectMetadataDefinition | undefined {
  const workload = construct as { podMetadata?: ApiObjectMetadataDefinition } & IConstruct | undefined;
  if (typeof workload?.podMetadata?.addAnnotation === 'function') {
    return workload.podMetadata;
  }
  const inner = workload?.node.defaultChild;
  return inner === undefined || inner === workload || ApiObject.isApiObject(inner) ? undefined : plusMetadata(inner);
}

/** The pod template of a manifest, written by patches. */
function templateOf(object: ApiObject): Place | undefined {
  const path = TEMPLATES[`${object.apiGroup}/${object.kind}`] ?? ['spec', 'template'];
  const template = () => path.reduce((part, key) => part?.[key], object.toJson());
  if (!Array.isArray(template()?.spec?.containers)) {
    return undefined;
  }
  const patch = (keys: string[], value: unknown) =>
    object.addJsonPatch(JsonPatch.add(`/${[...path, ...keys].map((key) => key.replace(/~/g, '~0').replace(/\//g, '~1')).join('/')}`, value));
  return {
    read: () => written(template().metadata),
    write: (part, key, value) => {
      const { metadata } = template();
      if (!metadata) {
        patch(['metadata'], {});
      }
      if (!metadata?.[part]) {
        patch(['metadata', part], {});
      }
      patch(['metadata', part, key], value);
    },
  };
}
