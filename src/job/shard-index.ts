import { randomUUID } from "node:crypto";
import type { OrderedReader, OrderedReaderOptions } from "../bus/bus.ts";
import { type Clock, sleep, type Timer } from "../kit/clock.ts";
import { GoimError, isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import { LruMap } from "../kit/lru.ts";
import type { Semaphore } from "../kit/semaphore.ts";
import { sequenceOf } from "../protocol/offset.ts";
import type { IndexState, Mailbox } from "../store/mailbox.ts";
import type { AppendWish, MailboxIndex } from "./mailbox-index.ts";
import type { MailboxLife } from "./mailbox-life.ts";
import { Rebuild, type RebuildConfig } from "./rebuild.ts";
import type { JobStats } from "./stats.ts";

export interface ShardIndexConfig extends RebuildConfig {
  /** Users whose last message is remembered. */
  readonly prevMax: number;
  /** Milliseconds that pushes wait for a rebuild, and before what failed is tried again. */
  readonly hold: number;
  readonly retry: number;
}

export interface ShardIndexDeps {
  readonly shard: number;
  readonly stream: string;
  readonly filter: string;
  /** Life of the stream. */
  readonly epoch: string;
  readonly user: (subject: string) => string | undefined;
  readonly life: Pick<MailboxLife, "follow" | "look">;
  readonly index: Pick<MailboxIndex, "append">;
  readonly mailbox: Pick<Mailbox, "claim" | "finish">;
  /** Sequence of the newest message that the stream holds of the shard, 0 = none. */
  readonly newestSequence: () => Promise<number>;
  readonly readOrdered: (options: OrderedReaderOptions) => Promise<OrderedReader>;
  /** Rebuilds of this job at a time. */
  readonly places: Semaphore;
  readonly clock: Clock;
  readonly log: Log;
  readonly stats: JobStats;
  /** The shard is in the index again: whoever read it meanwhile may have missed something. */
  readonly onRebuilt: () => void;
}

/** What goes into the index of its user. */
export type ShardWish = Pick<AppendWish, "mid" | "entries" | "bytes" | "done">;

/** Time between looks whether what is to be read is still there. */
const END_CHECK_MS = 1000;

interface Held {
  readonly wish: ShardWish;
  readonly sequence: number;
  /** What came before as far as this reader has seen it. */
  readonly before: number | undefined;
}

/**
 * The mailboxes of one shard of users, as the reader of the shard fills them.
 *
 * - As long as the index has everything of the shard, what is pushed is appended.
 * - When its content was lost (or nobody has built it yet), the shard is claimed and everything
 *   that the stream holds of it is put there in order. What is pushed meanwhile waits for a moment;
 *   then it goes out without being appended, with a `prev` only where this reader has seen it
 *   itself. The rebuild reads it from the stream: it ends when it has read everything that went out
 *   so, and from that moment on what is pushed is appended behind it.
 *
 * The claim is what a later owner needs: only one who has claimed the shard lets pushes go out
 * without the index, and the shard counts as built only when the last who claimed it says so.
 */
export class ShardIndex {
  readonly #config: ShardIndexConfig;
  readonly #deps: ShardIndexDeps;
  readonly #lasts: LruMap<string, number>;
  readonly #unfollow: () => void;
  /** "asking" until the state of the index is known. */
  #mode: "asking" | "building" | "following" = "asking";
  #life = "";
  /** Pushes may go out that are not in the index. */
  #skips = false;
  /** Some did, in this life, and nobody has heard yet that they are there. */
  #unsure = false;
  /** Newest message that went out so. */
  #skippedTo = 0;
  #held: Held[] = [];
  /** Number of the current try; what belongs to an earlier one is ignored. */
  #round = 0;
  #rebuild: Rebuild | undefined;
  #timer: Timer | undefined;
  /** Ends the wait of the current try. */
  #giveUp = () => {};
  #stopped = false;

  constructor(config: ShardIndexConfig, deps: ShardIndexDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#lasts = new LruMap(config.prevMax);
    this.#unfollow = deps.life.follow((state) => this.#onState(state));
  }

  /** Whether the index lacks something of the shard, as far as is known. */
  get building(): boolean {
    return this.#mode !== "following";
  }

  /** The newest message of the user that was taken here; undefined = not known. */
  newest(mid: string): number | undefined {
    return this.#lasts.get(mid);
  }

  /** In the order of the stream. `done` tells that sessions may be looked up. */
  append(wish: ShardWish): void {
    const { mid, entries } = wish;
    const last = entries.at(-1)?.offset ?? 0;
    const held = { wish, sequence: sequenceOf(last), before: this.#lasts.get(mid) };
    this.#lasts.set(mid, last);
    if (this.#mode === "following") this.#append(held);
    else if (this.#skips) this.#skip(held);
    else this.#held.push(held);
  }

  stop(): void {
    this.#stopped = true;
    this.#unfollow();
    this.#leave();
    this.#held = [];
  }

  #onState(state: IndexState): void {
    if (this.#stopped) return;
    if (this.#mode !== "asking" && state.life === this.#life) return;
    this.#leave();
    if (state.life !== this.#life) this.#unsure = false;
    this.#life = state.life;
    const { shard, epoch } = this.#deps;
    if (state.built.get(shard) === epoch && !this.#unsure) this.#follow();
    else void this.#build(this.#round);
  }

  /** Ends whatever is under way. */
  #leave(): void {
    this.#round++;
    this.#mode = "asking";
    this.#skips = false;
    this.#rebuild?.stop();
    this.#rebuild = undefined;
    this.#giveUp();
    if (this.#timer !== undefined) this.#deps.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #follow(): void {
    this.#mode = "following";
    this.#skips = false;
    const held = this.#held.sort((a, b) => a.sequence - b.sequence);
    this.#held = [];
    for (const one of held) this.#append(one);
  }

  #append(held: Held, reader: object = this): void {
    const { epoch, index } = this.#deps;
    const life = this.#life;
    const { wish, before } = held;
    index.append({
      ...{ ...wish, epoch, life, reader },
      wanted: () => !this.#stopped,
      // An append that repeats what lies deep in the mailbox is not told what came before.
      done: (prev) => wish.done(prev ?? before),
      lost: () => this.#lost(held, life),
    });
  }

  /** It is not in the index, whose life has ended; the rebuild of the next life will see to it. */
  #lost(held: Held, life: string): void {
    if (this.#stopped) return;
    if (life === this.#life && this.#mode !== "asking") this.#ask();
    // What was read after it may be on its way already.
    if (this.#mode === "following") this.#append(held, held);
    else if (this.#skips) this.#skip(held);
    else this.#held.push(held);
  }

  /** Begins again with what the store says. */
  #ask(): void {
    this.#leave();
    void this.#deps.life.look();
  }

  #skip({ wish, sequence, before }: Held): void {
    this.#skippedTo = Math.max(this.#skippedTo, sequence);
    this.#unsure = true;
    this.#deps.stats.indexSkipped += wish.entries.length;
    wish.done(before);
  }

  #skipHeld(): void {
    if (this.#mode !== "building") return;
    this.#skips = true;
    const held = this.#held.sort((a, b) => a.sequence - b.sequence);
    this.#held = [];
    for (const one of held) this.#skip(one);
  }

  /** Until the shard is built, or another life begins. */
  async #build(round: number): Promise<void> {
    const { places, clock, log, shard } = this.#deps;
    this.#mode = "building";
    while (this.#round === round) {
      try {
        await this.#claimAndFill(round, places);
        return;
      } catch (error) {
        if (!isGoimError(error)) throw error;
        if (this.#round !== round) return;
        if (isGoimError(error, "reset")) this.#ask();
        else log.warn({ shard, reason: messageOf(error) }, "mailboxes are not made again yet");
        await sleep(clock, this.#config.retry);
      }
    }
  }

  async #claimAndFill(round: number, places: Semaphore): Promise<void> {
    const { clock, mailbox, epoch, shard } = this.#deps;
    const again = this.#unsure;
    const claim = { life: this.#life, epoch, shard, token: randomUUID(), again };
    const free = await mailbox.claim(claim);
    if (this.#round !== round) return;
    if (!free) {
      this.#follow();
      return;
    }
    this.#timer ??= clock.setTimeout(() => this.#skipHeld(), this.#config.hold);
    const filled = await places.run(() => this.#fill(round));
    if (filled === undefined || this.#round !== round) return;
    const mine = await mailbox.finish(claim);
    if (this.#round !== round) return;
    // Another reader of the shard has claimed it: one of the two is not its owner any more.
    if (!mine) {
      this.#ask();
      return;
    }
    this.#unsure = false;
    if (filled > 0) this.#rebuilt(filled);
  }

  #rebuilt(upTo: number): void {
    const { log, stats, shard, onRebuilt } = this.#deps;
    stats.indexRebuilds++;
    log.info({ shard, upTo }, "the mailboxes of a shard are made again");
    onRebuilt();
  }

  /** Resolves to the newest sequence when all is in the index; undefined when that was given up. */
  async #fill(round: number): Promise<number | undefined> {
    if (this.#round !== round) return undefined;
    const newest = await this.#deps.newestSequence();
    if (this.#round !== round) return undefined;
    const over = new Promise<void>((resolve) => {
      this.#giveUp = resolve;
    });
    const filling = this.#read(round, newest);
    try {
      await Promise.race([filling.read, over]);
      if (this.#round !== round) return undefined;
      await Promise.race([filling.rebuild.end(), over]);
      return newest;
    } finally {
      filling.rebuild.stop();
    }
  }

  /** Reads until nothing is left that is not in the index, and goes over to "following" then. */
  #read(round: number, newest: number) {
    const { readOrdered, index, stats, user, stream, filter, epoch } = this.#deps;
    let caughtUp = () => {};
    let fail = (_error: GoimError) => {};
    const read = new Promise<void>((resolve, reject) => {
      caughtUp = resolve;
      fail = reject;
    });
    const caught = () => {
      if (this.#round !== round) return;
      // From this moment on what is pushed goes behind what was read.
      this.#follow();
      caughtUp();
    };
    const rebuild = new Rebuild(this.#config, {
      ...{ readOrdered, index, stats, user, stream, filter, epoch, life: this.#life },
      onRead: (sequence) => {
        if (sequence >= Math.max(newest, this.#skippedTo)) caught();
      },
      onLost: () => {
        if (this.#round === round) this.#ask();
      },
      onFailed: (reason) => fail(new GoimError("unavailable", reason)),
    });
    this.#rebuild = rebuild;
    if (newest === 0 && this.#skippedTo === 0) caught();
    else {
      rebuild.start().catch(fail);
      void this.#watchEnd(round, rebuild, caught);
    }
    return { rebuild, read };
  }

  /** What was to be read may be dropped by the stream's bounds before it was. */
  async #watchEnd(round: number, rebuild: Rebuild, caught: () => void): Promise<void> {
    const { clock, newestSequence } = this.#deps;
    const goesOn = () => this.#round === round && this.#rebuild === rebuild && !rebuild.ended;
    for (;;) {
      await sleep(clock, END_CHECK_MS);
      if (!goesOn()) return;
      const skipped = this.#skippedTo;
      const newest = await newestSequence().catch(() => Number.POSITIVE_INFINITY);
      if (!goesOn()) return;
      if (rebuild.position >= newest && this.#skippedTo === skipped) caught();
    }
  }
}
