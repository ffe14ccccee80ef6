import { known, rules } from './app-checks';
import { AppSettings, settingsOf } from './app-settings';
import { recordedChecks } from './construct-metadata';
import { External } from './external';
import { CheckLevel } from './finding';
import { askVerifier, installedVerifier, Verdict } from './installed-verifier';
import { Mesh } from './mesh';
import { list, Manifest, Resource } from './resource';
import { run, Settings } from './run';
import { flag, member, noUnknown, object, texts } from '../private/check';

/** How a report names a resource. */
interface Place {
  readonly resourceName: string;
  readonly manifestPath: string;
}

/** What `cdk8s synth` gives to a plugin: the part of cdk8s-cli's ValidationContext that is used here. */
interface Context {
  readonly manifests: readonly string[];
  readonly metadata: { readonly [resourceName: string]: { readonly path: string } };
  readonly report: {
    addViolation(violation: { ruleName: string; recommendation: string; fix: string; violatingResources: (Place & { locations: string[] })[] }): void;
    submit(status: 'success' | 'failure', metadata?: { readonly [key: string]: string }): void;
  };
  parseManifest(path: string): any[];
}

/** The `properties` in cdk8s.yaml. */
interface Properties {
  /** Levels of rules, by their names. */
  readonly levels?: Record<string, CheckLevel>;
  /** What stands outside of the manifests, by kind; gateways, secrets and service accounts as `namespace/name`. */
  readonly externals?: Record<string, string[]>;
  /** Whether Istio's own code is asked too; where it is installed, if left out. */
  readonly verifier?: boolean;
  /** From which level on the validation fails: `error` if left out. */
  readonly failOn?: 'error' | 'warning';
}

interface Violation {
  readonly rule: string;
  readonly level: string;
  readonly resource?: Resource;
  readonly path: string;
  readonly message: string;
  readonly fix: string;
}

const EXTERNALS: Record<string, (name: string) => External> = {
  hosts: (name) => External.host(name),
  namespaces: (name) => External.namespace(name),
  providers: (name) => External.provider(name),
  gateways: (name) => External.gateway(...namespaced(name)),
  secrets: (name) => External.secret(...namespaced(name)),
  serviceAccounts: (name) => External.serviceAccount(...namespaced(name)),
};

/**
 * A plugin of `cdk8s synth`: the rules of this library, and where it is installed Istio's own code, judge all manifests that are written,
 * whoever made them.
 *
 * Not for jsii: cdk8s-cli loads it by the name of its class, in whatever language the app is.
 *
 * @see docs/checks.md
 * @internal
 */
export class IstioValidation {
  private readonly externals: External[];
  private readonly levels: AppSettings['levels'];
  private readonly verifier?: boolean;
  private readonly failing: string[];

  constructor({ levels = {}, externals = {}, verifier, failOn = 'error', ...rest }: Properties = {}) {
    noUnknown('IstioValidation', rest);
    this.levels = Object.entries(object('levels', levels)).map(([rule, level]) => ({ path: '', rule: rule === '*' ? rule : known(rule), level: member('level', level, CheckLevel) }));
    this.externals = Object.entries(object('externals', externals)).flatMap(([kind, names]) => {
      const declare = EXTERNALS[member('the kind of external', kind, Object.fromEntries(Object.keys(EXTERNALS).map((name) => [name, name])))];
      return texts(`externals.${kind}`, names)!.map(declare);
    });
    this.verifier = flag('verifier', verifier);
    this.failing = member<string>('failOn', failOn, { error: 'error', warning: 'warning' }) === 'error' ? ['error'] : ['error', 'warning'];
  }

  /** Judges the manifests, as cdk8s-cli's Validation has it. */
  async validate(context: Context): Promise<void> {
    const files = new Files(context);
    const app = recordedChecks(context.manifests);
    const settings = settingsOf({ ...app, levels: [...this.levels, ...app.levels] });
    const program = this.program();

    const ours = this.ask(files, [...this.externals, ...app.externals], settings);
    const istios = program === undefined ? [] : verdicts(askVerifier(program, files.manifests), files, settings, ours);
    const violations = [...ours, ...istios];

    violations.forEach(({ rule, level, resource, path, message, fix }) => context.report.addViolation({
      ruleName: rule, recommendation: `${level}: ${message}`, fix, violatingResources: [{ ...files.place(resource), locations: [path] }],
    }));
    const failed = violations.some(({ level }) => this.failing.includes(level));
    context.report.submit(failed ? 'failure' : 'success', { Objects: `${files.manifests.length}`, Verifier: program ?? 'not asked' });
  }

  private program(): string | undefined {
    const program = this.verifier === false ? undefined : installedVerifier();
    if (this.verifier && program === undefined) {
      throw new Error('verifier is true, expected the package cdk8s-istio-verifier to be installed; npm install --save-dev cdk8s-istio-verifier');
    }
    return program;
  }

  private ask(files: Files, externals: External[], settings: Settings): (Violation & { code?: string })[] {
    return run(rules(), new Mesh(files.resources, externals), settings)
      .filter(({ level }) => level !== CheckLevel.INFO)
      .map(({ rule, code, level, path, message, ...finding }) => {
        const remedy = message.lastIndexOf('; ');
        const [wrong, fix] = remedy < 0 ? [message, 'see docs/checks.md'] : [message.slice(0, remedy), message.slice(remedy + 2)];
        return { rule, code, level, resource: files.find(finding), path: path || 'metadata.name', message: wrong, fix };
      });
  }
}

/** What Istio says, without what our rules say better, what the app ignores, and what may stand outside. */
function verdicts(found: Verdict[], files: Files, settings: Settings, ours: (Violation & { code?: string })[]): Violation[] {
  const said = new Set(ours.map(({ code, resource }) => `${code} ${resource?.id}`));
  return found.flatMap(({ verdict, code, level, path, message, url, external, ...of }) => {
    const resource = files.find(of);
    const same = rules().filter(({ codes }) => code !== undefined && codes?.includes(code));
    const ignored = resource !== undefined
      && same.some(({ name }) => settings.ignored?.(name, resource) || settings.level?.(name, resource) === CheckLevel.OFF);
    if (level === 'info' || external || ignored || said.has(`${code} ${resource?.id}`)) {
      return [];
    }
    return [{ rule: `istio/${code ?? verdict}`, level, resource, path: path ?? 'spec', message, fix: url ?? `Istio says so (${verdict}); change what it names` }];
  });
}

/** All resources, and where each stands. */
class Files {
  readonly resources: Resource[] = [];
  private readonly byId = new Map<string, { readonly resource: Resource; readonly paths: Set<string> }>();
  private readonly names = new Map<string, number>();

  constructor(private readonly context: Context) {
    const found = context.manifests.flatMap((path) => context.parseManifest(path).flatMap(items)
      .filter((manifest) => typeof manifest?.kind === 'string').map((manifest) => ({ path, manifest })));
    found.forEach(({ manifest }) => this.names.set(manifest.metadata?.name, (this.names.get(manifest.metadata?.name) ?? 0) + 1));
    for (const { path, manifest } of found) {
      const resource = new Resource(manifest, context.metadata[this.nameOf(new Resource(manifest))]?.path);
      this.resources.push(resource);
      const place = { resource, paths: (this.byId.get(resource.id)?.paths ?? new Set()).add(path) };
      this.byId.set(resource.id, place);
      const bare = `${resource.kind} ${resource.namespace}/${resource.name}`;
      this.byId.set(bare, this.byId.get(bare) ?? place); // a finding does not name the group of the kind
    }
  }

  get manifests(): object[] {
    return this.resources.map(({ manifest }) => manifest);
  }

  find({ apiVersion, kind, namespace, name }: { apiVersion?: string; kind?: string; namespace?: string; name?: string }): Resource | undefined {
    const { id } = new Resource({ apiVersion, kind, metadata: { namespace, name } });
    return (this.byId.get(id) ?? this.byId.get(`${kind} ${namespace ?? 'default'}/${name}`))?.resource;
  }

  place(resource?: Resource): Place {
    const paths = resource === undefined ? this.context.manifests : [...this.byId.get(resource.id)!.paths];
    return { resourceName: resource === undefined ? 'unknown' : this.nameOf(resource), manifestPath: paths.join(', ') };
  }

  /** The name by which cdk8s-cli finds the construct: a bare name is one of any kind, so it will do only where nothing else has it. */
  private nameOf({ label, name }: Resource): string {
    return this.context.metadata[label] === undefined && this.names.get(name) === 1 ? name : label;
  }
}

/** The objects of a List are objects of their own, as they are to kubectl. */
function items(manifest: Manifest): Manifest[] {
  return typeof manifest?.kind === 'string' && manifest.kind.endsWith('List') && Array.isArray(manifest.items) ? list(manifest.items) : [manifest];
}

function namespaced(name: string): [string, string] {
  const [namespace, own, ...rest] = name.split('/');
  if (own === undefined || rest.length > 0) {
    throw new Error(`the external is ${JSON.stringify(name)}, expected its namespace and name such as "istio-ingress/edge"`);
  }
  return [namespace, own];
}
