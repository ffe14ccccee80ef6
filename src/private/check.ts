/*
 * Checks of values as they come in. Every message names the value, what was expected and the remedy.
 * They guard plain JavaScript too, where no compiler has looked at the input.
 */

/** The name with its article. */
export function withArticle(name: string): string {
  return `${/^([aeio]|Http)/i.test(name) ? 'an' : 'a'} ${name}`;
}

/** The value as a person would write it, shortened. */
export function show(value: unknown): string {
  if (isInstance(value)) {
    return withArticle((value as object).constructor?.name ?? 'object');
  }
  const written = typeof value === 'function' ? 'a function' : typeof value === 'object' || typeof value === 'string' ? json(value) : String(value);
  return written.length > 80 ? `${written.slice(0, 77)}...` : written;
}

/** JSON of what may hold constructs, which refer to each other in circles. */
function json(value: unknown): string {
  return JSON.stringify(value, (_, part) => typeof part === 'bigint' ? String(part) : part !== value && isInstance(part) ? show(part) : part);
}

function isInstance(value: unknown): boolean {
  return typeof value === 'object' && value !== null && value.constructor !== Object && !Array.isArray(value);
}

/** Where the fields that users misplace most often belong. */
const HOME = new Map(Object.entries({
  consecutiveErrors: 'Istio ignores it: use consecutive5xxErrors or consecutiveGatewayErrors of outlierDetection',
  consecutive5xxErrors: 'it belongs to outlierDetection',
  consecutiveGatewayErrors: 'it belongs to outlierDetection',
  interval: 'it belongs to outlierDetection',
  baseEjectionTime: 'it belongs to outlierDetection',
  maxEjectionPercent: 'it belongs to outlierDetection',
  minHealthPercent: 'it belongs to outlierDetection',
  splitExternalLocalOriginErrors: 'it belongs to outlierDetection',
  maxConnections: 'it belongs to connectionPool.tcp',
  connectTimeout: 'it belongs to connectionPool.tcp',
  http1MaxPendingRequests: 'it belongs to connectionPool.http',
  http2MaxRequests: 'it belongs to connectionPool.http',
  maxRequestsPerConnection: 'it belongs to connectionPool.http',
  maxRetries: 'it belongs to connectionPool.http',
  simple: 'use one factory of LoadBalancer, such as LoadBalancer.roundRobin()',
  consistentHash: 'use LoadBalancer.consistentHash(...)',
  redirect: 'a rule has one action: use HttpRoute.redirect(...) for a rule of its own',
  route: 'a rule has one action: use HttpRoute.forward(...) or HttpRoute.split(...)',
  localityLbSetting: 'use locality, such as Locality.failover()',
  zoneAwareLbSetting: 'use locality: Locality.zoneAware(...)',
  meshMTLS: 'use meshMtls',
  percent: 'use percentage',
  name: 'the name of a resource is set by metadata.name',
  namespace: 'the namespace of a resource is set by metadata.namespace',
}));

/**
 * Refuses what is left of an options object once its known properties have been taken out.
 *
 * @param where the name of the object, as the user knows it
 * @param rest the rest of the destructured object
 */
export function noUnknown(where: string, rest: object): void {
  for (const key in rest) {
    const value = rest[key as keyof typeof rest];
    if (value !== undefined) {
      throw new Error(`${where} has no property "${key}" (got ${show(value)}); ${HOME.get(key) ?? 'see its documentation for the properties it has'}`);
    }
  }
}

/** Refuses anything but an object with properties, such as the options of a factory. */
export function object<T>(where: string, value: T): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Map || value instanceof Set) {
    throw new Error(`${where} is ${show(value)}, expected an object with its properties`);
  }
  return value;
}

/** Refuses anything but a non-empty list. */
export function list<T>(where: string, value: T[], remedy: string): T[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new Error(`${where} is ${show(value)}, expected a list of at least one entry; ${remedy}`);
  }
  return value;
}

/** Refuses anything but a list, which may be empty or left out. */
export function optionalList<T>(where: string, value: T[] | undefined): T[] | undefined {
  if (value !== undefined && !Array.isArray(value)) {
    throw new Error(`${where} is ${show(value)}, expected a list; write it in brackets`);
  }
  return value;
}

/** A list of non-empty strings. An empty one is left out. */
export function texts(where: string, values: string[] | undefined): string[] | undefined {
  optionalList(where, values)?.forEach((value) => text(`an entry of ${where}`, value, 'leave it out'));
  return values?.length ? values : undefined;
}

/** Refuses anything but an instance of a class of this library. */
export function instance<T>(where: string, value: T, type: Function & { prototype: T }, example: string): T {
  if (!(value instanceof type)) {
    throw new Error(`${where} is ${show(value)}, expected ${withArticle(type.name)}; write for example ${example}`);
  }
  return value;
}

/** Refuses anything but one of the values of an enum. */
export function member<T extends string>(where: string, value: T, members: Record<string, T>): T {
  if (!Object.values(members).includes(value)) {
    throw new Error(`${where} is ${show(value)}, expected one of ${Object.values(members).join(', ')}`);
  }
  return value;
}

/** Refuses anything but a non-empty string. */
export function text(where: string, value: string, remedy: string): string {
  if (typeof value !== 'string' || value.trim() === '') {
    throw new Error(`${where} is ${show(value)}, expected a non-empty string; ${remedy}`);
  }
  return value;
}

/** A non-empty string that may be left out. */
export function optionalText(where: string, value: string | undefined, remedy = 'leave it out for the default'): string | undefined {
  return value === undefined ? undefined : text(where, value, remedy);
}

/** Refuses anything but true, false and nothing. */
export function flag(where: string, value: boolean | undefined): boolean | undefined {
  if (value !== undefined && typeof value !== 'boolean') {
    throw new Error(`${where} is ${show(value)}, expected true or false; leave it out for the default`);
  }
  return value;
}

/** Refuses anything but a whole number in a range. */
export function whole(where: string, value: number, min: number, max: number, remedy: string): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new Error(`${where} is ${show(value)}, expected a whole number from ${min} to ${max}; ${remedy}`);
  }
  return value;
}

const INT32 = 2 ** 31 - 1;

/** A limit that Istio reads as "no limit" when it is 0, so that 0 is not what its author meant. */
export function limit(where: string, value: number | undefined): number | undefined {
  return value === undefined ? undefined : whole(where, value, 1, INT32, 'leave it out for no limit');
}

/** A count in which 0 has a meaning of its own. */
export function count(where: string, value: number | undefined, remedy: string): number | undefined {
  return value === undefined ? undefined : whole(where, value, 0, INT32, remedy);
}

/** Refuses anything but a port number. */
export function port(where: string, value: number): number {
  return whole(where, value, 1, 65535, 'give the number of a port of the service');
}

/** Refuses anything but a share of 100, fractions allowed. */
export function percentage(where: string, value: number, min = 0): number {
  if (typeof value !== 'number' || !(value >= min && value <= 100)) {
    throw new Error(`${where} is ${show(value)}, expected a number from ${min} to 100; give a share of 100, such as 0.1 for one in a thousand`);
  }
  return value;
}
