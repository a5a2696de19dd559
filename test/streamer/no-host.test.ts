/** In a process of its own: nobody here starts threads for a Streamer. */
import test from 'ava';
import { freePorts } from '../e2e/helpers/ports.js';
import { playInWorker } from './support.js';

test('without a host on the main thread a Streamer says so, instead of waiting for ever', async (t) => {
  const [localPort, remotePort] = await freePorts();
  const outcome = await playInWorker({ scene: 'send', localPort, remotePort });
  t.is(outcome.error, 'ERR_HAWSER_NO_HOST');
});
