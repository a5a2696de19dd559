/** The events of a `HawserSocket`. */

export interface SocketEvents {
  /** The peer has answered; `ready` follows at once. */
  connect: [];
  ready: [];
  /** The name was looked up: once for each address, or with the error. */
  lookup: [
    error: Error | null,
    address: string | undefined,
    family: number | undefined,
    host: string,
  ];
  data: [chunk: Buffer];
  readable: [];
  /** There is room for more writing. */
  drain: [];
  /** The peer's stream has ended and all of it was read. */
  end: [];
  /** Our stream has ended and the transport has all of it. */
  finish: [];
  /** Nothing has moved for as long as `setTimeout` was told; nothing is done about it. */
  timeout: [];
  error: [error: Error];
  /** The last one; without an error, and if both sides have ended, the peer has acknowledged all. */
  close: [hadError: boolean];
  pause: [];
  resume: [];
  pipe: [source: NodeJS.ReadableStream];
  unpipe: [source: NodeJS.ReadableStream];
}

/** What `on` and its kin take. */
export type SocketListener<Name extends keyof SocketEvents> = (
  ...values: SocketEvents[Name]
) => void;
/** A listener for events that are not ours, as Node's own types have it. */
export type AnyListener = (...values: any[]) => void; // eslint-disable-line @typescript-eslint/no-explicit-any
