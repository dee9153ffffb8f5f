import type { StoredMessage } from "../bus/bus.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { Semaphore } from "../kit/semaphore.ts";
import { goim } from "../protocol/gen/messages.js";
import { offsetOf, sequenceOf } from "../protocol/offset.ts";
import { Follower, type LogEnd, type LogSink, type LogSource } from "./follower.ts";
import { createFollowerStats } from "./follower-stats.ts";
import type { Cast, LogEntry } from "./log-entry.ts";

interface ModelMessage extends StoredMessage {
  /** undefined: a message of another log, or bytes that are no batch. */
  readonly entries: readonly LogEntry[];
  readonly mine: boolean;
}

interface Question {
  readonly answer: () => void;
  readonly fail: () => void;
}

/** A stream with one log of interest in it, whose answers wait until the test lets them through. */
export class ModelStream implements LogSource {
  /** What the follower believes, until it asks. */
  epoch = "e1";
  life = 1;
  attached = false;
  messages: ModelMessage[] = [];
  /** Every entry each life of the stream ever had. */
  readonly truth = new Map<string, LogEntry[]>([["e1", []]]);
  /** Offsets that are gone, per life. */
  readonly evicted = new Map<string, number>();
  /** Lives in which any message of the log was evicted, readable or not. */
  readonly evictions = new Set<string>();
  #sequence = 0;
  readonly questions: Question[] = [];
  reads = 0;
  tails = 0;

  get realEpoch(): string {
    return `e${this.life}`;
  }

  get sequence(): number {
    return this.#sequence;
  }

  get log(): LogEntry[] {
    return this.truth.get(this.realEpoch) ?? [];
  }

  /** Stores a batch of `count` entries. */
  push(count: number): ModelMessage {
    const sequence = ++this.#sequence;
    const entries = Array.from({ length: count }, (_, index) => ({
      offset: offsetOf(sequence, index),
      op: 1000,
      body: new TextEncoder().encode(`${this.realEpoch}/${sequence}/${index}`),
      speed: 0,
      ...{ expiresAt: 0, time: 0 },
    }));
    this.log.push(...entries);
    const data = goim.push.PushBatch.encode({ entries }).finish();
    return this.#store({ sequence, data, entries, mine: true, subject: "mine", timeMs: 0 });
  }

  /** Stores bytes that nobody can read. */
  pushGarbage(): ModelMessage {
    const data = new Uint8Array([0xff, 0xff, 0xff]);
    const sequence = ++this.#sequence;
    return this.#store({ sequence, data, entries: [], mine: true, subject: "mine", timeMs: 0 });
  }

  pushElsewhere(): void {
    const data = new Uint8Array(0);
    const sequence = ++this.#sequence;
    this.#store({ sequence, data, entries: [], mine: false, subject: "other", timeMs: 0 });
  }

  /** Drops the `count` oldest messages. */
  evict(count: number): void {
    for (const message of this.messages.splice(0, count)) {
      const last = message.entries.at(-1)?.offset ?? 0;
      if (message.mine) this.evictions.add(this.realEpoch);
      const before = this.evicted.get(this.realEpoch) ?? 0;
      this.evicted.set(this.realEpoch, Math.max(before, last));
    }
  }

  /** Deletes the stream and creates it again. */
  recreate(): void {
    this.life++;
    this.messages = [];
    this.#sequence = 0;
    this.truth.set(this.realEpoch, []);
  }

  /** What a job casts for the entries [from, to) of the log as it is now. */
  cast(from: number, to: number, prev: "known" | "unknown" = "known"): Cast {
    const entries = this.log.slice(from, to);
    const before = this.log[from - 1]?.offset ?? 0;
    return { epoch: this.realEpoch, prev: prev === "known" ? before : undefined, entries };
  }

  attach(): Promise<void> {
    return this.#ask(() => {
      this.attached = true;
    });
  }

  async end(): Promise<LogEnd> {
    this.tails++;
    const tail = await this.#ask(() => this.messages.filter((message) => message.mine).at(-1));
    return { tail, last: tail === undefined ? await this.last() : 0 };
  }

  last(): Promise<number> {
    return this.#ask(() => this.#sequence);
  }

  range(from: number, to: number, limit: number): Promise<StoredMessage[]> {
    this.reads++;
    return this.#ask(() => {
      if (to > this.#sequence) throw new GoimError("unavailable", "not there yet");
      return this.messages
        .filter(({ mine, sequence }) => mine && sequence >= from && sequence <= to)
        .slice(0, limit);
    });
  }

  refresh(): Promise<void> {
    return this.#ask(() => {
      this.epoch = this.realEpoch;
    });
  }

  /** Computed when it is let through: the answer is as new as can be. */
  #ask<T>(compute: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.questions.push({
        answer: () => {
          try {
            resolve(compute());
          } catch (error) {
            reject(error);
          }
        },
        fail: () => reject(new GoimError("unavailable", "NATS is away")),
      });
    });
  }

  #store(message: ModelMessage): ModelMessage {
    this.messages.push(message);
    return message;
  }
}

export type SinkEvent =
  | { readonly kind: "opened"; readonly epoch: string; readonly applied: number }
  /** stale: the stream has been created again and the follower could not know yet. */
  | {
      readonly kind: "entry";
      readonly epoch: string;
      readonly entry: LogEntry;
      readonly stale: boolean;
    }
  | { readonly kind: "truncated"; readonly oldest: number; readonly justified: boolean }
  | { readonly kind: "reset" };

/** A follower on a model stream, with everything it says written down. */
export class FollowerBench implements LogSink {
  readonly stream = new ModelStream();
  readonly clock = new FakeClock();
  readonly stats = createFollowerStats();
  readonly events: SinkEvent[] = [];
  /** Calls of `apply` that may still say yes; below 0 the sink wants no more. */
  room = Number.POSITIVE_INFINITY;
  readonly follower: Follower;

  constructor(limits: { heldMax?: number; heldBytes?: number; repairMessages?: number } = {}) {
    this.follower = new Follower(
      { heldMax: 8, heldBytes: 4096, repairMessages: 3, retryMin: 50, retryMax: 400, ...limits },
      {
        source: this.stream,
        sink: this,
        clock: this.clock,
        repairs: new Semaphore(2),
        stats: this.stats,
      },
    );
  }

  opened(): void {
    const { epoch, applied } = this.follower;
    this.events.push({ kind: "opened", epoch, applied });
  }

  apply(entries: readonly LogEntry[]): boolean {
    const { epoch } = this.follower;
    const stale = epoch !== this.stream.realEpoch;
    for (const entry of entries) this.events.push({ kind: "entry", epoch, entry, stale });
    this.room--;
    return this.room > 0;
  }

  truncated(oldest: number): void {
    const { stream } = this;
    const stale = this.follower.epoch !== stream.realEpoch;
    const justified = stale || stream.evictions.has(stream.realEpoch);
    this.events.push({ kind: "truncated", oldest, justified });
  }

  reset(): void {
    this.events.push({ kind: "reset" });
  }

  /** Offsets handed on, in order. */
  get applied(): number[] {
    return this.events.flatMap((event) => (event.kind === "entry" ? [event.entry.offset] : []));
  }

  count(kind: SinkEvent["kind"]): number {
    return this.events.filter((event) => event.kind === kind).length;
  }

  /** Lets one waiting question through. */
  async answer(how: "answer" | "fail" = "answer"): Promise<void> {
    this.stream.questions.shift()?.[how]();
    await turn();
  }

  /** Lets everything through, also what is asked because of it. */
  async answerAll(): Promise<void> {
    await turn();
    while (this.stream.questions.length > 0) await this.answer();
  }

  async open(): Promise<void> {
    this.follower.open();
    await this.answerAll();
  }

  /** Ends all trouble and waits until nothing moves any more. */
  async quiesce(): Promise<void> {
    this.room = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 12; round++) {
      this.follower.resume();
      await this.answerAll();
      this.clock.advance(1000);
    }
    await this.answerAll();
  }
}

/** Lets everything that is ready run. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * What a sequence of events breaks of the follower's promise; empty when it keeps it. Entries may
 * be left out only when they are evicted and either that was declared or the reader had nothing yet
 * by which an eviction could be seen. What was read of a stream that had just been created again is
 * not judged: the reset that must follow declares it.
 */
export function faultsOf(bench: FollowerBench): string[] {
  const faults: string[] = [];
  if (bench.follower.epoch !== bench.stream.realEpoch) faults.push("it follows a dead stream");
  let wasReset = false;
  const reader: Reader = { epoch: "", at: 0, anchored: false, declared: 0 };
  for (const event of bench.events) {
    if (event.kind === "opened") {
      const log = bench.stream.truth.get(event.epoch) ?? [];
      reader.epoch = event.epoch;
      reader.at = event.applied;
      reader.declared = 0;
      // After a reset it may begin in front of an entry instead of at one.
      reader.anchored = !wasReset && log.some((entry) => entry.offset === event.applied);
    } else if (event.kind === "reset") {
      wasReset = true;
    } else if (event.kind === "truncated") {
      if (!event.justified) faults.push(`nothing is gone before ${event.oldest}`);
      reader.anchored = false;
      reader.declared = event.oldest;
    } else if (event.kind === "entry") {
      if (!event.stale) faults.push(...entryFaults(bench, event, reader));
      reader.at = event.entry.offset;
      reader.anchored = true;
    }
  }
  return faults;
}

interface Reader {
  epoch: string;
  at: number;
  anchored: boolean;
  /** Everything before it may be missing: the reader was told. */
  declared: number;
}

function entryFaults(
  bench: FollowerBench,
  event: { readonly epoch: string; readonly entry: LogEntry },
  reader: Reader,
): string[] {
  const log = bench.stream.truth.get(reader.epoch) ?? [];
  const { offset, body } = event.entry;
  const faults: string[] = [];
  if (event.epoch !== reader.epoch) faults.push(`${offset} is of ${event.epoch}`);
  const real = log.find((entry) => entry.offset === offset);
  if (real === undefined) faults.push(`${offset} was never stored`);
  else if (!Buffer.from(real.body).equals(body)) faults.push(`${offset} has another body`);
  if (offset <= reader.at) faults.push(`${offset} after ${reader.at}`);
  const left = log.filter((entry) => entry.offset > reader.at && entry.offset < offset);
  const evicted = bench.stream.evicted.get(reader.epoch) ?? 0;
  const unexplained = left.filter((entry) => {
    const told = !reader.anchored || entry.offset < reader.declared;
    return !told || entry.offset > evicted;
  });
  if (unexplained.length > 0) {
    const missing = unexplained.map((entry) => `${sequenceOf(entry.offset)}:${entry.offset}`);
    faults.push(`${offset} without ${missing.join(" ")}`);
  }
  return faults;
}
