/** What a subscriber to Hawser's diagnostics channels gets to see. */
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import test from 'ava';
import { closing, Meeting } from './support/meeting.js';

const NAMES = [
  'endpoint.open',
  'server.listening',
  'client.connecting',
  'client.open',
  'server.connection',
  'server.drop',
  'socket.close',
  'server.close',
  'endpoint.close',
];

test('each step in the life of connections and servers is published', async (t) => {
  const seen = new Set<string>();
  for (const name of NAMES) {
    subscribe(`hawser:${name}`, (message) => {
      seen.add(name);
      t.is(typeof message, 'object');
    });
  }
  const { client, peer, server } = await new Meeting().pair();
  peer.resume();
  client.resume().end();
  await closing(client);
  server.close();
  await once(server, 'close');
  const crowded = new Meeting();
  (await crowded.listen()).maxConnections = 0;
  await once(crowded.connect(), 'error');
  t.deepEqual([...seen].sort(), [...NAMES].sort());
});
