/**
 * One thread's handle on a connection: the parts of the transport over one shared memory, and what
 * each thread role does with them. Every thread makes its own; it keeps no state but what the rules
 * of the parts make private to its thread.
 *
 * Sans-IO: time is an argument, sending is an {@link Outlet}, nothing waits for anything but a lock.
 */
import { ReceiveWord, SendTime, SendWord } from '../memory/layout.js';
import type { ConnectionMemory, SendLock } from '../memory/connection-memory.js';
import { AcknowledgmentInput } from './acknowledgment-input.js';
import { Acknowledgments } from './acknowledgments.js';
import { Composer } from './composer.js';
import { congestionControl } from './congestion/choice.js';
import { Input } from './input.js';
import { Life } from './life.js';
import { LossDetection } from './loss-detection.js';
import { Opening } from './opening.js';
import type { Outlet } from './outlet.js';
import { Output } from './output.js';
import { OutputTimers } from './output-timers.js';
import { PathChange } from './path-change.js';
import { PathMtu } from './path-mtu/path-mtu.js';
import { Reading } from './reading.js';
import { ReceiveRing } from './receive-ring.js';
import { ReceiveWindow } from './receive-window.js';
import { ReorderingWindow } from './reordering-window.js';
import { ResetInput } from './reset-input.js';
import { Rest } from './rest.js';
import { RetransmissionTimers } from './retransmission-timers.js';
import { RttEstimator } from './rtt-estimator.js';
import { Scratch } from './scratch.js';
import { SendBuffer } from './send-buffer.js';
import { SendPermission } from './send-permission.js';
import { SendWindow } from './send-window.js';
import { EARLY_SEGMENTS, type TransportSettings } from './settings.js';
import { StreamRules } from './stream-rules.js';
import { Timeouts } from './timeouts.js';
import { Tuning } from './tuning.js';
import { TokenInput } from './token-input.js';
import { Violations } from './violations.js';
import { WindowTuning } from './window-tuning.js';
import { Writing } from './writing.js';

export class Connection {
  readonly life: Life;
  readonly reading: Reading;
  readonly writing: Writing;
  readonly tuning: Tuning;
  readonly tokens: TokenInput;
  readonly #makeInput: () => Input;
  readonly #output: Output;
  readonly #timeouts: Timeouts;
  readonly #pathChange: PathChange;
  #input: Input | undefined;

  /** `outlet` is there on a thread that may use the port; elsewhere the listener is rung. */
  constructor(
    private readonly memory: ConnectionMemory,
    settings: TransportSettings,
    private readonly outlet?: Outlet,
    /** Of this thread; all its connections may work in the same. */
    scratch = new Scratch(),
  ) {
    const sendWindow = new SendWindow(memory);
    const receiveWindow = new ReceiveWindow(memory);
    const rtt = new RttEstimator(memory, settings);
    const reordering = new ReorderingWindow(memory, rtt);
    const congestion = congestionControl(memory, settings.congestion);
    const retransmission = new RetransmissionTimers(memory, sendWindow, rtt, settings);
    const losses = new LossDetection(
      memory,
      sendWindow,
      rtt,
      reordering,
      congestion,
      retransmission,
      settings,
    );
    const tuning = new WindowTuning(memory, settings);
    const acknowledgments = new Acknowledgments(memory, receiveWindow, tuning, settings);
    const composer = new Composer(memory, tuning, scratch, settings);
    const pathMtu = new PathMtu(memory, settings);
    this.life = new Life(memory, settings);
    const permission = new SendPermission(memory, sendWindow, congestion, settings);
    this.#output = new Output(
      memory,
      sendWindow,
      permission,
      acknowledgments,
      retransmission,
      congestion,
      composer,
      pathMtu,
      new OutputTimers(memory, sendWindow, permission, retransmission, congestion, settings),
      settings,
    );
    const rest = new Rest(memory, sendWindow, receiveWindow);
    this.#timeouts = new Timeouts(
      memory,
      sendWindow,
      losses,
      pathMtu,
      acknowledgments,
      this.life,
      rest,
      settings,
    );
    this.#pathChange = new PathChange(
      memory,
      sendWindow,
      rtt,
      reordering,
      congestion,
      pathMtu,
      retransmission,
    );
    this.tuning = new Tuning(memory, this.#timeouts, this.life);
    this.reading = new Reading(memory, receiveWindow, acknowledgments);
    this.writing = new Writing(
      memory,
      sendWindow,
      receiveWindow,
      this.#output,
      this.#timeouts,
      this.life,
      settings,
    );
    const violations = new Violations(memory, this.life);
    const opening = new Opening(
      memory,
      receiveWindow,
      acknowledgments,
      this.life,
      pathMtu,
      violations,
      settings,
    );
    this.tokens = new TokenInput(memory, pathMtu);
    this.#makeInput = () =>
      new Input(
        memory,
        receiveWindow,
        acknowledgments,
        new AcknowledgmentInput(
          memory,
          sendWindow,
          new SendBuffer(memory, sendWindow, settings),
          losses,
          pathMtu,
          violations,
          this.life,
        ),
        opening,
        new ResetInput(memory, sendWindow, opening, this.life),
        this.tokens,
        tuning,
        new ReceiveRing(memory, receiveWindow, tuning),
        new StreamRules(memory, receiveWindow, settings),
        violations,
        this.life,
        rest,
        scratch.incoming,
      );
  }

  /** Made when first asked for: only the listener receives. */
  get input(): Input {
    return (this.#input ??= this.#makeInput());
  }

  /**
   * Bytes taken from `bytes[from, to)`, maybe 0; what may be sent of them is sent at once, under the
   * lock that hands them over.
   */
  write(bytes: Uint8Array, from: number, to: number, nowMicros: number): number {
    const { outlet } = this;
    const work = { isListeners: false };
    const count = this.writing.write(bytes, from, to, nowMicros, (held) => {
      const hasWork = this.#output.hasWork(held, nowMicros);
      work.isListeners = hasWork && outlet === undefined;
      if (hasWork && outlet !== undefined) this.#output.run(held, nowMicros, outlet);
      else this.#output.armTimers(held, nowMicros);
    });
    // Not worth a wake-up otherwise.
    if (work.isListeners) this.memory.callListener.ring();
    return count;
  }

  /** Sends what may be sent, here or, where the port is out of reach, on the listener's thread. */
  output(nowMicros: number): void {
    if (this.outlet === undefined) {
      this.memory.callListener.ring();
      return;
    }
    const { outlet } = this;
    this.memory.sendMutex.hold((held) => {
      this.#output.run(held, nowMicros, outlet);
      this.#timeouts.wakeTimerIfLate(held);
    });
  }

  /** The peer is at another host. Nothing that was measured of the path holds any longer. */
  pathChanged(held: SendLock, nowMicros: number): void {
    this.#pathChange.begin(held, nowMicros);
  }

  /** Timer thread: runs what is due, and returns until when there is nothing to do. */
  expire(nowMicros: number): number {
    const { sendMutex, sendTimes } = this.memory;
    const { any, earliest } = sendMutex.hold((held) => ({
      any: this.#timeouts.expire(held, nowMicros),
      earliest: (sendTimes[SendTime.timerSleepsUntil] = this.#timeouts.earliest(held)),
    }));
    if (any) this.output(nowMicros);
    return earliest;
  }
}

/** Writes the words that do not start as zero. Once, before any thread starts. */
export function initializeConnection(
  memory: ConnectionMemory,
  settings: TransportSettings,
  nowMicros: number,
): void {
  const { send, receive } = memory;
  const first = settings.initialSegment | 0;
  for (const word of [
    SendWord.sendUnacknowledged,
    SendWord.sendNext,
    SendWord.sendTail,
    SendWord.recoveryPoint,
    SendWord.stepRoundEnd,
    SendWord.extentRoundEnd,
    SendWord.highestAcknowledged,
  ]) {
    send[word] = first;
  }
  send[SendWord.sendLimit] = first + EARLY_SEGMENTS;
  new ReceiveWindow(memory).initialize();
  for (const word of [ReceiveWord.receiveNext, ReceiveWord.readNext, ReceiveWord.highestReceived]) {
    receive[word] = first;
  }
  const window = new SendWindow(memory);
  window.initialize();
  const rtt = new RttEstimator(memory, settings);
  rtt.initialize();
  new ReorderingWindow(memory, rtt).initialize();
  const tuning = new WindowTuning(memory, settings);
  new Acknowledgments(memory, new ReceiveWindow(memory), tuning, settings).initialize();
  new Life(memory, settings).initialize(nowMicros);
  new PathMtu(memory, settings).initialize();
  // Looks at how large segments are.
  congestionControl(memory, settings.congestion).initialize(nowMicros);
}
