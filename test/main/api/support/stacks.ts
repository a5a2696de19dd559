/** `net` and Hawser behind one face, so that one scenario can be played on both. */
import { once } from 'node:events';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { connectOn, createServerOn } from '#hawser/main/api/functions.js';
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
  };
}
