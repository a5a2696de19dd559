/**
 * Puts datagrams together as the kernel does it: one behind the other those of one length, the last
 * of which may be shorter.
 */
export interface Train {
  readonly bytes: Uint8Array;
  /** Bytes of each datagram but the last. */
  readonly every: number;
}

export function trainsOf(datagrams: readonly Uint8Array[]): Train[] {
  const trains: Train[] = [];
  for (let from = 0; from < datagrams.length;) {
    const until = endOfTrain(datagrams, from);
    const cars = datagrams.slice(from, until);
    trains.push({ bytes: joined(cars), every: cars[0].length });
    from = until;
  }
  return trains;
}

function endOfTrain(datagrams: readonly Uint8Array[], first: number): number {
  const { length } = datagrams[first];
  let at = first + 1;
  while (at < datagrams.length && datagrams[at].length === length) at += 1;
  const hasTail = at < datagrams.length && datagrams[at].length < length;
  return hasTail && datagrams[at].length > 0 ? at + 1 : at;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
