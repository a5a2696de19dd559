/** The side that is dialed: answers what it is asked, on every connection, until it is told to end. */
import { peakMegabytes } from '../support/usage.js';
import type { ContestStream } from '../streams/contest-stream.js';
import type { Many, ManyTask } from './many.js';
import { answer, nextRequest, REQUEST } from './request.js';
import { usage, type Usage } from './usage.js';

export interface ServerOutcome {
  /** One each time the dialing side asked for it. */
  readonly samples: readonly Usage[];
  readonly peakMegabytes: number;
}

export async function serveMany(
  many: Many,
  task: ManyTask,
  onListening: () => void,
): Promise<ServerOutcome> {
  const samples: Usage[] = [];
  await new Promise<void>((resolve, reject) => {
    const serveOne = async (stream: ContestStream) => {
      for (;;) {
        const request = await nextRequest(stream);
        if (request.kind === REQUEST.sample) samples.push(usage());
        await answer(stream, request);
        if (request.kind === REQUEST.over) return stream.close();
      }
    };
    many
      .serve(task, (stream) => {
        // Only the first connection says that all is over; the others just end.
        serveOne(stream).then(resolve, () => undefined);
      })
      .then(onListening, reject);
  });
  return { samples, peakMegabytes: peakMegabytes() };
}
