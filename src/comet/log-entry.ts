import type { StoredMessage } from "../bus/bus.ts";
import { goim } from "../protocol/gen/messages.js";
import { type Int64, toNumber } from "../protocol/int64.ts";
import { ENTRIES_MAX, offsetOf } from "../protocol/offset.ts";

/** One message of a log (a room, the broadcast, later a user), from a cast or from the stream. */
export interface LogEntry {
  readonly offset: number;
  readonly op: number;
  readonly body: Uint8Array;
  /** Broadcast only: connections per second over the whole system, 0 = no limit. */
  readonly speed: number;
  /** Unix milliseconds after which it is delivered to nobody, 0 = never. */
  readonly expiresAt: number;
  /** Unix milliseconds at which it was pushed, 0 = unknown. */
  readonly time: number;
  /** Room only: keys of sessions that do not get it; undefined = everybody does. */
  readonly exclude?: readonly string[] | undefined;
  /** Room only: the one viewer that gets it (channel.ts); undefined = everybody does. */
  readonly only?: string | undefined;
  /** Broadcast only: waits for those who log in later. */
  readonly retain?: boolean;
  /** Decimal text of the mid of the client that published it, "" = the push API. */
  readonly sender?: string;
}

/**
 * Consecutive entries of one log as a job read them from the stream. A cast may come late, twice or
 * not at all, but what it says is true.
 */
export interface Cast {
  /** Life of the stream the offsets belong to. */
  readonly epoch: string;
  /** Offset of the entry right before the first one here, 0 = none was; undefined = unknown. */
  readonly prev: number | undefined;
  /** At least one, ascending, nothing left out in between. */
  readonly entries: readonly LogEntry[];
}

export function firstOf(cast: Cast): number {
  return cast.entries[0]?.offset ?? 0;
}

export function lastOf(cast: Cast): number {
  return cast.entries.at(-1)?.offset ?? 0;
}

/** Reads a cast; undefined when the bytes are none. The digest then tells what was missed. */
export function decodeCast(bytes: Uint8Array): Cast | undefined {
  const cast = attempt(() => goim.push.RoomCast.decode(bytes));
  if (cast === undefined || cast.entries.length === 0) return undefined;
  const entries = decodeEntries(cast.entries);
  if (entries === undefined) return undefined;
  const prev = cast.prev == null ? undefined : toNumber(cast.prev);
  return { epoch: cast.epoch ?? "", prev, entries };
}

/** Undefined where their offsets do not ascend. */
export function decodeEntries(
  encoded: readonly goim.push.CastEntry.$Properties[],
): LogEntry[] | undefined {
  const entries: LogEntry[] = [];
  let before = 0;
  for (const entry of encoded) {
    const offset = toNumber(entry.offset ?? 0);
    if (!Number.isSafeInteger(offset) || offset <= before) return undefined;
    entries.push(logEntry(offset, entry));
    before = offset;
  }
  return entries;
}

/** The entries of a stream message; undefined when it is no batch: job skips it in the same way. */
export function decodeBatch(message: StoredMessage): LogEntry[] | undefined {
  const batch = attempt(() => goim.push.PushBatch.decode(message.data));
  const count = batch?.entries.length ?? 0;
  if (batch === undefined || count === 0 || count > ENTRIES_MAX) return undefined;
  return batch.entries.map((entry, index) => {
    const { time, ...rest } = logEntry(offsetOf(message.sequence, index), entry);
    return { ...rest, time: time || message.timeMs };
  });
}

interface EncodedEntry {
  readonly op?: number | null;
  readonly body?: Uint8Array | null;
  readonly speed?: number | null;
  readonly expiresAt?: Int64 | null;
  readonly time?: Int64 | null;
  readonly exclude?: readonly string[] | null;
  readonly only?: string | null;
  readonly retain?: boolean | null;
  readonly sender?: string | null;
}

const NO_BODY = new Uint8Array(0);

function logEntry(offset: number, entry: EncodedEntry): LogEntry {
  const only = entry.only ? entry.only : undefined;
  return {
    ...{ offset, op: entry.op ?? 0, body: entry.body ?? NO_BODY, speed: entry.speed ?? 0 },
    // One that is for a single viewer is stored as expired for older comets, which do not know it.
    expiresAt: only === undefined ? toNumber(entry.expiresAt ?? 0) : 0,
    time: toNumber(entry.time ?? 0),
    exclude: entry.exclude?.length ? entry.exclude : undefined,
    only,
    retain: entry.retain ?? false,
    sender: entry.sender ?? "",
  };
}

/** The decoder throws on bytes that do not fit; anybody may publish those, so it is no bug. */
function attempt<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}
