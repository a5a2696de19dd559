/**
 * Main thread: awaiting workers.
 */
import type { Worker } from 'node:worker_threads';

/** The next message of a worker, or the error it died of. */
export function nextMessage(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (action: () => void): void => {
      worker.off('message', onMessage).off('error', onError);
      action();
    };
    const onMessage = (message: unknown): void => {
      settle(() => {
        resolve(message);
      });
    };
    const onError = (error: Error): void => {
      settle(() => {
        reject(error);
      });
    };
    worker.on('message', onMessage).on('error', onError);
  });
}
