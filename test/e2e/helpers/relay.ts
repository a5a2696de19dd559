/**
 * A man in the middle: each role talks to the relay, which passes datagrams on and may add its own,
 * from the very address that the role takes for its peer's.
 *
 * ```
 *   role 1 ◀──▶ toOne │ relay │ toTwo ◀──▶ role 2
 * ```
 */
import type { Socket } from 'node:dgram';
import { bind, closeSocket, freePorts } from './ports.js';

const HOST = '127.0.0.1';

/** What the relay sends on to the receiver in place of one datagram: none, it, more. */
export type Tampering = (
  datagram: Uint8Array,
  direction: 'toOne' | 'toTwo',
) => readonly Uint8Array[];

export class Relay {
  private constructor(
    /** What role 1 is started with. */
    readonly portsOfOne: [number, number],
    /** What role 2 is started with. */
    readonly portsOfTwo: [number, number],
    private readonly sockets: readonly Socket[],
  ) {}

  static async start(tamper: Tampering): Promise<Relay> {
    const [one, two] = await freePorts();
    const [relayOne, relayTwo] = await freePorts();
    const toOne = await bind(relayOne);
    const toTwo = await bind(relayTwo);
    // A plain array of bytes: `slice` of a Buffer would not copy, and a tampering could then damage
    // what it means to pass on unharmed.
    toOne.on('message', (datagram) => {
      for (const bytes of tamper(Uint8Array.from(datagram), 'toTwo')) toTwo.send(bytes, two, HOST);
    });
    toTwo.on('message', (datagram) => {
      for (const bytes of tamper(Uint8Array.from(datagram), 'toOne')) toOne.send(bytes, one, HOST);
    });
    return new Relay([one, relayOne], [relayTwo, two], [toOne, toTwo]);
  }

  async close(): Promise<void> {
    await Promise.all(this.sockets.map(closeSocket));
  }
}
