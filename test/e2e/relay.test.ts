/** `relay` as a process between real sockets: any client, any target, any datagram. */
import { once } from 'node:events';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import test from 'ava';

import { randomStreams } from '#hawser/shared/net/random.js';
import { selfTest } from '#hawser/shared/net/batched-self-test.js';
import type { RelayReport } from '#hawser/shared/relay/report.js';

import { noise } from './helpers/hostile-datagrams.js';
import { bind, closeSocket, freePort } from './helpers/ports.js';
import { type Ending, FrugalProgram, linesOf, Program } from './helpers/program.js';

const HOST = '127.0.0.1';
const SEED = 5;

interface Surroundings {
  readonly relay: Program;
  readonly relayPort: number;
  readonly echo: Socket;
  /** Ends the relay as Ctrl-C does. */
  readonly end: () => Promise<Ending>;
}

/** A target that answers everything with the same bytes, and a relay before it. */
function relayBeforeEcho(io: string, ...flags: string[]): Promise<Surroundings> {
  return relayBeforeEchoAt(HOST, io, ...flags);
}

/** The same; the relay is told that the target is at `host`. */
async function relayBeforeEchoAt(
  host: string,
  io: string,
  ...flags: string[]
): Promise<Surroundings> {
  const echo = await bind(await freePort());
  echo.on('message', (datagram, { port }) => {
    echo.send(datagram, port, HOST);
  });
  const relayPort = await freePort();
  const to = `${host}:${echo.address().port}`;
  const relay = new Program(
    ...['relay', '--listen', `${HOST}:${relayPort}`, '--to', to, '--io', io, '--json', ...flags],
  );
  await relay.untilSaid(`relaying ${HOST}:${relayPort} to `);
  const end = async () => {
    relay.kill('SIGINT');
    const ending = await relay.ended;
    await closeSocket(echo);
    return ending;
  };
  return { relay, relayPort, echo, end };
}

async function client(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, HOST);
  await once(socket, 'listening');
  return socket;
}

/** Sends each, and waits for its answer before the next. */
async function ask(socket: Socket, port: number, ...questions: Uint8Array[]): Promise<Buffer[]> {
  const answers: Buffer[] = [];
  for (const question of questions) {
    const answer = once(socket, 'message') as Promise<[Buffer, RemoteInfo]>;
    socket.send(question, port, HOST);
    answers.push((await answer)[0]);
  }
  return answers;
}

/** Sends a datagram, and waits for no answer. */
function sent(socket: Socket, port: number): Promise<unknown> {
  return new Promise((resolve) => {
    socket.send('x', port, HOST, resolve);
  });
}

function reportOf(ending: Ending): RelayReport {
  return JSON.parse(linesOf(ending).at(-1) ?? '') as RelayReport;
}

const batched = (await selfTest()) === undefined;

for (const io of batched ? ['batched', 'dgram'] : ['dgram']) {
  test.serial(
    `${io}: two clients at once each get the answers to their own questions`,
    async (t) => {
      const { relayPort, end } = await relayBeforeEcho(io, '--delay', '2ms');
      const clients = [await client(), await client()];
      const questions = clients.map((_, index) =>
        Array.from({ length: 40 }, (_question, at) => Buffer.from(`${index}:${at}`)),
      );
      const answers = await Promise.all(
        clients.map((socket, index) => ask(socket, relayPort, ...questions[index])),
      );
      t.deepEqual(answers, questions);
      for (const socket of clients) await closeSocket(socket);
      const ending = await end();
      t.is(ending.exitCode, 130);
      const { clients: counted, up, down } = reportOf(ending);
      t.deepEqual(counted, { active: 2, total: 2, refused: 0 });
      t.deepEqual([up.sent, up.delivered, down.sent, down.delivered], [80, 80, 80, 80]);
    },
  );

  test.serial(`${io}: empty, huge and hostile datagrams pass as they are`, async (t) => {
    const { relayPort, end } = await relayBeforeEcho(io);
    const socket = await client();
    const [random] = randomStreams(SEED, 1);
    const datagrams = [
      new Uint8Array(0),
      new Uint8Array(65_507).fill(7),
      ...Array.from({ length: 100 }, () => noise(random)),
    ];
    const answers = await ask(socket, relayPort, ...datagrams);
    answers.forEach((answer, at) => {
      t.true(answer.equals(datagrams[at]), `seed ${SEED}, datagram ${at}`);
    });
    await closeSocket(socket);
    t.is(reportOf(await end()).sendFailures, 0);
  });

  test.serial(`${io}: impairments are done, each in its direction, and counted`, async (t) => {
    const { relayPort, end } = await relayBeforeEcho(
      io,
      ...['--down-duplicate-rate', '1', '--up-corruption-rate', '1', '--max-datagram', '1000'],
    );
    const socket = await client();
    const answers: Buffer[] = [];
    const both = new Promise<void>((resolve) => {
      socket.on('message', (answer) => {
        if (answers.push(answer) === 2) resolve();
      });
    });
    const question = Buffer.from('a question of some length');
    socket.send(new Uint8Array(1001), relayPort, HOST);
    socket.send(question, relayPort, HOST);
    await both;
    t.deepEqual(answers[0], answers[1]);
    t.notDeepEqual(answers[0], question);
    await closeSocket(socket);
    const { up, down } = reportOf(await end());
    t.like(up, { sent: 2, droppedAsTooLarge: 1, corrupted: 1, duplicated: 0, delivered: 1 });
    t.like(down, { sent: 1, corrupted: 0, duplicated: 1, delivered: 2 });
  });

  test.serial(
    `${io}: clients for whom there is no descriptor are refused and counted`,
    async (t) => {
      const echo = await bind(await freePort());
      const served = new Set<number>();
      echo.on('message', (datagram, { port }) => {
        served.add(port);
        echo.send(datagram, port, HOST);
      });
      const [listen, to] = [`${HOST}:${await freePort()}`, `${HOST}:${echo.address().port}`];
      const flags = ['--listen', listen, '--to', to, '--io', io, '--json'];
      const relay = new FrugalProgram('relay', ...flags);
      await relay.untilSaid('relaying');
      const clients = await Promise.all(Array.from({ length: 80 }, client));
      const port = Number(listen.split(':')[1]);
      await ask(clients[0], port, Buffer.from('first'));
      for (const other of clients.slice(1)) await sent(other, port);
      await ask(clients[0], port, Buffer.from('last'));
      relay.kill('SIGINT');
      const ending = await relay.ended;
      // Later than the relay: to a closed one it would be refused.
      await Promise.all([...clients, echo].map(closeSocket));
      const { clients: counted, up, unreachable } = reportOf(ending);
      t.is(counted.total, served.size);
      t.is(counted.total + counted.refused, clients.length);
      t.true(counted.refused > 0);
      t.deepEqual([up.delivered, unreachable], [served.size + 1, 0]);
    },
  );

  test.serial(`${io}: a target without a host is on this machine, and is heard`, async (t) => {
    const { relayPort, end } = await relayBeforeEchoAt('', io);
    const socket = await client();
    const question = Buffer.from('who is there?');
    t.deepEqual(await ask(socket, relayPort, question), [question]);
    await closeSocket(socket);
    await end();
  });

  test.serial(`${io}: a target that is not there ends nothing`, async (t) => {
    const { relayPort, echo, end } = await relayBeforeEcho(io);
    const socket = await client();
    await ask(socket, relayPort, Buffer.from('there'));
    const { port } = echo.address();
    await closeSocket(echo);
    for (let at = 0; at < 20; at++) socket.send('gone', relayPort, HOST);
    const again = await bind(port);
    const heard = once(again, 'message') as Promise<[Buffer, RemoteInfo]>;
    const calling = setInterval(() => {
      socket.send('back', relayPort, HOST);
    }, 20);
    await heard;
    clearInterval(calling);
    await closeSocket(again);
    await closeSocket(socket);
    echo.close = (callback) => {
      callback?.();
      return echo;
    };
    t.is((await end()).exitCode, 130);
  });
}

test.serial(
  'a silent client is forgotten, and the relay ends by itself after --duration',
  async (t) => {
    const { relay, relayPort, echo } = await relayBeforeEcho(
      'auto',
      ...['--idle-timeout', '100ms', '--duration', '2.5s'],
    );
    const socket = await client();
    await ask(socket, relayPort, Buffer.from('x'));
    const ending = await relay.ended;
    await closeSocket(echo);
    await closeSocket(socket);
    t.is(ending.exitCode, 0);
    t.like(reportOf(ending).clients, { active: 0, total: 1 });
  },
);

test.serial('an interrupted relay ends at once, however long --duration is', async (t) => {
  const { end } = await relayBeforeEcho('auto', '--duration', '60min');
  t.is((await end()).exitCode, 130);
});

test.serial('a port in use is a clear error, at once', async (t) => {
  const port = await freePort();
  const squatter = await bind(port);
  const ending = await new Program('relay', '--listen', `${HOST}:${port}`, '--to', `${HOST}:1`)
    .ended;
  await closeSocket(squatter);
  t.is(ending.exitCode, 1);
  t.regex(ending.stderr, /^ERR_HAWSER_ADDRESS_IN_USE: /m);
});

test.serial('a host that cannot be resolved is a clear error', async (t) => {
  const { exitCode, stderr } = await new Program(
    ...['relay', '--listen', `${HOST}:0`, '--to', 'no.such.host.invalid:9'],
  ).ended;
  t.is(exitCode, 1);
  t.regex(stderr, /^ERR_HAWSER_ADDRESS_INVALID: .*no\.such\.host\.invalid/m);
});

test.serial('without --to or --listen it says so, and its help has examples', async (t) => {
  const { exitCode, stderr } = await new Program('relay', '--listen', ':9').ended;
  t.is(exitCode, 2);
  t.regex(stderr, /--to/);
  const help = await new Program('relay', '--help').ended;
  t.is(help.exitCode, 0);
  t.true(help.stdout.includes('node dist/main.js relay --listen'));
});
