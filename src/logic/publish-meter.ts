import { isGoimError } from "../kit/errors.ts";
import type { Metrics } from "../kit/metrics.ts";

/** Counts of the publisher. */
export interface Meter {
  busy(): void;
  stored(pushes: number, tookMs: number): void;
  /** A push with an identity was there already. */
  repeated(): void;
  failed(error: unknown, pushes: number): void;
}

export function createMeter(
  metrics: Metrics,
  pending: { readonly pushes: number; readonly bytes: number },
): Meter {
  let messages = 0;
  let pushes = 0;
  let repeated = 0;
  metrics.countOf("push_messages_total", "Stream messages stored with pushes", () => messages);
  metrics.countOf("push_stored_total", "Pushes stored", () => pushes);
  metrics.countOf("push_repeated_total", "Pushes that were stored before", () => repeated);
  metrics.levelOf("push_pending", "Pushes not yet stored", () => pending.pushes);
  metrics.levelOf("push_pending_bytes", "Bytes of pushes not yet stored", () => pending.bytes);
  const failures = metrics.counter("push_failed_total", "Pushes not stored", ["code"]);
  const took = metrics.histogram("push_ack_seconds", "Time until JetStream has stored a message");
  return {
    busy: () => failures.inc({ code: "busy" }),
    stored: (count, tookMs) => {
      messages++;
      pushes += count;
      took.observe(tookMs / 1000);
    },
    repeated: () => {
      repeated++;
    },
    failed: (error, count) =>
      failures.inc({ code: isGoimError(error) ? error.code : "internal" }, count),
  };
}
