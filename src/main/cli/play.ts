/** `hawser play`: both roles of the classroom's test in one terminal. Main thread. */
import type { Command } from 'commander';
import { addClassroomOptions, type ClassroomFlags, settingsOf } from './classroom-options.js';
import { portArgument } from './values.js';

const EXAMPLES = `
Examples:
  $ node dist/main.js play --part all
  $ node dist/main.js play --part 5 --seed 42 --nums 10000
  $ node dist/main.js play 9000 9001 --loss-rate 0.3

Exits with 0 only if every number arrived, in order, on both sides.
`;

export function registerPlay(program: Command): void {
  const command = program
    .command('play')
    .description('play both roles of the classroom test, as two processes in this terminal')
    .argument('[port1]', 'UDP port of role 1 (default: both ports are chosen)', portArgument)
    .argument('[port2]', 'UDP port of role 2', portArgument);
  addClassroomOptions(command).addHelpText('after', EXAMPLES).action(act);
}

async function act(
  port1: number | undefined,
  port2: number | undefined,
  flags: ClassroomFlags,
  command: Command,
) {
  const ports = [port1, port2].filter((port) => port !== undefined);
  if (ports.length === 1) command.error('error: play needs two ports or none');
  if (ports.length === 2 && ports[0] === ports[1]) {
    command.error(`error: the two roles need two ports, but both are ${ports[0]}`);
  }
  const { runPlay } = await import('./play-session.js');
  process.exitCode = await runPlay(ports, settingsOf(flags), flags);
}
