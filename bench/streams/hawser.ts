/** Hawser's blocking Streamer, in a worker: its promises are settled before they are returned. */
import { Streamer, type StreamerOptions } from '#hawser/shared/streamer.js';
import { HOST, type Connect, type ContestStream, type Side, type Taker } from './contest-stream.js';

export interface HawserSide extends Side {
  readonly options: StreamerOptions;
}

export const connectHawser: Connect<HawserSide> = (side, onListening) => {
  const streamer = new Streamer(HOST, side.remotePort, HOST, side.localPort, side.options);
  onListening();
  return Promise.resolve(new BlockingStream(streamer));
};

class BlockingStream implements ContestStream {
  constructor(private readonly streamer: Streamer) {}

  write(piece: Uint8Array): undefined {
    this.streamer.send(piece);
  }

  receive(take: Taker): Promise<void> {
    for (;;) {
      const piece = this.streamer.recv();
      if (piece.length === 0) return Promise.reject(new Error('the stream has ended'));
      if (!take(piece)) return Promise.resolve();
    }
  }

  close(): Promise<void> {
    this.streamer.close();
    return Promise.resolve();
  }
}
