import type { Clock } from "./clock.ts";

export interface Turns {
  /** The clock to yield with. */
  readonly clock: Clock;
  /**
   * Runs what has yielded, if that was a while ago. To be called by what thousands of sockets may
   * ask for in one turn of the event loop, while none of their own work is under way.
   */
  breathe(): void;
}

/** Milliseconds that a yield may take before it is run in between. */
const BREATH_MS = 5;

/**
 * A yield comes after the I/O that is waiting, and where thousands of sockets are readable at once
 * that takes a tenth of a second or more: the event loop serves all of them before it goes on.
 */
export function createTurns(clock: Clock): Turns {
  let waiting: (() => void)[] = [];
  let since = 0;
  const run = () => {
    const actions = waiting;
    waiting = [];
    let done = 0;
    try {
      for (const action of actions) {
        done++;
        action();
      }
    } finally {
      // One that throws does not take the others with it.
      if (done < actions.length) {
        waiting = [...actions.slice(done), ...waiting];
        clock.yield(run);
      }
    }
  };
  return {
    clock: {
      ...clock,
      yield: (action) => {
        if (waiting.length === 0) {
          since = clock.monotonic();
          clock.yield(run);
        }
        waiting.push(action);
      },
    },
    breathe: () => {
      if (waiting.length > 0 && clock.monotonic() - since >= BREATH_MS) run();
    },
  };
}
