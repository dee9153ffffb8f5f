import type { Clock } from "../kit/clock.ts";
import { isGoimError } from "../kit/errors.ts";
import type { Metrics } from "../kit/metrics.ts";

export type StoreOperation = "put" | "renew" | "remove" | "by_keys" | "by_mids" | "users" | "epoch";

/** Measures one call of the store: its seconds by operation, its failure by code. */
export type MeasureCall = <T>(operation: StoreOperation, call: () => Promise<T>) => Promise<T>;

export function measureCalls(metrics: Metrics, clock: Clock): MeasureCall {
  const seconds = metrics.histogram(
    "session_store_seconds",
    "Time of one call of the session store, which may hold many sessions.",
    ["operation"],
  );
  const failures = metrics.counter(
    "session_store_failures_total",
    "Calls of the session store that failed as a whole.",
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
      seconds.observe({ operation }, (clock.monotonic() - start) / 1000);
    }
  };
}
