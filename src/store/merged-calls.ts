import { ChurnMap } from "../kit/churn.ts";
import { GoimError } from "../kit/errors.ts";
import { Semaphore } from "../kit/semaphore.ts";

export interface MergedCallsConfig {
  /** Ids worked on at the same time. */
  readonly inFlightMax: number;
  /** Items that wait or are under way; one more fails with "busy". */
  readonly waitingMax: number;
  /** Items of one call; default 1,024. */
  readonly mergeMax?: number;
}

const MERGE_MAX = 1024;

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One call in flight per id: what is added meanwhile waits and goes with the next call, in order.
 * A call that fails takes along what waits behind it for the same id, so that nothing passes what
 * came before.
 */
export class MergedCalls<T, R> {
  /** Items accepted and not yet settled. */
  waiting = 0;
  readonly #run: (id: string, items: readonly T[]) => Promise<readonly R[]>;
  readonly #waitingMax: number;
  readonly #mergeMax: number;
  readonly #places: Semaphore;
  readonly #queues = new ChurnMap<string, Waiting<T, R>[]>();

  /** `run` resolves to a result per item, in their order. */
  constructor(
    config: MergedCallsConfig,
    run: (id: string, items: readonly T[]) => Promise<readonly R[]>,
  ) {
    this.#run = run;
    this.#waitingMax = config.waitingMax;
    this.#mergeMax = config.mergeMax ?? MERGE_MAX;
    this.#places = new Semaphore(config.inFlightMax);
  }

  add(id: string, item: T): Promise<R> {
    if (this.waiting >= this.#waitingMax) {
      return Promise.reject(new GoimError("busy", `${this.waiting} changes wait already`));
    }
    this.waiting++;
    return new Promise((resolve, reject) => {
      const waiting = { item, resolve, reject };
      const queue = this.#queues.get(id);
      if (queue !== undefined) {
        queue.push(waiting);
        return;
      }
      this.#queues.set(id, [waiting]);
      void this.#work(id);
    });
  }

  async #work(id: string): Promise<void> {
    // Items of one moment come one after the other before this goes on: they make one call.
    await Promise.resolve();
    for (;;) {
      await this.#places.run(() => this.#call(id));
      if (this.#queues.get(id)?.length === 0) {
        this.#queues.delete(id);
        return;
      }
    }
  }

  async #call(id: string): Promise<void> {
    const queue = this.#queues.get(id) ?? [];
    const batch = queue.splice(0, this.#mergeMax);
    try {
      const results = await this.#run(
        id,
        batch.map(({ item }) => item),
      );
      this.waiting -= batch.length;
      for (const [at, waiting] of batch.entries()) waiting.resolve(results[at] as R);
    } catch (error) {
      const failed = [...batch, ...queue.splice(0)];
      this.waiting -= failed.length;
      for (const waiting of failed) waiting.reject(error);
    }
  }
}

/** At most `inFlightMax` calls at once; the rest wait in order, `waitingMax` in all. */
export class BoundedCalls {
  /** Calls that wait or are under way. */
  waiting = 0;
  readonly #waitingMax: number;
  readonly #places: Semaphore;

  constructor(config: MergedCallsConfig) {
    this.#waitingMax = config.waitingMax;
    this.#places = new Semaphore(config.inFlightMax);
  }

  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.waiting >= this.#waitingMax) {
      throw new GoimError("busy", `${this.waiting} reads wait already`);
    }
    this.waiting++;
    try {
      return await this.#places.run(call);
    } finally {
      this.waiting--;
    }
  }
}
