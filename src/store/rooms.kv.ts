import type { Bus, KvEntry } from "../bus/bus.ts";
import { type OpenBucket, openBucket } from "../bus/kv.ts";
import { ROOM_TYPE_KEY } from "../bus/room-types.ts";
import type { Subjects } from "../bus/subjects.ts";
import type { Clock } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type {
  ListedMember,
  MemberRecord,
  Page,
  RoomName,
  RoomRecord,
  RoomStore,
  Versioned,
} from "./rooms.ts";

export interface KvRoomsOptions {
  /** Copies of the bucket in a cluster. */
  readonly replicas?: number;
  /** Bound of one answer of NATS, and of the pause between two entries of a list. */
  readonly timeoutMs?: number;
}

export interface KvRoomsDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 5000;

/**
 * The bucket GOIM_ROOMS. `r.<type>.<room>` is a room, `m.<type>.<room>.<mid>` what it has of a
 * user, and `u.<mid>.<type>.<room>` only says that there is such a record: a user's rooms are a
 * list of their own. It is written before the record and removed after it: one that a crash left
 * behind is seen and left out by whoever reads it together with the record.
 */
export async function createKvRooms(
  options: KvRoomsOptions,
  { bus, ...wait }: KvRoomsDeps,
): Promise<RoomStore> {
  const { timeoutMs = TIMEOUT_MS, replicas } = options;
  const name = bus.subjects.bucket("rooms");
  const more = replicas === undefined ? {} : { replicas };
  const bucket = await openBucket(bus, { name, timeoutMs, ...more, ...wait });
  return new KvRooms(bucket, bus.subjects, timeoutMs);
}

class KvRooms implements RoomStore {
  readonly #bucket: OpenBucket;
  readonly #subjects: Subjects;
  readonly #timeoutMs: number;

  constructor(bucket: OpenBucket, subjects: Subjects, timeoutMs: number) {
    this.#bucket = bucket;
    this.#subjects = subjects;
    this.#timeoutMs = timeoutMs;
  }

  async markType(type: string): Promise<void> {
    await this.#bucket.create(this.#subjects.kv(ROOM_TYPE_KEY, type), encode({}));
  }

  room(name: RoomName): Promise<Versioned<RoomRecord> | undefined> {
    return this.#read<RoomRecord>(this.#roomKey(name));
  }

  putRoom(record: RoomRecord, revision: number | undefined): Promise<number | undefined> {
    return this.#write(this.#roomKey(record), record, revision);
  }

  rooms(type: string | undefined, after: number, limit: number): Promise<Page<RoomRecord>> {
    const filter = type === undefined ? "r.*.*" : `${this.#subjects.kv("r", type)}.*`;
    return this.#page(filter, after, limit, ({ value }) => decode<RoomRecord>(value));
  }

  member(name: RoomName, mid: string): Promise<Versioned<MemberRecord> | undefined> {
    return this.#read<MemberRecord>(this.#memberKey(name, mid));
  }

  async putMember(
    name: RoomName,
    mid: string,
    record: MemberRecord,
    revision: number | undefined,
  ): Promise<number | undefined> {
    // Already there when the record is: it was written before it.
    if (revision === undefined) {
      await this.#bucket.create(this.#subjects.kv("u", mid, name.type, name.room), encode({}));
    }
    return this.#write(this.#memberKey(name, mid), record, revision);
  }

  async removeMember(name: RoomName, mid: string, revision: number): Promise<boolean> {
    if (!(await this.#bucket.delete(this.#memberKey(name, mid), revision))) return false;
    const key = this.#subjects.kv("u", mid, name.type, name.room);
    const entry = await this.#bucket.get(key);
    if (entry !== undefined) await this.#bucket.delete(key, entry.revision);
    // Who was made a member again in between has lost the entry: it is put back.
    if ((await this.member(name, mid)) !== undefined) await this.#bucket.create(key, encode({}));
    return true;
  }

  members(name: RoomName, after: number, limit: number): Promise<Page<ListedMember>> {
    const prefix = this.#subjects.kv("m", name.type, name.room);
    return this.#page(`${prefix}.*`, after, limit, ({ key, value }) => {
      const mid = this.#subjects.unescape(key.slice(prefix.length + 1)) ?? "";
      return { mid, ...decode<MemberRecord>(value) };
    });
  }

  roomsOf(mid: string, after: number, limit: number): Promise<Page<RoomName>> {
    const prefix = this.#subjects.kv("u", mid);
    return this.#page(`${prefix}.*.*`, after, limit, ({ key }) => {
      const [type = "", room = ""] = key.slice(prefix.length + 1).split(".");
      const text = (token: string) => this.#subjects.unescape(token) ?? "";
      return { type: text(type), room: text(room) };
    });
  }

  async close(): Promise<void> {
    this.#bucket.close();
  }

  #roomKey({ type, room }: RoomName): string {
    return this.#subjects.kv("r", type, room);
  }

  #memberKey({ type, room }: RoomName, mid: string): string {
    return this.#subjects.kv("m", type, room, mid);
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

  async #page<T>(
    filter: string,
    after: number,
    limit: number,
    itemOf: (entry: KvEntry) => T,
  ): Promise<Page<T>> {
    const items: T[] = [];
    let last = 0;
    const options = { after, silenceMs: this.#timeoutMs };
    for await (const entry of this.#bucket.entries(filter, options)) {
      if (items.length === limit) return { items, cursor: last };
      items.push(itemOf(entry));
      last = entry.revision;
    }
    return { items, cursor: 0 };
  }
}

function encode(record: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(record));
}

function decode<T>(bytes: Uint8Array): T {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as T;
  } catch (cause) {
    throw new GoimError("internal", "a record in GOIM_ROOMS cannot be read", { cause });
  }
}
