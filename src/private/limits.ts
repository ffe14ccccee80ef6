import { show, text } from './check';

/** Refuses a list or map with more entries than Kubernetes lets pass. */
export function atMost<T extends object>(where: string, value: T, max: number): T {
  const { length } = Object.keys(value);
  if (length > max) {
    throw new Error(`${where} has ${length} entries, expected at most ${max}; divide it among several resources`);
  }
  return value;
}

/** Refuses anything but a non-empty string that is not too long for Kubernetes. */
export function boundedText(where: string, value: string, max: number): string {
  if (text(where, value, 'leave it out for the default').length > max) {
    throw new Error(`${where} is ${show(value)} with ${value.length} characters, expected at most ${max}; shorten it`);
  }
  return value;
}
