import type { Clock } from "../kit/clock.ts";
import type { HistoryReader, KvBucket, KvChange, Subscription } from "./bus.ts";
import { watchAll } from "./watch-all.ts";

export interface RuleWatchDeps {
  readonly bucket: Pick<KvBucket, "name" | "watch">;
  /** Keys that are watched. */
  readonly filter: string;
  readonly reader: Pick<HistoryReader, "state">;
  readonly clock: Clock;
}

/** A moment of a bucket: a revision says nothing about another life of it. */
export interface RuleMoment {
  readonly epoch: string;
  readonly revision: number;
}

/** A watch of a bucket, or of a part of it, that knows how far it has come. */
export class RuleWatch {
  readonly #deps: RuleWatchDeps;
  readonly #onChange: (change: KvChange) => void;
  #epoch = "";
  #reached = 0;
  #waiting: { readonly moment: RuleMoment; readonly done: () => void }[] = [];
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
    const onProgress = (epoch: string, revision: number) => this.#reach({ epoch, revision });
    const { watch, ready } = await watchAll(bucket, filter, this.#onChange, onProgress);
    this.#watch = watch;
    await ready;
  }

  stop(): void {
    this.#watch?.unsubscribe();
    for (const { done } of this.#waiting.splice(0)) done();
  }

  /** The bucket as it is now, from its leader. */
  async end(): Promise<RuleMoment> {
    const { epoch, last } = await this.#deps.reader.state(`KV_${this.#deps.bucket.name}`);
    return { epoch, revision: last };
  }

  /** Whether everything up to this moment was told, now or within the time. */
  async until(moment: RuleMoment, timeoutMs: number): Promise<boolean> {
    if (this.#has(moment)) return true;
    const { clock } = this.#deps;
    await new Promise<void>((resolve) => {
      const waiting = { moment, done: () => finish() };
      const timer = clock.setTimeout(() => finish(), timeoutMs);
      const finish = () => {
        clock.clearTimeout(timer);
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        resolve();
      };
      this.#waiting.push(waiting);
    });
    return this.#has(moment);
  }

  #has({ epoch, revision }: RuleMoment): boolean {
    return epoch === this.#epoch && revision <= this.#reached;
  }

  #reach({ epoch, revision }: RuleMoment): void {
    // The bucket was made anew: how far the one before was known means nothing in it.
    if (epoch !== this.#epoch) this.#reached = 0;
    this.#epoch = epoch;
    this.#reached = Math.max(this.#reached, revision);
    for (const { moment, done } of [...this.#waiting]) if (this.#has(moment)) done();
  }
}
