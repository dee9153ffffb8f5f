/**
 * Opens the stores that the configuration names. Job and logic both open the mailbox, logic alone
 * the cursors. Logic creates the buckets, and names the copies they are to have.
 */
import type { Bus, SequenceReader } from "../bus/bus.ts";
import type { Clock } from "../kit/clock.ts";
import { addressText } from "../kit/config-values.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import type { CursorSettings, MailboxSettings, RedisSettings, StoreKind } from "./config.ts";
import { createKvCursors } from "./cursors.kv.ts";
import { createRedisCursors } from "./cursors.redis.ts";
import type { CursorStore } from "./cursors.ts";
import { createKvMailbox } from "./mailbox.kv.ts";
import { createRedisMailbox } from "./mailbox.redis.ts";
import type { Mailbox } from "./mailbox.ts";

interface CommonSettings {
  readonly session: { readonly store: StoreKind };
  readonly redis: RedisSettings;
  /** Copies of a bucket in a cluster; default: those it has, one for a new bucket. */
  readonly replicas?: number;
}

export interface OpenMailboxSettings extends CommonSettings {
  /** Whether this process creates the bucket; another one waits for it. Default true. */
  readonly create?: boolean;
  readonly mailbox: MailboxSettings;
}

export interface OpenCursorsSettings extends CommonSettings {
  readonly cursor: CursorSettings;
  /** A cursor must outlive what waits for its device. */
  readonly mailbox: Pick<MailboxSettings, "maxAge">;
}

export interface OpenStoreDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Ends the wait for a store that is away. */
  readonly signal?: AbortSignal;
}

export interface OpenMailboxDeps extends OpenStoreDeps {
  /** Reads GOIM_USER, where the bodies lie that are too large for the index. */
  readonly streams: SequenceReader;
}

/** Waits until the store can be reached. */
export function openMailbox(
  settings: OpenMailboxSettings,
  deps: OpenMailboxDeps,
): Promise<Mailbox> {
  const { mailbox, replicas, create = true } = settings;
  if (settings.session.store === "kv") {
    const copies = replicas === undefined ? {} : { replicas };
    return createKvMailbox({ ...mailbox, ...copies, create }, deps);
  }
  return createRedisMailbox({ ...mailbox, ...redisOptions(settings.redis) }, deps);
}

/** Waits until the store can be reached. */
export function openCursors(
  settings: OpenCursorsSettings,
  deps: OpenStoreDeps,
): Promise<CursorStore> {
  const { cursor, mailbox, replicas } = settings;
  const config = { ...cursor, mailMaxAge: mailbox.maxAge };
  if (settings.session.store === "kv") {
    return createKvCursors({ ...config, ...(replicas === undefined ? {} : { replicas }) }, deps);
  }
  return createRedisCursors({ ...config, ...redisOptions(settings.redis) }, deps);
}

function redisOptions(redis: RedisSettings) {
  return {
    addr: addressText(redis.addr),
    auth: redis.auth,
    db: redis.db,
    timeoutMs: redis.readTimeout,
    reconnectMaxMs: redis.reconnectMax,
    pipelineMax: redis.pipelineMax,
    pipelinesMax: redis.pipelinesMax,
  };
}
