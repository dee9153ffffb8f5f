/** Time as a dependency, so that tests move it by hand. */
export interface ClientClock {
  /** Unix time in milliseconds; only for what the app is shown. */
  now(): number;
  /** Milliseconds that never run backwards. */
  monotonic(): number;
  setTimeout(action: () => void, delayMs: number): unknown;
  clearTimeout(timer: unknown): void;
}

export const systemClock: ClientClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (action, delayMs) => setTimeout(action, delayMs),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

/** One timer that can be set again and never fires after `clear`. */
export class Alarm {
  readonly #clock: ClientClock;
  #timer: unknown;

  constructor(clock: ClientClock) {
    this.#clock = clock;
  }

  get isSet(): boolean {
    return this.#timer !== undefined;
  }

  set(delayMs: number, action: () => void): void {
    this.clear();
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = undefined;
      action();
    }, delayMs);
  }

  clear(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
