import { GoimClientError } from "./errors.ts";

/**
 * Messages for a `for await` loop, bounded. When the loop is so slow that `max` wait for it, it is
 * given those and then an `overflow` error: leaving some out in silence is never right.
 */
export class Feed<T> implements AsyncIterableIterator<T> {
  readonly #max: number;
  readonly #onEnd: (feed: Feed<T>) => void;
  #held: T[] = [];
  #asked: { resolve(result: IteratorResult<T>): void; reject(error: Error): void }[] = [];
  #end: GoimClientError | "done" | undefined;

  constructor(max: number, onEnd: (feed: Feed<T>) => void) {
    this.#max = max;
    this.#onEnd = onEnd;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  push(value: T): void {
    if (this.#end !== undefined) return;
    const asked = this.#asked.shift();
    if (asked !== undefined) {
      asked.resolve({ done: false, value });
      return;
    }
    if (this.#held.length < this.#max) {
      this.#held.push(value);
      return;
    }
    this.#finish(new GoimClientError("overflow", `the loop is ${this.#max} messages behind`));
  }

  /** The loop ends when it has what is held. */
  end(): void {
    this.#finish("done");
  }

  next(): Promise<IteratorResult<T>> {
    const value = this.#held.shift();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.#end instanceof GoimClientError) {
      const error = this.#end;
      this.#end = "done";
      return Promise.reject(error);
    }
    if (this.#end === "done") return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => this.#asked.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<T>> {
    this.#held = [];
    this.#finish("done");
    return Promise.resolve({ done: true, value: undefined });
  }

  #finish(end: GoimClientError | "done"): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#onEnd(this);
    for (const { resolve } of this.#asked) resolve({ done: true, value: undefined });
    this.#asked = [];
  }
}
