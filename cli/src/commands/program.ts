import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { doctorCommand } from './doctor.js';
import { EXIT, UsageError } from './exit.js';
import { rolloutCommand } from './rollout.js';

/**
 * Runs the command line.
 *
 * @param args the arguments, without those of Node
 * @returns what the process is to exit with
 */
export async function main(args: string[]): Promise<number> {
  let code: number = EXIT.succeeded;
  const program = new Command('cdk8s-istio')
    .description('Moves canaries of Istio step by step, as long as their metrics hold.')
    .version(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version)
    .exitOverride()
    .showHelpAfterError('see: cdk8s-istio --help')
    .addHelpText('after', `
Exit codes:
  0  done; a rollout has succeeded, or is in progress
  1  it could not be done, or the doctor found an error
  2  the command line is wrong
  3  the rollout was rolled back or aborted`);
  rolloutCommand(program, (result) => { code = result; });
  doctorCommand(program, (result) => { code = result; });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) { // which it has told
      return error.exitCode === 0 ? EXIT.succeeded : EXIT.wrongUsage;
    }
    process.stderr.write(`error: ${(error as Error).message}\n`);
    return error instanceof UsageError ? EXIT.wrongUsage : EXIT.failed;
  }
}
