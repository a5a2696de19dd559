/** Hawser sockets as streams among others. */
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import test from 'ava';
import { connect, listen } from '#hawser/main/api/functions.js';
import type { HawserSocket } from '#hawser/main/api/hawser-socket.js';

/** Some megabytes, in pieces of many lines: a piece costs a turn of the event loop in each stage. */
const PIECES = Array.from({ length: 200 }, (_, piece) =>
  Array.from({ length: 500 }, (_, line) => `line ${500 * piece + line} of a text\n`).join(''),
);
const host = '127.0.0.1';

test('a pipeline through zlib arrives whole, compressed on the way', async (t) => {
  const server = await listen({ port: 0, host });
  const arrival = once(server, 'connection') as Promise<[HawserSocket]>;
  const client = connect(server.address()!.port, host);
  const sent = pipeline(Readable.from(PIECES), createGzip(), client);
  const [peer] = await arrival;
  const gunzip = createGunzip();
  const [received] = await Promise.all([buffer(gunzip), pipeline(peer, gunzip), sent]);
  t.is(received.toString(), PIECES.join(''));
  t.true(peer.bytesRead < received.length / 2);
  server.close();
  await once(server, 'close');
});

test('a socket piped into itself is an echo, and async iteration reads it', async (t) => {
  const server = await listen({ port: 0, host }, (socket) => socket.pipe(socket));
  const client = connect(server.address()!.port, host);
  Readable.from(PIECES).pipe(client);
  const pieces: Buffer[] = [];
  for await (const piece of client) pieces.push(piece as Buffer);
  t.is(Buffer.concat(pieces).toString(), PIECES.join(''));
  server.close();
  await once(server, 'close');
});

test('setEncoding gives text, also where a character is cut in two', async (t) => {
  const text = 'ä€𝄞'.repeat(50_000);
  const server = await listen({ port: 0, host, receiveBufferBytes: 16_384 }, (socket) => {
    socket.end(text);
  });
  const client = connect(server.address()!.port, host).setEncoding('utf8');
  let received = '';
  for await (const piece of client) received += piece as string;
  t.is(received, text);
  server.close();
  await once(server, 'close');
});

test('readInto puts every byte into rooms of the reader, and waits where there is none', async (t) => {
  const text = Buffer.from(PIECES.join(''));
  const server = await listen({ port: 0, host, receiveBufferBytes: 16_384 }, (socket) => {
    socket.end(text);
  });
  const client = connect(server.address()!.port, host);
  // What the stream held before comes first.
  await once(client, 'readable');
  const pieces: Buffer[] = [];
  const room = Buffer.alloc(1000);
  let isFull = false;
  client.readInto({
    room: () => (isFull ? undefined : room),
    filled: (bytes) => {
      pieces.push(Buffer.from(room.subarray(0, bytes)));
      isFull = pieces.length % 100 === 0;
      if (isFull) setImmediate(() => ((isFull = false), client.resume()));
    },
  });
  client.on('data', () => t.fail());
  await once(client, 'end');
  t.true(Buffer.concat(pieces).equals(text));
  t.is(client.bytesRead, text.length);
  server.close();
  await once(server, 'close');
});

test('bytes pass a simulated network on loopback, whole in both directions', async (t) => {
  const sent = Buffer.alloc(1_000_000, 'over a link that carries what an Ethernet does');
  const impairments = { lossRate: 0.01, seed: 3 };
  const server = await listen({ port: 0, host, impairments }, (socket) => socket.pipe(socket));
  const client = connect({ port: server.address()!.port, host, impairments });
  client.end(sent);
  t.true((await buffer(client)).equals(sent));
  server.close();
  await once(server, 'close');
});
