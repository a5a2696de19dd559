/** `hawser receive`: takes files from senders. Main thread. */
import { type Command, Option } from 'commander';
import { NAME_RULES, type NameRules } from '../../shared/files/names.js';
import type { SocketAddress } from '../../shared/net/datagram-port.js';
import {
  addTransferOptions,
  DEFAULT_TRANSFER_PORT,
  type TransferFlags,
} from './transfer-options.js';
import { addressFrom, byteCount } from './units.js';
import { wholeNumberFrom } from './values.js';

export interface ReceiveFlags extends TransferFlags {
  readonly listen: SocketAddress;
  readonly directory: string;
  readonly overwrite?: true;
  readonly rename?: true;
  readonly skip?: true;
  readonly names: NameRules;
  readonly maxFiles: number;
  readonly maxBytes: number;
  readonly once?: true;
}

const EXAMPLES = `
What a sender offers under a name that exists is refused, unless one of --overwrite, --rename, --skip
says otherwise; the same bytes under the same name are no conflict. Files have their names when they
are whole; unfinished ones are called .hawser-….part, and go on when they are sent again.

Examples:
  $ node dist/main.js receive
  $ node dist/main.js receive --listen 192.0.2.7:9000 --directory incoming --rename
  $ node dist/main.js receive --once --directory - | tar x

Exit codes (the worst of all transfers): 0 everything is there, 1 failed, 2 bad flags, 3 some files
were refused, 4 no space left, 5 no permission, 6 a file was unreadable or changed, 130 and 143
interrupted in the middle of a transfer; 0 if nothing was under way.
`;

export function registerReceive(program: Command): void {
  const others = (own: string) =>
    ['overwrite', 'rename', 'skip'].filter((conflict) => conflict !== own);
  const conflict = (name: string, text: string) =>
    new Option(`--${name}`, text).conflicts(others(name));
  const command = program
    .command('receive')
    .description('take files from senders, several at once, until Ctrl-C')
    .addOption(
      new Option('--listen <host:port>', 'where senders send to')
        .argParser(addressFrom(0))
        .default(
          { host: '0.0.0.0', port: DEFAULT_TRANSFER_PORT },
          `every interface, port ${DEFAULT_TRANSFER_PORT}`,
        ),
    )
    .option('--directory <path>', 'where files go; "-" is standard output, for one sender', '.')
    .addOption(conflict('overwrite', 'replace files that exist'))
    .addOption(conflict('rename', 'give a file whose name exists another one, as "name (1)"'))
    .addOption(conflict('skip', 'leave out files whose names exist'))
    .addOption(
      new Option('--names <rules>', 'portable also refuses names that are special on Windows')
        .choices(NAME_RULES)
        .default('portable'),
    )
    .addOption(
      new Option('--max-files <count>', 'files taken altogether; new folders count as well')
        .argParser(wholeNumberFrom(1, 2 ** 40))
        .default(Infinity, 'any number'),
    )
    .addOption(
      new Option('--max-bytes <size>', 'bytes taken altogether, such as 10GB')
        .argParser(byteCount)
        .default(Infinity, 'any number'),
    )
    .option('--once', 'end when the first sender is done');
  addTransferOptions(command).addHelpText('after', EXAMPLES).action(act);
}

async function act(flags: ReceiveFlags, command: Command): Promise<void> {
  if (flags.directory === '-' && flags.json) {
    command.error('error: --json writes to standard output, and so does --directory -');
  }
  const { receiveCommand } = await import('./transfer-session.js');
  process.exitCode = await receiveCommand(flags);
}
