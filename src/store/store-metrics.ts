import type { Clock } from "../kit/clock.ts";
import { isGoimError } from "../kit/errors.ts";
import type { Metrics } from "../kit/metrics.ts";

export type SessionOperation =
  | "put"
  | "renew"
  | "remove"
  | "by_keys"
  | "by_mids"
  | "users"
  | "epoch";

/** Measures one call of the store: its seconds by operation, its failure by code. */
export type MeasureCall<O extends string = SessionOperation> = <T>(
  operation: O,
  call: () => Promise<T>,
) => Promise<T>;

/** `name` is that of the store's metrics. */
export function measureCalls<O extends string = SessionOperation>(
  metrics: Metrics,
  clock: Clock,
  name = "session_store",
): MeasureCall<O> {
  const seconds = metrics.histogram(
    `${name}_seconds`,
    "Time of one call of the store, which may be about many keys or users.",
    "operation",
  );
  const failures = metrics.counter(
    `${name}_failures_total`,
    "Calls of the store that failed as a whole.",
    ["operation", "code"],
  );
  return async (operation, call) => {
    const start = clock.monotonic();
    try {
      return await call();
    } catch (error) {
      const code = isGoimError(error) ? error.code : "internal";
      failures.inc({ operation, code });
      throw error;
    } finally {
      seconds.observe((clock.monotonic() - start) / 1000, operation);
    }
  };
}
