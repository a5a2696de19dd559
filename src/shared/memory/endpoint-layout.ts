/**
 * The shared memory of an endpoint: what its threads share beside its connections, each of which has
 * a memory of its own (layout.ts).
 *
 * ```
 *  ┌──────────────────────────────────────────────────────────────────┐
 *  │ endpoint words     stop, failure, readiness, the three bells      │
 *  │ port counters      of datagrams that are no connection's          │
 *  │ failure text, route text                                          │
 *  │ rolls              listener │ timer │ application: a bit a place  │
 *  │ scratch            datagrams without a connection                 │
 *  └──────────────────────────────────────────────────────────────────┘
 * ```
 *
 * A connection has a *place*, the number of its bit on each roll. Places below `places / 2` are
 * given out by the application's thread, for connections that we open, the others by the listener,
 * for those that peers open.
 */
import { endingDeclarations } from './ending.js';
import { FAILURE_TEXT_BYTES, portCounterDeclarations, SCRATCH_BYTES } from './layout.js';
import { placeSections } from './placing.js';
import { rollWords } from './roll.js';
import { guardedBy, numberWords } from './words.js';

/** The socket's descriptors and addresses, as JSON. */
const ROUTE_TEXT_BYTES = 512;

export const endpointDeclarations = {
  ...endingDeclarations,
  ...guardedBy('start', {
    places: 'connections there may be, a multiple of 64',
    memoryLimitKilobytes: 'the most that memoryKilobytes may come to',
    routeTextBytes: 'length of the route text, 0 if only the listener can send; by the main thread',
  }),
  ...guardedBy('atomic', {
    threadsReady: 'counts the role threads that are up; futex of whoever waits for them',
    released: '0 → 1 once, by the main thread: the port is free again; futex of Streamer.close',
    listenerBellCount: 'the listener sleeps on it; see Bell',
    listenerBellSleepers: 'see Bell',
    timerBellCount: 'the timer sleeps on it; see Bell',
    timerBellSleepers: 'see Bell',
    applicationBellCount: 'an application with an event loop sleeps on it; see Bell',
    applicationBellSleepers: 'see Bell',
    awaitingApplication:
      'connections accepted and not yet taken: the backlog; added and subtracted',
    memoryKilobytes: 'of all connections’ memories, each rounded up; added and subtracted',
    loadingThreads: 'threads that load native code; see LoadingGate',
  }),
  ...guardedBy('listener', {
    localPort: 'UDP port we are bound to; stored before threadsReady is counted up',
  }),
} as const;

export const endpointSectionDeclarations = {
  ...guardedBy('atomic', {
    listenerRoll: 'connections that call the listener; see Roll',
    timerRoll: 'connections that call the timer; see Roll',
    applicationRoll: 'connections that call the application; see Roll',
  }),
  ...guardedBy('start', {
    endpointRouteText:
      'UTF-8; the main thread writes it before the roles start, who may send reads it',
  }),
  ...guardedBy('owner', {
    endpointFailureText:
      'UTF-8; whoever won failureClaim writes it, anyone reads it once failureCode is set',
  }),
  ...guardedBy('listener', {
    endpointScratch: 'datagrams to peers without a connection; no other thread looks',
  }),
} as const;

export const EndpointWord = numberWords(endpointDeclarations);

export type EndpointOffsets = Readonly<Record<keyof ReturnType<typeof sectionBytes>, number>>;

export function layOutEndpoint(places: number): { offsets: EndpointOffsets; bytes: number } {
  return placeSections(sectionBytes(places));
}

function sectionBytes(places: number) {
  const words = (count: number) => count * Int32Array.BYTES_PER_ELEMENT;
  return {
    words: words(Object.keys(endpointDeclarations).length),
    portCounters: Object.keys(portCounterDeclarations).length * Float64Array.BYTES_PER_ELEMENT,
    failureText: FAILURE_TEXT_BYTES,
    routeText: ROUTE_TEXT_BYTES,
    listenerRoll: words(rollWords(places)),
    timerRoll: words(rollWords(places)),
    applicationRoll: words(rollWords(places)),
    scratch: SCRATCH_BYTES,
  };
}
