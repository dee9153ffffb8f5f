/** How long to wait between attempts; the server's values in GET /goim/nodes/weighted. */
export interface BackoffValues {
  /** Upper end of the first wait, ms. */
  readonly baseMs: number;
  /** No wait is longer, ms. */
  readonly maxMs: number;
  /** Growth of the upper end with each failure. */
  readonly factor: number;
  /** Share by which the upper end is stretched. */
  readonly jitter: number;
}

export const DEFAULT_BACKOFF: BackoffValues = {
  baseMs: 1_000,
  maxMs: 30_000,
  factor: 1.8,
  jitter: 0.3,
};

/** A dead server must not be asked in a tight loop, however the dice fall. */
const LEAST_MS = 50;

/**
 * Full jitter: anywhere between nothing and the upper end, so that the clients of a lost server do
 * not come back in step. `failures` counts those before this wait, from 0.
 */
export function backoffMs(values: BackoffValues, failures: number, random: () => number): number {
  const grown = values.baseMs * values.factor ** Math.min(failures, 64) * (1 + values.jitter);
  return Math.max(LEAST_MS, random() * Math.min(values.maxMs, grown));
}
