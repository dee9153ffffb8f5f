import { ChurnSet } from "../kit/churn.ts";
import { type Clock, sleep } from "../kit/clock.ts";
import { isRetryable } from "../kit/errors.ts";

export interface BatcherOptions<Item, Reply> {
  /** Items in one request. */
  readonly batchMax: number;
  /** Bytes of items in one request, as `bytesOf` counts; a larger item goes alone. */
  readonly batchBytesMax: number;
  readonly inFlightMax: number;
  /** Items that wait for a request; `push` refuses those above. */
  readonly queueMax: number;
  /** Tries for one batch. */
  readonly triesMax: number;
  /** Between two tries; where there is a `pauseMaxMs` it doubles up to that. */
  readonly pauseMs: number;
  readonly pauseMaxMs?: number;
  readonly bytesOf: (item: Item) => number;
  /** Asked before every try: an item nobody waits for any more is left out. */
  readonly wanted: (item: Item) => boolean;
  /** One reply per item, in order. Fails with GoimError. */
  readonly send: (items: readonly Item[]) => Promise<readonly Reply[]>;
  /** Takes the answer; false asks for another try. */
  readonly onReply: (item: Item, reply: Reply) => boolean;
  /** The tries are used up, or trying again is no use. */
  readonly onFailed: (item: Item, error: unknown) => void;
  /** Every try that failed. */
  readonly onError: (error: unknown, items: number) => void;
}

/**
 * Many small requests as few large ones, without a timer: while `inFlightMax` batches are on their
 * way, items gather; the next one takes what is there. So a lone item goes at once, and a storm
 * goes in full batches. A batch that fails keeps its place in flight while it pauses: nothing else
 * is sent faster to a peer that does not answer.
 */
export class Batcher<Item, Reply> {
  readonly #options: BatcherOptions<Item, Reply>;
  readonly #clock: Clock;
  #queue: Item[] = [];
  #head = 0;
  readonly #inFlight = new ChurnSet<Promise<void>>();
  #idle: (() => void)[] = [];
  #stopped = false;

  constructor(options: BatcherOptions<Item, Reply>, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  /** Items that wait for a request. */
  get waiting(): number {
    return this.#queue.length - this.#head;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** False when the queue is full or this batcher has stopped; then nothing was taken. */
  push(item: Item): boolean {
    if (this.#stopped || this.waiting >= this.#options.queueMax) return false;
    this.#queue.push(item);
    this.#pump();
    return true;
  }

  /** Resolves when every batch that is on its way now has ended; undefined when there is none. */
  settled(): Promise<unknown> | undefined {
    return this.#inFlight.size === 0 ? undefined : Promise.all(this.#inFlight);
  }

  /** Resolves when nothing waits and nothing is on its way. */
  async drained(): Promise<void> {
    if (this.#inFlight.size === 0 && this.waiting === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Forgets what waits; batches on their way are not tried again. */
  stop(): void {
    this.#stopped = true;
    this.#queue = [];
    this.#head = 0;
    this.#told();
  }

  #pump(): void {
    while (this.#inFlight.size < this.#options.inFlightMax && this.waiting > 0) {
      const batch = this.#take();
      const run = this.#run(batch).finally(() => {
        this.#inFlight.delete(run);
        this.#pump();
        this.#told();
      });
      this.#inFlight.add(run);
    }
  }

  #told(): void {
    if (this.#inFlight.size > 0 || this.waiting > 0) return;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }

  #take(): Item[] {
    const { batchMax, batchBytesMax, bytesOf } = this.#options;
    const batch: Item[] = [];
    let bytes = 0;
    while (batch.length < batchMax && this.#head < this.#queue.length) {
      const item = this.#queue[this.#head] as Item;
      bytes += bytesOf(item);
      if (batch.length > 0 && bytes > batchBytesMax) break;
      batch.push(item);
      this.#head++;
    }
    if (this.#head * 2 >= this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    return batch;
  }

  /** Sends one batch until every item of it is answered, unwanted or given up. Never rejects. */
  async #run(batch: Item[]): Promise<void> {
    const { triesMax, pauseMaxMs, onFailed, wanted } = this.#options;
    let { pauseMs } = this.#options;
    let left = batch;
    for (let tries = 1; ; tries++) {
      left = left.filter(wanted);
      if (left.length === 0) return;
      const attempt = await this.#attempt(left);
      left = attempt.left;
      if (left.length === 0) return;
      if (tries >= triesMax || !attempt.again || this.#stopped) {
        for (const item of left) onFailed(item, attempt.error);
        return;
      }
      await sleep(this.#clock, pauseMs);
      pauseMs = Math.min(pauseMs * 2, pauseMaxMs ?? pauseMs);
    }
  }

  async #attempt(items: Item[]): Promise<{ left: Item[]; again: boolean; error?: unknown }> {
    const { send, onReply, onError } = this.#options;
    try {
      const replies = await send(items);
      const left = items.filter((item, index) => {
        const reply = replies[index];
        return reply === undefined || !onReply(item, reply);
      });
      return { left, again: true };
    } catch (error) {
      onError(error, items.length);
      return { left: items, again: isRetryable(error), error };
    }
  }
}
