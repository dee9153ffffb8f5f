import type { SequenceReader } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import { indexOf, offsetOf, sequenceOf } from "../protocol/offset.ts";
import type { IndexEntry } from "./mail-index.ts";
import type { MailEntry, MailPage, MailRead } from "./mailbox.ts";

/** What an index has for a read. */
export interface Found {
  /** Newest entry ever appended. */
  readonly last: number;
  /** Newest entry that the bounds took, 0 = none. */
  readonly dropped: number;
  /** Oldest entry kept, `last` + 1 = none. */
  readonly first: number;
  /** Above `after`, ascending, none left out. */
  readonly entries: readonly IndexEntry[];
  /** Newest entry above `after` that should be there and is not, 0 = none. */
  readonly hole: number;
  /** The entry that follows `entries`, `last` + 1 = none. */
  readonly next: number;
}

export interface PageDeps {
  readonly subjects: Pick<Subjects, "stream" | "parseUser">;
  readonly streams: SequenceReader;
}

export function isOver(entry: Pick<IndexEntry, "expiresAt">, now: number): boolean {
  return entry.expiresAt > 0 && entry.expiresAt <= now;
}

/** The answer to a read: within its bounds, without what is over, with bodies. */
export async function pageOf(
  read: MailRead,
  found: Found,
  now: number,
  deps: PageDeps,
): Promise<MailPage> {
  const { last, dropped } = found;
  const { entries, next } = cut(read, found, now);
  const inline = entries.every(({ body }) => body !== undefined);
  const bodies = inline ? NO_BODIES : await largeBodies(read.mid, entries, deps);
  const kept: MailEntry[] = [];
  let lost = found.hole;
  for (const entry of entries) {
    const body = entry.body ?? bodies.get(entry.offset);
    if (body === undefined) lost = entry.offset;
    else kept.push(withBody(entry, body));
  }
  let oldest = dropped > read.after ? found.first : 0;
  if (lost > 0) oldest = kept.find(({ offset }) => offset > lost)?.offset ?? next;
  return { last, oldest, entries: kept, through: throughOf(read, found, next) };
}

/** How much of what was found fits into the bounds, and the entry that follows it. */
function cut(read: MailRead, found: Found, now: number) {
  const entries: IndexEntry[] = [];
  let bytes = 0;
  for (const entry of found.entries) {
    if (read.entries === 0) return { entries, next: entry.offset };
    if (isOver(entry, now)) continue;
    const full = entries.length >= read.entries || bytes + entry.bytes > read.bytes;
    if (entries.length > 0 && full) return { entries, next: entry.offset };
    entries.push(entry);
    bytes += entry.bytes;
  }
  return { entries, next: found.next };
}

function throughOf(read: MailRead, found: Found, next: number): number {
  if (next > found.last) return found.last;
  const before = found.entries.findLast(({ offset }) => offset < next);
  return before?.offset ?? read.after;
}

const NO_BODIES: ReadonlyMap<number, Uint8Array> = new Map();

function withBody(entry: IndexEntry, body: Uint8Array): MailEntry {
  const { offset, op, expiresAt, time, sender } = entry;
  return { offset, op, body, expiresAt, time, sender };
}

/**
 * Bodies that are too large for the index, by offset, as far as the stream keeps them. What lies
 * there must be the same message in every other respect: a stream that was made anew counts from 1
 * again.
 */
async function largeBodies(
  mid: string,
  entries: readonly IndexEntry[],
  { subjects, streams }: PageDeps,
): Promise<Map<number, Uint8Array>> {
  const bodies = new Map<number, Uint8Array>();
  const wanted = new Map<number, IndexEntry[]>();
  for (const entry of entries) {
    if (entry.body !== undefined) continue;
    const sequence = sequenceOf(entry.offset);
    const same = wanted.get(sequence);
    if (same === undefined) wanted.set(sequence, [entry]);
    else same.push(entry);
  }
  if (wanted.size === 0) return bodies;
  await streams.bySequence(subjects.stream("user"), [...wanted.keys()], (message) => {
    if (subjects.parseUser(message.subject) !== mid) return;
    const batch = attempt(() => goim.push.PushBatch.decode(message.data));
    for (const entry of wanted.get(message.sequence) ?? []) {
      const stored = batch?.entries[indexOf(entry.offset)];
      if (stored === undefined || !isSame(entry, stored)) continue;
      // A copy, because the body is a view of a message that may be many times as large.
      const body = (stored.body ?? new Uint8Array(0)).slice();
      bodies.set(offsetOf(message.sequence, indexOf(entry.offset)), body);
    }
  });
  return bodies;
}

function isSame(entry: IndexEntry, stored: goim.push.PushEntry.$Properties): boolean {
  return (
    (stored.body?.length ?? 0) === entry.bytes &&
    (stored.op ?? 0) === entry.op &&
    toNumber(stored.time ?? 0) === entry.time
  );
}

function attempt<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}
