import type { OrderedReader, OrderedReaderOptions, StoredMessage } from "../bus/bus.ts";
import type { MailboxIndex } from "./mailbox-index.ts";
import { Progress } from "./progress.ts";
import { decodePush } from "./push-batch.ts";
import type { JobStats } from "./stats.ts";

export interface RebuildConfig {
  /** Most messages, and most bytes, that are on their way. */
  readonly window: number;
  readonly windowBytes: number;
}

export interface RebuildDeps {
  readonly stream: string;
  readonly filter: string;
  /** Life of the stream, and of the index. */
  readonly epoch: string;
  readonly life: string;
  readonly user: (subject: string) => string | undefined;
  readonly index: Pick<MailboxIndex, "append">;
  readonly readOrdered: (options: OrderedReaderOptions) => Promise<OrderedReader>;
  readonly stats: JobStats;
  /** Everything up to there is in the index, or will be before anything that is appended now. */
  readonly onRead: (sequence: number) => void;
  /** The index has another life by now. */
  readonly onLost: () => void;
  /** The stream cannot be read on. */
  readonly onFailed: (reason: string) => void;
}

/**
 * Puts every message that the stream holds of one shard of users into the index, in order, without
 * sending anything to anybody.
 */
export class Rebuild {
  readonly #deps: RebuildDeps;
  readonly #progress: Progress;
  #position = 0;
  #reader: OrderedReader | undefined;
  #read = false;
  #stopped = false;

  constructor({ window, windowBytes }: RebuildConfig, deps: RebuildDeps) {
    this.#deps = deps;
    const limits = { messagesMax: window, bytesMax: windowBytes, warmMs: 0, warmMax: 0 };
    this.#progress = new Progress({ epoch: deps.epoch, checkpoint: 0, warm: 0 }, limits);
  }

  /** Everything of the shard up to this sequence was read. */
  get position(): number {
    return this.#position;
  }

  get ended(): boolean {
    return this.#read;
  }

  async start(): Promise<void> {
    const { stream, filter, readOrdered, onFailed } = this.#deps;
    const reader = await readOrdered({
      ...{ stream, filter, from: 1 },
      onMessage: (message) => this.#onMessage(message),
      onReset: (reason) => {
        if (!this.#read) onFailed(reason);
      },
    });
    this.#reader = reader;
    if (this.#read) void reader.stop();
  }

  /** Reads no further; resolves when everything that was read is in the index. */
  end(): Promise<void> {
    this.#read = true;
    this.#progress.wake();
    void this.#reader?.stop();
    return this.#progress.idle();
  }

  /** Does nothing more. */
  stop(): void {
    this.#stopped = true;
    void this.end();
  }

  #onMessage(message: StoredMessage): void | Promise<void> {
    if (this.#read) return undefined;
    this.#append(message);
    this.#position = message.sequence;
    this.#deps.onRead(message.sequence);
    return this.#progress.full ? this.#room() : undefined;
  }

  async #room(): Promise<void> {
    while (!this.#read && this.#progress.full) await this.#progress.room();
  }

  #append(message: StoredMessage): void {
    const { epoch, life, user, index, stats, onLost } = this.#deps;
    const push = decodePush(message);
    const mid = user(message.subject);
    // What cannot be spread has no place in a mailbox either.
    if (typeof push === "string" || mid === undefined) return;
    const entries = push.entries.filter((entry) => entry.transient !== true);
    if (entries.length === 0) return;
    const ticket = this.#progress.begin(message.sequence, push.bytes);
    index.append({
      ...{ epoch, life, mid, entries, bytes: push.bytes, reader: this },
      wanted: () => !this.#stopped,
      done: () => {
        stats.indexRebuilt++;
        this.#progress.finish(ticket);
      },
      lost: () => {
        if (!this.#stopped) onLost();
      },
    });
  }
}
