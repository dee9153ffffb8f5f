import type { StoredMessage } from "../bus/bus.ts";
import { offsetOf, sequenceOf } from "../protocol/offset.ts";
import { decodeBatch, type LogEntry } from "./log-entry.ts";
import { endOf } from "./position.ts";
import { Ring, type RingLimits } from "./ring.ts";

/** Messages of one log with from <= sequence <= to, at most `limit` of them, ascending. */
export type ReadRange = (from: number, to: number, limit: number) => Promise<StoredMessage[]>;

export interface ReadBackOptions extends RingLimits {
  /** Stream messages in one read. */
  readonly pageMessages: number;
  /** Entries pushed before this moment are not wanted, Unix milliseconds. */
  readonly sinceMs: number;
}

/**
 * The newest entries of a log up to the offset `to`. A stream can only be read forwards, and where
 * a log's last thousand messages begin nobody knows; so windows are read from the end backwards,
 * each four times as wide as the one before, until there is enough.
 */
export async function readBack(
  read: ReadRange,
  to: number,
  options: ReadBackOptions,
): Promise<Ring> {
  const found = new Ring(options, to);
  let width = options.pageMessages;
  for (let end = sequenceOf(to); end >= 1; ) {
    const begin = Math.max(1, end - width + 1);
    const upTo = Math.min(to, endOf(end));
    const before = offsetOf(begin, 0) - 1;
    found.prepend(await readWindow(read, { after: before, to: upTo }, options));
    found.dropOlderThan(options.sinceMs);
    if (found.full || found.after > before) break;
    end = begin - 1;
    width *= 4;
  }
  return found;
}

/** The newest entries with after < offset <= to. */
async function readWindow(
  read: ReadRange,
  span: { readonly after: number; readonly to: number },
  options: ReadBackOptions,
): Promise<Ring> {
  const ring = new Ring(options, span.after);
  for (let after = span.after; after < span.to; ) {
    const { pageMessages } = options;
    const messages = await read(sequenceOf(after + 1), sequenceOf(span.to), pageMessages);
    const page = pageOf(messages, { after, upTo: span.to }, pageMessages);
    ring.append(page.entries, page.to);
    after = page.to;
  }
  return ring;
}

/** What the stream keeps of the entries of a log with after < offset <= to. */
export interface Page {
  readonly after: number;
  readonly to: number;
  readonly entries: readonly LogEntry[];
  /** All entries behind this one are there; above `after`, what lay between is gone. */
  readonly whole: number;
}

/** What decides whether a page is whole. */
export interface PageRead {
  readonly read: ReadRange;
  /** Whether nothing of the log stored after this sequence is gone; false where nobody knows. */
  readonly wholeAfter: (sequence: number) => Promise<boolean>;
}

/**
 * What one read brings of the entries with after < offset <= upTo. It begins with the message that
 * holds `after` itself: streams lose their oldest messages first, so while that is there nothing
 * behind it is gone.
 */
export async function readPage(
  { read, wholeAfter }: PageRead,
  after: number,
  upTo: number,
  pageMessages: number,
): Promise<Page> {
  const anchor = sequenceOf(after);
  const limit = pageMessages + 1;
  const messages = await read(Math.max(1, anchor), sequenceOf(upTo), limit);
  const page = pageOf(messages, { after, upTo }, limit);
  const first = messages[0]?.sequence;
  if (first === anchor || (await wholeAfter(anchor))) return { ...page, whole: after };
  return { ...page, whole: first === undefined ? page.to : offsetOf(first, 0) - 1 };
}

/** What so many messages hold of the entries with after < offset <= upTo. */
function pageOf(
  messages: readonly StoredMessage[],
  { after, upTo }: { readonly after: number; readonly upTo: number },
  limit: number,
): Omit<Page, "whole"> {
  const complete = messages.length < limit;
  const newest = messages.at(-1)?.sequence ?? 0;
  const entries = messages
    // Job and followers pass over what is no batch in the same way.
    .flatMap((message) => decodeBatch(message) ?? [])
    .filter(({ offset }) => offset > after && offset <= upTo);
  return { after, to: complete ? upTo : Math.min(upTo, endOf(newest)), entries };
}
