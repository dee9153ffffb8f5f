import type { Clock, Timer } from "./clock.ts";

interface FakeTimer {
  readonly at: number;
  readonly order: number;
  readonly action: () => void;
}

/** A clock for tests: time stands still until `advance` moves it, timers fire in order. */
export class FakeClock implements Clock {
  /** What `cpu` says. */
  cpuMs = 0;
  #timeMs: number;
  #order = 0;
  readonly #timers = new Set<FakeTimer>();
  #yielded: (() => void)[] = [];

  constructor(startMs = 1_000_000) {
    this.#timeMs = startMs;
  }

  /** Timers not yet fired; 0 proves that nothing was left behind. */
  get pending(): number {
    return this.#timers.size + this.#yielded.length;
  }

  now(): number {
    return this.#timeMs;
  }

  monotonic(): number {
    return this.#timeMs;
  }

  cpu(): number {
    return this.cpuMs;
  }

  setTimeout(action: () => void, delayMs: number): Timer {
    const timer = { at: this.#timeMs + Math.max(0, delayMs), order: this.#order++, action };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(timer: Timer): void {
    this.#timers.delete(timer as FakeTimer);
  }

  yield(action: () => void): void {
    this.#yielded.push(action);
  }

  /** Runs everything that yielded, and what those yield in turn. */
  runYielded(): void {
    while (this.#yielded.length > 0) {
      const batch = this.#yielded;
      this.#yielded = [];
      for (const action of batch) action();
    }
  }

  /** Moves time by `ms`, firing due timers and yielded actions at their moments. */
  advance(ms: number): void {
    const end = this.#timeMs + ms;
    this.runYielded();
    for (;;) {
      const due = this.#next(end);
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#timeMs = Math.max(this.#timeMs, due.at);
      due.action();
      this.runYielded();
    }
    this.#timeMs = end;
  }

  #next(end: number): FakeTimer | undefined {
    let first: FakeTimer | undefined;
    for (const timer of this.#timers) {
      if (timer.at > end) continue;
      if (first === undefined || timer.at < first.at) first = timer;
      else if (timer.at === first.at && timer.order < first.order) first = timer;
    }
    return first;
  }
}
