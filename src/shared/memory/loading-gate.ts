/**
 * Node aborts the process if it ends a thread while that loads native code, and `process.exit` ends
 * every thread. So threads load it behind this gate, which is shut before: one word, with the number of
 * threads inside, and {@link SHUT}.
 */
const SHUT = 2 ** 30;

export class LoadingGate {
  constructor(
    private readonly words: Int32Array,
    private readonly word: number,
  ) {}

  /** Any thread. Does not return once the gate is shut: the thread is about to be ended. */
  pass<Loaded>(load: () => Loaded): Loaded {
    const before = Atomics.add(this.words, this.word, 1);
    try {
      if (before < SHUT) return load();
    } finally {
      Atomics.sub(this.words, this.word, 1);
      Atomics.notify(this.words, this.word);
    }
    for (;;) Atomics.wait(this.words, this.word, Atomics.load(this.words, this.word));
  }

  /** Blocks until nobody is inside, for so long at the most. */
  shut(patienceMs: number): void {
    const until = performance.now() + patienceMs;
    let inside = Atomics.or(this.words, this.word, SHUT) | SHUT;
    while (inside !== SHUT && performance.now() < until) {
      Atomics.wait(this.words, this.word, inside, until - performance.now());
      inside = Atomics.load(this.words, this.word);
    }
  }
}
