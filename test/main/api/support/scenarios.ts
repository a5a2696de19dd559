/** What can happen between two sockets, written once and played on `net` and on Hawser. */
import { type AnyServer, type AnySocket, type SocketChoices, type Stack } from './stacks.js';
import { Story } from './story.js';

export interface Outcome {
  /** Events of the client's socket, in order, and of the server's, if there was one. */
  readonly client: readonly string[];
  readonly server: readonly string[];
}

interface Scene {
  readonly client: Story;
  readonly server: Story;
}

interface Choices {
  readonly client?: SocketChoices;
  readonly server?: { readonly allowHalfOpen?: boolean };
}

type Act = (scene: Scene) => Promise<void> | void;

/** Client and server are connected; `act` plays; both have closed at the end. */
function connected(act: Act, choices: Choices = {}) {
  return async (stack: Stack): Promise<Outcome> => {
    let accepted!: (socket: AnySocket) => void;
    const arrival = new Promise<AnySocket>((resolve) => (accepted = resolve));
    const { server, port } = await stack.listen(choices.server ?? {}, (socket) => {
      accepted(socket);
    });
    const client = new Story(stack.connect(port, choices.client ?? {}));
    // Events that come while the two meet are noted from the first tick on.
    const scene = { client, server: new Story(await arrival) };
    await client.until('ready');
    await act(scene);
    await Promise.all([scene.client.closed, scene.server.closed]);
    await closed(server);
    return { client: client.events, server: scene.server.events };
  };
}

/** No server; the client closes by itself. */
function alone(act: (stack: Stack, port: number) => Story) {
  return async (stack: Stack): Promise<Outcome> => {
    const { port, free } = await stack.refusing();
    const client = act(stack, port);
    await client.closed;
    await free();
    return { client: client.events, server: [] };
  };
}

/** What the server sees of it is for the network to say: the end, or the reset that follows it. */
function forClient(play: (stack: Stack) => Promise<Outcome>) {
  return async (stack: Stack): Promise<Outcome> => ({ ...(await play(stack)), server: [] });
}

async function closed(server: AnyServer): Promise<void> {
  await new Promise<void>((resolve) => {
    server.on('close', () => {
      resolve();
    });
    server.close();
  });
}

const FAILURE = Object.assign(new Error('of the test'), { code: 'OF_THE_TEST' });
const LARGE = Buffer.alloc(8 * 2 ** 20, 'x');

export const scenarios: Readonly<Record<string, (stack: Stack) => Promise<Outcome>>> = {
  'the client ends': connected(({ client, server }) => {
    server.readAll();
    client.readAll().socket.end('request');
  }),
  'the server ends': connected(({ client, server }) => {
    client.readAll();
    server.readAll().socket.end('greeting');
  }),
  'both end at once': connected(({ client, server }) => {
    client.readAll().socket.end('one');
    server.readAll().socket.end('other');
  }),
  'request and answer over a half-closed connection': connected(
    ({ client, server }) => {
      client.readAll().socket.end('request');
      server.readAll().socket.on('end', () => server.socket.end('answer'));
    },
    { client: { allowHalfOpen: true }, server: { allowHalfOpen: true } },
  ),
  'nobody reads, and both end': connected(({ client, server }) => {
    client.socket.end();
    server.socket.end();
    client.socket.resume();
    server.socket.resume();
  }),
  'more than any buffer holds': connected(({ client, server }) => {
    server.readAll();
    client.readAll().socket.write(LARGE);
    client.socket.once('drain', () => client.socket.end());
  }),
  'the client destroys an idle connection': connected(({ client, server }) => {
    server.readAll();
    client.socket.destroy();
  }),
  'the client destroys with an error': connected(({ client, server }) => {
    server.readAll();
    client.socket.destroy(FAILURE);
  }),
  'the client destroys twice, and ends': connected(({ client, server }) => {
    server.readAll();
    client.socket.destroy();
    client.socket.destroy(FAILURE);
    client.socket.end();
  }),
  'the client ends twice': connected(({ client, server }) => {
    server.readAll();
    client.readAll().socket.end('x');
    client.socket.end();
  }),
  'the client writes after its end': forClient(
    connected(({ client, server }) => {
      server.readAll();
      client.readAll().socket.end('x');
      client.socket.write('y');
    }),
  ),
  'the client writes after both have ended': connected(({ client, server }) => {
    client.readAll().socket.once('end', () => {
      setImmediate(() => client.socket.write('late'));
    });
    server.readAll().socket.end();
  }),
  'the server resets': connected(({ client, server }) => {
    client.readAll();
    server.socket.resetAndDestroy();
  }),
  'the client is destroyed soon, behind what it wrote': connected(({ client, server }) => {
    server.readAll();
    client.socket.write('last words');
    client.socket.destroySoon();
  }),
  'nothing happens for a while, and the handler destroys': connected(({ client, server }) => {
    server.readAll();
    client.readAll().socket.setTimeout(20, () => client.socket.destroy());
  }),
  'nothing happens for a while, and the handler ends': connected(({ client, server }) => {
    server.readAll();
    client.readAll().socket.setTimeout(20);
    client.socket.once('timeout', () => client.socket.end());
  }),
  'a signal aborts an open connection': (stack) => {
    const abort = new AbortController();
    const play = connected(
      ({ server }) => {
        server.readAll();
        abort.abort();
      },
      { client: { signal: abort.signal } },
    );
    return play(stack);
  },
  'nobody listens': alone((stack, port) => new Story(stack.connect(port, {}))),
  'nobody listens, and something was written': alone((stack, port) => {
    const story = new Story(stack.connect(port, {}));
    story.socket.end('never read');
    return story;
  }),
  'a name that leads nowhere': alone((stack, port) => {
    const lookup: SocketChoices['lookup'] = (_host, _options, callback) => {
      const error = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
      process.nextTick(callback, error, []);
    };
    return new Story(stack.connect(port, { host: 'nowhere.invalid', lookup }));
  }),
  'destroyed before it is connected': alone((stack, port) => {
    const story = new Story(stack.connect(port, {}));
    story.socket.destroy();
    return story;
  }),
  'destroyed with an error before it is connected': alone((stack, port) => {
    const story = new Story(stack.connect(port, {}));
    story.socket.destroy(FAILURE);
    return story;
  }),
  'a signal that was aborted before': alone(
    (stack, port) => new Story(stack.connect(port, { signal: AbortSignal.abort() })),
  ),
  'a name that is looked up': async (stack) => {
    const { server, port } = await stack.listen({}, (socket) => socket.resume());
    const lookup: SocketChoices['lookup'] = (_host, _options, callback) => {
      process.nextTick(callback, null, [{ address: '127.0.0.1', family: 4 }]);
    };
    const client = new Story(stack.connect(port, { host: 'somewhere.invalid', lookup }));
    client.readAll().socket.end('x');
    await client.closed;
    await closed(server);
    return { client: client.events, server: [] };
  },
};
