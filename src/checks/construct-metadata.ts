import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ApiObject, App } from 'cdk8s';
import { AppSettings } from './app-settings';
import { External } from './external';
import { Resource } from './resource';

/*
 * cdk8s writes for its plugins which resource comes from which construct, by the resource's name alone. What tells a VirtualService from a
 * DestinationRule of the same name is added here, and what the app says about its checks, so that they find the same in its files.
 */

const FILE = 'construct-metadata.json';

/** Adds to what cdk8s has written about the app; nothing where it has written nothing. */
export function recordChecks(app: App, { externals, levels, ignores }: AppSettings): void {
  const file = join(app.outdir, FILE);
  if (!Reflect.get(app, 'recordConstructMetadata') || !existsSync(file)) {
    return;
  }
  const metadata = JSON.parse(readFileSync(file, 'utf8'));
  for (const construct of app.node.findAll()) {
    if (construct instanceof ApiObject) {
      const { apiVersion, kind, name, metadata: { namespace } } = construct;
      metadata.resources[new Resource({ apiVersion, kind, metadata: { name, namespace } }).label] = { path: construct.node.path };
    }
  }
  writeFileSync(file, JSON.stringify({ ...metadata, checks: { externals, levels, ignores } }));
}

/** What the app that wrote the manifests says about its checks. */
export function recordedChecks(manifests: readonly string[]): AppSettings {
  const folders = [...new Set(manifests.map((manifest) => dirname(manifest)).flatMap((folder) => [folder, dirname(folder)]))];
  const file = folders.map((folder) => join(folder, FILE)).find((path) => existsSync(path));
  const { externals = [], levels = [], ignores = [] } = file === undefined ? {} : JSON.parse(readFileSync(file, 'utf8')).checks ?? {};
  return { externals: externals.map((external: External) => External._of(external)), levels, ignores };
}
