import { ROOM_TYPE_KEY } from "../bus/room-types.ts";
import type { Subjects } from "../bus/subjects.ts";
import {
  type JsonBucket,
  type JsonBucketDeps,
  type JsonBucketOptions,
  openJsonBucket,
} from "./json-bucket.ts";
import type {
  ListedMember,
  MemberRecord,
  Page,
  RoomName,
  RoomRecord,
  RoomStore,
  Versioned,
} from "./rooms.ts";

/**
 * The bucket GOIM_ROOMS. `r.<type>.<room>` is a room, `m.<type>.<room>.<mid>` what it has of a
 * user, and `u.<mid>.<type>.<room>` only says that there is such a record: a user's rooms are a
 * list of their own. It is written before the record and removed after it: one that a crash left
 * behind is seen and left out by whoever reads it together with the record.
 */
export async function createKvRooms(
  options: JsonBucketOptions,
  deps: JsonBucketDeps,
): Promise<RoomStore> {
  return new KvRooms(await openJsonBucket("rooms", options, deps), deps.bus.subjects);
}

class KvRooms implements RoomStore {
  readonly #bucket: JsonBucket;
  readonly #subjects: Subjects;

  constructor(bucket: JsonBucket, subjects: Subjects) {
    this.#bucket = bucket;
    this.#subjects = subjects;
  }

  async markType(type: string): Promise<void> {
    await this.#bucket.write(this.#subjects.kv(ROOM_TYPE_KEY, type), {}, undefined);
  }

  room(name: RoomName): Promise<Versioned<RoomRecord> | undefined> {
    return this.#bucket.read<RoomRecord>(this.#roomKey(name));
  }

  putRoom(record: RoomRecord, revision: number | undefined): Promise<number | undefined> {
    return this.#bucket.write(this.#roomKey(record), record, revision);
  }

  rooms(type: string | undefined, after: number, limit: number): Promise<Page<RoomRecord>> {
    const filter = type === undefined ? "r.*.*" : `${this.#subjects.kv("r", type)}.*`;
    return this.#bucket.page(filter, after, limit, (entry) =>
      this.#bucket.decode<RoomRecord>(entry),
    );
  }

  member(name: RoomName, mid: string): Promise<Versioned<MemberRecord> | undefined> {
    return this.#bucket.read<MemberRecord>(this.#memberKey(name, mid));
  }

  async putMember(
    name: RoomName,
    mid: string,
    record: MemberRecord,
    revision: number | undefined,
  ): Promise<number | undefined> {
    // Already there when the record is: it was written before it.
    if (revision === undefined) {
      await this.#bucket.write(this.#subjects.kv("u", mid, name.type, name.room), {}, undefined);
    }
    return this.#bucket.write(this.#memberKey(name, mid), record, revision);
  }

  async removeMember(name: RoomName, mid: string, revision: number): Promise<boolean> {
    if (!(await this.#bucket.delete(this.#memberKey(name, mid), revision))) return false;
    const key = this.#subjects.kv("u", mid, name.type, name.room);
    const entry = await this.#bucket.read(key);
    if (entry !== undefined) await this.#bucket.delete(key, entry.revision);
    // Who was made a member again in between has lost the entry: it is put back.
    if ((await this.member(name, mid)) !== undefined) await this.#bucket.write(key, {}, undefined);
    return true;
  }

  members(name: RoomName, after: number, limit: number): Promise<Page<ListedMember>> {
    const prefix = this.#subjects.kv("m", name.type, name.room);
    return this.#bucket.page(`${prefix}.*`, after, limit, (entry) => {
      const mid = this.#subjects.unescape(entry.key.slice(prefix.length + 1)) ?? "";
      return { mid, ...this.#bucket.decode<MemberRecord>(entry) };
    });
  }

  roomsOf(mid: string, after: number, limit: number): Promise<Page<RoomName>> {
    const prefix = this.#subjects.kv("u", mid);
    return this.#bucket.page(`${prefix}.*.*`, after, limit, ({ key }) => {
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
}
