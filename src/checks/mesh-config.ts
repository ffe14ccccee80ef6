import { Mesh } from './mesh';
import { list, Resource } from './resource';

/** The app's MeshConfig, as far as it can be read without a parser for YAML. */
export interface MeshConfig {
  readonly resource: Resource;
  /** The text of a field, such as `defaultProviders.tracing`; undefined where it is not set. */
  get(path: string): string | undefined;
}

/** The MeshConfigs of the app: in Istio's ConfigMaps, or in an IstioOperator. */
export function meshConfigs(mesh: Mesh): MeshConfig[] {
  return mesh.once('mesh configs', () => [
    ...mesh.kind('ConfigMap').filter(({ name, manifest }) => /^istio(-[a-z0-9-]+)?$/.test(name) && typeof manifest.data?.mesh === 'string')
      .map((resource) => ({ resource, get: (path: string) => inText(resource.manifest.data.mesh, path.split('.')) })),
    ...mesh.kind('IstioOperator').filter(({ spec }) => typeof spec.meshConfig === 'object')
      .map((resource) => ({ resource, get: (path: string) => inObject(resource.spec.meshConfig, path.split('.')) })),
  ]);
}

function inObject(value: any, keys: string[]): string | undefined {
  const found = keys.reduce((object, key) => object?.[key], value);
  return found === undefined || found === null || Array.isArray(found) && list(found).length === 0 ? undefined : JSON.stringify(found);
}

/** The block below a key, found by its indentation. */
function inText(text: string, [key, ...rest]: string[]): string | undefined {
  if (text.trimStart().startsWith('{')) {
    return inObject(JSON.parse(text), [key, ...rest]);
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  const indent = Math.min(...lines.map(indentOf));
  const start = lines.findIndex((line) => indentOf(line) === indent && new RegExp(`^["']?${key}["']?:`).test(line.trimStart()));
  if (start < 0) {
    return undefined;
  }
  // A list may stand as far left as its key.
  const end = lines.findIndex((line, i) => i > start && indentOf(line) <= indent && !line.trimStart().startsWith('- '));
  const inline = lines[start].slice(lines[start].indexOf(':') + 1).trim();
  const block = lines.slice(start + 1, end < 0 ? undefined : end);
  if (block.length === 0 || inline !== '') {
    return ['', '[]', '{}', 'null'].includes(inline) || rest.length > 0 && !inline.includes(rest[0]) ? undefined : [inline, ...block].join('\n');
  }
  return rest.length === 0 ? block.join('\n') : inText(block.join('\n'), rest);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
