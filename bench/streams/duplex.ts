/** What a stream of Node, whoever made it, is to a contest. */
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { ContestStream } from './contest-stream.js';
import type { Inlet } from './inlet.js';

/** What arrives is put into `inlet` by whoever called. */
export function duplexStream(duplex: Duplex, inlet: Inlet): ContestStream {
  duplex.on('error', (error) => {
    inlet.fail(error);
  });
  duplex.on('end', () => {
    inlet.fail(new Error('the stream has ended'));
  });
  return {
    write: (piece) => (duplex.write(piece) ? undefined : once(duplex, 'drain')),
    receive: (take) => inlet.receive(take),
    close: async () => {
      duplex.end();
      if (!duplex.closed) await once(duplex, 'close');
    },
  };
}
