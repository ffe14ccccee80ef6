import { Command } from 'commander';
import { EXIT } from './exit.js';
import { parseAddress } from './parse.js';
import { clusterOf, ClusterFlags, withCluster } from './shared.js';
import { doctorLines } from '../view/doctor-lines.js';
import { paintFor } from '../view/paint.js';

interface DoctorFlags extends ClusterFlags {
  readonly istiod?: string;
}

/** Adds `doctor`. */
export function doctorCommand(program: Command, exit: (code: number) => void): void {
  withCluster(program.command('doctor'))
    .description('Looks whether a cluster has what its mesh needs; writes nothing.')
    .option('--istiod <url>', 'istiod\'s debug interface, to see whether all proxies are in sync', parseAddress)
    .addHelpText('after', `
Examples:
  $ cdk8s-istio doctor
  $ kubectl port-forward -n istio-system deployment/istiod 15014 &
  $ cdk8s-istio doctor --istiod http://localhost:15014`)
    .action(async (flags: DoctorFlags) => {
      const { examine } = await import('../doctor/examine.js');
      const results = await examine(await clusterOf(flags), { istiod: flags.istiod });
      const { stdout } = process;
      const lines = flags.json
        ? results.map((result) => JSON.stringify(result))
        : doctorLines(results, { paint: paintFor(stdout), width: stdout.columns });
      stdout.write(`${lines.join('\n')}\n`);
      exit(results.some(({ state }) => state === 'error') ? EXIT.failed : EXIT.succeeded);
    });
}
