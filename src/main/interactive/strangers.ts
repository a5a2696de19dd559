/**
 * Who knocks at the server's port from an address that is not its client's. The listener refuses
 * them; here it is noticed, so that the log can say so. Main thread.
 */
import type { EndpointHandle } from '../../shared/endpoint/handle.js';
import { PortCounter } from '../../shared/memory/layout.js';

export class Strangers {
  /** Datagrams that are told already; each connection has an endpoint of its own. */
  readonly #told = new WeakMap<EndpointHandle, number>();

  /** Datagrams of strangers since the last look. */
  look(endpoints: Iterable<EndpointHandle>): number {
    let news = 0;
    for (const endpoint of endpoints) {
      const count = endpoint.memory.portCounters[PortCounter.strangers];
      news += count - (this.#told.get(endpoint) ?? 0);
      this.#told.set(endpoint, count);
    }
    return news;
  }
}
