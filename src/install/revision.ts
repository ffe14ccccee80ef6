import { show } from '../private/check';

/** The name of a revision of the control plane, or of a tag, which is part of the names of objects. */
export function revisionName(value: string, where = 'the revision'): string {
  if (typeof value !== 'string' || !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value)) {
    throw new Error(`${where} is ${show(value)}, expected at most 63 lower-case letters, digits and dashes; write 1.31.1 as "1-31-1"`);
  }
  return value;
}

/** A release whose defaults a mesh goes by. */
export function release(value: string): string {
  if (typeof value !== 'string' || !/^\d+\.\d+$/.test(value)) {
    throw new Error(`compatibilityVersion is ${show(value)}, expected a release without its patch; write for example "1.30"`);
  }
  return value;
}

/** The version of a chart, or a range of them. */
export function chartVersion(where: string, value: string): string {
  if (typeof value !== 'string' || !/^[~^]?\d+\.(\d+|x)(\.(\d+|x))?(-[0-9A-Za-z.-]+)?$/.test(value)) {
    throw new Error(`${where} is ${show(value)}, expected the version of a chart; write for example "1.31.1"`);
  }
  return value;
}
