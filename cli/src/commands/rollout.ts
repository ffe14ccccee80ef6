import { Command } from 'commander';
import type { Cluster } from '../cluster.js';
import type { RolloutTarget } from '../rollout-plan.js';
import type { RolloutStatus } from '../rollout-status.js';
import type { RolloutRun } from '../rollout.js';
import { drive, watch } from './drive.js';
import { EXIT, exitOf } from './exit.js';
import { parseAddress, parseCount, parseDuration, parseHeader, parseNumber, parseQuery, parseSteps, Query, withBound } from './parse.js';
import { preview } from './preview.js';
import { clusterOf, ClusterFlags, withCluster } from './shared.js';
import type { StartFlags } from './start-options.js';
import { progressOn } from '../view/progress.js';

interface TargetFlags extends ClusterFlags {
  readonly namespace?: string;
}

interface RunFlags extends TargetFlags {
  readonly prometheusHeader?: Record<string, string>;
}

/** Adds `rollout` and the commands below it. */
export function rolloutCommand(program: Command, exit: (code: number) => void): void {
  const rollout = program.command('rollout').description('A canary that grows by steps while its metrics hold, and goes back at once when they do not.');
  const command = (name: string, description: string) => withCluster(rollout.command(`${name} <virtualservice>`))
    .description(description)
    .showHelpAfterError(`see: cdk8s-istio rollout ${name} --help`)
    .option('-n, --namespace <namespace>', 'the namespace of the VirtualService (default: that of the context)');
  const driving = (each: Command) => each
    .option('--prometheus-header <name: value>', 'a header for Prometheus, such as for its authorization; may be repeated', parseHeader);

  startCommand(driving(command('start', 'Begins a rollout, and drives it to its end.')), exit);

  driving(command('resume', 'Goes on with a rollout that is paused, or that nobody drives any more.'))
    .action(async (name: string, flags: RunFlags) => {
      const { cluster, target } = await find(name, flags);
      const { resumeRollout } = await import('../rollout.js');
      exit(await drive(target, flags, (run) => resumeRollout(cluster, target, { ...run, prometheusHeaders: flags.prometheusHeader })));
    });

  command('status', 'Shows how a rollout stands.')
    .option('-w, --watch', 'goes on until it has ended')
    .action(async (name: string, flags: TargetFlags & { readonly watch?: boolean }) => {
      const { cluster, target } = await find(name, flags);
      const { rolloutStatus } = await import('../rollout.js');
      exit(flags.watch ? await watch(flags, () => rolloutStatus(cluster, target)) : exitOf(show(await rolloutStatus(cluster, target), flags)));
    });

  const acting = (verb: 'pause' | 'promote' | 'abort', description: string) => command(verb, description)
    .action(async (name: string, flags: TargetFlags) => {
      const { cluster, target } = await find(name, flags);
      const { pauseRollout, promoteRollout, abortRollout } = await import('../rollout.js');
      show(await { pause: pauseRollout, promote: promoteRollout, abort: abortRollout }[verb](cluster, target), flags);
      exit(EXIT.succeeded);
    });
  acting('pause', 'Holds a rollout at its present weights.');
  acting('promote', 'Ends a rollout with all requests for the canary, whatever its metrics say.');
  acting('abort', 'Ends a rollout with the weights that were there before it.');
}

function startCommand(command: Command, exit: (code: number) => void): void {
  const bound = (which: 'min' | 'max') => (text: string) => {
    command.setOptionValue('query', withBound(which, parseNumber(text), command.getOptionValue('query') as Query[] | undefined));
    return text;
  };
  command
    .requiredOption('--stable <version>', 'the subset that serves now, or the host where destinations differ by host')
    .requiredOption('--canary <version>', 'the subset, or host, to roll out')
    .option('--rule <name>', 'the rule whose weights move (default: the one without a match)')
    .option('--steps <percentages>', 'the canary\'s percentages, also such as 10-100/10 for each tenth (default: 5,20,50,100)', parseSteps)
    .option('--interval <time>', 'how long a step lasts before its metrics are looked at (default: 1m)', parseDuration)
    .option('--success-rate <percent>', 'the least percentage of requests that has to succeed, such as 99', parseNumber)
    .option('--p99 <time>', 'the longest that 99 of 100 requests may take, such as 500ms', parseDuration)
    .option('--query <name: promql>', 'any query that gives one number; may be repeated, each with --min or --max after it', parseQuery)
    .option('--min <number>', 'the least good value of the query before it', bound('min'))
    .option('--max <number>', 'the greatest good value of the query before it', bound('max'))
    .option('--window <time>', 'how far the success rate and the latency look back, at least a minute (default: the interval)', parseDuration)
    .option('--allow-missing', 'no data are good data')
    .option('--failures-allowed <count>', 'how many looks may fail in the whole rollout (default: 0)', parseCount)
    .option('--prometheus <url>', 'the address of Prometheus; needed with metrics', parseAddress)
    .option('--canary-version <label>', 'the canary\'s destination_version in Istio\'s metrics (default: the version label of its subset)')
    .option('--contact-timeout <time>', 'how long the API server may be away before the rollout is rolled back (default: 30s)', parseDuration)
    .option('--dry-run', 'shows the plan and the first write, and writes nothing')
    .addHelpText('after', `
Examples:
  $ cdk8s-istio rollout start orders -n shop --stable v1 --canary v2 \\
      --success-rate 99 --p99 500ms --prometheus http://localhost:9090
  $ cdk8s-istio rollout start orders -n shop --stable v1 --canary v2 --steps 10-100/10 --interval 30s`)
    .action(async (name: string, flags: RunFlags & StartFlags) => {
      const { cluster, target } = await find(name, flags);
      const { optionsOf } = await import('./start-options.js');
      const options = optionsOf(target, flags);
      const { startRollout, previewRollout } = await import('../rollout.js');
      if (flags.dryRun) {
        preview(await previewRollout(cluster, options), flags);
        return;
      }
      exit(await drive(target, flags, (run: RolloutRun) => startRollout(cluster, options, { ...run, prometheusHeaders: flags.prometheusHeader })));
    });
}

async function find(virtualService: string, flags: TargetFlags): Promise<{ cluster: Cluster; target: RolloutTarget }> {
  const cluster = await clusterOf(flags);
  return { cluster, target: { namespace: flags.namespace ?? cluster.namespace, virtualService } };
}

function show(status: RolloutStatus, { json }: ClusterFlags): RolloutStatus {
  const progress = progressOn(process.stdout, { json });
  progress.status(status);
  progress.end();
  return status;
}
