/**
 * An endpoint of the asynchronous API: a port, its listener and its timer in a pool of their own, and
 * connections that come and go. On any thread with an event loop, which it never blocks.
 */
import { randomInt } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { nowMicros } from '../../shared/clock.js';
import { type Berth, BerthCache } from '../../shared/endpoint/berth-cache.js';
import { Berths } from '../../shared/endpoint/berths.js';
import { EndpointHandle } from '../../shared/endpoint/handle.js';
import type { ToApplication, ToListener, ToTimer } from '../../shared/endpoint/mail.js';
import { portBesideListener } from '../../shared/endpoint/outlets.js';
import { geometryOf, settingsOf } from '../../shared/endpoint/plan.js';
import type { ConnectionTask, EndpointTask, RoleTask } from '../../shared/endpoint/task.js';
import { ThreadSide } from '../../shared/endpoint/thread-side.js';
import { HawserError } from '../../shared/errors.js';
import type { ConnectionMemory } from '../../shared/memory/connection-memory.js';
import { EndpointWord } from '../../shared/memory/endpoint-layout.js';
import { allocateEndpoint, type EndpointMemory } from '../../shared/memory/endpoint-memory.js';
import type { LoadingGate } from '../../shared/memory/loading-gate.js';
import { writePeerAddress } from '../../shared/memory/peer-address.js';
import type { SocketAddress } from '../../shared/net/datagram-port.js';
import { ETHERNET_UDP_PAYLOAD_BYTES } from '../../shared/net/udp.js';
import { initializeConnection } from '../../shared/transport/connection.js';
import type {
  AsyncConnection,
  AsyncEndpoint,
  ConnectionOptions,
  EndpointOptions,
  ListenOptions,
} from '../api/async-connection.js';
import { ApplicationConnection, type Harbour } from './application-connection.js';
import { type Departing, noGoodbye, sayGoodbyeAtExit } from './goodbye.js';
import { HostedEndpoint, type Prepared, type RoleName, ROLES } from './hosted-endpoint.js';
import { createPool } from './pool.js';
import { PoolHolds } from './pool-holds.js';
import { type OnFallback, withSocket } from './sockets.js';
import { errand, workerModule } from './worker-modules.js';

/** Objects of connections that were not used for about so long are let go, if there are many. */
const CACHE_PERIOD_MS = 250;

type RoleModules = Readonly<Record<RoleName, URL>>;

const ROLE_MODULES: RoleModules = {
  listener: workerModule('listener'),
  timer: workerModule('timer'),
};

/**
 * Resolves once the port is bound and both roles are up.
 * @throws {HawserError} `ERR_HAWSER_ADDRESS_IN_USE`, `…_ADDRESS_INVALID`, `…_SOCKET`.
 */
export async function openEndpoint(
  options: EndpointOptions,
  onFallback?: OnFallback,
  roleModules: RoleModules = ROLE_MODULES,
): Promise<AsyncEndpoint> {
  const endpoint = new HostedAsyncEndpoint(options, onFallback, roleModules);
  await endpoint.untilUp();
  return endpoint;
}

class HostedAsyncEndpoint implements AsyncEndpoint, Harbour, Departing {
  onFailure: (error: HawserError) => void = () => undefined;
  localAddress: SocketAddress;
  readonly #handle: EndpointHandle;
  readonly #memory: EndpointMemory;
  readonly #pool;
  readonly #holds: PoolHolds;
  readonly #mail = { listener: new MessageChannel(), timer: new MessageChannel() };
  readonly #beside = new MessageChannel();
  readonly #hosted: HostedEndpoint<EndpointHandle>;
  readonly #prepared: Promise<Prepared<EndpointTask>>;
  readonly #berths: Berths;
  readonly #connections = new Map<number, ApplicationConnection>();
  readonly #options: EndpointOptions;
  #side: ThreadSide | undefined;
  #cache: BerthCache | undefined;
  #onConnection: ((connection: AsyncConnection) => void) | undefined;
  #refed = true;
  /** Connections that keep the process alive. */
  #holding = 0;
  #closing: Promise<void> | undefined;
  #failed = false;

  constructor(
    options: EndpointOptions,
    onFallback: OnFallback | undefined,
    private readonly roleModules: RoleModules,
  ) {
    this.#options = options;
    this.localAddress = options.local;
    const task: EndpointTask = {
      memory: allocateEndpoint(2 * options.maximumConnections, options.maximumMemoryBytes),
      local: options.local,
      io: options.io,
      ...(options.impairments !== undefined && { impairments: options.impairments }),
    };
    this.#handle = new EndpointHandle(task);
    this.#memory = this.#handle.memory;
    this.#berths = new Berths(this.#memory, 'application', () => this.#side?.pageReturn);
    this.#pool = createPool({ endpoints: 1, applications: 0, preload: roleModules.listener });
    this.#holds = new PoolHolds(this.#pool);
    this.#prepared = this.#prepare(task, onFallback);
    this.#hosted = new HostedEndpoint(this.#handle, (role) => this.#run(role), this.#prepared);
    this.#inbox.on('message', (letter: ToApplication) => {
      this.#open(letter);
    });
    this.#holdOrLetGo();
    sayGoodbyeAtExit(this);
    void this.#watch();
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Until both roles are up. */
  async untilUp(): Promise<void> {
    for (;;) {
      const ticket = this.#memory.applicationBell.ticket();
      const failure = this.#handle.failure();
      if (failure !== undefined) {
        await this.close();
        throw failure;
      }
      if (this.#memory.threadsReady >= ROLES.length) break;
      await this.#memory.applicationBell.waitAsync(ticket);
    }
    const { task } = await this.#prepared;
    this.localAddress = { host: task.local.host, port: this.#memory.localPort };
    const port = portBesideListener(this.#handle.route(), task, this.#memory);
    const side = new ThreadSide(this.#memory, task, port, () => !this.#memory.stopRequested);
    this.#side = side;
    this.#cache = new BerthCache((berthTask) => side.objects(berthTask), CACHE_PERIOD_MS);
  }

  connect(remote: SocketAddress, given: ConnectionOptions): AsyncConnection {
    this.#throwIfEnded();
    const options = this.#carried(given);
    const id = randomInt(1, 2 ** 32) | 0;
    const vacancy = this.#hasRoom()
      ? this.#berths.take(geometryOf(options, remote), id)
      : undefined;
    if (vacancy === undefined) throw this.#tooMany();
    const settings = settingsOf(options, true, remote);
    const { place, buffer, base } = vacancy;
    const task: ConnectionTask = { place, memory: buffer, base, settings };
    const berth = this.#berth(task);
    initializeConnection(berth.memory, settings, nowMicros());
    writePeerAddress(berth.memory, remote);
    const connection = this.#moor(berth);
    // In this order: the timer may send the opening, and the listener must know whom the answer is for.
    this.#tellListener({ kind: 'connect', task });
    this.#tellTimer({ kind: 'join', task });
    return connection;
  }

  listen(options: ListenOptions, onConnection: (connection: AsyncConnection) => void): void {
    this.#throwIfEnded();
    this.#onConnection = onConnection;
    const plan = { ...options, connection: this.#carried(options.connection) };
    this.#tellListener({ kind: 'listen', plan });
  }

  /** A simulated link carries what an Ethernet does, also over a way that carries more. */
  #carried(options: ConnectionOptions): ConnectionOptions {
    if (this.#options.impairments === undefined) return options;
    const most = ETHERNET_UDP_PAYLOAD_BYTES;
    return {
      ...options,
      maximumDatagramBytes: Math.min(options.maximumDatagramBytes || most, most),
    };
  }

  stopListening(): void {
    this.#tellListener({ kind: 'stopListening' });
  }

  ref(): void {
    this.#refed = true;
    this.#holdOrLetGo();
  }

  unref(): void {
    this.#refed = false;
    this.#holdOrLetGo();
  }

  onHold(change: 1 | -1): void {
    this.#holding += change;
    this.#holdOrLetGo();
  }

  /** The inbox is what the event loop stays for: held if the endpoint or a connection is. */
  #holdOrLetGo(): void {
    if (this.#refed || this.#holding > 0) this.#inbox.ref();
    else this.#inbox.unref();
  }

  release(connection: ApplicationConnection): void {
    if (!this.#connections.delete(connection.place)) return;
    this.#tellListener({ kind: 'release', place: connection.place });
  }

  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  requestStop(): void {
    this.#handle.requestStop();
  }

  get loadingGate(): LoadingGate {
    return this.#memory.loadingGate;
  }

  *memories(): Iterable<ConnectionMemory> {
    for (const connection of this.#connections.values()) yield connection.memory;
  }

  get #inbox(): MessagePort {
    return this.#mail.listener.port1;
  }

  async #close(): Promise<void> {
    for (const connection of [...this.#connections.values()]) {
      connection.fail('ERR_HAWSER_CLOSED', 'its endpoint was closed');
      connection.onNews();
      connection.release();
    }
    this.#inbox.ref();
    await this.#hosted.stop();
    noGoodbye(this);
    for (const { port1 } of [this.#mail.listener, this.#mail.timer]) port1.close();
    await this.#pool.destroy();
  }

  async #prepare(
    task: EndpointTask,
    onFallback: OnFallback | undefined,
  ): Promise<Prepared<EndpointTask>> {
    try {
      return await withSocket(task, this.#handle, onFallback);
    } catch (error) {
      // Between threads an error loses its code, in the memory it keeps it.
      if (error instanceof HawserError) this.#handle.fail(error.code, error.message);
      throw error;
    }
  }

  async #run(role: RoleName): Promise<unknown> {
    const { task } = await this.#prepared;
    const application = this.#mail[role].port2;
    const beside = role === 'listener' ? this.#beside.port1 : this.#beside.port2;
    const roleTask: RoleTask = { ...task, mail: { application, beside } };
    const running = this.#pool.run(errand(this.roleModules[role], roleTask), {
      transferList: [application, beside],
    });
    this.#holds.letGo();
    return (await running) as unknown;
  }

  /** Hears the roll's calls for as long as the endpoint lives. */
  async #watch(): Promise<void> {
    const { applicationBell, applicationRoll } = this.#memory;
    for (;;) {
      const ticket = applicationBell.ticket();
      // Before the stop: an endpoint that fails is stopped at once.
      this.#lookForFailure();
      if (this.#memory.stopRequested) return;
      applicationRoll.read((place) => this.#connections.get(place)?.call());
      await applicationBell.waitAsync(ticket);
      // Also if it did not have to wait: other events must get their turn.
      if (applicationBell.ticket() !== ticket) await nextTurn();
    }
  }

  #lookForFailure(): void {
    const failure = this.#handle.failure();
    if (failure === undefined || this.#failed || this.#side === undefined) return;
    this.#failed = true;
    for (const connection of [...this.#connections.values()]) {
      connection.fail(failure.code, failure.message);
      connection.call();
    }
    this.onFailure(failure);
  }

  #open(letter: ToApplication): void {
    if (letter.kind === 'free') {
      this.#berths.giveBack(letter.place);
      return;
    }
    Atomics.sub(this.#memory.words, EndpointWord.awaitingApplication, 1);
    const connection = this.#moor(this.#berth(letter.task));
    if (this.#onConnection === undefined || this.#hasEnded()) connection.release();
    else this.#onConnection(connection);
  }

  #berth(task: ConnectionTask): Berth {
    if (this.#cache === undefined) throw new RangeError('the endpoint is not up yet');
    return this.#cache.berth(task);
  }

  #moor(berth: Berth): ApplicationConnection {
    const connection = new ApplicationConnection(berth, this);
    this.#connections.set(berth.place, connection);
    return connection;
  }

  #hasRoom(): boolean {
    return this.#connections.size < this.#options.maximumConnections;
  }

  #tooMany(): HawserError {
    const { maximumConnections, maximumMemoryBytes } = this.#options;
    const text = `this endpoint carries ${this.#connections.size} connections and can take no more: at most ${maximumConnections}, with ${maximumMemoryBytes} bytes of memory`;
    return new HawserError('ERR_HAWSER_LIMIT', text);
  }

  #hasEnded(): boolean {
    return this.#closing !== undefined || this.#handle.failure() !== undefined;
  }

  #throwIfEnded(): void {
    const failure = this.#handle.failure();
    if (failure !== undefined) throw failure;
    if (this.#closing === undefined) return;
    throw new HawserError('ERR_HAWSER_CLOSED', 'this endpoint has been closed');
  }

  #tellListener(letter: ToListener): void {
    this.#inbox.postMessage(letter);
    this.#memory.listenerBell.ring();
  }

  #tellTimer(letter: ToTimer): void {
    this.#mail.timer.port1.postMessage(letter);
    this.#memory.timerBell.ring();
  }
}
