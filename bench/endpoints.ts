/**
 * What connections cost: memory a connection at 1, 1,000 and 10,000 open ones, just when each has
 * exchanged a message and once they have fallen idle; what is left when they are closed, and after many
 * that were opened and closed one after the other. Both ends in this process.
 * `npm run bench:endpoints -- [--sequence 100000] [--open 1 1000 10000]`
 */
import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { AsyncConnection, AsyncEndpoint } from '#hawser/main/api/async-connection.js';
import { openEndpoint } from '#hawser/main/threads/async-endpoint.js';
import { Command } from 'commander';
import { wholeNumber } from './support/flags.js';

const CONNECTION = {
  receiveBufferBytes: 1 << 20,
  sendBufferBytes: 1 << 20,
  noDelay: true,
  keepAliveMs: 0,
  idleTimeoutMs: 600_000,
  connectTimeoutMs: 30_000,
  congestion: 'bbr',
  maximumDatagramBytes: 1472,
  integrity: 'crc32',
} as const;

const MESSAGE = Buffer.alloc(100, 'x');
/** Before the first look: code is compiled, and each thread has what it needs for the first one. */
const WARM_UP = 50;
/** A connection gives memory back when it has been quiet for a second. */
const IDLE_MS = 3000;

async function endpoint(connections: number): Promise<AsyncEndpoint> {
  return openEndpoint({
    local: { host: '127.0.0.1', port: 0 },
    io: 'auto',
    maximumConnections: connections,
    maximumMemoryBytes: Number.MAX_SAFE_INTEGER,
  });
}

function echo(connection: AsyncConnection): void {
  const piece = Buffer.alloc(256);
  connection.onNews = () => {
    const count = connection.read(piece, 0, piece.length);
    if (count > 0) connection.write(piece, 0, count);
    if (connection.atEnd) connection.end();
    if (connection.isClosed) connection.release();
  };
  connection.onNews();
}

/** Sends a message and waits for it to come back. */
function exchange(connection: AsyncConnection): Promise<void> {
  const piece = Buffer.alloc(256);
  let sent = false;
  let received = 0;
  return new Promise((resolve, reject) => {
    connection.onNews = () => {
      const failure = connection.failure();
      if (failure !== undefined) reject(failure);
      if (!sent) sent = connection.write(MESSAGE, 0, MESSAGE.length) > 0;
      received += connection.read(piece, 0, piece.length);
      if (received === MESSAGE.length) resolve();
    };
    connection.onNews();
  });
}

function closed(connection: AsyncConnection): Promise<void> {
  return new Promise((resolve) => {
    connection.onNews = () => {
      connection.readableBytes();
      if (connection.isClosed) resolve();
    };
    connection.end();
    connection.onNews();
  });
}

const residentKiB = () => {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage.rss() / 1024;
};
const descriptors = () => readdirSync('/proc/self/fd').length;
const threads = () => readdirSync('/proc/self/task').length;

async function measureOpen(count: number): Promise<void> {
  // Of those before some may still be there when the next one comes.
  const most = count + WARM_UP + 8;
  const server = await endpoint(most);
  const client = await endpoint(most);
  const options = { backlog: most, maximumConnections: most, retry: 'auto' } as const;
  server.listen({ connection: CONNECTION, ...options }, echo);
  for (let done = 0; done < WARM_UP; done++) await openAndClose(client, server);
  await pause(IDLE_MS);
  const before = residentKiB();
  const startedMs = performance.now();
  for (let opened = 0; opened < count; opened += 100) {
    const batch = Math.min(100, count - opened);
    const exchanges = Array.from({ length: batch }, () =>
      exchange(client.connect(server.localAddress, CONNECTION)),
    );
    await Promise.all(exchanges);
  }
  const seconds = (performance.now() - startedMs) / 1e3;
  const each = () => ((residentKiB() - before) / count / 2).toFixed(1);
  const atWork = each();
  await pause(IDLE_MS);
  const idle = each();
  await client.close();
  await server.close();
  await pause(IDLE_MS);
  console.log(
    `${count} open: ${atWork} KiB an end, ${idle} when idle, ${(count / seconds).toFixed(0)} opened a second; ${(residentKiB() / 1024).toFixed(0)} MiB resident when closed`,
  );
}

async function openAndClose(client: AsyncEndpoint, server: AsyncEndpoint): Promise<void> {
  const connection = client.connect(server.localAddress, CONNECTION);
  await exchange(connection);
  await closed(connection);
  connection.release();
}

async function measureSequence(count: number): Promise<void> {
  const server = await endpoint(512);
  const client = await endpoint(512);
  const options = { backlog: 512, maximumConnections: 512, retry: 'auto' } as const;
  server.listen({ connection: CONNECTION, ...options }, echo);
  const startedMs = performance.now();
  for (let done = 0; done < count; done++) {
    if (done === 1000 || done % 20_000 === 0) report(done, startedMs);
    await openAndClose(client, server);
  }
  report(count, startedMs);
  await client.close();
  await server.close();
}

function report(done: number, startedMs: number): void {
  const seconds = (performance.now() - startedMs) / 1e3;
  console.log(
    `after ${done}: ${residentKiB().toFixed(0)} KiB resident, ${descriptors()} descriptors, ${threads()} threads, ${seconds.toFixed(1)} s`,
  );
}

const program = new Command()
  .option('--open <count...>', 'connections that are open at once', ['1', '1000', '10000'])
  .option('--sequence <count>', 'connections one after the other', wholeNumber, 100_000)
  .parse();
const { open, sequence } = program.opts<{ open: string[]; sequence: number }>();
for (const count of open.map(wholeNumber)) if (count > 0) await measureOpen(count);
if (sequence > 0) await measureSequence(sequence);
