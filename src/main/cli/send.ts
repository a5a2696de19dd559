/** `hawser send`: files and folders to a receiver. Main thread. */
import { isIPv6 } from 'node:net';
import type { Command } from 'commander';
import type { SocketAddress } from '../../shared/net/datagram-port.js';
import {
  addTransferOptions,
  DEFAULT_TRANSFER_PORT,
  type TransferFlags,
} from './transfer-options.js';
import { addressFrom, byteCount } from './units.js';

interface SendFlags extends TransferFlags {
  readonly bwlimit?: number;
  readonly name: string;
}

const EXAMPLES = `
A file that exists on the other side with the same bytes counts as sent. What was interrupted goes on
from what is there: send the same again.

Examples:
  $ node dist/main.js send photos notes.txt 192.0.2.7
  $ node dist/main.js send disk.img [2001:db8::7]:9000 --bwlimit 2MB
  $ tar c . | node dist/main.js send - host.example:50003 --name backup.tar

Exit codes: 0 everything is there, 1 failed, 2 bad flags, 3 some files were refused, 4 no space left
over there, 5 no permission, 6 a file was unreadable or changed meanwhile, 130 and 143 interrupted.
`;

export function registerSend(program: Command): void {
  const command = program
    .command('send')
    .description('send files and folders to a receiver')
    .argument('<path...>', 'what to send ("-" is standard input), and at the end HOST[:PORT]')
    .option('--bwlimit <size>', 'bytes a second at the most, such as 500k or 2MB', byteCount)
    .option('--name <name>', 'what standard input is called over there', 'stdin');
  addTransferOptions(command).addHelpText('after', EXAMPLES).action(act);
}

async function act(given: string[], flags: SendFlags, command: Command): Promise<void> {
  const paths = given.slice(0, -1);
  const destination = given[given.length - 1];
  if (paths.length === 0) {
    command.error(`error: say what to send and where to: PATH… HOST[:PORT]; got "${destination}"`);
  }
  if (paths.filter((path) => path === '-').length > 1) {
    command.error('error: standard input can be sent once');
  }
  const to = destinationOf(destination, command);
  const { sendCommand } = await import('./transfer-session.js');
  process.exitCode = await sendCommand(paths, to, flags);
}

/** A host alone is at the default port. */
function destinationOf(text: string, command: Command): SocketAddress {
  try {
    const hasPort = /^[^:]*:\d+$|^\[.*\]:\d+$/.test(text);
    const address = addressFrom(1)(hasPort ? text : `${hostText(text)}:${DEFAULT_TRANSFER_PORT}`);
    if (text !== '' && !text.startsWith(':')) return address;
  } catch {
    // Said below.
  }
  return command.error(`error: "${text}" is no HOST[:PORT] to send to`);
}

/** An IPv6 address may do without its brackets where no port follows. */
function hostText(text: string): string {
  return isIPv6(text) ? `[${text}]` : text;
}
