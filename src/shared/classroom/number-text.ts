/**
 * What the classroom's test sends: the text of each number followed by one space, in small pieces
 * in stage 1 and in large ones in stage 2. Pure; runs on the application thread.
 */

/** A large piece is sent as soon as it is longer than this. */
export const LARGE_PIECE_CHARACTERS = 12_345;

const encoder = new TextEncoder();

export function numberText(number: number): string {
  return `${number} `;
}

/** Stage 1: one piece a number. */
export function* smallPieces(count: number): Generator<Uint8Array> {
  for (let number = 0; number < count; number++) yield encoder.encode(numberText(number));
}

/** Stage 2: numbers gathered until the text is longer than 12345 characters, or is the last. */
export function* largePieces(count: number): Generator<Uint8Array> {
  let text = '';
  for (let number = 0; number < count; number++) {
    text += numberText(number);
    if (text.length > LARGE_PIECE_CHARACTERS || number === count - 1) {
      yield encoder.encode(text);
      text = '';
    }
  }
}
