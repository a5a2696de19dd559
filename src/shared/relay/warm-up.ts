/**
 * Carries datagrams through a relay that nobody sees, before the real one begins: code that is still
 * being compiled would let the first ones wait for many milliseconds. Relay's thread.
 */
import type { Client } from './clients.js';
import { Relay, type RelayPlan } from './relay.js';
import type { Arrivals, RelaySocket } from './relay-socket.js';

const ROUNDS = 200;
const DATAGRAMS_A_ROUND = 16;
const DATAGRAM_BYTES = 1200;
const ROUND_MICROS = 1000;
const STORE = { smallSlots: 4096, largeSlots: 16 };

const silent: RelaySocket = {
  send: () => undefined,
  close: () => undefined,
};

/** Over the paths of the plan; takes some tens of milliseconds. */
export function warmUp(plan: RelayPlan): void {
  const clients: (() => Client)[] = [];
  const sockets = {
    listener: silent,
    openUpstream: (client: () => Client) => {
      clients.push(client);
      return silent;
    },
  };
  const relay = new Relay(plan, sockets, 0, STORE);
  const batch = batchFrom(plan.target);
  for (let now = 0; now < ROUNDS * ROUND_MICROS; now += ROUND_MICROS) {
    relay.fromClients(batch, now);
    relay.fromTarget(clients[0](), batch, now);
    relay.turn(now);
  }
}

function batchFrom(source: RelayPlan['target']): Arrivals {
  const bytes = new Uint8Array(DATAGRAM_BYTES);
  return {
    forEach: (visit) => {
      for (let at = 0; at < DATAGRAMS_A_ROUND; at++) visit(bytes, 0, DATAGRAM_BYTES, source);
    },
  };
}
