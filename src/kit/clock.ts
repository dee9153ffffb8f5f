/** A pending timer; `clearTimeout` of the clock that made it ends it. */
export type Timer = object;

/** Time as a dependency, so that tests move it by hand instead of sleeping. */
export interface Clock {
  /** Unix time in milliseconds. May jump; only for values that leave the process. */
  now(): number;
  /** Milliseconds since an arbitrary start, never backwards. For every duration and deadline. */
  monotonic(): number;
  /** Milliseconds of processor time that this process has used, all its threads together. */
  cpu(): number;
  setTimeout(action: () => void, delayMs: number): Timer;
  clearTimeout(timer: Timer): void;
  /** Runs `action` after the I/O that is waiting, before any timer: a yield inside long work. */
  yield(action: () => void): void;
}

/** The machine's clock. Its timers do not keep the process alive by themselves. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  setTimeout: (action, delayMs) => setTimeout(action, delayMs).unref(),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
  yield: (action) => {
    setImmediate(action);
  },
};

/** Resolves after `delayMs` on `clock`. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimeout(resolve, delayMs);
  });
}
