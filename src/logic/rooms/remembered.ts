import type { Clock } from "../../kit/clock.ts";
import { LruMap } from "../../kit/lru.ts";

interface Read<T> {
  readonly at: number;
  readonly value: Promise<T>;
  /** Once it was read. */
  known?: T;
}

/** Values read at most every `ageMs` each; those who ask meanwhile share one read. */
export class Remembered<T> {
  readonly #read: (key: string) => Promise<T>;
  readonly #ageMs: number;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #values: LruMap<string, Read<T>>;

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
    const read: Read<T> = { at, value };
    this.#values.set(key, read);
    value.then(
      (found) => {
        read.known = found;
      },
      () => {
        if (this.#values.peek(key)?.value === value) this.#values.delete(key);
      },
    );
    return value;
  }

  /** What was read and is not too old; undefined = nobody has asked lately. */
  known(key: string): T | undefined {
    const read = this.#values.peek(key);
    const fresh = read !== undefined && this.#clock.monotonic() - read.at < this.#ageMs;
    return fresh ? read.known : undefined;
  }

  /** Whether `get` would answer without a read of its own. */
  holds(key: string): boolean {
    const read = this.#values.peek(key);
    return read !== undefined && this.#clock.monotonic() - read.at < this.#ageMs;
  }

  forget(key: string): void {
    this.#values.delete(key);
  }
}
