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
 * where it was. An entry written meanwhile may come a second time, one that is there all the time
 * is never left out.
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
  /** Entries announced and still to come. */
  #left = Number.POSITIVE_INFINITY;
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
        plan: () => (options.after === undefined ? "last-per-subject" : { from: this.#last + 1 }),
        onOpened: (pending) => this.#expect(pending),
        onIdle: () => this.#expect(0),
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
      if (this.#left <= 0) return undefined;
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

  #expect(pending: number): void {
    this.#left = pending;
    this.#wake();
  }

  #take(message: StoredWithHeaders): Promise<void> | undefined {
    this.#left--;
    // They come in the order of their sequence: what is at or below is a repetition.
    if (message.sequence > this.#last && !isMarker(message)) {
      const key = message.subject.slice(this.#source.prefix.length);
      this.#entries.push({ key, value: message.data, revision: message.sequence });
    }
    this.#last = Math.max(this.#last, message.sequence);
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
