/**
 * A relay in this process: resolves addresses, starts the relay's thread, shows what it reports, and
 * ends it. Main thread, which only watches.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { lookup } from 'node:dns/promises';
import { Piscina } from 'piscina';
import { HawserError } from '../../shared/errors.js';
import { selfTest } from '../../shared/net/batched-self-test.js';
import type { SocketAddress } from '../../shared/net/datagram-port.js';
import type { PathConditions } from '../../shared/net/path/conditions.js';
import { addressText, canonicalAddress } from '../../shared/net/socket-address.js';
import type { RelayMessage, RelayOutcome, RelayTask } from '../../workers/relay.js';
import { errand, loadedAhead, workerModule } from '../threads/worker-modules.js';
import type { RelayFlags } from './relay.js';
import { RelayView } from './relay-view.js';
import { Interruption } from './signals.js';

export interface RelayDirections {
  readonly up: PathConditions;
  readonly down: PathConditions;
}

/** Relays until it is interrupted or `--duration` is over. Resolves with the exit code. */
export async function runRelay(flags: RelayFlags, directions: RelayDirections): Promise<number> {
  const view = new RelayView(flags.quiet);
  const { port1: port, port2: portOfThread } = new MessageChannel();
  const interruption = new Interruption(() => {
    port.postMessage('stop');
  });
  try {
    const outcome = await relayInThread(await taskOf(flags, directions, portOfThread, view), () => {
      watch(port, flags, view);
    });
    if ('error' in outcome) throw new HawserError(outcome.error.code, outcome.error.message);
    view.summary(outcome.report, flags.json);
    return interruption.exitCode ?? 0;
  } catch (error) {
    if (!(error instanceof HawserError)) throw error;
    view.complain(`${error.code}: ${error.message}`);
    return interruption.exitCode ?? 1;
  } finally {
    port.close();
    interruption.dispose();
  }
}

async function taskOf(
  { listen, to, seed, clients, idleTimeout, io }: RelayFlags,
  { up, down }: RelayDirections,
  port: MessagePort,
  view: RelayView,
): Promise<RelayTask> {
  const target = reachable(await resolve(to));
  const plan = { target, up, down, seed, mostClients: clients, idleTimeoutMicros: idleTimeout };
  return { plan, listen: await resolve(listen), io: await chooseIo(io, view), port };
}

async function chooseIo(io: RelayFlags['io'], view: RelayView): Promise<RelayTask['io']> {
  if (io === 'dgram') return 'dgram';
  const doubt = await selfTest();
  if (doubt === undefined) return 'batched';
  if (io === 'batched') {
    const text = `batched sockets were asked for, but ${doubt}; use --io dgram`;
    throw new HawserError('ERR_HAWSER_SOCKET', text);
  }
  view.complain(`using node:dgram: ${doubt}`);
  return 'dgram';
}

async function resolve({ host, port }: SocketAddress): Promise<SocketAddress> {
  try {
    const { address } = await lookup(host);
    return canonicalAddress({ host: address, port });
  } catch (cause) {
    const text = `host ${JSON.stringify(host)} cannot be resolved; give a name or an address that exists`;
    throw new HawserError('ERR_HAWSER_ADDRESS_INVALID', text, { cause });
  }
}

/** To every interface means to this machine; but its answers come from an address of its own. */
function reachable({ host, port }: SocketAddress): SocketAddress {
  if (host === '0.0.0.0') return { host: '127.0.0.1', port };
  return { host: host === '::' ? '::1' : host, port };
}

/** Starts the thread, then `watch`; the pool ends with the task. */
async function relayInThread(task: RelayTask, watch: () => void): Promise<RelayOutcome> {
  const module = workerModule('relay');
  const pool = new Piscina({
    ...loadedAhead(module),
    minThreads: 1,
    maxThreads: 1,
    idleTimeout: Infinity,
    atomics: 'disabled',
    trackUnmanagedFds: false,
    recordTiming: false,
  });
  const running = pool.run(errand(module, task), {
    transferList: [task.port],
  }) as Promise<RelayOutcome>;
  watch();
  try {
    return await running;
  } finally {
    await pool.destroy();
  }
}

function watch(port: MessagePort, { to, duration }: RelayFlags, view: RelayView): void {
  port.on('message', (message: RelayMessage) => {
    if (message.kind === 'report') {
      view.show(message.report);
      return;
    }
    view.say(`relaying ${addressText(message.address)} to ${addressText(to)}`);
    if (duration === undefined) return;
    // A relay that has ended before must not keep the process.
    setTimeout(() => {
      port.postMessage('stop');
    }, duration / 1e3).unref();
  });
}
