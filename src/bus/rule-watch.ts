import type { Clock } from "../kit/clock.ts";
import type { KvBucket, KvChange, StreamReader, Subscription } from "./bus.ts";

export interface RuleWatchDeps {
  readonly bucket: Pick<KvBucket, "name" | "watch">;
  /** Keys that are watched. */
  readonly filter: string;
  readonly reader: Pick<StreamReader, "lastSequence">;
  readonly clock: Clock;
}

/** A watch of a bucket, or of a part of it, that knows how far it has come. */
export class RuleWatch {
  readonly #deps: RuleWatchDeps;
  readonly #onChange: (change: KvChange) => void;
  #reached = 0;
  #waiting: { readonly revision: number; readonly done: () => void }[] = [];
  #watch: Subscription | undefined;

  constructor(onChange: (change: KvChange) => void, deps: RuleWatchDeps) {
    this.#onChange = onChange;
    this.#deps = deps;
  }

  /** Everything up to this change was told. */
  get reached(): number {
    return this.#reached;
  }

  /** Resolves when everything that is there was told. */
  async start(): Promise<void> {
    const { bucket, filter } = this.#deps;
    // What was deleted before is never told; so the end as it is now is asked for first.
    const end = await this.end();
    await new Promise<void>((resolve, reject) => {
      const onReady = () => {
        this.#reach(end);
        resolve();
      };
      const take = (change: KvChange) => {
        this.#onChange(change);
        this.#reach(change.revision);
      };
      bucket.watch(filter, take, onReady).then((watch) => {
        this.#watch = watch;
      }, reject);
    });
  }

  stop(): void {
    this.#watch?.unsubscribe();
    for (const { done } of this.#waiting.splice(0)) done();
  }

  /** Newest change of the bucket, from its leader. */
  end(): Promise<number> {
    return this.#deps.reader.lastSequence(`KV_${this.#deps.bucket.name}`);
  }

  /** Whether the change was told, now or within the time. */
  async until(revision: number, timeoutMs: number): Promise<boolean> {
    if (this.#reached >= revision) return true;
    const { clock } = this.#deps;
    await new Promise<void>((resolve) => {
      const waiting = { revision, done: () => finish() };
      const timer = clock.setTimeout(() => finish(), timeoutMs);
      const finish = () => {
        clock.clearTimeout(timer);
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        resolve();
      };
      this.#waiting.push(waiting);
    });
    return this.#reached >= revision;
  }

  #reach(revision: number): void {
    if (revision <= this.#reached) return;
    this.#reached = revision;
    for (const { revision: wanted, done } of [...this.#waiting]) if (wanted <= revision) done();
  }
}
