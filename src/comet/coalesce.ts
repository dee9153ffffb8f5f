import type { RoomConfig } from "./room-config.ts";
import type { SendPace } from "./send-pace.ts";

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

export type CoalesceConfig = Pick<RoomConfig, "coalesce" | "signal" | "batch" | "flushBytes">;

/** When to flush what was gathered: monotonic milliseconds, in the past = now. */
export type Coalesce = (gathered: Gathered) => number;

export function createCoalesce(
  config: CoalesceConfig,
  pace: Pick<SendPace, "intervalMs">,
): Coalesce {
  return config.coalesce === "fixed" ? fixed(config) : byLoad(config, pace);
}

/** goim's rule: so many messages, or so long after the first one. */
function fixed({ batch, signal, flushBytes }: CoalesceConfig): Coalesce {
  return ({ entries, bytes, firstAt }) => {
    if (entries >= batch || bytes >= flushBytes) return Number.NEGATIVE_INFINITY;
    return firstAt + signal;
  };
}

/**
 * At once in a quiet room. In a busy one flushes keep a distance that grows with the members and
 * with the load of the process, because sends are what costs, however many messages come.
 */
function byLoad(
  { signal, flushBytes }: CoalesceConfig,
  pace: Pick<SendPace, "intervalMs">,
): Coalesce {
  return ({ members, bytes, firstAt, lastFlushAt }) => {
    if (bytes >= flushBytes) return Number.NEGATIVE_INFINITY;
    const intervalMs = pace.intervalMs(members);
    // Timers are not finer than this: a small room does not wait for one.
    if (intervalMs < 1) return Number.NEGATIVE_INFINITY;
    return Math.min(lastFlushAt + intervalMs, firstAt + signal);
  };
}
