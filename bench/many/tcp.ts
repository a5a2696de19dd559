/** Many connections of `node:net`; the side that dials reads into a buffer of its own. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { HOST, type ContestStream } from '../streams/contest-stream.js';
import { Inlet } from '../streams/inlet.js';
import { dial, pushInto, streamOf } from '../streams/tcp.js';
import type { Dialer, Many, ManyTask } from './many.js';

const BACKLOG = 511;

export const manyTcp: Many = { dial: dialMany, serve };

function dialMany({ remotePort }: ManyTask): Promise<Dialer> {
  return Promise.resolve({
    open: async () => {
      const inlet = new Inlet();
      return streamOf(await dial({ remotePort }, inlet), inlet);
    },
    close: () => Promise.resolve(),
  });
}

async function serve(
  { localPort }: ManyTask,
  onStream: (stream: ContestStream) => void,
): Promise<void> {
  const server = createServer((socket) => {
    const inlet = new Inlet();
    pushInto(inlet, socket);
    onStream(streamOf(socket, inlet));
  }).listen(localPort, HOST, BACKLOG);
  await once(server, 'listening');
}
