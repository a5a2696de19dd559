/** Many connections of Hawser's on one endpoint a side. */
import type { ContestStream } from '../streams/contest-stream.js';
import { dialHawser, type HawserOptions, serveHawser, streamOf } from '../streams/hawser-socket.js';
import type { Many, ManyTask } from './many.js';

export function manyHawser(options: HawserOptions): Many {
  return {
    dial: (task: ManyTask) =>
      Promise.resolve({
        open: () => dialHawser(task, options),
        close: () => Promise.resolve(),
      }),
    serve: async (task: ManyTask, onStream: (stream: ContestStream) => void) => {
      const server = await serveHawser(task, options);
      server.on('connection', (socket) => {
        onStream(streamOf(socket));
      });
    },
  };
}
