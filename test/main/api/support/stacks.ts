/** `net` and Hawser behind one face, so that one scenario can be played on both. */
import { once } from 'node:events';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { connectOn, createServerOn } from '#hawser/main/api/functions.js';
import { endpointOptions } from '#hawser/main/api/options/endpoint-options.js';
import type { Network } from '#hawser/main/api/network.js';

/** What scenarios use of a socket. */
export type AnySocket = Duplex &
  Pick<
    net.Socket,
    'setTimeout' | 'destroySoon' | 'resetAndDestroy' | 'connecting' | 'readyState' | 'pending'
  >;

export interface AnyServer {
  close(): unknown;
  on(event: string, listener: (...values: never[]) => void): unknown;
}

export interface SocketChoices {
  readonly allowHalfOpen?: boolean;
  readonly signal?: AbortSignal;
  readonly host?: string;
  readonly lookup?: net.LookupFunction;
}

export interface Stack {
  readonly name: string;
  listen(
    choices: { readonly allowHalfOpen?: boolean },
    onSocket: (socket: AnySocket) => void,
  ): Promise<{ readonly server: AnyServer; readonly port: number }>;
  connect(port: number, choices: SocketChoices): AnySocket;
  /** A port that answers, but with a refusal. */
  refusing(): Promise<{ readonly port: number; free: () => Promise<void> }>;
}

const LOCAL = '127.0.0.1';

export const netStack: Stack = {
  name: 'net.Socket',
  async listen(choices, onSocket) {
    const server = net.createServer(choices, onSocket).listen(0, LOCAL);
    await once(server, 'listening');
    return { server, port: (server.address() as net.AddressInfo).port };
  },
  connect: (port, choices) => net.connect({ port, host: LOCAL, ...choices }),
  async refusing() {
    const { server, port } = await this.listen({}, () => undefined);
    server.close();
    return { port, free: () => Promise.resolve() };
  },
};

export function hawserStack(network: Network): Stack {
  return {
    name: 'HawserSocket',
    async listen(choices, onSocket) {
      const server = createServerOn(network, choices, (socket) => {
        onSocket(socket as unknown as AnySocket);
      }).listen(0, LOCAL);
      await once(server, 'listening');
      return { server, port: server.address()!.port };
    },
    connect: (port, choices) =>
      connectOn(network, [{ port, host: LOCAL, ...(choices as object) }]) as unknown as AnySocket,
    // Over UDP a port that nobody has bound answers only by ICMP, which not every socket hears.
    async refusing() {
      const options = endpointOptions({ host: LOCAL, port: 0 }, {});
      const endpoint = await network.openEndpoint(options);
      return { port: endpoint.localAddress.port, free: () => endpoint.close() };
    },
  };
}
