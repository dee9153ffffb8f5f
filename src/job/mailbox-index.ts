import { ChurnMap } from "../kit/churn.ts";
import type { Clock } from "../kit/clock.ts";
import { isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Append, Appended, Mailbox } from "../store/mailbox.ts";
import type { Entry } from "./push-batch.ts";
import type { JobStats } from "./stats.ts";

export interface MailboxIndexConfig {
  /** Most users in one call, and most calls in flight. */
  readonly usersMax: number;
  readonly callsMax: number;
  /** Most entries of one user in a call, and most bytes of bodies (one message at least). */
  readonly entriesMax: number;
  readonly bytesMax: number;
  /** Pauses in milliseconds after a failure: the first one, and the longest. */
  readonly retry: number;
  readonly retryMax: number;
}

export interface MailboxIndexDeps {
  readonly mailbox: Pick<Mailbox, "append">;
  readonly clock: Clock;
  readonly log: Log;
  readonly stats: JobStats;
}

/** Entries of one message for one user. */
export interface AppendWish {
  readonly epoch: string;
  readonly mid: string;
  /** At least one, none of them transient. */
  readonly entries: readonly Entry[];
  readonly bytes: number;
  /** Life of the index that it is meant for; absent = any. */
  readonly life?: string;
  /**
   * Who has read it. Of what one reader has read of a user nothing lies between two that follow
   * each other; what two have read never goes together, because of that this is not true.
   */
  readonly reader?: object;
  /** False when nobody waits for it any more: then it is not tried again. */
  readonly wanted: () => boolean;
  /** They are in the index. `prev` as in Appended. */
  readonly done: (prev: number | undefined) => void;
  /** They are not: the index has another life by now. In order for one user. */
  readonly lost?: () => void;
}

/** What one user waits for. */
interface Box {
  readonly mid: string;
  readonly waiting: AppendWish[];
  /** In the queue, on its way, or waiting for another try. */
  busy: boolean;
  failures: number;
}

interface Sent {
  readonly box: Box;
  readonly wishes: readonly AppendWish[];
}

/**
 * Writes the index of users' messages, in order: a user has one append on its way, what comes
 * meanwhile goes together, and many users go in one call. It never gives up and never skips: while
 * the store is away it tries again, ever more slowly. One for all shards of a job.
 */
export class MailboxIndex {
  readonly #config: MailboxIndexConfig;
  readonly #deps: MailboxIndexDeps;
  readonly #boxes = new ChurnMap<string, Box>();
  #queue: Box[] = [];
  #calls = 0;
  #scheduled = false;
  #failures = 0;
  #paused = false;
  #stopped = false;

  constructor(config: MailboxIndexConfig, deps: MailboxIndexDeps) {
    this.#config = config;
    this.#deps = deps;
  }

  /** Users with something that is not in the index yet. */
  get waiting(): number {
    return this.#boxes.size;
  }

  /** Adds to the user's mailbox; `done` is not called at once, and never after `stop`. */
  append(wish: AppendWish): void {
    let box = this.#boxes.get(wish.mid);
    if (box === undefined) {
      box = { mid: wish.mid, waiting: [], busy: false, failures: 0 };
      this.#boxes.set(wish.mid, box);
    }
    box.waiting.push(wish);
    this.#enqueue(box);
  }

  stop(): void {
    this.#stopped = true;
    this.#boxes.clear();
    this.#queue = [];
  }

  #enqueue(box: Box): void {
    if (box.busy || this.#stopped) return;
    box.busy = true;
    this.#queue.push(box);
    this.#schedule();
  }

  /** Starts after the current turn, so that what one read of the socket brings goes together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (!this.#paused && this.#calls < this.#config.callsMax && this.#queue.length > 0) {
      const batch = this.#nextBatch();
      if (batch.length > 0) void this.#send(batch);
    }
  }

  /** Takes at least one user out of the queue. All of a batch belong to one life of both. */
  #nextBatch(): Sent[] {
    const { usersMax, bytesMax } = this.#config;
    const batch: Sent[] = [];
    let taken = 0;
    let bytes = 0;
    for (const box of this.#queue) {
      const wishes = this.#nextOf(box);
      const [first] = wishes;
      if (first !== undefined) {
        const size = bytesOf(wishes);
        const fits = batch.length < usersMax && bytes + size <= bytesMax;
        if (batch.length > 0 && !(fits && sameLife(first, batch[0]?.wishes[0]))) break;
        batch.push({ box, wishes });
        bytes += size;
        box.waiting.splice(0, wishes.length);
      } else this.#idle(box);
      taken++;
    }
    this.#queue.splice(0, taken);
    return batch;
  }

  /** The user's first wishes that may go together; those that nobody wants are thrown away. */
  #nextOf({ waiting }: Box): AppendWish[] {
    const { entriesMax, bytesMax } = this.#config;
    const wishes: AppendWish[] = [];
    let entries = 0;
    let bytes = 0;
    const wanted = waiting.filter((wish) => wish.wanted());
    if (wanted.length < waiting.length) waiting.splice(0, waiting.length, ...wanted);
    for (const wish of waiting) {
      entries += wish.entries.length;
      bytes += wish.bytes;
      const fits = entries <= entriesMax && bytes <= bytesMax;
      const [first] = wishes;
      const follows = sameLife(wish, first) && wish.reader === first?.reader;
      if (first !== undefined && !(fits && follows)) break;
      wishes.push(wish);
    }
    return wishes;
  }

  async #send(batch: readonly Sent[]): Promise<void> {
    const { mailbox, stats } = this.#deps;
    const { epoch = "", life } = batch[0]?.wishes[0] ?? {};
    this.#calls++;
    stats.indexCalls++;
    let results: readonly PromiseSettledResult<Appended>[];
    try {
      results = await mailbox.append(epoch, batch.map(appendOf), life);
    } catch (reason) {
      results = batch.map(() => ({ status: "rejected", reason }));
    }
    this.#calls--;
    if (this.#stopped) return;
    this.#take(batch, results);
    this.#pump();
  }

  #take(batch: readonly Sent[], results: readonly PromiseSettledResult<Appended>[]): void {
    const failed: { sent: Sent; reason: unknown }[] = [];
    for (const [index, sent] of batch.entries()) {
      const result = results[index];
      if (result?.status === "fulfilled") this.#done(sent, result.value);
      else if (isGoimError(result?.reason, "reset")) this.#lost(sent);
      else failed.push({ sent, reason: result?.reason });
    }
    if (failed.length === 0) {
      this.#failures = 0;
      return;
    }
    this.#deps.stats.indexFailures += failed.length;
    for (const { sent } of failed) sent.box.waiting.unshift(...sent.wishes);
    // When the store is away the pause is everybody's; one user's trouble is that user's.
    const away = failed.every(({ reason }) => isGoimError(reason, "unavailable"));
    const all = away && failed.length === batch.length;
    if (all) this.#pause(failed[0]?.reason);
    for (const { sent, reason } of failed) {
      if (all) this.#queue.push(sent.box);
      else this.#later(sent.box, reason);
    }
  }

  #done({ box, wishes }: Sent, { prev }: Appended): void {
    box.failures = 0;
    let before = prev;
    for (const { entries, done } of wishes) {
      this.#deps.stats.indexEntries += entries.length;
      done(before);
      before = entries.at(-1)?.offset;
    }
    this.#idle(box);
  }

  /** What waits behind it for the same life is lost with it, so that nothing passes it. */
  #lost({ box, wishes }: Sent): void {
    box.failures = 0;
    const [first] = wishes;
    const goesOn = box.waiting.findIndex((wish) => !sameLife(wish, first));
    const behind = box.waiting.splice(0, goesOn < 0 ? box.waiting.length : goesOn);
    for (const { lost } of [...wishes, ...behind]) lost?.();
    this.#idle(box);
  }

  #idle(box: Box): void {
    box.busy = false;
    if (box.waiting.length > 0) this.#enqueue(box);
    else if (this.#boxes.get(box.mid) === box) this.#boxes.delete(box.mid);
  }

  #later(box: Box, reason: unknown): void {
    if (box.failures++ === 0) this.#tell(reason, "a mailbox was not written; trying again");
    this.#deps.clock.setTimeout(
      () => {
        if (this.#stopped) return;
        this.#queue.push(box);
        this.#pump();
      },
      this.#delayMs(box.failures - 1),
    );
  }

  #pause(reason: unknown): void {
    if (this.#paused) return;
    if (this.#failures++ === 0) this.#tell(reason, "mailboxes are not written; trying again");
    this.#paused = true;
    this.#deps.clock.setTimeout(
      () => {
        this.#paused = false;
        if (!this.#stopped) this.#pump();
      },
      this.#delayMs(this.#failures - 1),
    );
  }

  #delayMs(failures: number): number {
    const { retry, retryMax } = this.#config;
    return Math.min(retryMax, retry * 2 ** Math.min(failures, 20));
  }

  #tell(error: unknown, what: string): void {
    const { log } = this.#deps;
    const passing = ["unavailable", "timeout", "busy"] as const;
    if (passing.some((code) => isGoimError(error, code))) {
      log.warn({ reason: messageOf(error) }, what);
    } else log.error({ err: error }, what);
  }
}

function sameLife(a: AppendWish, b: AppendWish | undefined): boolean {
  return a.epoch === b?.epoch && a.life === b.life;
}

function bytesOf(wishes: readonly AppendWish[]): number {
  return wishes.reduce((sum, { bytes }) => sum + bytes, 0);
}

function appendOf({ box, wishes }: Sent): Append {
  const entries = wishes.flatMap((wish) =>
    wish.entries.map(({ offset, op, body, expiresAt, time, sender }) => {
      return { offset, op, body, expiresAt, time, sender: sender ?? "" };
    }),
  );
  return { mid: box.mid, entries };
}
