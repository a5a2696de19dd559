/**
 * `hawser role`, the default command: one role of the classroom's test. Main thread. What runs the
 * test is imported only when the command is, to keep every other command quick.
 */
import { type Command, Option } from 'commander';
import type { Role } from '../../shared/classroom/test-program.js';
import { addClassroomOptions, type ClassroomFlags, settingsOf } from './classroom-options.js';
import { portArgument } from './values.js';

interface RoleFlags extends ClassroomFlags {
  readonly role?: '1' | '2';
  readonly progressToParent?: true;
}

/** Role 1 listens on the first port and talks to the second; role 2 the reverse. */
export const DEFAULT_PORTS = [8000, 8001] as const;

const EXAMPLES = `
Examples, in two terminals, in either order:
  $ node dist/main.js --role 1
  $ node dist/main.js --role 2

  $ node dist/main.js --role 1 9000 9001 --part all --seed 7
  $ node dist/main.js --role 2 9000 9001 --part all --seed 7

  $ node dist/main.js --role 1 --loss-rate 0.2 --become-reliable-after 5
  $ node dist/main.js --role 2 --part 3 --send-interval 10 --json

Exit codes: 0 passed, 1 failed, 2 bad flags, 130 and 143 interrupted.
`;

/** Returns the command, whose flags the program's own help shows as well. */
export function registerRole(program: Command): Command {
  const command = program
    .command('role', { isDefault: true })
    .description('play one role of the classroom test; the other role runs in another process')
    .argument('[port1]', 'UDP port of role 1', portArgument, DEFAULT_PORTS[0])
    .argument('[port2]', 'UDP port of role 2', portArgument, DEFAULT_PORTS[1])
    .addOption(new Option('--role <role>', 'which role this process plays').choices(['1', '2']))
    .addOption(new Option('--progress-to-parent').hideHelp());
  return addClassroomOptions(command).addHelpText('after', EXAMPLES).action(act);
}

async function act(port1: number, port2: number, flags: RoleFlags, command: Command) {
  // Not left to commander, which would complain about the flag before it looks at the ports, and so
  // answer a mistyped command with a riddle.
  if (flags.role === undefined) command.error('error: say which role: --role 1 or --role 2');
  if (port1 === port2) {
    command.error(`error: the two roles need two ports, but both are ${port1}`);
  }
  const [{ runRole }, { chooseView }] = await Promise.all([
    import('./role-session.js'),
    import('./progress-view.js'),
  ]);
  const role = Number(flags.role) as Role;
  process.exitCode = await runRole(
    {
      role,
      localPort: role === 1 ? port1 : port2,
      remotePort: role === 1 ? port2 : port1,
      settings: settingsOf(flags),
    },
    chooseView(flags.quiet, flags.progressToParent),
    flags.json,
  );
}
