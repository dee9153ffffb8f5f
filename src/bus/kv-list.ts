import type { Timer } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import type { KvEntry, StoredWithHeaders } from "./bus.ts";
import { isMarker } from "./kv-marker.ts";
import type { KvSource } from "./kv-watch.ts";
import { OrderedFeed } from "./ordered-feed.ts";

/** Entries read ahead of whoever takes them. */
const READ_AHEAD = 512;

export interface ListOptions {
  /** Without the values. */
  readonly headersOnly?: boolean;
  /** Only entries of a higher revision. */
  readonly after?: number;
  /** Fails with "timeout" when nothing comes for this long; default: waits for ever. */
  readonly silenceMs?: number;
}

/**
 * Every entry that has a value, ascending by revision, as they are read; an interruption goes on
 * where it was. An entry that is written meanwhile moves behind all others. So the list does not
 * end where it ended when it was begun, but where it ended when that place was reached: an entry
 * may come a second time, and is only left out when it is written twice meanwhile. Going on to the
 * very end might go on for ever.
 */
export async function* listEntries(
  source: KvSource,
  filter: string,
  options: ListOptions = {},
): AsyncGenerator<KvEntry> {
  const list = new Listing(source, filter, options);
  try {
    for (;;) {
      const entry = await list.next();
      if (entry === undefined) return;
      yield entry;
    }
  } finally {
    list.stop();
  }
}

class Listing {
  readonly #source: KvSource;
  readonly #options: ListOptions;
  readonly #feed: OrderedFeed;
  readonly #entries: KvEntry[] = [];
  #last: number;
  /** Last sequence of the bucket when this was begun. */
  #end: number | undefined;
  /** Messages still to come, once that place was reached. */
  #left: number | undefined;
  #done = false;
  #failure: unknown;
  #wake = () => {};
  #makeRoom = () => {};

  constructor(source: KvSource, filter: string, options: ListOptions) {
    this.#source = source;
    this.#options = options;
    this.#last = options.after ?? 0;
    this.#feed = new OrderedFeed(
      {
        stream: source.stream,
        filter: source.prefix + filter,
        batch: READ_AHEAD,
        headersOnly: options.headersOnly === true,
        plan: ({ state }) => {
          this.#end ??= state.last_seq;
          return options.after === undefined ? "last-per-subject" : { from: this.#last + 1 };
        },
        onOpened: (pending) => this.#opened(pending),
        onIdle: () => this.#finish(),
        onMessage: (message) => this.#take(message),
        onFailed: (error) => {
          this.#failure = error;
          this.#wake();
        },
      },
      source.deps,
    );
  }

  /** Undefined at the end. */
  async next(): Promise<KvEntry | undefined> {
    for (;;) {
      const entry = this.#entries.shift();
      if (this.#entries.length < READ_AHEAD) this.#makeRoom();
      if (entry !== undefined) return entry;
      if (this.#done) return undefined;
      if (this.#failure !== undefined) {
        throw new GoimError("internal", "a bucket cannot be listed", { cause: this.#failure });
      }
      await this.#more();
    }
  }

  stop(): void {
    this.#makeRoom();
    void this.#feed.stop();
  }

  #opened(pending: number): void {
    if (pending === 0) this.#finish();
    else if (this.#left !== undefined) this.#left = pending;
  }

  #finish(): void {
    this.#done = true;
    this.#wake();
  }

  #take(message: StoredWithHeaders): Promise<void> | undefined {
    if (this.#done) return undefined;
    // They come in the order of their sequence: what is at or below is a repetition.
    if (message.sequence > this.#last && !isMarker(message)) {
      const key = message.subject.slice(this.#source.prefix.length);
      this.#entries.push({ key, value: message.data, revision: message.sequence });
    }
    this.#last = Math.max(this.#last, message.sequence);
    const { pending } = this.#feed;
    if (this.#left !== undefined) this.#left--;
    else if (message.sequence >= (this.#end ?? 0)) this.#left = pending;
    if (pending === 0 || (this.#left ?? 1) <= 0) this.#finish();
    this.#wake();
    if (this.#entries.length < READ_AHEAD) return undefined;
    return new Promise<void>((resolve) => {
      this.#makeRoom = resolve;
    });
  }

  #more(): Promise<void> {
    const { clock } = this.#source.deps;
    const { silenceMs } = this.#options;
    return new Promise<void>((resolve, reject) => {
      let timer: Timer | undefined;
      if (silenceMs !== undefined) {
        const text = `the bucket's entries did not come within ${silenceMs} ms`;
        const fail = () => reject(new GoimError("timeout", text));
        timer = clock.setTimeout(fail, silenceMs);
      }
      this.#wake = () => {
        if (timer !== undefined) clock.clearTimeout(timer);
        resolve();
      };
    });
  }
}
