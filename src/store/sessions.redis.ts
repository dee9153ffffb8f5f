import { randomUUID } from "node:crypto";
import type { Clock } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { Fresh } from "./fresh.ts";
import { keyFull, type WhenFull } from "./owners.ts";
import { RedisLink, type RedisLinkConfig, redisLinkDefaults } from "./redis-link.ts";
import {
  putScript,
  type RedisScript,
  removeScript,
  renewScript,
  sessionScripts,
} from "./redis-scripts.ts";
import type { Session, SessionStore, UserPage } from "./sessions.ts";
import { type MeasureCall, measureCalls } from "./store-metrics.ts";

export interface RedisSessionsConfig extends RedisLinkConfig {
  /** Life of a session after its last put or renewal. */
  readonly expireMs: number;
  /** Connections per key over all comets. */
  readonly maxPerKey: number;
  /** What happens to one more. */
  readonly whenFull: WhenFull;
  /** Keys of one user; one more is refused with "busy". */
  readonly maxPerMid: number;
  /** How old the known epoch may be when it is asked for. */
  readonly epochCheckMs: number;
}

export const redisSessionsDefaults: RedisSessionsConfig = {
  ...redisLinkDefaults,
  expireMs: 30 * 60_000,
  maxPerKey: 1,
  whenFull: "close-oldest",
  maxPerMid: 4096,
  epochCheckMs: 1000,
};

export interface RedisSessionsDeps {
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Ends the waiting for Redis. */
  readonly signal?: AbortSignal;
}

/** Keys of one MGET. */
const keysPerRead = 500;
/** Keys looked at by one SCAN. */
const keysPerScan = 500;
/** SCANs of one page of users: keys of other kinds lie between. */
const scansPerPage = 16;
/** Reply of the script that renews. */
const restored = 2;
const epochKey = "goim_epoch";

/**
 * Sessions in Redis, in goim's layout: `key_<key>` is a string and `mid_<mid>` a hash of the user's
 * keys, both with an expiry; each value begins with the name of the comet, as goim's is the name
 * alone. `goim_epoch` holds the life of the store. goim's `ol_<server>` hashes are not written:
 * logic keeps the counts of rooms in its memory. A primary with or without replicas, or several
 * databases of one Redis; not Redis Cluster.
 *
 * After a loss the store knows no order: of two connections with one key whose take-over was still
 * under way, the first to renew owns the key and the other one is told false.
 *
 * Waits until Redis answers, with a line in the log each few seconds.
 */
export async function createRedisSessionStore(
  options: Partial<RedisSessionsConfig>,
  deps: RedisSessionsDeps,
): Promise<SessionStore> {
  const config = { ...redisSessionsDefaults, ...options };
  const { log, clock, metrics } = deps;
  const link = new RedisLink(config, { log, clock, scripts: sessionScripts });
  metrics.levelOf(
    "session_store_waiting",
    "Commands that wait for a place in a pipeline to Redis.",
    () => link.waiting,
  );
  metrics.countOf(
    "session_store_connects_total",
    "Connections made to Redis.",
    () => link.connects,
  );
  try {
    await link.waitReady(deps.signal);
  } catch (error) {
    link.close();
    throw error;
  }
  return new RedisSessionStore(config, { link, clock, measure: measureCalls(metrics, clock) });
}

interface StoreParts {
  readonly link: RedisLink;
  readonly clock: Clock;
  readonly measure: MeasureCall;
}

class RedisSessionStore implements SessionStore {
  readonly #config: RedisSessionsConfig;
  readonly #link: RedisLink;
  readonly #measure: MeasureCall;
  readonly #epoch: Fresh<string>;

  constructor(config: RedisSessionsConfig, parts: StoreParts) {
    this.#config = config;
    this.#link = parts.link;
    this.#measure = parts.measure;
    this.#epoch = new Fresh(() => this.#readEpoch(), config.epochCheckMs, parts.clock);
    this.#link.onReady(() => this.#epoch.forget());
  }

  put(sessions: readonly Session[]): Promise<PromiseSettledResult<Session[]>[]> {
    const put = async (session: Session) => {
      checkKey(session.key);
      const displaced = await this.#run(putScript, session);
      if (displaced === 0) throw keyFull(session.key);
      return parseEntries(session.key, displaced);
    };
    return this.#measure("put", () => Promise.allSettled(sessions.map(put)));
  }

  renew(sessions: readonly Session[], onRestored?: (session: Session) => void): Promise<boolean[]> {
    return this.#measure("renew", async () => {
      const replies = await this.#answers(renewScript, sessions);
      for (const [at, session] of sessions.entries()) {
        if (replies[at] === restored) onRestored?.(session);
      }
      return replies.map((reply) => reply !== 0);
    });
  }

  remove(sessions: readonly Session[]): Promise<boolean[]> {
    return this.#measure("remove", async () => {
      const replies = await this.#answers(removeScript, sessions);
      return replies.map((reply) => reply === 1);
    });
  }

  epoch(): Promise<string> {
    return this.#measure("epoch", () => this.#epoch.get());
  }

  byKeys(keys: readonly string[]): Promise<Session[][]> {
    return this.#measure("by_keys", async () => {
      const chunks: Promise<Session[][]>[] = [];
      for (let at = 0; at < keys.length; at += keysPerRead) {
        chunks.push(this.#readKeys(keys.slice(at, at + keysPerRead)));
      }
      await Promise.allSettled(chunks);
      return (await Promise.all(chunks)).flat();
    });
  }

  byMids(mids: readonly string[]): Promise<Session[][]> {
    return this.#measure("by_mids", async () => {
      const reads = mids.map((mid) => this.#readMid(mid));
      await Promise.allSettled(reads);
      return Promise.all(reads);
    });
  }

  async *scan(): AsyncGenerator<readonly Session[]> {
    let cursor = "0";
    do {
      const [next, names] = await this.#scan(cursor, "key_*", keysPerScan);
      cursor = next;
      const found = await this.#readKeys(names.map((name) => name.slice("key_".length)));
      yield found.flat();
    } while (cursor !== "0");
  }

  users(cursor: string, limit: number): Promise<UserPage> {
    if (!/^\d{0,20}$/.test(cursor)) throw new GoimError("invalid", "no cursor of a page of users");
    return this.#measure("users", async () => {
      const users: UserPage["users"][number][] = [];
      let next = cursor === "" ? "0" : cursor;
      for (let scans = 0; scans < scansPerPage; scans++) {
        const [after, names] = await this.#scan(next, "mid_*", Math.min(limit, keysPerScan));
        next = after;
        const mids = names.map((name) => name.slice("mid_".length));
        const found = await Promise.all(mids.map((mid) => this.#readMid(mid)));
        for (const [at, sessions] of found.entries()) {
          const mid = mids[at];
          if (mid !== undefined && sessions.length > 0) users.push({ mid, sessions });
        }
        if (next === "0" || users.length >= limit) break;
      }
      return { users, cursor: next === "0" ? "" : next };
    });
  }

  notReady(): string | undefined {
    return this.#link.notReady();
  }

  async close(): Promise<void> {
    this.#link.close();
  }

  #run(script: RedisScript, session: Session): Promise<unknown> {
    const { expireMs, maxPerKey, whenFull, maxPerMid } = this.#config;
    return this.#link.run(script, [
      `key_${session.key}`,
      session.key,
      escapePart(session.comet),
      escapePart(session.incarnation),
      session.conn,
      escapePart(session.platform),
      session.mid,
      expireMs,
      maxPerKey,
      maxPerMid,
      whenFull,
      escapePart(session.device),
      session.since,
    ]);
  }

  async #answers(script: RedisScript, sessions: readonly Session[]): Promise<unknown[]> {
    const replies = sessions.map((session) =>
      wellFormed(session.key) ? this.#run(script, session) : 0,
    );
    await Promise.allSettled(replies);
    return Promise.all(replies);
  }

  async #readKeys(keys: readonly string[]): Promise<Session[][]> {
    if (keys.length === 0) return [];
    const reply = await this.#link.send("mget", ...keys.map((key) => `key_${key}`));
    const values: readonly unknown[] = Array.isArray(reply) ? reply : [];
    return keys.map((key, at) => (wellFormed(key) ? parseValue(key, values[at]) : []));
  }

  async #scan(cursor: string, match: string, count: number): Promise<[string, string[]]> {
    const reply = await this.#link.send("scan", cursor, "MATCH", match, "COUNT", count);
    const [next, names] = Array.isArray(reply) ? (reply as unknown[]) : [];
    if (typeof next !== "string" || !Array.isArray(names)) {
      throw new GoimError("internal", "Redis answered SCAN with something else");
    }
    return [next, names.filter((name) => typeof name === "string")];
  }

  async #readMid(mid: string): Promise<Session[]> {
    if (mid === "0") return [];
    const reply = await this.#link.send("hgetall", `mid_${mid}`);
    if (typeof reply !== "object" || reply === null) return [];
    return Object.entries(reply).flatMap(([key, value]) => parseValue(key, value));
  }

  async #readEpoch(): Promise<string> {
    const [, epoch] = await Promise.all([
      this.#link.send("set", epochKey, randomUUID(), "NX"),
      this.#link.send("get", epochKey),
    ]);
    if (typeof epoch === "string") return epoch;
    throw new GoimError("unavailable", `Redis lost ${epochKey} at once`);
  }
}

/** Redis strings are UTF-8: two lone surrogates would become one and the same key. */
function wellFormed(key: string): boolean {
  return !/\p{Surrogate}/u.test(key);
}

function checkKey(key: string): void {
  if (!wellFormed(key)) throw new GoimError("invalid", "the key is not well-formed Unicode text");
}

function escapePart(text: string): string {
  return text.replace(/[%,;]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
}

function unescapePart(text: string): string {
  return text.replace(/%([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function parseValue(key: string, value: unknown): Session[] {
  return typeof value === "string" ? parseEntries(key, value.split(",")) : [];
}

function parseEntries(key: string, entries: unknown): Session[] {
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry) => (typeof entry === "string" ? parseEntry(key, entry) : []));
}

/** An entry that goim itself wrote (the comet's name alone) names no connection of ours. */
function parseEntry(key: string, entry: string): Session[] {
  const parts = entry.split(";");
  const [comet, incarnation, conn, platform, mid] = parts;
  if (comet === undefined || incarnation === undefined || platform === undefined) return [];
  if (conn === undefined || mid === undefined) return [];
  // The last part is the time of the put.
  const [device = "", since] = parts.slice(5, -1);
  const known = since !== undefined;
  return [
    {
      mid,
      key,
      comet: unescapePart(comet),
      incarnation: unescapePart(incarnation),
      conn: Number(conn),
      platform: unescapePart(platform),
      device: known ? unescapePart(device) : "",
      since: known ? Number(since) : 0,
    },
  ];
}
