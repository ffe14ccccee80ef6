import { isDeepStrictEqual } from 'node:util';
import type { JsonPatchOperation, KubeObject } from './cluster.js';

/**
 * What a write changed; of a dry run, what it would have changed.
 */
export interface Change {
  /** The object, such as `VirtualService shop/orders`. */
  readonly object: string;

  /**
   * The object before.
   *
   * @default - it was not there
   */
  readonly before?: KubeObject;

  /**
   * The object afterwards, as the API server keeps it, with all that webhooks and defaults added.
   *
   * @default - it is gone
   */
  readonly after?: KubeObject;

  /** The difference as a JSON Patch, without the API server's own notes; empty where nothing changed. */
  readonly patch: JsonPatchOperation[];

  /** Whether it was only a dry run. */
  readonly dryRun: boolean;
}

/**
 * The change from one state of an object to another.
 *
 * @param object its name
 * @param before how it was; none where it wasn't there
 * @param after how it is; none where it is gone
 * @param dryRun whether nothing was written
 */
export function changeOf(object: string, before: KubeObject | undefined, after: KubeObject | undefined, dryRun = false): Change {
  const patch = before === undefined || after === undefined ? whole(after) : difference(fields(before), fields(after));
  return { object, before, after, patch, dryRun };
}

/** The patch of all that was or is there. */
function whole(after: KubeObject | undefined): JsonPatchOperation[] {
  return [after === undefined ? { op: 'remove', path: '' } : { op: 'add', path: '', value: fields(after) }];
}

/** What people write. */
function fields({ metadata, ...rest }: KubeObject): KubeObject {
  const { managedFields: _f, resourceVersion: _v, uid: _u, creationTimestamp: _c, generation: _g, ...written } = metadata;
  return { ...rest, metadata: written } as KubeObject;
}

function difference(before: unknown, after: unknown, path = ''): JsonPatchOperation[] {
  if (isDeepStrictEqual(before, after)) {
    return [];
  }
  if (isObject(before) && isObject(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key): JsonPatchOperation[] => {
      const at = `${path}/${pointer(key)}`;
      return before[key] === undefined ? [{ op: 'add', path: at, value: after[key] }]
        : after[key] === undefined ? [{ op: 'remove', path: at }]
          : difference(before[key], after[key], at);
    });
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, index) => difference(item, after[index], `${path}/${index}`));
  }
  return [{ op: 'replace', path, value: after }];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A key as a part of a JSON Pointer.
 *
 * @param key the key
 */
export const pointer = (key: string): string => key.replace(/~/g, '~0').replace(/\//g, '~1');
