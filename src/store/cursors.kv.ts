import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import type { CursorStore } from "./cursors.ts";

export interface CursorsConfig {
  /** Devices of one user; one more displaces the one whose session is oldest. */
  readonly devicesMax: number;
  /** Users written or read at once. */
  readonly inFlightMax: number;
  /** Changes that wait or are under way; one more fails with "busy". */
  readonly waitingMax: number;
  /** How long mail waits: a cursor lives at least as long after its last move. */
  readonly mailMaxAge: number;
}

export interface KvCursorsConfig extends CursorsConfig {
  /** Compare-and-set tries of one write. */
  readonly triesMax: number;
  /** Bound of one answer of NATS; a call makes a few in a row. */
  readonly timeoutMs: number;
  /** How old the known life of the bucket may be. */
  readonly epochCheckMs: number;
  /** Copies of the bucket in a cluster; default: those it has, one for a new bucket. */
  readonly replicas?: number;
}

export const cursorsDefaults: CursorsConfig = {
  devicesMax: 16,
  inFlightMax: 256,
  waitingMax: 65_536,
  mailMaxAge: 7 * 24 * 3_600_000,
};

export const kvCursorsDefaults: KvCursorsConfig = {
  ...cursorsDefaults,
  triesMax: 16,
  timeoutMs: 2000,
  epochCheckMs: 1000,
};

export interface KvCursorsDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Ends the wait for the bucket. */
  readonly signal?: AbortSignal;
  /** 0 <= x < 1, for the jitter of retries. Default Math.random. */
  readonly random?: () => number;
}

export async function createKvCursors(
  options: Partial<KvCursorsConfig>,
  _deps: KvCursorsDeps,
): Promise<CursorStore> {
  const config = { ...kvCursorsDefaults, ...options };
  throw new GoimError("unavailable", `not there yet: ${config.devicesMax}`);
}
