import type { RoomConfig } from "./room-config.ts";

/** What a room has gathered. Times are monotonic milliseconds. */
export interface Gathered {
  readonly members: number;
  readonly entries: number;
  readonly bytes: number;
  /** When the oldest of the entries came. */
  readonly firstAt: number;
  /** When the last flush began. */
  readonly lastFlushAt: number;
}

export type CoalesceConfig = Pick<
  RoomConfig,
  "coalesce" | "sendCostMicros" | "signal" | "batch" | "flushBytes"
>;

/** When to flush what was gathered: monotonic milliseconds, in the past = now. */
export type Coalesce = (gathered: Gathered) => number;

export function createCoalesce(config: CoalesceConfig): Coalesce {
  return config.coalesce === "fixed" ? fixed(config) : byLoad(config);
}

/** goim's rule: so many messages, or so long after the first one. */
function fixed({ batch, signal, flushBytes }: CoalesceConfig): Coalesce {
  return ({ entries, bytes, firstAt }) => {
    if (entries >= batch || bytes >= flushBytes) return Number.NEGATIVE_INFINITY;
    return firstAt + signal;
  };
}

/**
 * At once in a quiet room. In a busy one flushes keep a distance that grows with the members,
 * because sends are what costs: with 20 microseconds a member a room takes at most about half of a
 * core, however many messages come.
 */
function byLoad({ sendCostMicros, signal, flushBytes }: CoalesceConfig): Coalesce {
  return ({ members, bytes, firstAt, lastFlushAt }) => {
    if (bytes >= flushBytes) return Number.NEGATIVE_INFINITY;
    const intervalMs = (members * sendCostMicros) / 1000;
    // Timers are not finer than this: a small room does not wait for one.
    if (intervalMs < 1) return Number.NEGATIVE_INFINITY;
    return Math.min(lastFlushAt + intervalMs, firstAt + signal);
  };
}
