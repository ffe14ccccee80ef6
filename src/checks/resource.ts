/** A manifest, as parsed from YAML: nothing is certain about what it holds. */
export type Manifest = any;

/** The groups whose kinds go by their short names. */
const GROUPS = new Set([
  '', 'apps', 'batch', 'networking.istio.io', 'security.istio.io', 'telemetry.istio.io', 'extensions.istio.io', 'install.istio.io', 'argoproj.io',
  'flagger.app', 'autoscaling', 'cert-manager.io',
]);
export const SUPPRESS = 'galley.istio.io/analyze-suppress';

/** A manifest with what every rule asks for. */
export class Resource {
  /** The kind, with its group in front where it is none of the usual ones: `gateway.networking.k8s.io/Gateway`. */
  readonly key: string;
  readonly kind: string;
  readonly name: string;
  /** The namespace it is looked up in: where the manifest names none, that is `default`, as Istio's analysis has it. */
  readonly namespace: string;
  /** The namespace that the manifest names. */
  readonly ownNamespace?: string;
  readonly labels: Record<string, string>;
  readonly spec: any;

  constructor(readonly manifest: Manifest, readonly constructPath?: string) {
    const { apiVersion, kind, metadata, spec } = manifest;
    const group = String(apiVersion ?? '').includes('/') ? String(apiVersion).split('/')[0] : '';
    this.kind = String(kind);
    this.key = GROUPS.has(group) ? this.kind : `${group}/${this.kind}`;
    this.name = String(metadata?.name ?? '');
    this.ownNamespace = metadata?.namespace ?? undefined;
    this.namespace = this.ownNamespace ?? 'default';
    this.labels = metadata?.labels ?? {};
    this.spec = spec ?? {};
  }

  get id(): string {
    return `${this.key} ${this.namespace}/${this.name}`;
  }

  /** What a person calls it. */
  get label(): string {
    return `${this.key} ${this.ownNamespace === undefined ? '' : `${this.ownNamespace}/`}${this.name}`;
  }

  annotation(name: string): string | undefined {
    return this.manifest.metadata?.annotations?.[name];
  }

  /** The rules and codes that its annotation suppresses. */
  get suppressed(): string[] {
    const value = this.annotation(SUPPRESS);
    return value === undefined ? [] : String(value).split(',').map((entry) => entry.trim()).filter((entry) => entry !== '');
  }
}

/** The list, or none where it is no list. */
export function list<T = any>(value: T[] | undefined): T[] {
  return Array.isArray(value) ? value : [];
}

/** The keys and values of an object, or none where it is no object. */
export function entries<T = any>(value: Record<string, T> | undefined): [string, T][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/** A duration such as `1m30s` in milliseconds; undefined where it is none. */
export function millis(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^(\d+(\.\d+)?(h|ms|m|s|us|ns))+$/.test(value)) {
    return undefined;
  }
  const units: Record<string, number> = { h: 3600000, m: 60000, s: 1000, ms: 1, us: 1e-3, ns: 1e-6 };
  return [...value.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|ns)/g)].reduce((sum, [, count, unit]) => sum + Number(count) * units[unit], 0);
}

/** Milliseconds as a person writes them. */
export function span(ms: number): string {
  return ms >= 1000 ? `${Number((ms / 1000).toFixed(3))}s` : `${Number(ms.toFixed(3))}ms`;
}

/** Names in quotes, a few of them. */
export function names(values: Iterable<string>): string {
  const all = [...values].map((value) => `"${value}"`);
  return all.length === 0 ? 'none' : all.length > 5 ? `${all.slice(0, 5).join(', ')} and ${all.length - 5} more` : all.join(', ');
}
