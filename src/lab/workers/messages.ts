/**
 * Main thread: awaiting workers.
 */
import type { Worker } from 'node:worker_threads';
import { ERROR_CODES, HawserError } from '../../shared/errors.js';

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
        reject(asHawserError(error));
      });
    };
    worker.on('message', onMessage).on('error', onError);
  });
}

/** An error loses its class on its way out of a worker. */
function asHawserError(error: Error & { code?: unknown }): HawserError {
  const code = ERROR_CODES.find((known) => known === error.code) ?? 'ERR_HAWSER_INTERNAL';
  return new HawserError(code, error.message, { cause: error });
}
