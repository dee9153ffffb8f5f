import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Message, Messages } from "./history.ts";
import { type Outcome, pushAsGoim, pushBatch, pushOne, settle } from "./push-calls.ts";
import type { Random } from "./random.ts";

export interface LoadOptions {
  readonly random: Random;
  readonly messages: Messages;
  /** Where the logics answer, up or not. */
  readonly logics: readonly string[];
  readonly rooms: readonly string[];
  /** Rooms that hear something only now and then. */
  readonly quietRooms: readonly string[];
  /** A room whose messages are large, so that a stalled reader falls behind. */
  readonly fatRoom: string;
  readonly mids: readonly string[];
  readonly keys: readonly string[];
  /** Messages per second, about, over all rooms and over all users. */
  readonly roomRate: number;
  readonly userRate: number;
}

/** Counts for the report. */
export interface LoadStats {
  calls: number;
  retries: number;
  repeats: number;
  batches: number;
}

const BODY_BYTES = { min: 40, max: 300 } as const;
const FAT_BYTES = 16_384;
/** A call with a key is repeated for so long at most: the key holds for two minutes. */
const RETRY_MS = 90_000;
const RETRY_PAUSE_MS = 250;
const QUIET_MS = 6_000;
const BURST_MAX = 12;
const BATCH_MAX = 24;

/** Publishers that write down what logic answered. */
export class Load {
  readonly stats: LoadStats = { calls: 0, retries: 0, repeats: 0, batches: 0 };
  readonly #options: LoadOptions;
  readonly #publishers: Promise<void>[] = [];
  readonly #stopping = new AbortController();
  /** Keys of one run mean nothing in another, also on the same streams. */
  readonly #keyPrefix = `${process.pid}-${Date.now()}`;

  constructor(options: LoadOptions) {
    this.#options = options;
    // Each publisher waits with it.
    setMaxListeners(0, this.#stopping.signal);
  }

  start(): void {
    const { rooms, quietRooms, roomRate, userRate } = this.#options;
    for (const room of rooms) {
      const meanMs = (rooms.length * 1000) / roomRate;
      this.#launch(`room ${room}`, meanMs, (dice) => this.#roomPush(dice, room));
    }
    for (const room of quietRooms) {
      this.#launch(`room ${room}`, QUIET_MS, (dice) => this.#one(dice, `room:${room}`, room));
    }
    const writers = Math.max(1, Math.round(userRate / 10));
    for (let n = 0; n < writers; n++) {
      const meanMs = (writers * 1000) / userRate;
      this.#launch(`user ${n}`, meanMs, (dice) => this.#userPush(dice, n));
    }
    this.#launch("batch", 1_500, (dice) => this.#batch(dice));
    this.#launch("all", 4_000, (dice) => this.#one(dice, "all", "all"));
  }

  /** No new messages; resolves when every answer is there or given up. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#publishers);
  }

  #launch(label: string, meanMs: number, push: (dice: Random) => Promise<void>): void {
    const dice = this.#options.random.fork(label);
    const run = async () => {
      const { signal } = this.#stopping;
      while (!signal.aborted) {
        await sleep(dice.gap(meanMs), undefined, { signal }).catch(() => {});
        if (!signal.aborted) await push(dice);
      }
    };
    this.#publishers.push(run());
  }

  async #roomPush(dice: Random, room: string): Promise<void> {
    const log = `room:${room}`;
    if (!dice.chance(0.05)) return this.#one(dice, log, room);
    const count = 2 + dice.below(BURST_MAX - 1);
    await Promise.all(Array.from({ length: count }, () => this.#one(dice, log, undefined)));
  }

  async #userPush(dice: Random, n: number): Promise<void> {
    const mid = dice.pick(this.#options.mids);
    await this.#one(dice, `user:${mid}`, `user-${n}`);
  }

  /** By one of the ways there are; a publisher's name says that it awaits each answer. */
  async #one(dice: Random, log: string, publisher: string | undefined): Promise<void> {
    const { messages, fatRoom } = this.#options;
    const way = dice.next();
    const message = messages.begin(log, publisher);
    const fat = log === `room:${fatRoom}`;
    const bytes = fat ? FAT_BYTES : dice.between(BODY_BYTES.min, BODY_BYTES.max);
    this.stats.calls += 1;
    if (way < 0.3) return this.#safely(dice, message, bytes);
    const call = way < 0.45 ? pushAsGoim : pushOne;
    settle(message, await call(dice.pick(this.#options.logics), message, bytes));
  }

  /** With an idempotency key, until the answer is known. */
  async #safely(dice: Random, message: Message, bytes: number): Promise<void> {
    const { logics } = this.#options;
    const key = `${this.#keyPrefix}-${this.stats.calls}`;
    const call = () => pushOne(dice.pick(logics), message, bytes, key);
    const until = performance.now() + RETRY_MS;
    let outcome = await call();
    let unsure = outcome.answer === "unknown";
    while (outcome.answer !== "stored" && performance.now() < until) {
      await sleep(RETRY_PAUSE_MS);
      this.stats.retries += 1;
      outcome = await call();
      unsure ||= outcome.answer === "unknown";
    }
    const known: Outcome =
      unsure && outcome.answer === "refused" ? { ...outcome, answer: "unknown" } : outcome;
    settle(message, known);
    if (outcome.answer !== "stored" || !dice.chance(0.3)) return;
    this.stats.repeats += 1;
    const again = await call();
    if (again.answer !== "stored") return;
    message.repeats.push({ offset: again.offset ?? 0, duplicate: again.duplicate ?? false });
  }

  async #batch(dice: Random): Promise<void> {
    const { messages, rooms, mids, keys, fatRoom } = this.#options;
    const thin = rooms.filter((room) => room !== fatRoom);
    const some = Array.from({ length: 2 + dice.below(BATCH_MAX - 1) }, () => {
      const kind = dice.next();
      if (kind < 0.4) return messages.begin(`room:${dice.pick(thin)}`);
      if (kind < 0.9 || keys.length === 0) return messages.begin(`user:${dice.pick(mids)}`);
      return messages.begin(`key:${dice.pick(keys)}`);
    });
    this.stats.batches += 1;
    const bytes = dice.between(BODY_BYTES.min, BODY_BYTES.max);
    const outcomes = await pushBatch(dice.pick(this.#options.logics), some, bytes);
    for (const [index, outcome] of outcomes.entries()) {
      const message = some[index];
      if (message !== undefined) settle(message, outcome);
    }
  }
}
