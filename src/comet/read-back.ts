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
    const page = await readPage(read, after, span.to, options.pageMessages);
    ring.append(page.entries, page.to);
    after = page.to;
  }
  return ring;
}

/** All entries of a log with after < offset <= to. */
export interface Page {
  readonly after: number;
  readonly to: number;
  readonly entries: readonly LogEntry[];
}

/** What one read brings of the entries with after < offset <= upTo. */
export async function readPage(
  read: ReadRange,
  after: number,
  upTo: number,
  pageMessages: number,
): Promise<Page> {
  const messages = await read(sequenceOf(after + 1), sequenceOf(upTo), pageMessages);
  const complete = messages.length < pageMessages;
  const newest = messages.at(-1)?.sequence ?? 0;
  const entries = messages
    // Job and followers pass over what is no batch in the same way.
    .flatMap((message) => decodeBatch(message) ?? [])
    .filter(({ offset }) => offset > after && offset <= upTo);
  return { after, to: complete ? upTo : Math.min(upTo, endOf(newest)), entries };
}
