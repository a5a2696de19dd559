/**
 * Somebody on the path changes what peers send and makes its check hold. That is beyond what a checksum
 * keeps out: the connection may end, with an error of ours. But nothing may crash or hang, and nobody
 * else may notice.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { randomFillSync } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import type { AsyncEndpoint } from '#hawser/main/api/async-connection.js';
import { randomStreams } from '#hawser/shared/net/random.js';
import { Forger } from '../wire/forger.js';
import { anEndpoint, CONNECTION, echo, exchange, LISTEN } from './support/endpoints.js';
import { MovingPath } from './support/moving-path.js';

const CONNECTIONS = 12;
const PATIENCE_MS = 1_500;
const ENDINGS = /^ERR_HAWSER_(PROTOCOL_VIOLATION|RESET_BY_PEER|PEER_RESTARTED|REFUSED|CLOSED)$/;

/** What a connection through a forger comes to: its bytes, or the code of its error. */
async function forgedExchange(t: ExecutionContext, server: AsyncEndpoint, seed: number) {
  const client = await anEndpoint(t);
  const path = await MovingPath.to(server.localAddress);
  const elsewhere = createSocket('udp4').bind(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  const [random] = randomStreams(seed, 1);
  const [out, back] = [new Forger(), new Forger()];
  path.alter.out = (datagram) => {
    out.see(datagram);
    const forged = out.forge(datagram, random);
    elsewhere.send(forged, server.localAddress.port, server.localAddress.host);
    return random.chance(0.5) ? [forged, datagram] : [datagram, forged];
  };
  path.alter.back = (datagram) => {
    back.see(datagram);
    const forged = back.forge(datagram, random);
    return random.chance(0.5) ? [forged, datagram] : [datagram, forged];
  };
  const sent = randomFillSync(Buffer.alloc(20_000));
  const connection = client.connect(path.address, CONNECTION);
  // A forged acknowledgment is believed, and what it speaks of never comes.
  const patience = setTimeout(() => {
    connection.abort();
  }, PATIENCE_MS);
  const outcome = await exchange(connection, sent).then(
    () => 'bytes',
    (error: unknown) => (error as { code: string }).code,
  );
  clearTimeout(patience);
  path.close();
  elsewhere.close();
  return outcome;
}

test.serial('forged datagrams end their own connection at the most', async (t) => {
  const server = await anEndpoint(t);
  server.listen(LISTEN, echo);
  const seeds = Array.from({ length: CONNECTIONS }, (_, seed) => seed);
  const outcomes = await Promise.all(seeds.map((seed) => forgedExchange(t, server, seed)));
  for (const outcome of outcomes) if (outcome !== 'bytes') t.regex(outcome, ENDINGS);
  t.true(outcomes.includes('ERR_HAWSER_PROTOCOL_VIOLATION'), outcomes.join());
  const client = await anEndpoint(t);
  const bytes = randomFillSync(Buffer.alloc(50_000));
  t.true((await exchange(client.connect(server.localAddress, CONNECTION), bytes)).equals(bytes));
});
