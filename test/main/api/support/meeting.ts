/** A client and a server on a network in memory, for one test. */
import { once } from 'node:events';
import type { ExecutionContext } from 'ava';
import { connectOn, createServerOn } from '#hawser/main/api/functions.js';
import type { HawserServer } from '#hawser/main/api/hawser-server.js';
import type { HawserSocket } from '#hawser/main/api/hawser-socket.js';
import { type Network, networkOf } from '#hawser/main/api/network.js';
import type { ConnectOptions } from '#hawser/main/api/options/connect-options.js';
import type { ServerOptions } from '#hawser/main/api/options/listen-options.js';
import { FakeNetwork } from './fake-endpoint.js';
import type { FakeConnection } from './fake-connection.js';

export const PORT = 7000;
export const HOST = '127.0.0.1';

// Each meeting has a network of its own, where a thread has one.
process.setMaxListeners(100);

export class Meeting {
  readonly fake = new FakeNetwork();
  readonly network: Network = networkOf(this.fake.openEndpoint);

  connect(options: Partial<ConnectOptions> = {}): HawserSocket {
    return connectOn(this.network, [{ port: PORT, host: HOST, ...options }]);
  }

  async listen(options: ServerOptions = {}): Promise<HawserServer> {
    const server = createServerOn(this.network, options).listen(PORT, HOST);
    await once(server, 'listening');
    // What tests do to one side may reset the other.
    server.on('connection', (socket) => socket.on('error', () => undefined));
    return server;
  }

  /** Connected to each other. */
  async pair(
    options: { client?: Partial<ConnectOptions>; server?: ServerOptions } = {},
  ): Promise<{ client: HawserSocket; peer: HawserSocket; server: HawserServer }> {
    const server = await this.listen(options.server);
    const arrival = once(server, 'connection');
    const client = await this.connect(options.client).whenOpen();
    const [peer] = (await arrival) as [HawserSocket];
    return { client, peer, server };
  }

  /** The client's side, and the server's, of the connection made last. */
  get wires(): { client: FakeConnection; peer: FakeConnection } {
    const [client, peer] = this.fake.connections.slice(-2);
    return { client, peer };
  }
}

/** Waits for the `close` of a socket and returns what it tells. */
export async function closing(socket: HawserSocket): Promise<boolean> {
  const [hadError] = await new Promise<[boolean]>((resolve) =>
    socket.once('close', (...told) => {
      resolve(told);
    }),
  );
  return hadError;
}

/** The error of a socket, which must have a code. */
export async function failing(t: ExecutionContext, socket: HawserSocket): Promise<string> {
  const error = await new Promise<NodeJS.ErrnoException>((resolve) =>
    socket.once('error', resolve),
  );
  t.truthy(error.code, error.stack ?? '');
  return error.code ?? '';
}
