import type { Clock } from "../../kit/clock.ts";
import { LruMap } from "../../kit/lru.ts";

/** Values read at most every `ageMs` each; those who ask meanwhile share one read. */
export class Remembered<T> {
  readonly #read: (key: string) => Promise<T>;
  readonly #ageMs: number;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #values: LruMap<string, { readonly at: number; readonly value: Promise<T> }>;

  constructor(
    read: (key: string) => Promise<T>,
    config: { readonly ageMs: number; readonly max: number },
    clock: Pick<Clock, "monotonic">,
  ) {
    this.#read = read;
    this.#ageMs = config.ageMs;
    this.#clock = clock;
    this.#values = new LruMap(config.max);
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: string): Promise<T> {
    const at = this.#clock.monotonic();
    const known = this.#values.get(key);
    if (known !== undefined && at - known.at < this.#ageMs) return known.value;
    const value = this.#read(key);
    this.#values.set(key, { at, value });
    value.catch(() => {
      if (this.#values.peek(key)?.value === value) this.#values.delete(key);
    });
    return value;
  }

  forget(key: string): void {
    this.#values.delete(key);
  }
}
