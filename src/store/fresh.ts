import type { Clock } from "../kit/clock.ts";

/** A value read again when it is older than `maxAgeMs`; askers meanwhile share one read. */
export class Fresh<T> {
  readonly #read: () => Promise<T>;
  readonly #maxAgeMs: number;
  readonly #clock: Pick<Clock, "monotonic">;
  #known: { readonly value: T; readonly at: number } | undefined;
  #reading: Promise<T> | undefined;
  #generation = 0;

  constructor(read: () => Promise<T>, maxAgeMs: number, clock: Pick<Clock, "monotonic">) {
    this.#read = read;
    this.#maxAgeMs = maxAgeMs;
    this.#clock = clock;
  }

  /** Fails as the read fails; a failure is not kept. */
  get(): Promise<T> {
    const known = this.#known;
    if (known !== undefined && this.#clock.monotonic() - known.at < this.#maxAgeMs) {
      return Promise.resolve(known.value);
    }
    this.#reading ??= this.#readNow();
    return this.#reading;
  }

  /** What is known counts no more, nor does what a read that is under way will tell. */
  forget(): void {
    this.#generation++;
    this.#known = undefined;
    this.#reading = undefined;
  }

  async #readNow(): Promise<T> {
    const generation = this.#generation;
    const at = this.#clock.monotonic();
    try {
      const value = await this.#read();
      if (generation === this.#generation) this.#known = { value, at };
      return value;
    } finally {
      if (generation === this.#generation) this.#reading = undefined;
    }
  }
}
