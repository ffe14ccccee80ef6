import type * as re2 from 're2js';

const MAX_LENGTH = 1024; // Istio refuses longer ones

/** Refuses what Envoy can't run: its expressions are RE2, which has no look-around and no back-references. */
export function regex(where: string, value: string): string {
  if (typeof value !== 'string' || value === '' || value.length > MAX_LENGTH) {
    const got = typeof value === 'string' ? `${value.length} characters long` : String(value);
    throw new Error(`${where} is ${got}, expected an RE2 expression of 1 to ${MAX_LENGTH} characters; shorten or split it`);
  }
  // Loaded on first use: most meshes have no regular expression, and it costs more than the rest of the library.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { RE2JS } = require('re2js') as typeof re2;
  try {
    RE2JS.compile(value);
  } catch (error) {
    throw new Error(`${where} is "${value}", expected an RE2 expression (${(error as Error).message}); look-around and back-references do not exist in RE2`);
  }
  return value;
}
