import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { show } from './check';
import { FIELD_SINCE } from '../../imports/field-since';

/** The release that a construct and all below it are for: in its node, so that it may be set when there are children already. */
const RELEASE = Symbol.for('cdk8s-istio.MeshVersion');

type Release = string;

/** Says which release a construct and all below it are for. */
export function setRelease(scope: IConstruct, release: Release): void {
  Object.defineProperty(scope.node, RELEASE, { value: release, configurable: true });
}

function releaseOf(scope: IConstruct): Release | undefined {
  for (let at: IConstruct | undefined = scope; at !== undefined; at = at.node.scope) {
    const release = (at.node as { [RELEASE]?: Release })[RELEASE];
    if (release !== undefined) {
      return release;
    }
  }
  return undefined;
}

/** Refuses a spec with what came after the release that its object is for. */
export function refuseNewer<T extends object | undefined>(object: ApiObject, spec: T): T {
  const release = releaseOf(object);
  if (release !== undefined) {
    for (const [path, since] of Object.entries(FIELD_SINCE[object.kind] ?? {})) {
      const [names, value] = path.split('=');
      const found = isAfter(since, release) ? find({ spec }, names.split(/\.|(?=\[\]|\{\})/), value) : undefined;
      if (found !== undefined) {
        const what = path === 'spec' ? object.kind : `${found.slice(1)} of ${object.kind}${value === undefined ? '' : ` is ${show(value)}, which`}`;
        throw new Error(`${what} came with Istio ${since}, expected what Istio ${release} knows; leave it out, or set a newer MeshVersion`);
      }
    }
  }
  return spec;
}

/** What is wrong with a construct that no release before `since` can run: for its validation, since the release may be set later. */
export function tooNew(scope: IConstruct, what: string, since: Release): string[] {
  const release = releaseOf(scope);
  return release !== undefined && isAfter(since, release)
    ? [`${what} needs Istio ${since}, expected what Istio ${release} knows; leave it out, or set a newer MeshVersion`]
    : [];
}

function isAfter(one: Release, other: Release): boolean {
  return Number(one.split('.')[1]) > Number(other.split('.')[1]);
}

/** Where the first field of a path stands. */
function find(value: any, [name, ...rest]: string[], wanted: string | undefined): string | undefined {
  if (name === undefined) {
    return value !== undefined && (wanted === undefined || value === wanted) ? '' : undefined;
  }
  const keys = Object.keys(value ?? {}).filter((key) => name === '[]' || name === '{}' || key === name);
  for (const key of keys) {
    const found = find(value[key], rest, wanted);
    if (found !== undefined) {
      return `${name === '[]' ? `[${key}]` : `.${key}`}${found}`;
    }
  }
  return undefined;
}
