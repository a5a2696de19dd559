/**
 * Runs one worker thread per task and collects what each returns. Main thread of a stress test.
 *
 * The tests are bounded by work, not by time. A lost wake-up shows as a thread that sleeps for ever,
 * so a watchdog ends a crew that is late by orders of magnitude, and names who had not come back.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const WATCHDOG_MS = 60_000;

export interface Post<Task = unknown> {
  /** What the watchdog calls this thread. */
  readonly name: string;
  /** The module in ./workers, without its extension; it calls {@link report} with its task. */
  readonly module: string;
  readonly task: Task;
}

/** What the threads returned, in the order of their posts. */
export async function runCrew<Outcome>(posts: readonly Post[]): Promise<Outcome[]> {
  const missing = new Set(posts.map(({ name }) => name));
  const workers = posts.map(({ module, task }) => {
    return new Worker(new URL(`../workers/${module}.js`, import.meta.url), { workerData: task });
  });
  const outcomes = workers.map(async (worker, at) => {
    const [outcome] = (await once(worker, 'message')) as [Outcome];
    missing.delete(posts[at].name);
    return outcome;
  });
  try {
    return await Promise.race([Promise.all(outcomes), watchdog(missing)]);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function watchdog(missing: ReadonlySet<string>): Promise<never> {
  return new Promise((_resolve, reject) => {
    const timer = setTimeout(() => {
      const names = [...missing].join(', ');
      reject(new Error(`after ${WATCHDOG_MS} ms these threads had not returned: ${names}`));
    }, WATCHDOG_MS);
    timer.unref();
  });
}
