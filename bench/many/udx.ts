/**
 * Many streams of `udx-native` over one socket. They have no opening: both sides must know the
 * numbers of a stream beforehand, so all of them are there from the start.
 */
import type { ContestStream } from '../streams/contest-stream.js';
import { awaitStream, openStream, openUdx, streamOf, type UdxSocket } from '../streams/udx.js';
import type { Dialer, Many, ManyTask } from './many.js';

/** The numbers of the two sides' ends are apart. */
const REMOTE = 1 << 20;

/** One that nobody refers to is collected, and closed, while its streams wait for their peers. */
const sockets: UdxSocket[] = [];

export const manyUdx: Many = { dial, serve };

async function dial(task: ManyTask): Promise<Dialer> {
  const { udx, socket } = await openUdx(task);
  let next = 1;
  return {
    open: () => {
      const id = next++;
      return Promise.resolve(streamOf(openStream(udx, socket, [id, REMOTE + id], task.remotePort)));
    },
    close: () => Promise.resolve(),
  };
}

async function serve(task: ManyTask, onStream: (stream: ContestStream) => void): Promise<void> {
  const { udx, socket } = await openUdx(task);
  sockets.push(socket);
  for (let id = 1; id <= task.connections + 1; id++) {
    onStream(streamOf(awaitStream(udx, [REMOTE + id, id])));
  }
}
