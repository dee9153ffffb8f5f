/** Opens the session store that the configuration names. */
import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../kit/clock.ts";
import { addressText } from "../kit/config-values.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { createKvSessionStore } from "../store/sessions.kv.ts";
import { createRedisSessionStore } from "../store/sessions.redis.ts";
import type { SessionStore } from "../store/sessions.ts";
import type { LogicConfig } from "./config.ts";

export interface SessionStoreDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Ends the wait for a store that is away. */
  readonly signal: AbortSignal;
}

export function openSessionStore(
  config: Pick<LogicConfig, "session" | "redis" | "streams">,
  deps: SessionStoreDeps,
): Promise<SessionStore> {
  const { session, redis } = config;
  const { maxPerKey, whenFull, maxPerMid, waitingMax } = session;
  const common = { expireMs: session.expire, maxPerKey, whenFull, maxPerMid, waitingMax };
  if (session.store === "kv") {
    const { inFlightMax, cacheMax } = session;
    const kv = { inFlightMax, cacheMax, replicas: config.streams.replicas };
    return createKvSessionStore({ ...common, ...kv, create: true }, deps);
  }
  return createRedisSessionStore(
    {
      ...common,
      addr: addressText(redis.addr),
      auth: redis.auth,
      db: redis.db,
      timeoutMs: redis.readTimeout,
      reconnectMaxMs: redis.reconnectMax,
      pipelineMax: redis.pipelineMax,
      pipelinesMax: redis.pipelinesMax,
    },
    deps,
  );
}
