import type {
  Bus,
  BusMessage,
  RequestOptions,
  StoredMessage,
  StoredWithHeaders,
  StreamLayout,
  StreamReader,
} from "../bus/bus.ts";
import { createSubjects } from "../bus/subjects.ts";
import { GoimError } from "../kit/errors.ts";
import { hash32 } from "../kit/hash.ts";
import { goim } from "../protocol/gen/messages.js";
import { offsetOf } from "../protocol/offset.ts";

import type { HistoryEnds } from "./log-source.ts";

type Listener = (message: BusMessage) => void;

/** NATS in memory: subjects with their listeners, and streams with a leader that may be away. */
export class LogBus implements Bus, StreamReader, HistoryEnds {
  readonly subjects = createSubjects("goim");
  readonly inboxPrefix = "_INBOX";
  readonly maxPayloadBytes = 1 << 20;
  connected = true;
  readonly listeners = new Map<string, Set<Listener>>();
  readonly #status = new Set<(status: "down" | "up") => void>();
  readonly answers = new Map<string, (data: Uint8Array) => Uint8Array>();
  readonly requests: string[] = [];
  readonly streams = new Map<string, StoredMessage[]>();
  /** Reads fail while true. */
  readsFail = false;
  flushes = 0;
  readonly reads = { last: 0, tail: 0, tails: 0, range: 0, oldest: 0, whole: 0 };
  readonly #ended = new Map<string, number>();
  /** Subjects asked for in each call of `tails`. */
  readonly batches: number[] = [];

  readonly epochs = new Map<string, string>();
  refreshes = 0;
  readonly layout: StreamLayout = this.#layout();

  /** Stores one batch of bodies for a room or everybody; returns its sequence. */
  store(
    stream: string,
    subject: string,
    bodies: readonly string[],
    speed = 0,
    expiresAt = 0,
  ): number {
    const entries = bodies.map((text) => ({
      op: 1000,
      body: new TextEncoder().encode(text),
      speed,
      expiresAt,
    }));
    return this.storeEntries(stream, subject, entries);
  }

  storeEntries(stream: string, subject: string, entries: goim.push.IPushEntry[]): number {
    const messages = this.#messages(stream);
    const sequence = this.ended(stream) + 1;
    const data = goim.push.PushBatch.encode({ entries }).finish();
    messages.push({ subject, sequence, data, timeMs: 0 });
    return sequence;
  }

  storeRoom(roomId: string, ...bodies: string[]): number {
    const { stream, subject } = this.namesOf(roomId);
    return this.store(stream, subject, bodies);
  }

  /** Stores a message for a room that some keys do not get. */
  storeExcluding(roomId: string, text: string, exclude: readonly string[] = []): number {
    const { stream, subject } = this.namesOf(roomId);
    const entry = { op: 1000, body: new TextEncoder().encode(text), exclude: [...exclude] };
    const data = goim.push.PushBatch.encode({ entries: [entry] }).finish();
    const sequence = this.ended(stream) + 1;
    this.#messages(stream).push({ subject, sequence, data, timeMs: 0 });
    return sequence;
  }

  /** The stream is created again. */
  restart(stream: string, epoch: string): void {
    this.streams.set(stream, []);
    this.#ended.delete(stream);
    this.epochs.set(stream, epoch);
  }

  namesOf(roomId: string): { stream: string; subject: string } {
    const { name, stream } = this.layout.classOf(roomId);
    return { stream, subject: this.subjects.pushRoom(name, this.layout.shardOf(roomId), roomId) };
  }

  /** Casts one stored message as a job does. */
  cast(subject: string, stream: string, sequence: number, prev?: number): void {
    const stored = this.#messages(stream).find((message) => message.sequence === sequence);
    if (stored === undefined) throw new Error(`no message ${sequence} in ${stream}`);
    const { entries } = goim.push.PushBatch.decode(stored.data);
    const cast = {
      epoch: this.layout.epoch(stream),
      ...(prev === undefined ? {} : { prev }),
      entries: entries.map((entry, index) => ({ ...entry, offset: offsetOf(sequence, index) })),
    };
    this.deliver(subject, goim.push.RoomCast.encode(cast).finish());
  }

  castRoom(roomId: string, sequence: number, prev?: number): void {
    this.cast(this.subjects.room(roomId), this.namesOf(roomId).stream, sequence, prev);
  }

  /** Hands a message to whoever listens to the subject, or to a wildcard that covers it. */
  deliver(subject: string, data: Uint8Array): void {
    const message = { subject, data, header: () => undefined, respond: () => {} };
    for (const [pattern, listeners] of this.listeners) {
      const whole = pattern.endsWith(">") && subject.startsWith(pattern.slice(0, -1));
      if (pattern !== subject && !whole) continue;
      for (const listener of [...listeners]) listener(message);
    }
  }

  down(): void {
    this.connected = false;
    for (const listener of this.#status) listener("down");
  }

  up(): void {
    this.connected = true;
    for (const listener of this.#status) listener("up");
  }

  publish(): void {}

  async flush(): Promise<void> {
    this.flushes++;
    if (!this.connected) throw new GoimError("unavailable", "not connected");
  }

  async request(subject: string, data: Uint8Array, _options: RequestOptions): Promise<Uint8Array> {
    this.requests.push(subject);
    const answer = this.answers.get(subject);
    if (answer === undefined) throw new GoimError("unavailable", "nobody answers");
    return answer(data);
  }

  subscribe(subject: string, onMessage: Listener) {
    const listeners = this.listeners.get(subject) ?? new Set();
    listeners.add(onMessage);
    this.listeners.set(subject, listeners);
    const unsubscribe = () => {
      listeners.delete(onMessage);
      if (listeners.size === 0) this.listeners.delete(subject);
    };
    return { unsubscribe, drain: async () => unsubscribe() };
  }

  onStatus(listener: (status: "down" | "up") => void): () => void {
    this.#status.add(listener);
    return () => {
      this.#status.delete(listener);
    };
  }

  async close(): Promise<void> {}

  async lastSequence(stream: string): Promise<number> {
    this.reads.last++;
    this.#read(stream);
    return this.ended(stream);
  }

  async tail(stream: string, subject: string): Promise<StoredMessage | undefined> {
    this.reads.tail++;
    return this.#read(stream).findLast((message) => message.subject === subject);
  }

  async tails(stream: string, subjects: readonly string[]) {
    this.reads.tails++;
    this.batches.push(subjects.length);
    const messages = new Map<string, StoredMessage>();
    for (const message of this.#read(stream)) {
      if (subjects.includes(message.subject)) messages.set(message.subject, message);
    }
    return { last: this.ended(stream), messages };
  }

  async range(
    stream: string,
    subject: string,
    from: number,
    to: number,
    limit: number,
  ): Promise<StoredMessage[]> {
    this.reads.range++;
    return this.#read(stream)
      .filter((message) => message.subject === subject)
      .filter(({ sequence }) => sequence >= from && sequence <= to)
      .slice(0, limit);
  }

  async oldest(stream: string, subject: string): Promise<StoredWithHeaders | undefined> {
    this.reads.oldest++;
    const message = this.#read(stream).find((stored) => stored.subject === subject);
    return message === undefined ? undefined : { ...message, header: () => undefined };
  }

  async wholeAfter(stream: string, _subject: string, sequence: number): Promise<boolean> {
    this.reads.whole++;
    const messages = this.#read(stream);
    return (messages[0]?.sequence ?? this.ended(stream) + 1) <= sequence + 1;
  }

  /** The stream loses everything up to this sequence. */
  evict(stream: string, upTo: number): void {
    this.#ended.set(stream, this.ended(stream));
    const left = this.#messages(stream).filter(({ sequence }) => sequence > upTo);
    this.streams.set(stream, left);
  }

  /** Sequence of the newest message ever stored. */
  ended(stream: string): number {
    return Math.max(this.#ended.get(stream) ?? 0, this.#messages(stream).at(-1)?.sequence ?? 0);
  }

  #read(stream: string): StoredMessage[] {
    if (!this.connected || this.readsFail) throw new GoimError("unavailable", "NATS is away");
    return this.#messages(stream);
  }

  #messages(stream: string): StoredMessage[] {
    const messages = this.streams.get(stream) ?? [];
    this.streams.set(stream, messages);
    return messages;
  }

  #layout(): StreamLayout {
    const live = { name: "live", stream: "GOIM_ROOM", types: [] };
    return {
      shards: 4,
      classes: [live],
      classOf: () => live,
      shardOf: (target) => hash32(target) % 4,
      epoch: (stream) => this.epochs.get(stream) ?? "e1",
      refresh: async () => {
        this.refreshes++;
        if (!this.connected) throw new GoimError("unavailable", "NATS is away");
        return [];
      },
    };
  }
}
