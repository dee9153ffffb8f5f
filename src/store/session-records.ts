import type { Subjects } from "../bus/subjects.ts";
import type { Owners } from "./owners.ts";
import type { RecordKind } from "./record-writer.ts";
import type { Session } from "./sessions.ts";
import type { UserIndex, UserKey } from "./user-index.ts";

/** What cannot be read is reported and counts as no value: the next put writes a good one. */
export type OnDamage = (record: string) => void;

type Naming = Pick<Subjects, "kvKey" | "kvMid">;

/**
 * The record of a key, JSON: short, and readable with `nats kv get`.
 *
 *     k.<key>   [[mid, comet, incarnation, conn, platform, device, since], ...]   newest last
 *
 * A row without the last two was written by an older version.
 */
export function ownerRecords(naming: Naming, onDamage: OnDamage): RecordKind<Owners> {
  return {
    name: (key) => naming.kvKey(key),
    decode: (key, bytes) =>
      readRows(bytes, (row) => ownerOf(key, row)) ?? damaged(onDamage, naming.kvKey(key)),
    encode: (owners) => encodeRows(owners.map(ownerRow)),
  };
}

/**
 * The record of a user:
 *
 *     m.<mid>   [[key, revision, unix seconds, place, ...], ...]
 *     place     [comet, incarnation, conn, platform, device, since]
 */
export function userRecords(naming: Naming, onDamage: OnDamage): RecordKind<UserIndex> {
  return {
    name: (mid) => naming.kvMid(mid),
    decode: (mid, bytes) =>
      readRows(bytes, (row) => userKeyOf(mid, row)) ?? damaged(onDamage, naming.kvMid(mid)),
    encode: (index) => encodeRows(index.map(userRow)),
  };
}

function damaged(onDamage: OnDamage, record: string): [] {
  onDamage(record);
  return [];
}

const text = new TextDecoder();

function encodeRows(rows: readonly unknown[]): Uint8Array {
  return Buffer.from(JSON.stringify(rows));
}

/** Every row of the value; undefined when there is anything in it that is not ours. */
function readRows<T>(
  bytes: Uint8Array | undefined,
  read: (row: readonly unknown[]) => T | undefined,
): T[] | undefined {
  if (bytes === undefined || bytes.length === 0) return [];
  let value: unknown;
  try {
    value = JSON.parse(text.decode(bytes));
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const rows: T[] = [];
  for (const row of value) {
    const item = Array.isArray(row) ? read(row) : undefined;
    if (item === undefined) return undefined;
    rows.push(item);
  }
  return rows;
}

function placeRow(session: Session) {
  const { comet, incarnation, conn, platform, device, since } = session;
  return [comet, incarnation, conn, platform, device, since];
}

function placeOf(key: string, mid: string, row: readonly unknown[]): Session | undefined {
  const [comet, incarnation, conn, platform, device = "", since = 0] = row;
  if (typeof comet !== "string" || typeof incarnation !== "string") return undefined;
  if (typeof conn !== "number" || typeof platform !== "string") return undefined;
  if (typeof device !== "string" || typeof since !== "number") return undefined;
  return { mid, key, comet, incarnation, conn, platform, device, since };
}

function ownerRow(session: Session) {
  return [session.mid, ...placeRow(session)];
}

function ownerOf(key: string, row: readonly unknown[]): Session | undefined {
  const [mid, ...place] = row;
  return typeof mid === "string" ? placeOf(key, mid, place) : undefined;
}

function userRow(entry: UserKey) {
  return [entry.key, entry.revision, entry.copiedAtS, ...entry.sessions.map(placeRow)];
}

function userKeyOf(mid: string, row: readonly unknown[]): UserKey | undefined {
  const [key, revision, copiedAtS, ...places] = row;
  if (typeof key !== "string" || typeof revision !== "number") return undefined;
  if (typeof copiedAtS !== "number") return undefined;
  const sessions: Session[] = [];
  for (const place of places) {
    const session = Array.isArray(place) ? placeOf(key, mid, place) : undefined;
    if (session === undefined) return undefined;
    sessions.push(session);
  }
  return { key, revision, copiedAtS, sessions };
}
