/**
 * The command line: one file a command, each registered by one line here. Main thread.
 */
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { registerExplore } from './explore.js';
import { registerInteractive } from './interactive.js';
import { registerPlay } from './play.js';
import { registerRelay } from './relay.js';
import { registerReceive } from './receive.js';
import { registerRole } from './role.js';
import { registerSweep } from './sweep.js';
import { registerSend } from './send.js';

const EXIT_BAD_USAGE = 2;

const EXAMPLES = `
Examples:
  $ node dist/main.js play --part all      both roles in this terminal
  $ node dist/main.js --role 1             one role; start role 2 in another terminal

Without a command it is "role":

`;

/** Runs the command that `argv` names and sets the exit code. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  outliveReaders();
  try {
    await createProgram().parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_BAD_USAGE;
  }
}

/**
 * Whoever reads may leave, as `head` does. What runs has a peer that counts on it, so it goes on to its
 * end, and the exit code says how that was.
 */
function outliveReaders(): void {
  for (const output of [process.stdout, process.stderr]) {
    output.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
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
  registerSend(program);
  registerReceive(program);
  return program.addHelpText('after', () => EXAMPLES + role.helpInformation());
}

function version(): string {
  const require = createRequire(import.meta.url);
  return (require('../../../package.json') as { version: string }).version;
}
