/** Many QUIC connections, with a stream each. */
import { HOST, type ContestStream } from '../streams/contest-stream.js';
import { acceptQuic, dialQuic, IPV4, loadQuic } from '../streams/quic.js';
import type { Dialer, Many, ManyTask } from './many.js';

export const manyQuic: Many = { dial, serve };

async function dial(task: ManyTask): Promise<Dialer> {
  const { binding, config } = await loadQuic(task);
  const client = new binding.Client(config, IPV4);
  return {
    open: () => dialQuic(client, task),
    close: () => Promise.resolve(),
  };
}

async function serve(task: ManyTask, onStream: (stream: ContestStream) => void): Promise<void> {
  const { binding, config } = await loadQuic(task);
  const server = new binding.Server(config, HOST, task.localPort);
  void acceptForEver();

  async function acceptForEver(): Promise<never> {
    for (;;) {
      const connection = await server.inboundConnection();
      // It has no stream before something was written to it.
      void acceptQuic(connection).then(onStream);
    }
  }
}
