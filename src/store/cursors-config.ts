import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";

export interface CursorsConfig {
  /** Devices of one user; one more displaces the one whose session is oldest. */
  readonly devicesMax: number;
  /** Users written at once, and as many read. */
  readonly inFlightMax: number;
  /** Changes that wait or are under way; one more fails with "busy". */
  readonly waitingMax: number;
  /** How long mail waits: a user's cursors live twice as long after their last change. */
  readonly mailMaxAge: number;
}

export const cursorsDefaults: CursorsConfig = {
  devicesMax: 16,
  inFlightMax: 256,
  waitingMax: 65_536,
  mailMaxAge: 7 * 24 * 3_600_000,
};

export interface CursorsDeps {
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Ends the wait for the store. */
  readonly signal?: AbortSignal;
}

/**
 * Longer than anything waits: who has no cursor gets all that waits, which came after a cursor that
 * has expired.
 */
export function cursorLifeMs(config: CursorsConfig): number {
  return 2 * config.mailMaxAge;
}
