import test from 'ava';
import type { Milestone } from '#hawser/shared/classroom/progress.js';
import { largePieces, smallPieces } from '#hawser/shared/classroom/number-text.js';
import { type BlockingStream, playRole } from '#hawser/shared/classroom/test-program.js';

/** A stream whose peer has already said everything; keeps what is sent and in which order. */
class ScriptedStream implements BlockingStream {
  readonly sent: string[] = [];
  closed = false;

  constructor(private readonly incoming: Uint8Array[]) {}

  send(bytes: Uint8Array): void {
    this.sent.push(new TextDecoder().decode(bytes));
  }

  recv(): Uint8Array {
    return this.incoming.shift() ?? new Uint8Array(0);
  }

  close(): void {
    this.closed = true;
  }
}

class Diary {
  sent = 0;
  received = 0;
  readonly milestones: { milestone: Milestone; closed: boolean }[] = [];

  constructor(private readonly stream: ScriptedStream) {}

  recordSent(numbers: number): void {
    this.sent = numbers;
  }

  recordReceived(numbers: number): void {
    this.received = numbers;
  }

  reach(milestone: Milestone): void {
    this.milestones.push({ milestone, closed: this.stream.closed });
  }
}

test('role 1 checks the small pieces, passes stage 1, sends the large ones, then closes', (t) => {
  const stream = new ScriptedStream([...smallPieces(5000)]);
  const diary = new Diary(stream);
  playRole(1, 5000, stream, diary);
  t.deepEqual(
    stream.sent,
    [...largePieces(5000)].map((piece) => new TextDecoder().decode(piece)),
  );
  t.deepEqual(diary.milestones, [
    { milestone: 'stage1Passed', closed: false },
    { milestone: 'stage2Sent', closed: true },
  ]);
  t.is(diary.received, 5000);
  t.is(diary.sent, 5000);
});

test('role 2 sends each number by itself, checks the large pieces, closes, then passes', (t) => {
  const stream = new ScriptedStream([...largePieces(5000)]);
  const diary = new Diary(stream);
  playRole(2, 5000, stream, diary);
  t.is(stream.sent.length, 5000);
  t.deepEqual(diary.milestones, [{ milestone: 'stage2Passed', closed: true }]);
  t.is(diary.received, 5000);
});

for (const role of [1, 2] as const) {
  test(`role ${role} fails if the stream ends before the last number`, (t) => {
    const stream = new ScriptedStream([...smallPieces(9)]);
    const diary = new Diary(stream);
    t.throws(
      () => {
        playRole(role, 10, stream, diary);
      },
      { message: 'the stream ended after 9 of 10 numbers' },
    );
    t.deepEqual(diary.milestones, []);
  });
}
