import type { Bus, KvEntry } from "../bus/bus.ts";
import { type OpenBucket, openBucket } from "../bus/kv.ts";
import type { Subjects } from "../bus/subjects.ts";
import type { Clock } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Page, Versioned } from "./rooms.ts";
import type { RoleRecord, UserRecord, UserStore } from "./users.ts";

export interface KvUsersOptions {
  /** Copies of the bucket in a cluster. */
  readonly replicas?: number;
  /** Bound of one answer of NATS, and of the pause between two entries of a list. */
  readonly timeoutMs?: number;
}

export interface KvUsersDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 5000;

/**
 * The bucket GOIM_USERS. `u.<mid>` is a user, `n.<name>` says which mid has the name, `r.<role>` is
 * a role, and `s.signing` the secret that tokens of this module are signed with.
 */
export async function createKvUsers(
  options: KvUsersOptions,
  { bus, ...wait }: KvUsersDeps,
): Promise<UserStore> {
  const { timeoutMs = TIMEOUT_MS, replicas } = options;
  const name = bus.subjects.bucket("users");
  const more = replicas === undefined ? {} : { replicas };
  const bucket = await openBucket(bus, { name, timeoutMs, ...more, ...wait });
  return new KvUsers(bucket, bus.subjects, timeoutMs);
}

class KvUsers implements UserStore {
  readonly #bucket: OpenBucket;
  readonly #subjects: Subjects;
  readonly #timeoutMs: number;

  constructor(bucket: OpenBucket, subjects: Subjects, timeoutMs: number) {
    this.#bucket = bucket;
    this.#subjects = subjects;
    this.#timeoutMs = timeoutMs;
  }

  user(mid: string): Promise<Versioned<UserRecord> | undefined> {
    return this.#read<UserRecord>(this.#subjects.kv("u", mid));
  }

  putUser(record: UserRecord, revision: number | undefined): Promise<number | undefined> {
    return this.#write(this.#subjects.kv("u", record.mid), record, revision);
  }

  removeUser(mid: string, revision: number): Promise<boolean> {
    return this.#bucket.delete(this.#subjects.kv("u", mid), revision);
  }

  async users(after: number, limit: number): Promise<Page<UserRecord>> {
    const items: UserRecord[] = [];
    let last = 0;
    for await (const entry of this.#entries("u.*", after)) {
      if (items.length === limit) return { items, cursor: last };
      items.push(decode<UserRecord>(entry.value));
      last = entry.revision;
    }
    return { items, cursor: 0 };
  }

  async midOf(name: string): Promise<string | undefined> {
    const found = await this.#read<{ mid: string }>(this.#subjects.kv("n", name));
    return found?.value.mid;
  }

  async takeName(name: string, mid: string): Promise<boolean> {
    const revision = await this.#bucket.create(this.#subjects.kv("n", name), encode({ mid }));
    return revision !== undefined;
  }

  role(role: string): Promise<Versioned<RoleRecord> | undefined> {
    return this.#read<RoleRecord>(this.#subjects.kv("r", role));
  }

  putRole(record: RoleRecord, revision: number | undefined): Promise<number | undefined> {
    return this.#write(this.#subjects.kv("r", record.role), record, revision);
  }

  removeRole(role: string, revision: number): Promise<boolean> {
    return this.#bucket.delete(this.#subjects.kv("r", role), revision);
  }

  async roles(): Promise<readonly RoleRecord[]> {
    // One that is changed while they are read comes twice: the later one counts.
    const found = new Map<string, RoleRecord>();
    for await (const { key, value } of this.#entries("r.*", 0)) {
      found.set(key, decode<RoleRecord>(value));
    }
    return [...found.values()];
  }

  async signingSecret(made: string): Promise<string> {
    const key = this.#subjects.kv("s", "signing");
    await this.#bucket.create(key, encode({ secret: made }));
    const found = await this.#read<{ secret: string }>(key);
    if (found === undefined) throw new GoimError("unavailable", "the signing secret was removed");
    return found.value.secret;
  }

  async close(): Promise<void> {
    this.#bucket.close();
  }

  #entries(filter: string, after: number): AsyncIterable<KvEntry> {
    return this.#bucket.entries(filter, { after, silenceMs: this.#timeoutMs });
  }

  async #read<T>(key: string): Promise<Versioned<T> | undefined> {
    const entry = await this.#bucket.get(key);
    if (entry === undefined) return undefined;
    return { value: decode<T>(entry.value), revision: entry.revision };
  }

  #write(key: string, record: object, revision: number | undefined): Promise<number | undefined> {
    const bytes = encode(record);
    if (revision === undefined) return this.#bucket.create(key, bytes);
    return this.#bucket.update(key, bytes, revision);
  }
}

function encode(record: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(record));
}

function decode<T>(bytes: Uint8Array): T {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as T;
  } catch (cause) {
    throw new GoimError("internal", "a record in GOIM_USERS cannot be read", { cause });
  }
}
