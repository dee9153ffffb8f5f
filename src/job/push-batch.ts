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
  /** Unix milliseconds: only for connections that logged in before. Absent = for all. */
  readonly loginBefore?: number;
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
    time: toNumber(entry.time ?? 0),
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
