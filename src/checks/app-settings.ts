import { External } from './external';
import { CheckLevel } from './finding';
import { Settings } from './run';

/** What an app says about its checks, as plain data. */
export interface AppSettings {
  readonly externals: External[];
  readonly levels: { readonly path: string; readonly rule: string; readonly level: CheckLevel }[];
  readonly ignores: { readonly path: string; readonly rule: string; used?: boolean }[];
}

/** Whether all rules are turned off, everywhere. */
export function allOff({ levels }: AppSettings): boolean {
  return levels.some(({ path, rule }) => path === '' && rule === '*') && levels.every(({ level }) => level === CheckLevel.OFF);
}

/** Answers the questions of a run from the paths of the constructs that resources come from. Notes which suppressions have hidden something. */
export function settingsOf({ levels, ignores }: AppSettings): Settings {
  return {
    level: levels.length === 0 ? undefined : (rule, { constructPath }) => levels
      .filter((set) => (set.rule === rule || set.rule === '*') && within(constructPath, set.path))
      .reduce<AppSettings['levels'][0] | undefined>((best, set) => best === undefined || set.path.length >= best.path.length ? set : best, undefined)
      ?.level,
    ignored: ignores.length === 0 ? undefined : (rule, { constructPath }) => {
      const found = ignores.filter((ignore) => ignore.rule === rule && within(constructPath, ignore.path));
      found.forEach((ignore) => ignore.used = true);
      return found.length > 0;
    },
  };
}

/** Whether a construct is another one or below it. */
function within(path: string | undefined, above: string): boolean {
  return above === '' || path !== undefined && (path === above || path.startsWith(`${above}/`));
}
