import type { StoredMessage } from "../bus/bus.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import { ENTRIES_MAX, offsetOf } from "../protocol/offset.ts";

/** One entry of a stream message as it goes on to comets; fits CastEntry. */
export interface Entry {
  readonly offset: number;
  readonly op: number;
  readonly body: Uint8Array;
  readonly speed: number;
  readonly expiresAt: number;
  readonly time: number;
  /** Keys only. Unix milliseconds: for connections that logged in before. Absent = for all. */
  readonly loginBefore?: number;
  /** Users only: not in the mailbox. This and what follows is left out where it says nothing. */
  readonly transient?: boolean;
  readonly retain?: boolean;
  /** Keys of connections of a room that do not get it. */
  readonly exclude?: string[];
  /** The one viewer of a room that gets it. */
  readonly only?: string;
  /** Mid of the client that published it. */
  readonly sender?: string;
  /** Where to tell what became of it; does not go on to comets. */
  readonly receipt?: string;
}

/** A stream message, decoded. */
export interface PushMessage {
  readonly subject: string;
  readonly sequence: number;
  readonly bytes: number;
  /** At least one. */
  readonly entries: readonly Entry[];
  /** Targets of the entry with the same index, of a push to keys. */
  readonly keys: readonly (readonly string[])[];
  /** Offset of the last entry. */
  readonly last: number;
}

const NO_BODY = new Uint8Array(0);

/**
 * Decodes a stream message, or says why it is none. Followers skip the same ones: bytes that are no
 * PushBatch, no entry, or more than 1024.
 */
export function decodePush(message: StoredMessage): PushMessage | string {
  let batch: goim.push.PushBatch;
  try {
    batch = goim.push.PushBatch.decode(message.data);
  } catch {
    return "not a PushBatch";
  }
  const count = batch.entries.length;
  if (count === 0) return "no entries";
  if (count > ENTRIES_MAX) return `${count} entries, more than ${ENTRIES_MAX}`;
  const entries = batch.entries.map((entry, index) => ({
    offset: offsetOf(message.sequence, index),
    op: entry.op ?? 0,
    body: entry.body ?? NO_BODY,
    speed: entry.speed ?? 0,
    expiresAt: toNumber(entry.expiresAt ?? 0),
    // As whoever reads it from the stream does.
    time: toNumber(entry.time ?? 0) || message.timeMs,
    ...rareFields(entry),
  }));
  return {
    subject: message.subject,
    sequence: message.sequence,
    bytes: message.data.length,
    entries,
    keys: batch.entries.map((entry) => entry.keys ?? []),
    last: offsetOf(message.sequence, count - 1),
  };
}

/** What most entries do not have: none of it is encoded where it is not set. */
function rareFields(entry: goim.push.PushEntry.$Properties) {
  const { transient, retain, exclude, only, sender, receipt } = entry;
  return {
    ...(transient === true ? { transient } : {}),
    ...(retain === true ? { retain } : {}),
    ...(exclude != null && exclude.length > 0 ? { exclude } : {}),
    ...(only != null && only !== "" ? { only } : {}),
    ...(sender != null && sender !== "" ? { sender } : {}),
    ...(receipt != null && receipt !== "" ? { receipt } : {}),
  };
}

/** UTF-8 bytes that one UTF-16 unit takes at most. */
const UNIT_BYTES_MAX = 3;
/** What an entry takes besides in a cast or a request, at most: tags, lengths, varints. */
const ENTRY_OVERHEAD_BYTES = 64;

/** Bytes of an entry on its way to comets, at most. */
export function wireBytes({ body, exclude, only, sender }: Entry): number {
  const names = (sender?.length ?? 0) + (only?.length ?? 0);
  let bytes = body.length + ENTRY_OVERHEAD_BYTES + names * UNIT_BYTES_MAX;
  for (const key of exclude ?? []) bytes += key.length * UNIT_BYTES_MAX + 4;
  return bytes;
}

/** Clocks of the servers may differ by so much. */
const CLOCKS_MS = 10_000;

/**
 * The message for those only who were logged in when the stream took it: whoever had it then and
 * came back since does not get it twice.
 */
export function forThoseThere(message: PushMessage, storedAtMs: number): PushMessage {
  const loginBefore = storedAtMs + CLOCKS_MS;
  return { ...message, entries: message.entries.map((entry) => ({ ...entry, loginBefore })) };
}
