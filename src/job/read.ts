import type { Bus, OrderedReader, OrderedReaderOptions, StoredMessage } from "../bus/bus.ts";
import { type Clock, sleep } from "../kit/clock.ts";
import { isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { DigestLog } from "./digest.ts";
import type { FactFinder, StreamFacts } from "./facts.ts";
import type { ShardPosition } from "./lease-value.ts";
import { Progress, type ProgressLimits } from "./progress.ts";
import { decodePush, forThoseThere } from "./push-batch.ts";
import type { ShardSpec } from "./shard-spec.ts";
import type { Spreader } from "./spreader.ts";
import type { JobStats } from "./stats.ts";

export interface ReadConfig extends ProgressLimits {
  /** A reader further behind (milliseconds, messages) may have missed what was evicted. */
  readonly lagMax: number;
  readonly pendingMax: number;
}

export interface ReadDeps {
  readonly bus: Pick<Bus, "connected">;
  readonly clock: Clock;
  readonly log: Log;
  readonly stats: JobStats;
  readonly facts: Pick<FactFinder, "of">;
  readonly dead: Pick<DeadLetters, "keep">;
  readonly readOrdered: (options: OrderedReaderOptions) => Promise<OrderedReader>;
  /** What spreads the messages of a stream of that epoch. */
  readonly spread: (epoch: string) => { readonly spreader: Spreader; readonly digest?: DigestLog };
  /** Whether the lease is confirmed; nothing is done for the shard while it is not. */
  readonly mayAct: () => boolean;
}

/** What belongs to one life of the stream. */
interface Reading {
  readonly spreader: Spreader;
  readonly digest: DigestLog | undefined;
  readonly progress: Progress;
  readonly epoch: string;
  /** Up to here a former owner has spread everything. */
  readonly rememberTo: number;
  /** Up to here nobody knows what a former owner has spread to keys; 0 = it does not matter. */
  readonly unknownTo: number;
  /** What is finished may be told as a checkpoint: nothing unknown comes after it. */
  sure: boolean;
  readonly since: number;
  reader: OrderedReader | undefined;
  /** Everything since the warm position was seen: digests may begin. */
  warmed: boolean;
}

const RETRY_MS = 250;
/** What the lease says while nobody knows what was spread: the next owner does not know either. */
const UNKNOWN: ShardPosition = { epoch: "", checkpoint: 0, warm: 0 };
/** How long a reader without anything to read may take to say so. */
const WARM_WAIT_MS = 2_000;

/**
 * Reads one shard under its lease and has every message spread: from the warm position, which is
 * only remembered, over the checkpoint, from where on it is spread. It reads no further than its
 * window allows, and its position covers only what is finished.
 */
export class ShardReader {
  readonly spec: ShardSpec;
  readonly #config: ReadConfig;
  readonly #deps: ReadDeps;
  #start: ShardPosition;
  #reading: Reading | undefined;
  #stopped = false;
  #blocked = false;
  /** When the reader was last known not to be held up. */
  #sureAt: number;
  /** Handlers that wait for the lease to be confirmed, or for the end. */
  #wakers: (() => void)[] = [];
  #halted = false;

  constructor(spec: ShardSpec, start: ShardPosition, config: ReadConfig, deps: ReadDeps) {
    this.spec = spec;
    this.#start = start;
    this.#config = config;
    this.#deps = deps;
    this.#sureAt = deps.clock.monotonic();
  }

  /** Messages that the stream holds for this shard and that are not finished. */
  get lag(): number {
    const reading = this.#reading;
    return (reading?.reader?.pending ?? 0) + (reading?.progress.messages ?? 0);
  }

  /** Whether the window is full. */
  get blocked(): boolean {
    return this.#blocked;
  }

  get digest(): DigestLog | undefined {
    return this.#reading?.digest;
  }

  /** Whether it reads, or at least has found out where to begin. */
  get opened(): boolean {
    return this.#reading !== undefined;
  }

  position(): ShardPosition {
    const reading = this.#reading;
    if (reading === undefined) return this.#start;
    if (reading.progress.checkpoint >= reading.unknownTo) reading.sure = true;
    return reading.sure ? reading.progress.position(this.#deps.clock.monotonic()) : UNKNOWN;
  }

  start(): void {
    void this.#open();
  }

  /** To be called every quarter of a second or so. */
  tick(): void {
    const { bus, clock } = this.#deps;
    const now = clock.monotonic();
    if (bus.connected && !this.#blocked) this.#sureAt = now;
    const reading = this.#reading;
    if (reading === undefined || now - reading.since < WARM_WAIT_MS) return;
    if (!bus.connected || reading.reader?.pending !== 0) return;
    reading.warmed = true;
    if (reading.progress.messages === 0) reading.sure = true;
  }

  /** To be called each digest interval. */
  publishDigest(): void {
    const { mayAct, stats } = this.#deps;
    const reading = this.#reading;
    if (reading?.digest === undefined || !reading.warmed || !mayAct()) return;
    if (reading.digest.publish()) stats.digests++;
  }

  /** The lease is confirmed again. */
  resume(): void {
    this.#wake();
    this.#reading?.spreader.resume();
  }

  /** Reads nothing more and resolves when what was read is finished. */
  async drain(): Promise<void> {
    await this.#halt();
    await this.#reading?.progress.idle();
  }

  /** Does nothing more, whatever is unfinished. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#reading?.spreader.stop();
    await this.#halt();
  }

  async #halt(): Promise<void> {
    this.#halted = true;
    const stopping = this.#reading?.reader?.stop();
    this.#wake();
    await stopping;
  }

  async #open(): Promise<void> {
    const { stream, filter } = this.spec;
    const { clock, log } = this.#deps;
    for (;;) {
      try {
        const facts = await this.#deps.facts.of(stream);
        if (this.#halted) return;
        const reading = this.#begin(facts);
        const reader = await this.#deps.readOrdered({
          stream,
          filter,
          from: this.#from(reading),
          onMessage: (message) => this.#onMessage(reading, message),
          onReset: (reason) => this.#onReset(reading, reason),
        });
        reading.reader = reader;
        if (this.#halted) await reader.stop();
        return;
      } catch (error) {
        if (!isGoimError(error)) throw error;
        log.debug({ stream, shard: this.spec.shard, reason: messageOf(error) }, "not open yet");
        await sleep(clock, RETRY_MS);
        if (this.#halted) return;
      }
    }
  }

  /** The first check of a new owner, and of any owner after the stream changed under it. */
  #fits({ epoch, last }: StreamFacts): boolean {
    const lease = this.#start;
    if (lease.epoch === epoch && lease.checkpoint <= last) return true;
    // A lease that nobody held before, of a stream that holds nothing: no reason to worry.
    if (lease.epoch !== "" || last > 0) {
      this.#deps.stats.resets++;
      const { stream, shard } = this.spec;
      this.#deps.log.error(
        { stream, shard, lease, is: { epoch, last } },
        "no checkpoint fits the stream: everything in it is spread again",
      );
    }
    return false;
  }

  #begin(facts: StreamFacts): Reading {
    const fits = this.#fits(facts);
    const start = fits ? this.#start : { epoch: facts.epoch, checkpoint: 0, warm: 0 };
    const { spreader, digest } = this.#deps.spread(start.epoch);
    // Followers of rooms drop what they have, however old it is, and so do users by their cursors.
    const unknownTo = fits || this.spec.kind !== "key" ? 0 : facts.last;
    this.#start = unknownTo === 0 ? start : UNKNOWN;
    this.#reading = {
      spreader,
      digest,
      progress: new Progress(start, this.#config),
      epoch: start.epoch,
      rememberTo: start.checkpoint,
      unknownTo,
      sure: unknownTo === 0,
      since: this.#deps.clock.monotonic(),
      reader: undefined,
      warmed: start.checkpoint === 0,
    };
    return this.#reading;
  }

  #from(reading: Reading): number {
    const remembers = this.spec.digestSubject !== undefined;
    return remembers ? Math.max(1, this.#start.warm) : reading.rememberTo + 1;
  }

  /** The reader has stopped: the stream is another one, ends too early, or there is a bug. */
  #onReset(reading: Reading, reason: string): void {
    if (this.#reading !== reading || this.#halted) return;
    const { stream, shard } = this.spec;
    this.#deps.log.warn({ stream, shard, reason }, "a shard is opened again");
    this.#start = this.position();
    reading.spreader.stop();
    this.#reading = undefined;
    this.#blocked = false;
    reading.progress.wake();
    void reading.reader?.stop();
    void sleep(this.#deps.clock, RETRY_MS).then(() => this.#open());
  }

  #onMessage(reading: Reading, message: StoredMessage): void | Promise<void> {
    if (this.#halted || this.#reading !== reading) return undefined;
    if (!this.#deps.mayAct()) return this.#whenConfirmed(reading, message);
    if (this.#mayHaveMissed(reading, message)) reading.spreader.doubt();
    const decoded = decodePush(message);
    if (message.sequence <= reading.rememberTo) {
      this.#deps.stats.remembered++;
      if (typeof decoded !== "string") reading.spreader.remember(decoded);
      if (message.sequence === reading.rememberTo) reading.warmed = true;
      return undefined;
    }
    reading.warmed = true;
    this.#deps.stats.messages++;
    const { progress } = reading;
    const ticket = progress.begin(message.sequence, message.data.length);
    const finished = () => progress.finish(ticket);
    const push =
      typeof decoded === "string" || message.sequence > reading.unknownTo
        ? decoded
        : forThoseThere(decoded, message.timeMs);
    const refused = typeof push === "string" ? push : reading.spreader.take(push, finished);
    if (refused !== undefined) void this.#bury(reading, message, refused, finished);
    return progress.full ? this.#whenRoom(reading) : undefined;
  }

  async #whenConfirmed(reading: Reading, message: StoredMessage): Promise<void> {
    while (!this.#halted && !this.#deps.mayAct()) {
      await new Promise<void>((resolve) => this.#wakers.push(resolve));
    }
    await this.#onMessage(reading, message);
  }

  async #whenRoom(reading: Reading): Promise<void> {
    this.#deps.stats.windowFull++;
    this.#blocked = true;
    const held = () => this.#reading === reading && !this.#halted && reading.progress.full;
    while (held()) await reading.progress.room();
    if (this.#reading === reading) this.#blocked = false;
  }

  #wake(): void {
    for (const wake of this.#wakers.splice(0)) wake();
    this.#reading?.progress.wake();
  }

  /**
   * Whether something may have been evicted between the message before and this one. Nobody can
   * tell afterwards, so it counts as missed whenever this reader was far behind.
   */
  #mayHaveMissed(reading: Reading, message: StoredMessage): boolean {
    const { clock } = this.#deps;
    const { lagMax, pendingMax } = this.#config;
    return (
      clock.now() - message.timeMs > lagMax ||
      clock.monotonic() - this.#sureAt > lagMax ||
      (reading.reader?.pending ?? 0) > pendingMax
    );
  }

  async #bury(
    reading: Reading,
    message: StoredMessage,
    reason: string,
    finished: () => void,
  ): Promise<void> {
    const { epoch } = reading;
    const wanted = () => this.#reading === reading && !this.#stopped;
    const { stream } = this.spec;
    await this.#deps.dead.keep({ stream, epoch, message, reason }, wanted);
    if (wanted()) finished();
  }
}
