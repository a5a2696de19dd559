/** Gives a thread's view of an endpoint the bell that wakes a listener in the kernel. */
import type { EndpointMemory } from '../memory/endpoint-memory.js';
import { EndpointWord } from '../memory/endpoint-layout.js';
import type { BatchedSocket } from './batched-socket.js';
import { EventBell } from './event-bell.js';
import { loadLibcNow } from './libc.js';

/** Every thread that may ring must do this: the two kinds of bell do not mix on the same words. */
export function attachBell(memory: EndpointMemory, { eventFd }: BatchedSocket): EventBell {
  const { listenerBellCount, listenerBellSleepers } = EndpointWord;
  const libc = loadLibcNow();
  const bell = new EventBell(memory.words, listenerBellCount, listenerBellSleepers, libc, eventFd);
  memory.listenerBell = bell;
  return bell;
}
