import type { KvLife, Subscription } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import type { Clock } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import {
  type JsonBucket,
  type JsonBucketDeps,
  type JsonBucketOptions,
  openJsonBucket,
} from "./json-bucket.ts";
import type { Page, Versioned } from "./rooms.ts";
import type {
  NameWish,
  RoleRecord,
  SigningKey,
  SigningRecord,
  UserRecord,
  UserStore,
} from "./users.ts";

/**
 * The bucket GOIM_USERS. `u.<mid>` is a user, `n.<name>` says which mid has the name, `r.<role>` is
 * a role, and `s.signing` the secrets that tokens of this module are signed with.
 */
export async function createKvUsers(
  options: JsonBucketOptions,
  deps: JsonBucketDeps,
): Promise<UserStore> {
  return new KvUsers(await openJsonBucket("users", options, deps), deps);
}

/** A name is kept so long after who has it is forgotten: never is one there without his name. */
const NAME_MARGIN_MS = 3_600_000;

class KvUsers implements UserStore {
  readonly #bucket: JsonBucket;
  readonly #subjects: Subjects;
  readonly #clock: Pick<Clock, "now">;

  constructor(bucket: JsonBucket, { bus, clock }: Pick<JsonBucketDeps, "bus" | "clock">) {
    this.#bucket = bucket;
    this.#subjects = bus.subjects;
    this.#clock = clock;
  }

  user(mid: string): Promise<Versioned<UserRecord> | undefined> {
    return this.#bucket.read<UserRecord>(this.#subjects.kv("u", mid));
  }

  putUser(record: UserRecord, revision: number | undefined): Promise<number | undefined> {
    const life = this.#lifeUntil(record.expiresAt);
    return this.#bucket.write(this.#subjects.kv("u", record.mid), record, revision, life);
  }

  removeUser(mid: string, revision: number): Promise<boolean> {
    return this.#bucket.delete(this.#subjects.kv("u", mid), revision);
  }

  users(after: number, limit: number): Promise<Page<UserRecord>> {
    return this.#bucket.page("u.*", after, limit, (entry) => {
      return this.#bucket.decode<UserRecord>(entry);
    });
  }

  async midOf(name: string): Promise<string | undefined> {
    return (await this.holder(name))?.value;
  }

  async holder(name: string): Promise<Versioned<string> | undefined> {
    const found = await this.#bucket.read<{ mid: string }>(this.#subjects.kv("n", name));
    return found === undefined ? undefined : { ...found, value: found.value.mid };
  }

  async takeName(name: string, mid: string, wish: NameWish = {}): Promise<boolean> {
    const { revision, expiresAt } = wish;
    const life = this.#lifeUntil(expiresAt, NAME_MARGIN_MS);
    const key = this.#subjects.kv("n", name);
    return (await this.#bucket.write(key, { mid }, revision, life)) !== undefined;
  }

  role(role: string): Promise<Versioned<RoleRecord> | undefined> {
    return this.#bucket.read<RoleRecord>(this.#subjects.kv("r", role));
  }

  putRole(record: RoleRecord, revision: number | undefined): Promise<number | undefined> {
    return this.#bucket.write(this.#subjects.kv("r", record.role), record, revision);
  }

  removeRole(role: string, revision: number): Promise<boolean> {
    return this.#bucket.delete(this.#subjects.kv("r", role), revision);
  }

  async roles(): Promise<readonly RoleRecord[]> {
    // One that is changed while they are read comes twice: the later one counts.
    const found = new Map<string, RoleRecord>();
    for await (const entry of this.#bucket.entries("r.*", 0)) {
      found.set(entry.key, this.#bucket.decode<RoleRecord>(entry));
    }
    return [...found.values()];
  }

  async signing(): Promise<Versioned<SigningRecord> | undefined> {
    const found = await this.#bucket.read<StoredSigning>(this.#signingKey);
    return found === undefined ? undefined : { ...found, value: signingOf(found.value) };
  }

  putSigning(record: SigningRecord, revision: number | undefined): Promise<number | undefined> {
    return this.#bucket.write(this.#signingKey, record, revision);
  }

  watchSigning(onChange: (record: SigningRecord) => void): Promise<Subscription> {
    return this.#bucket.watch<StoredSigning>(this.#signingKey, (stored) => {
      onChange(signingOf(stored));
    });
  }

  #lifeUntil(expiresAt: number | undefined, marginMs = 0): KvLife {
    return expiresAt === undefined ? {} : { ttlMs: expiresAt + marginMs - this.#clock.now() };
  }

  get #signingKey(): string {
    return this.#subjects.kv("s", "signing");
  }

  async close(): Promise<void> {
    this.#bucket.close();
  }
}

/** Before secrets could be rotated there was one, which had no name here. */
type StoredSigning = SigningRecord | { readonly secret: string };

/** Fails with "internal" for anything else: a secret that is none would sign for everybody. */
export function signingOf(stored: StoredSigning): SigningRecord {
  const signs = ({ kid, secret }: Partial<SigningKey>) => {
    return typeof kid === "string" && typeof secret === "string" && secret !== "";
  };
  const first = { kid: "goim-users", from: 0 };
  const record = "keys" in stored ? stored : { keys: [{ ...first, secret: stored.secret }] };
  if (Array.isArray(record.keys) && record.keys.every(signs)) return record;
  throw new GoimError("internal", "the secrets of tokens cannot be read");
}
