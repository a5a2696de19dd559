/**
 * `hawser explore`, `stress` and `confirm`: the races and the real modules on the command line. Main
 * thread. What they do, and the explorer with it, is loaded only when one of them is called.
 */
import { Option, type Command } from 'commander';
import type { Mode } from '../../lab/index.js';
import type { ExploreFlags } from './lab-explore.js';
import type { ConfirmFlags, StressFlags } from './lab-real-threads.js';
import { numberFrom, wholeNumberFrom } from './values.js';

const MODES: Mode[] = ['auto', 'bounded', 'dpor', 'dfs', 'random', 'pct'];
const NAME = 'a race, or a program over the real modules';
const SECONDS = numberFrom(0.01, 86_400, 'seconds');

export function registerExplore(program: Command): void {
  withVersions(program.command('explore'))
    .description('search the interleavings of a program; without a name, list them')
    .argument('[name]', NAME)
    .addOption(new Option('--mode <mode>', 'how to search').choices(MODES))
    .option('--bound <preemptions>', 'preemption bound', wholeNumberFrom(0, 99))
    .option('--token <token>', 'replay one schedule instead')
    .option('--seed <seed>', 'of the sampling phases', wholeNumberFrom(0, 2 ** 31))
    .option('--max-seconds <seconds>', 'stop then', SECONDS)
    .option('--json', 'the reports as JSON, in the last line')
    .action(async (name: string | undefined, flags: ExploreFlags, command: Command) => {
      const { exploreCommand } = await import('./lab-explore.js');
      await exploreCommand(name, flags, command);
    });
  withVersions(program.command('stress'))
    .description('run a program on real worker threads and count the outcomes')
    .argument('<name>', NAME)
    .option('--rounds <rounds>', 'runs of each program', wholeNumberFrom(1, 1e9))
    .option('--seed <seed>', 'of the random pauses', wholeNumberFrom(0, 2 ** 31))
    .option('--max-seconds <seconds>', 'stop then', SECONDS)
    .option('--json', 'the reports as JSON, in the last line')
    .action(async (name: string, flags: StressFlags, command: Command) => {
      const { stressCommand } = await import('./lab-real-threads.js');
      await stressCommand(name, flags, command);
    });
  withVersions(program.command('confirm'))
    .description('force a schedule that was found on real worker threads')
    .argument('<name>', NAME)
    .argument('<token>', 'the replay token that explore printed')
    .option('--json', 'the result as JSON, in the last line')
    .action(async (name: string, token: string, flags: ConfirmFlags, command: Command) => {
      const { confirmCommand } = await import('./lab-real-threads.js');
      await confirmCommand(name, token, flags, command);
    });
}

function withVersions(command: Command): Command {
  return command
    .addOption(new Option('--buggy', 'only the buggy version').conflicts(['fixed', 'variant']))
    .addOption(new Option('--fixed', 'only the fixed version').conflicts(['buggy', 'variant']))
    .option('--variant <name>', 'one of the further versions of the race');
}
