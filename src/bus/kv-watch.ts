import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Bus, KvChange, StoredWithHeaders, Subscription } from "./bus.ts";
import type { JsApi } from "./js-api.ts";
import { isMarker } from "./kv-marker.ts";
import { OrderedFeed } from "./ordered-feed.ts";
import { meta } from "./stream-config.ts";

/** A bucket as its watchers need it. */
export interface KvSource {
  readonly stream: string;
  /** Of the subjects of its keys. */
  readonly prefix: string;
  readonly deps: { bus: Bus; api: JsApi; clock: Clock; log: Log };
}

/** Everything of the filter up to this revision, in this life of the bucket, was told. */
export type WatchProgress = (epoch: string, revision: number) => void;

/** Values read ahead of a watcher's handler. */
const READ_AHEAD = 512;

/**
 * Tells every value, then every change, over all interruptions. After each one all values are read
 * again and compared with what was told: what changed is told, what is gone too. (Reading on from
 * the last revision would miss what expired meanwhile.) Costs a map of the keys seen: for small
 * buckets.
 */
export async function watchKeys(
  source: KvSource,
  filter: string,
  onChange: (change: KvChange) => void,
  onReady?: () => void,
  onProgress?: WatchProgress,
): Promise<Subscription> {
  let markOpened = () => {};
  const opened = new Promise<void>((resolve) => {
    markOpened = resolve;
  });
  const watch = new Watch(source, onChange, { onReady, onProgress });
  const feed = new OrderedFeed(
    {
      stream: source.stream,
      filter: source.prefix + filter,
      batch: READ_AHEAD,
      plan: (info) => {
        watch.begin(info.config.metadata?.[meta.epoch] ?? "", info.state.last_seq);
        return "last-per-subject";
      },
      onOpened: (pending) => {
        watch.expect(pending);
        markOpened();
      },
      onIdle: () => watch.idle(),
      onMessage: (message) => watch.take(message),
      onFailed: (error) => source.deps.log.error({ err: error }, "a watch failed"),
    },
    source.deps,
  );
  await opened;
  return {
    unsubscribe: () => {
      watch.close();
      void feed.stop();
    },
  };
}

interface WatchHooks {
  readonly onReady: (() => void) | undefined;
  readonly onProgress: WatchProgress | undefined;
}

class Watch {
  readonly #source: KvSource;
  readonly #onChange: (change: KvChange) => void;
  readonly #hooks: WatchHooks;
  /** Revision told last, of every key that has a value. */
  readonly #told = new Map<string, number>();
  #seen = new Set<string>();
  /** Values of the past still to come; undefined once they all came. */
  #left: number | undefined = 0;
  #epoch = "";
  /** The bucket's end when its values were asked for: what was deleted before is never told. */
  #end = 0;
  #ready = false;
  #closed = false;

  constructor(source: KvSource, onChange: (change: KvChange) => void, hooks: WatchHooks) {
    this.#source = source;
    this.#onChange = onChange;
    this.#hooks = hooks;
  }

  close(): void {
    this.#closed = true;
  }

  /** A consumer is about to tell everything again. */
  begin(epoch: string, end: number): void {
    // In another life of the bucket the same revision may be another value.
    if (epoch !== this.#epoch) for (const key of this.#told.keys()) this.#told.set(key, -1);
    this.#epoch = epoch;
    this.#end = end;
    this.#seen = new Set();
    this.#left = 0;
    this.#reach(0);
  }

  expect(pending: number): void {
    this.#left = pending;
    if (pending === 0) this.#complete();
  }

  /** What was announced and has not come by now has expired meanwhile. */
  idle(): void {
    if (this.#left !== undefined) this.#complete();
  }

  take(message: StoredWithHeaders): void {
    const key = message.subject.slice(this.#source.prefix.length);
    const value = isMarker(message) ? undefined : message.data;
    this.#seen.add(key);
    this.#tell({ key, value, revision: message.sequence });
    // What is of the past comes in its order too, each key's newest.
    this.#reach(message.sequence);
    if (this.#left === undefined) return;
    this.#left--;
    if (this.#left <= 0) this.#complete();
  }

  #complete(): void {
    this.#left = undefined;
    for (const [key, revision] of [...this.#told]) {
      if (!this.#seen.has(key)) this.#tell({ key, value: undefined, revision, lapsed: true });
    }
    this.#seen = new Set();
    this.#reach(this.#end);
    if (this.#ready) return;
    this.#ready = true;
    this.#guard(() => this.#hooks.onReady?.());
  }

  #tell(change: KvChange): void {
    const told = this.#told.get(change.key);
    if (change.value === undefined) {
      if (told === undefined) return;
      this.#told.delete(change.key);
    } else {
      if (told === change.revision) return;
      this.#told.set(change.key, change.revision);
    }
    this.#guard(() => this.#onChange(change));
  }

  #reach(revision: number): void {
    this.#guard(() => this.#hooks.onProgress?.(this.#epoch, revision));
  }

  /** One bad value must not end the watch. */
  #guard(action: () => void): void {
    if (this.#closed) return;
    try {
      action();
    } catch (error) {
      this.#source.deps.log.error({ err: error }, "the handler of a watch failed");
    }
  }
}
