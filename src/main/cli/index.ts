/**
 * The command line: one file a command, each registered by one line here. Main thread.
 */
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { registerExplore } from './explore.js';
import { registerInteractive } from './interactive.js';
import { registerPlay } from './play.js';
import { registerRelay } from './relay.js';
import { registerRole } from './role.js';
import { registerSweep } from './sweep.js';

const EXIT_BAD_USAGE = 2;

const EXAMPLES = `
Examples:
  $ node dist/main.js play --part all      both roles in this terminal
  $ node dist/main.js --role 1             one role; start role 2 in another terminal

Without a command it is "role":

`;

/** Runs the command that `argv` names and sets the exit code. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_BAD_USAGE;
  }
}

function createProgram(): Command {
  const program = new Command('hawser')
    .description('A reliable, ordered byte stream over UDP, on real threads.')
    .version(version())
    .showHelpAfterError('(--help lists every flag and its range)')
    .exitOverride();
  const role = registerRole(program);
  registerPlay(program);
  registerInteractive(program);
  registerExplore(program);
  registerRelay(program);
  registerSweep(program);
  return program.addHelpText('after', () => EXAMPLES + role.helpInformation());
}

function version(): string {
  const require = createRequire(import.meta.url);
  return (require('../../../package.json') as { version: string }).version;
}
