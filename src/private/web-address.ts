/** Stricter than browsers, which mend much: lower-case scheme, a host, no fragment, no characters that must be encoded. */
export function isWebAddress(uri: unknown): uri is string {
  return typeof uri === 'string' && /^https?:\/\/([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d+)?([/?]|$)/i.test(uri) && uri.startsWith('http')
    && /^([!$&-;=?-Z_a-z~[\]]|%[0-9a-f]{2})+$/i.test(uri) && URL.canParse(uri);
}
