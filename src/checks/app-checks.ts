import { ApiObject, App } from 'cdk8s';
import { IConstruct } from 'constructs';
import { allOff, AppSettings, settingsOf } from './app-settings';
import type * as catalogueModule from './catalogue';
import { recordChecks } from './construct-metadata';
import { CheckLevel, Finding } from './finding';
import { Mesh } from './mesh';
import { Resource } from './resource';
import { Rule } from './rule';
import { run, UNUSED } from './run';

/** What an app says about its checks, and what they found. */
export interface State extends AppSettings {
  readonly root: IConstruct;
  /** The errors of the last run, by construct path. */
  errors: Map<string, string[]>;
  readonly watched: Set<IConstruct>;
  readonly printed: Set<string>;
  /** Inside of `App.synth`: whether the checks have run, and what they have rendered. */
  synth?: { done: boolean; readonly rendered: IConstruct[] };
}

const STATES = new WeakMap<IConstruct, State>();

/** Every rule. */
export function rules(): readonly Rule[] {
  // Loaded on first use: a program that synthesizes nothing needs no rules.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require('./catalogue') as typeof catalogueModule).RULES;
}

/** Has the checks run whenever the construct's app is synthesized. */
export function watch({ chart }: ApiObject): void {
  if (STATES.has(chart)) {
    return;
  }
  const state = stateOf(chart.node.root);
  STATES.set(chart, state);
  if (!state.watched.has(state.root)) {
    state.watched.add(state.root);
    state.root.node.addValidation({ validate: () => validate(state) });
    watchSynth(state);
  }
}

/** What the app of that root says about its checks. */
export function stateOf(root: IConstruct): State {
  let state = STATES.get(root);
  if (state === undefined) {
    state = { root, externals: [], levels: [], ignores: [], errors: new Map(), watched: new Set(), printed: new Set() };
    STATES.set(root, state);
  }
  return state;
}

/** The name of a rule. */
export function known(rule: string): string {
  if (!rules().some(({ name }) => name === rule)) {
    throw new Error(`rule is ${JSON.stringify(rule)}, expected the name of a rule such as "subset-unknown"; see docs/checks.md`);
  }
  return rule;
}

/** Asks all rules about the whole app. */
export function check(state: State): Finding[] {
  if (allOff(state)) {
    return []; // without loading a rule, or rendering anything
  }
  const resources: Resource[] = [];
  for (const construct of state.root.node.findAll()) {
    if (construct instanceof ApiObject) {
      const manifest = render(construct, state);
      if (manifest !== undefined) {
        resources.push(new Resource(manifest, construct.node.path));
      }
    }
  }
  state.ignores.forEach((ignore) => ignore.used = false);
  const unused = () => state.ignores.filter(({ used }) => !used).map(({ path, rule }) => ({
    rule: UNUSED,
    level: CheckLevel.WARNING,
    kind: 'Construct',
    name: path,
    path: '',
    constructPath: path,
    message: `"${rule}" is ignored here and finds nothing; remove the call of Checks.ignore`,
  }));
  return [...run(rules(), new Mesh(resources, state.externals), settingsOf(state)), ...unused()];
}

/** What can't be rendered is for cdk8s to report, when it comes to it. */
function render(construct: ApiObject, state: State): object | undefined {
  try {
    const manifest = construct.toJson();
    if (state.synth !== undefined && !Object.hasOwn(construct, 'toJson')) {
      state.synth.rendered.push(construct);
      construct.toJson = () => manifest; // cdk8s writes what was judged, without rendering it once more
    }
    return manifest;
  } catch {
    return undefined;
  }
}

/**
 * Runs the checks from the validation of the app's root, which is the first construct to be validated. cdk8s validates the whole app once,
 * and once more for every chart.
 */
function validate(state: State): string[] {
  if (state.synth?.done) {
    return state.errors.get('') ?? [];
  }
  const findings = check(state);
  state.errors = new Map();
  findings.filter(({ level }) => level === CheckLevel.ERROR).forEach((finding) => report(state, finding));
  print(state, findings.filter(({ level }) => level === CheckLevel.WARNING));
  if (state.synth !== undefined) {
    state.synth.done = true;
  }
  return state.errors.get('') ?? [];
}

/** Has the construct that a finding is about return it, so that cdk8s names that construct. */
function report(state: State, finding: Finding): void {
  const path = finding.constructPath ?? '';
  state.errors.set(path, [...state.errors.get(path) ?? [], line(finding)]);
  const construct = path.split('/').reduce<IConstruct | undefined>((scope, id) => scope?.node.tryFindChild(id), state.root);
  if (construct !== undefined && !state.watched.has(construct)) {
    state.watched.add(construct);
    construct.node.addValidation({ validate: () => state.errors.get(path) ?? [] });
  }
}

/** So many warnings of one rule are printed. */
const PRINTED = 10;

/** Prints the warnings, each once for an app however often it is synthesized. */
function print(state: State, findings: Finding[]): void {
  const counts = new Map<string, number>();
  for (const finding of findings) {
    const warning = `[${finding.constructPath ?? ''}] warning ${line(finding)}\n`;
    if (!state.printed.has(warning)) {
      state.printed.add(warning);
      const count = (counts.get(finding.rule) ?? 0) + 1;
      counts.set(finding.rule, count);
      if (count <= PRINTED) {
        process.stderr.write(warning);
      }
    }
  }
  counts.forEach((count, rule) => {
    if (count > PRINTED) {
      process.stderr.write(`... and ${count - PRINTED} more of ${rule}; Checks.of(app).findings() has them all\n`);
    }
  });
}

function line({ rule, code, kind, namespace, name, path, message }: Finding): string {
  return `${rule}${code === undefined ? '' : ` (${code})`}: ${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}${path && ` ${path}`}: ${message}`;
}

/** Notes when the app as a whole is synthesized: the tree does not change then, so one run of the checks is enough. */
function watchSynth(state: State): void {
  for (const method of ['synth', 'synthYaml'] as const) {
    const original = (state.root as Partial<App>)[method];
    if (typeof original === 'function') {
      Object.defineProperty(state.root, method, {
        configurable: true,
        writable: true,
        value: (...args: []) => {
          state.synth = { done: false, rendered: [] };
          try {
            const result = original.apply(state.root as App, args);
            if (method === 'synth') {
              recordChecks(state.root as App, state);
            }
            return result;
          } finally {
            state.synth.rendered.forEach((construct) => Reflect.deleteProperty(construct, 'toJson'));
            state.synth = undefined;
          }
        },
      });
    }
  }
}

