interface Waiting<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads of one value, each begun after it was asked for: who asks while a read is under way waits
 * for the next one, which serves all who asked meanwhile. At most one is under way.
 */
export class SharedReads<T> {
  readonly #read: () => Promise<T>;
  #waiting: Waiting<T>[] = [];
  #busy = false;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  get(): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (!this.#busy) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#busy = true;
    // Everybody who asks in this turn is served together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const waiting = this.#waiting;
      this.#waiting = [];
      try {
        const value = await this.#read();
        for (const { resolve } of waiting) resolve(value);
      } catch (error) {
        for (const { reject } of waiting) reject(error);
      }
    }
    this.#busy = false;
  }
}
