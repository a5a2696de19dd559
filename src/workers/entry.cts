/**
 * What every thread of a pool loads first: it fetches the thread's modules by `import`. Piscina itself
 * would `require` them, and Node aborts the process, whatever its exit code was to be, if a thread is
 * ended amid that, as all are by `process.exit`. CommonJS, so that here nothing is left to load.
 */
import threads = require('node:worker_threads');

/** A task, and whose default export it is for. */
interface Errand {
  readonly module: string;
  readonly task: unknown;
}

type Handler = (task: unknown) => unknown;

async function run({ module, task }: Errand): Promise<unknown> {
  return (await handlerOf(module))(task);
}

/** Of a transpiled module the default export is one level further down. */
async function handlerOf(module: string): Promise<Handler> {
  const { default: found } = (await import(module)) as {
    default?: Handler | { default?: Handler };
  };
  const handler = typeof found === 'object' ? found.default : found;
  if (typeof handler !== 'function') throw new TypeError(`${module} exports no default function`);
  return handler;
}

/** Tasks come when the module that the pool loads ahead is there. */
const { preload } = threads.workerData as { readonly preload: string };

export = import(preload).then(() => run);
