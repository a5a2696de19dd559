/** Many connections of Hawser's on one endpoint a side. */
import type { ContestStream } from '../streams/contest-stream.js';
import { dialHawser, type HawserOptions, serveHawser, streamOf } from '../streams/hawser-socket.js';
import type { Many, ManyTask } from './many.js';

/** An endpoint counts what its connections' buffers may grow to, and refuses those beyond its limit. */
const SMALL_BUFFERS: HawserOptions = { receiveBufferBytes: 16_384, sendBufferBytes: 16_384 };

export function manyHawser(options: HawserOptions): Many {
  const optionsFor = ({ workload }: ManyTask) =>
    workload === 'opening' ? { ...options, ...SMALL_BUFFERS } : options;
  return {
    dial: (task: ManyTask) =>
      Promise.resolve({
        open: () => dialHawser(task, optionsFor(task)),
        close: () => Promise.resolve(),
      }),
    serve: async (task: ManyTask, onStream: (stream: ContestStream) => void) => {
      const server = await serveHawser(task, optionsFor(task));
      server.on('connection', (socket) => {
        onStream(streamOf(socket));
      });
    },
  };
}
