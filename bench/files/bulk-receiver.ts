/** `bulk-receiver.js PORT`: takes one connection and drops what comes, as fast as it can. */
import { listen } from '#hawser/main/files/link.js';
import { PLAIN_LINK } from './plain-link.js';

const port = Number(process.argv[2]);
const listener = await listen({ host: '127.0.0.1', port }, PLAIN_LINK, ({ stream }) => {
  stream.resume();
  stream.once('end', () => {
    stream.end();
    void listener.close();
  });
});
console.error('listening');
