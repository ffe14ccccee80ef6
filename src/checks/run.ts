import { CheckLevel, Finding } from './finding';
import { attempt, Mesh } from './mesh';
import { Resource } from './resource';
import { Rule } from './rule';

/** What an app says about its checks. */
export interface Settings {
  /** The level of a rule's findings on a resource, where the app sets one. */
  level?(rule: string, resource: Resource): CheckLevel | undefined;
  /** Whether the app ignores what a rule finds on a resource. */
  ignored?(rule: string, resource: Resource): boolean;
}

export const UNUSED = 'unused-suppression';

/** Asks the rules. */
export function run(rules: readonly Rule[], mesh: Mesh, settings: Settings = {}): Finding[] {
  const findings: Finding[] = [];
  const used = new Map<Resource, Set<string>>();
  for (const rule of rules) {
    attempt(() => rule.check(mesh, (resource, path, message) => {
      const level = settings.level?.(rule.name, resource) ?? rule.level as CheckLevel;
      if (level === CheckLevel.OFF || settings.ignored?.(rule.name, resource)) {
        return;
      }
      const suppression = resource.suppressed.find((entry) => entry === '*' || entry === rule.name || rule.codes?.includes(entry));
      if (suppression !== undefined) {
        used.set(resource, (used.get(resource) ?? new Set()).add(suppression));
        return;
      }
      findings.push(finding(rule.name, level, resource, path, message, rule.codes?.[0]));
    }));
  }
  for (const resource of mesh.resources) {
    for (const entry of resource.suppressed) {
      // The codes of others may hide what only those others find.
      const ours = entry !== '*' && !/^(IST|KIA)\d+$/.test(entry);
      const level = settings.level?.(UNUSED, resource) ?? CheckLevel.WARNING;
      const asked = settings.level?.(entry, resource) !== CheckLevel.OFF;
      if (ours && !used.get(resource)?.has(entry) && level !== CheckLevel.OFF && asked) {
        const message = rules.some(({ name }) => name === entry)
          ? `the annotation suppresses "${entry}", which finds nothing here; remove it`
          : `the annotation suppresses "${entry}", which is no rule; name one of docs/checks.md or a code such as IST0101`;
        findings.push(finding(UNUSED, level, resource, 'metadata.annotations', message));
      }
    }
  }
  return findings;
}

function finding(rule: string, level: CheckLevel, resource: Resource, path: string, message: string, code?: string): Finding {
  const { kind, ownNamespace, name, constructPath } = resource;
  return {
    rule,
    level,
    kind,
    ...ownNamespace !== undefined && { namespace: ownNamespace },
    name,
    path,
    message,
    ...code !== undefined && { code },
    ...constructPath !== undefined && { constructPath },
  };
}
