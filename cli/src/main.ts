#!/usr/bin/env node
import { main } from './commands/program.js';

// Who reads the output may go away, such as `head` or a terminal; a rollout goes on, or back, all the same.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
process.exitCode = await main(process.argv.slice(2));
