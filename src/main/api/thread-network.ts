/** The network of this thread: endpoints on real sockets. */
import { openEndpoint } from '../threads/async-endpoint.js';
import { networkOf } from './network.js';

export const threadNetwork = networkOf(openEndpoint);
