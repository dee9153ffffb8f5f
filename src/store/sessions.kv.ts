import type { Bus } from "../bus/bus.ts";
import { type OpenBucket, openBucket } from "../bus/kv.ts";
import type { Subjects } from "../bus/subjects.ts";
import type { Clock } from "../kit/clock.ts";
import { GoimError, isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { LiveBucket } from "./live-bucket.ts";
import {
  hasConnection,
  keyFull,
  type Owners,
  putOwner,
  removeOwner,
  renewOwner,
  type WhenFull,
} from "./owners.ts";
import { type RecordKind, RecordWriter } from "./record-writer.ts";
import { ownerRecords, userRecords } from "./session-records.ts";
import type { Session, SessionStore, UserPage } from "./sessions.ts";
import { type MeasureCall, measureCalls } from "./store-metrics.ts";
import { copyOwners, dropConnection, sessionsOf, type UserIndex } from "./user-index.ts";

export interface KvSessionsConfig {
  /** Life of a session after its last put or renewal. The bucket's TTL. */
  readonly expireMs: number;
  /** Connections per key over all comets. */
  readonly maxPerKey: number;
  /** What happens to one more. */
  readonly whenFull: WhenFull;
  /**
   * Keys of one user; one more is refused with "busy". Bounds the user's record (about 130 B each).
   */
  readonly maxPerMid: number;
  /** Records read or written at the same time, for keys and for users each. */
  readonly inFlightMax: number;
  /** Changes that wait or are under way; one more is refused with "busy". */
  readonly waitingMax: number;
  /** Keys, and as many users, whose records are remembered after a write: saves reads. */
  readonly cacheMax: number;
  /** Compare-and-set tries of one write. */
  readonly triesMax: number;
  /** Bound of one answer of NATS; a call makes a few in a row. */
  readonly timeoutMs: number;
  /** How old the known epoch may be when it is asked for. */
  readonly epochCheckMs: number;
  /** Whether this process creates the bucket; a reader waits for one that does. */
  readonly create: boolean;
  /** Copies of the bucket in a cluster; default: those it has, one for a new bucket. */
  readonly replicas?: number;
}

export const kvSessionsDefaults: KvSessionsConfig = {
  expireMs: 30 * 60_000,
  maxPerKey: 1,
  whenFull: "close-oldest",
  maxPerMid: 4096,
  inFlightMax: 256,
  waitingMax: 65_536,
  cacheMax: 10_000,
  triesMax: 16,
  timeoutMs: 2000,
  epochCheckMs: 1000,
  create: true,
};

/** Records of one page of users: those of users who have left lie between. */
const recordsPerPage = 10_000;

export interface KvSessionsDeps {
  readonly bus: Bus;
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Ends the waiting for the bucket. */
  readonly signal?: AbortSignal;
  /** 0 <= x < 1, for the jitter of retries. Default Math.random. */
  readonly random?: () => number;
}

/**
 * Sessions in the KV bucket GOIM_SESSIONS. Two records per session: `k.<key>` with the owners of
 * the key, which decides, and `m.<mid>` with a copy of it for each of the user's keys. A login
 * writes each once, in this order. What a crash between the two leaves behind (a session found by
 * key and not by mid, or the other way round) is put right by the next put, renew or remove of that
 * key.
 *
 * After a loss the store knows no order: of two connections with one key whose take-over was still
 * under way, the first to renew owns the key and the other one is told false.
 */
export async function createKvSessionStore(
  options: Partial<KvSessionsConfig>,
  deps: KvSessionsDeps,
): Promise<SessionStore> {
  const config = { ...kvSessionsDefaults, ...options };
  const { bus, log, clock, metrics } = deps;
  const measure = measureCalls(metrics, clock);
  const opened = await openBucket(bus, {
    name: bus.subjects.bucket("sessions"),
    ttlMs: config.expireMs,
    history: 1,
    create: config.create,
    ...(config.replicas === undefined ? {} : { replicas: config.replicas }),
    timeoutMs: config.timeoutMs,
    clock,
    log,
    ...(deps.signal === undefined ? {} : { signal: deps.signal }),
  });
  const bucket = new LiveBucket(config.epochCheckMs, { bus, clock, bucket: opened });
  let damaged = 0;
  const onDamage = (record: string) => {
    damaged++;
    log.error({ record }, "this session record cannot be read and counts as empty");
  };
  const writerDeps = { bucket, clock, random: deps.random ?? Math.random };
  const keys = new RecordWriter(ownerRecords(bus.subjects, onDamage), config, writerDeps);
  const users = new RecordWriter(userRecords(bus.subjects, onDamage), config, writerDeps);

  metrics.countOf(
    "session_store_conflicts_total",
    "Session writes repeated because another process was faster.",
    () => keys.conflicts + users.conflicts,
  );
  metrics.levelOf(
    "session_store_waiting",
    "Session changes that wait or are under way.",
    () => keys.waiting + users.waiting,
  );
  metrics.levelOf(
    "session_store_remembered",
    "Session records remembered.",
    () => keys.remembered + users.remembered,
  );
  metrics.countOf(
    "session_store_damaged_total",
    "Session records read that could not be understood.",
    () => damaged,
  );
  const records: KvRecords = {
    opened,
    subjects: bus.subjects,
    keys: ownerRecords(bus.subjects, onDamage),
    users: userRecords(bus.subjects, onDamage),
  };
  return new KvSessionStore(config, { keys, users, records, bucket, measure, log, clock });
}

/** For those who walk through all of them. */
interface KvRecords {
  readonly opened: Pick<OpenBucket, "entries">;
  readonly subjects: Pick<Subjects, "kvKeyOf" | "kvMidOf">;
  readonly keys: RecordKind<Owners>;
  readonly users: RecordKind<UserIndex>;
}

interface StoreParts {
  readonly keys: RecordWriter<Owners>;
  readonly users: RecordWriter<UserIndex>;
  readonly records: KvRecords;
  readonly bucket: LiveBucket;
  readonly measure: MeasureCall;
  readonly log: Log;
  readonly clock: Clock;
}

class KvSessionStore implements SessionStore {
  readonly #config: KvSessionsConfig;
  readonly #parts: StoreParts;

  constructor(config: KvSessionsConfig, parts: StoreParts) {
    this.#config = config;
    this.#parts = parts;
  }

  put(sessions: readonly Session[]): Promise<PromiseSettledResult<Session[]>[]> {
    return this.#parts.measure("put", () =>
      Promise.allSettled(sessions.map((session) => this.#put(session))),
    );
  }

  renew(sessions: readonly Session[], onRestored?: (session: Session) => void): Promise<boolean[]> {
    const renew = (session: Session) => this.#renew(session, onRestored);
    return this.#parts.measure("renew", () => all(sessions, renew));
  }

  remove(sessions: readonly Session[]): Promise<boolean[]> {
    return this.#parts.measure("remove", () => all(sessions, (session) => this.#remove(session)));
  }

  epoch(): Promise<string> {
    return this.#parts.measure("epoch", () => this.#parts.bucket.epoch());
  }

  byKeys(keys: readonly string[]): Promise<Session[][]> {
    const read = async (key: string) => [...(await this.#parts.keys.read(key))];
    return this.#parts.measure("by_keys", () => readEach(keys, read));
  }

  byMids(mids: readonly string[]): Promise<Session[][]> {
    const read = async (mid: string) =>
      mid === "0" ? [] : sessionsOf(await this.#parts.users.read(mid));
    return this.#parts.measure("by_mids", () => readEach(mids, read));
  }

  async *scan(): AsyncGenerator<readonly Session[]> {
    const { opened, subjects, keys } = this.#parts.records;
    const entries = opened.entries("k.*", { silenceMs: this.#config.timeoutMs });
    for await (const entry of entries) {
      const key = subjects.kvKeyOf(entry.key);
      const owners = key === undefined ? [] : keys.decode(key, entry.value);
      if (owners.length > 0) yield owners;
    }
  }

  /** Ascending by revision: a record that is written again meanwhile moves to a later page. */
  users(cursor: string, limit: number): Promise<UserPage> {
    const after = Number(cursor);
    if (!/^\d{0,15}$/.test(cursor)) throw new GoimError("invalid", "no cursor of a page of users");
    return this.#parts.measure("users", async () => {
      const { opened, subjects, users: kind } = this.#parts.records;
      const users: UserPage["users"][number][] = [];
      const options = { after, silenceMs: this.#config.timeoutMs };
      let examined = 0;
      for await (const entry of opened.entries("m.*", options)) {
        const mid = subjects.kvMidOf(entry.key);
        const sessions = mid === undefined ? [] : sessionsOf(kind.decode(mid, entry.value));
        if (mid !== undefined && sessions.length > 0) users.push({ mid, sessions });
        examined++;
        if (users.length >= limit || examined >= recordsPerPage) {
          return { users, cursor: String(entry.revision) };
        }
      }
      return { users, cursor: "" };
    });
  }

  written(key: string, ageMs: number): readonly Session[] | undefined {
    return this.#parts.keys.written(key, ageMs);
  }

  notReady(): string | undefined {
    return this.#parts.bucket.notReady();
  }

  /** The connection belongs to the process; nothing of it is the store's own. */
  async close(): Promise<void> {}

  async #put(session: Session): Promise<Session[]> {
    const owners = await this.#parts.keys.change(
      session.key,
      (record) => {
        const next = putOwner(record, session, this.#config);
        const result = { displaced: next?.displaced, before: record };
        return next === undefined ? { result } : { record: next.owners, result };
      },
      { expectNew: true },
    );
    const { displaced, before } = owners.result;
    if (displaced === undefined) throw keyFull(session.key);
    try {
      await this.#copy(session.mid, session.key, owners, {
        touch: true,
        expectNew: true,
        keysMax: this.#config.maxPerMid,
      });
    } catch (error) {
      // Refused, not lost: the connection does not get in, so its key must not stay taken.
      if (isGoimError(error, "busy")) await this.#undo(session);
      throw error;
    }
    await this.#copyToFormer(session, owners, before);
    return displaced;
  }

  async #renew(session: Session, onRestored?: (session: Session) => void): Promise<boolean> {
    const { maxPerKey } = this.#config;
    const owners = await this.#parts.keys.change(session.key, (record) => {
      const next = renewOwner(record, session, maxPerKey);
      const result = { renewed: next !== undefined, before: record };
      return next === undefined ? { result } : { record: next, result };
    });
    const { renewed, before } = owners.result;
    await this.#copy(session.mid, session.key, owners, { touch: renewed });
    if (renewed) await this.#copyToFormer(session, owners, before);
    if (renewed && !hasConnection(before, session)) onRestored?.(session);
    return renewed;
  }

  async #remove(session: Session): Promise<boolean> {
    const owners = await this.#parts.keys.change(session.key, (record) => {
      const next = removeOwner(record, session);
      return next === undefined ? { result: false } : { record: next, result: true };
    });
    // An expired record has no revision to copy by.
    if (owners.revision > 0) {
      await this.#copy(session.mid, session.key, owners, { touch: false });
    } else if (session.mid !== "0") {
      await this.#parts.users.change(session.mid, (index) =>
        changed(dropConnection(index, session)),
      );
    }
    return owners.result;
  }

  /** Brings the user's copy of a key's owners up to date. */
  async #copy(
    mid: string,
    key: string,
    owners: { record: Owners; revision: number },
    options: { touch: boolean; expectNew?: boolean; keysMax?: number },
  ): Promise<void> {
    if (mid === "0") return;
    const { expireMs } = this.#config;
    const { touch, keysMax } = options;
    const copy = { key, revision: owners.revision, owners: owners.record };
    await this.#parts.users.change(
      mid,
      (index) => {
        const nowMs = this.#parts.clock.now();
        return changed(copyOwners(index, copy, { mid, nowMs, expireMs, keysMax, touch }));
      },
      { expectNew: options.expectNew === true },
    );
  }

  /**
   * A key that changed its user must not be found under the former one. The call stands even if
   * this fails: the former connection is kicked, or dead, and its own remove does it again.
   */
  async #copyToFormer(
    session: Session,
    owners: { record: Owners; revision: number },
    before: Owners,
  ): Promise<void> {
    const mids = new Set(before.map((former) => former.mid));
    mids.delete(session.mid);
    for (const mid of mids) {
      try {
        await this.#copy(mid, session.key, owners, { touch: false });
      } catch (error) {
        this.#parts.log.warn(
          { error: messageOf(error) },
          "a displaced session stays in its user's record until its connection ends",
        );
      }
    }
  }

  async #undo(session: Session): Promise<void> {
    try {
      await this.#remove(session);
    } catch (error) {
      this.#parts.log.warn(
        { error: messageOf(error) },
        "a refused session stays in its key's record until that expires",
      );
    }
  }
}

function changed<R>(record: R | undefined) {
  return record === undefined ? { result: undefined } : { record, result: undefined };
}

/**
 * Every result, or the first failure once everything has settled. A session whose ids the store
 * refuses is in nobody's record: false.
 */
async function all(
  sessions: readonly Session[],
  call: (session: Session) => Promise<boolean>,
): Promise<boolean[]> {
  const settled = await Promise.allSettled(sessions.map(call));
  return settled.map((outcome) => {
    if (outcome.status === "fulfilled") return outcome.value;
    if (isGoimError(outcome.reason, "invalid")) return false;
    throw outcome.reason;
  });
}

/** Reads each id once, however often it is asked for. An id the store refuses has no sessions. */
async function readEach(
  ids: readonly string[],
  read: (id: string) => Promise<Session[]>,
): Promise<Session[][]> {
  const reads = new Map<string, Promise<Session[]>>();
  for (const id of ids) {
    if (!reads.has(id)) reads.set(id, read(id).catch(emptyIfInvalid));
  }
  await Promise.allSettled(reads.values());
  return Promise.all(ids.map((id) => reads.get(id) ?? []));
}

function emptyIfInvalid(error: unknown): Session[] {
  if (error instanceof GoimError && error.code === "invalid") return [];
  throw error;
}
