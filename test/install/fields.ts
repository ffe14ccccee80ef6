/** Objects whose keys are the user's. */
const MAPS = /(matchLabels|includeAdditionalHeadersInCheck|logging\.labels|distribute\[\]\.to|proxyMetadata|runtimeValues|networks)$/;

/** The paths in an object, with `[]` for the entries of a list and `*` for those of a map. */
export function paths(value: unknown, prefix = ''): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((entry) => paths(entry, `${prefix}[]`));
  }
  if (typeof value !== 'object' || value === null) {
    return [prefix];
  }
  return [prefix, ...Object.entries(value).flatMap(([key, part]) =>
    paths(part, MAPS.test(prefix) ? `${prefix}.*` : prefix === '' ? key : `${prefix}.${key}`))];
}
