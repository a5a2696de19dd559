/** The first message in both directions: nobody goes on with a peer that speaks something else. */
import type { FrameReader } from './frame-reader.js';
import { MAGIC, type MessageOf, OFFER_WINDOW, VERSION } from './messages.js';
import { FileFailure } from './status.js';

export const ownGreeting: MessageOf<'greeting'> = {
  is: 'greeting',
  magic: MAGIC,
  version: VERSION,
  offerWindow: OFFER_WINDOW,
};

/** Resolves with the peer's. Throws `protocol` or `version`. */
export async function readGreeting(reader: FrameReader): Promise<MessageOf<'greeting'>> {
  const first = await reader.next();
  if (first === undefined) {
    throw new FileFailure('broken', 'the peer has ended the connection before its greeting');
  }
  if (first.is === 'abort') throw new FileFailure('protocol', first.text);
  if (first.is !== 'greeting' || first.magic !== MAGIC) {
    throw new FileFailure('protocol', 'the peer does not speak the file protocol');
  }
  if (first.version !== VERSION) {
    const text = `the peer speaks version ${first.version} of the file protocol, this is ${VERSION}`;
    throw new FileFailure('version', text);
  }
  return first;
}
