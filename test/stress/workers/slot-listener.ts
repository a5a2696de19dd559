/**
 * The listener of the endpoint under test, with the peer and the network between them in the same
 * thread: the peer is a connection over memory of its own, driven turn by turn.
 */
import { nowMicros } from '#hawser/shared/clock.js';
import { allocateConnection, ConnectionMemory } from '#hawser/shared/memory/connection-memory.js';
import { PortCounter, ReceiveWord } from '#hawser/shared/memory/layout.js';
import type { RandomStream } from '#hawser/shared/net/random.js';
import { Connection, initializeConnection } from '#hawser/shared/transport/connection.js';
import { ReceiveWindow } from '#hawser/shared/transport/receive-window.js';
import type { TransportSettings } from '#hawser/shared/transport/settings.js';
import { TIMER_COUNT } from '#hawser/shared/transport/timers.js';
import { segmentNumber } from '#hawser/shared/wire/serial.js';
import { receiveComplaints, sendComplaints } from '../support/invariants.js';
import { member, Pauses } from '../support/member.js';
import { firstWrong, pattern } from '../support/pattern.js';
import {
  FEW_SLOTS,
  type ListenerOutcome,
  openSlots,
  settingsFor,
  type SlotTask,
} from '../support/slot-run.js';
import { UnrulyWire } from '../support/unruly-wire.js';

const PEER_ID = 4711;
const LOOKS_AT_INVARIANTS = 0.05;

class Side {
  readonly connection: Connection;
  /** Where this side's datagrams go. */
  readonly wire: UnrulyWire;

  constructor(
    readonly memory: ConnectionMemory,
    random: RandomStream,
    settings: TransportSettings,
  ) {
    this.wire = new UnrulyWire(memory.bytes, random);
    this.connection = new Connection(memory, settings, this.wire);
  }

  /** Takes what arrives from the other side, as a batch. */
  listenTo(other: Side): void {
    const { input } = this.connection;
    other.wire.arrive((datagram) => {
      input.datagram(datagram, 0, datagram.length, nowMicros());
    });
    input.endBatch(nowMicros());
    this.connection.output(nowMicros());
  }
}

/** The peer's application: reads all there is, writes all there is room for. */
class PeerApplication {
  delivered = 0;
  wrongAt = -1;
  #written = 0;
  #ended = false;

  constructor(
    private readonly side: Side,
    private readonly bytesToWrite: number,
  ) {}

  turn(): void {
    this.#read();
    this.#write();
    this.side.connection.output(nowMicros());
  }

  #read(): void {
    const { memory, connection } = this.side;
    if (!memory.receiveMutex.hold((held) => connection.reading.hasUnread(held))) return;
    const bytes = new Uint8Array(connection.reading.readableBytes());
    connection.reading.read(bytes, 0, bytes.length);
    if (this.wrongAt < 0) this.wrongAt = firstWrong(bytes, this.delivered);
    this.delivered += bytes.length;
  }

  #write(): void {
    const { writing } = this.side.connection;
    const bytes = pattern(this.#written, Math.min(this.bytesToWrite - this.#written, 500));
    this.#written += writing.write(bytes, 0, bytes.length, nowMicros());
    if (this.#written < this.bytesToWrite || this.#ended) return;
    this.#ended = true;
    writing.end(nowMicros());
  }
}

function newPeer(random: RandomStream, settings: TransportSettings): Side {
  const memory = new ConnectionMemory(
    allocateConnection(FEW_SLOTS, TIMER_COUNT, PEER_ID),
    TIMER_COUNT,
  );
  initializeConnection(memory, settings, nowMicros());
  return new Side(memory, random, settings);
}

/** The listener, between two batches: the receive ring has another size, if that is possible now. */
function resize({ receive, receiveMutex }: ConnectionMemory, window: ReceiveWindow, grow: boolean) {
  return receiveMutex.hold((held) => {
    if (grow) return window.double(held);
    return window.halve(held, segmentNumber(receive[ReceiveWord.windowEdgeAdvertised]));
  });
}

function complaintsOf(memory: ConnectionMemory): string[] {
  return [
    ...memory.sendMutex.hold((held) => sendComplaints(memory, held)),
    ...memory.receiveMutex.hold((held) => receiveComplaints(memory, held)),
  ];
}

/** One turn of everything; returns when the peer wants the next at the latest. */
function turn(ours: Side, peer: Side, application: PeerApplication): number {
  peer.listenTo(ours);
  application.turn();
  const earliest = expireAll(peer);
  ours.listenTo(peer);
  const quiet = ours.wire.isEmpty && peer.wire.isEmpty;
  return quiet ? earliest : 0;
}

/** As the timer thread does: what was sent on a time-out may have set a deadline, and rung its bell. */
function expireAll({ memory, connection }: Side): number {
  for (;;) {
    const ticket = memory.timerBell.ticket();
    const earliest = connection.expire(nowMicros());
    if (memory.timerBell.ticket() === ticket) return earliest;
  }
}

function isOver(ours: Side, peer: Side): boolean {
  return ours.connection.life.seemsClosed() && peer.connection.life.seemsClosed();
}

void member((task: SlotTask): ListenerOutcome => {
  const { seed, bytesIn } = task;
  const { memory, endpoint } = openSlots(task);
  const pauses = new Pauses(seed, 3);
  const settings = settingsFor(task);
  const ours = new Side(memory, pauses.random, settings);
  const peer = newPeer(pauses.random, settings);
  const application = new PeerApplication(peer, bytesIn);
  const { listenerBell } = endpoint;
  const { portCounters } = memory;
  const complaints: string[] = [];
  const window = new ReceiveWindow(memory);
  let resizes = 0;
  while (!isOver(ours, peer) && complaints.length === 0) {
    const ticket = listenerBell.ticket();
    const earliest = turn(ours, peer, application);
    if (task.resizes && resize(memory, window, pauses.random.chance(1 / 2))) resizes += 1;
    pauses.pause();
    if (pauses.random.chance(LOOKS_AT_INVARIANTS)) complaints.push(...complaintsOf(ours.memory));
    if (!isOver(ours, peer)) {
      listenerBell.wait(ticket, Math.max(0, earliest - nowMicros()) / 1e3);
    }
  }
  // A payload that was overwritten while it was under way has the wrong check.
  const torn = portCounters[PortCounter.corrupt] + peer.memory.portCounters[PortCounter.corrupt];
  if (torn > 0) complaints.push(`${torn} datagrams were torn`);
  if (application.wrongAt >= 0)
    complaints.push(`the peer read a wrong byte at ${application.wrongAt}`);
  endpoint.requestStop();
  memory.requestStop();
  const wires = [ours.wire, peer.wire];
  const sum = (count: (wire: UnrulyWire) => number) => count(wires[0]) + count(wires[1]);
  return {
    complaints,
    delivered: application.delivered,
    lost: sum((wire) => wire.lost),
    overtaken: sum((wire) => wire.overtaken),
    doubled: sum((wire) => wire.doubled),
    resizes,
  };
});
