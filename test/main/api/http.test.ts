/** Node's own http, over Hawser. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { buffer } from 'node:stream/consumers';
import test from 'ava';
import { connect, listen } from '#hawser/main/api/functions.js';

const BODY = randomBytes(4 * 2 ** 20);
const ROUNDS = 3;

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Answers with the body it was sent, and tells its digest. */
async function answer(request: http.IncomingMessage, response: http.ServerResponse) {
  const body = await buffer(request);
  response.setHeader('x-digest', digest(body));
  response.end(body);
}

async function post(agent: http.Agent): Promise<{ response: http.IncomingMessage; body: Buffer }> {
  const request = http.request({ agent, method: 'POST', host: 'hawser.example' });
  request.end(BODY);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  return { response, body: await buffer(response) };
}

test('http server and client work over Hawser sockets, with keep-alive and a large body each way', async (t) => {
  let connections = 0;
  const web = http.createServer((request, response) => {
    void answer(request, response);
  });
  const server = await listen({ port: 0, host: '127.0.0.1' }, (socket) => {
    connections += 1;
    web.emit('connection', socket);
  });
  const { port } = server.address()!;
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  Object.assign(agent, { createConnection: () => connect({ port, host: '127.0.0.1' }) });
  for (let round = 0; round < ROUNDS; round++) {
    const { response, body } = await post(agent);
    t.is(response.statusCode, 200);
    t.is(response.headers['x-digest'], digest(BODY));
    t.true(body.equals(BODY));
  }
  t.is(connections, 1, 'the connection was kept');
  agent.destroy();
  server.close();
  await once(server, 'close');
});

test('http.request takes connect as its createConnection, and an answer that ends the connection', async (t) => {
  const web = http.createServer((_request, response) => response.end('bye'));
  const server = await listen({ port: 0, host: '127.0.0.1' }, (socket) => {
    web.emit('connection', socket);
  });
  const { port } = server.address()!;
  const request = http.get({
    host: '127.0.0.1',
    port,
    createConnection: (options) => connect({ ...options, port, host: '127.0.0.1' } as never),
  });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  t.is((await buffer(response)).toString(), 'bye');
  server.close();
  await once(server, 'close');
});
