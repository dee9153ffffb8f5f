/** A user's mailbox as the KV store holds it, and what an append makes of it. Pure. */
import type { MailboxConfig } from "./mailbox-config.ts";

/** A message as it lies in the index. */
export interface IndexEntry {
  readonly offset: number;
  readonly op: number;
  /** Undefined where it is too large for the index: it lies in GOIM_USER only. */
  readonly body: Uint8Array | undefined;
  /** Of the body, wherever it lies. */
  readonly bytes: number;
  readonly expiresAt: number;
  readonly time: number;
  readonly sender: string;
}

/** A part of the mailbox that lies in a record of its own and changes no more. */
export interface PageRef {
  readonly id: string;
  readonly revision: number;
  readonly first: number;
  readonly last: number;
  readonly entries: number;
  readonly bytes: number;
  /** Unix milliseconds of the newest entry. */
  readonly time: number;
}

/** The record that decides: what it does not name does not exist. */
export interface MailHead {
  readonly epoch: string;
  /** Life of the index. */
  readonly life: string;
  /** Newest entry ever appended. */
  readonly last: number;
  /** Newest entry that was dropped by the bounds, 0 = none. */
  readonly dropped: number;
  /** Oldest first. */
  readonly pages: readonly PageRef[];
  /** What follows the last page. */
  readonly entries: readonly IndexEntry[];
}

export type MailLimits = Pick<
  MailboxConfig,
  "entriesMax" | "bytesMax" | "maxAge" | "inlineBytes" | "pageBytes"
>;

/** A head as an append leaves it. */
export interface Appending {
  readonly head: MailHead;
  /** Pages that `head` lacks yet: they go before `head.entries`, in this order. */
  readonly pages: readonly (readonly IndexEntry[])[];
  /** Pages that `head` names no more. */
  readonly gone: readonly PageRef[];
  /** Entries that the bounds took. */
  readonly lost: number;
}

/** The directory stays smaller than this many pages, whatever the other bounds are. */
export const PAGES_MAX = 2000;
/** A page holds at most this part of a bound, so that dropping it drops little. */
const PAGE_SHARE = 8;
/** Of an entry, besides its body: about what the numbers take. */
const ENTRY_BYTES = 32;

export function emptyHead(epoch: string, life = ""): MailHead {
  return { epoch, life, last: 0, dropped: 0, pages: [], entries: [] };
}

/**
 * Offset of the newest entry before `offset`, 0 = none was ever appended, undefined = not known any
 * more.
 */
export function prevOf(head: MailHead, offset: number): number | undefined {
  if (offset > head.last) return head.last;
  const { pages, entries } = head;
  const before = entries.findLast((entry) => entry.offset < offset);
  if (before !== undefined) return before.offset;
  // The first of a run follows the last of the one before, of which the head tells the offset.
  const runs = [head.dropped, ...pages.map((page) => page.last)];
  const firsts = [...pages.map((page) => page.first), ...entries.slice(0, 1).map((e) => e.offset)];
  const at = firsts.indexOf(offset);
  return at < 0 ? undefined : runs[at];
}

/**
 * The head with `added`, which is above its last offset and ascending. Where the newest part grows
 * beyond a page, it becomes one.
 */
export function appendTo(
  head: MailHead,
  added: readonly IndexEntry[],
  limits: MailLimits,
  now: number,
): Appending {
  const runs = cut([...head.entries, ...added], limits);
  const entries = runs.pop() ?? [];
  const last = added.at(-1)?.offset ?? head.last;
  const trimmed = trim({ ...head, last, entries }, runs, limits, now);
  return { ...trimmed, gone: head.pages.slice(0, head.pages.length - trimmed.head.pages.length) };
}

/** The head without what is too old by now. */
export function current(head: MailHead, limits: MailLimits, now: number): MailHead {
  return trim(head, [], limits, now).head;
}

/** Runs of entries of which each fits into a page; the last one stays open. */
function cut(entries: readonly IndexEntry[], limits: MailLimits): (readonly IndexEntry[])[] {
  const entriesMax = Math.max(1, Math.floor(limits.entriesMax / PAGE_SHARE));
  const bodiesMax = Math.max(1, Math.floor(limits.bytesMax / PAGE_SHARE));
  const runs: IndexEntry[][] = [];
  let run: IndexEntry[] = [];
  let [size, bodies] = [0, 0];
  for (const entry of entries) {
    const entrySize = ENTRY_BYTES + entry.sender.length + (entry.body?.length ?? 0);
    const full =
      run.length >= entriesMax ||
      size + entrySize > limits.pageBytes ||
      bodies + entry.bytes > bodiesMax;
    if (run.length > 0 && full) {
      runs.push(run);
      run = [];
      [size, bodies] = [0, 0];
    }
    run.push(entry);
    size += entrySize;
    bodies += entry.bytes;
  }
  runs.push(run);
  return runs;
}

/** A page of the head, a page to be, or one of the newest entries: what is dropped as a whole. */
interface Piece {
  readonly last: number;
  readonly entries: number;
  readonly bytes: number;
  readonly time: number;
}

/** Drops the oldest pieces beyond the bounds. The newest message stays, however large it is. */
function trim(
  head: MailHead,
  runs: readonly (readonly IndexEntry[])[],
  limits: MailLimits,
  now: number,
): Omit<Appending, "gone"> {
  if (fitsWhole(head, runs, limits, now)) return { head, pages: runs, lost: 0 };
  const pieces: Piece[] = [...head.pages, ...runs.map(pieceOf), ...head.entries.map(single)];
  let entries = pieces.reduce((sum, piece) => sum + piece.entries, 0);
  let bytes = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
  let pages = head.pages.length + runs.length;
  let [gone, lost] = [0, 0];
  for (const piece of pieces) {
    const old = piece.time < now - limits.maxAge;
    const over = entries > limits.entriesMax || bytes > limits.bytesMax || pages > PAGES_MAX;
    if (!old && (!over || entries === piece.entries)) break;
    entries -= piece.entries;
    lost += piece.entries;
    bytes -= piece.bytes;
    pages--;
    gone++;
  }
  if (gone === 0) return { head, pages: runs, lost };
  const dropped = pieces[gone - 1]?.last ?? head.dropped;
  const [runsGone, entriesGone] = [
    Math.max(0, gone - head.pages.length),
    Math.max(0, gone - head.pages.length - runs.length),
  ];
  const kept = { pages: head.pages.slice(gone), entries: head.entries.slice(entriesGone) };
  return { head: { ...head, dropped, ...kept }, pages: runs.slice(runsGone), lost };
}

/** Whether nothing is to be dropped: what is old comes first. */
function fitsWhole(
  head: MailHead,
  runs: readonly (readonly IndexEntry[])[],
  limits: MailLimits,
  now: number,
): boolean {
  if (runs.length > 0) return false;
  const { pages, entries } = head;
  const oldest = pages[0] ?? entries[0];
  if (oldest === undefined) return true;
  if (oldest.time < now - limits.maxAge || pages.length > PAGES_MAX) return false;
  let count = entries.length;
  let bytes = 0;
  for (const page of pages) {
    count += page.entries;
    bytes += page.bytes;
  }
  for (const entry of entries) bytes += entry.bytes;
  return count <= limits.entriesMax && bytes <= limits.bytesMax;
}

function single(entry: IndexEntry): Piece {
  return { last: entry.offset, entries: 1, bytes: entry.bytes, time: entry.time };
}

function pieceOf(run: readonly IndexEntry[]): Piece {
  return {
    last: run.at(-1)?.offset ?? 0,
    entries: run.length,
    bytes: run.reduce((sum, entry) => sum + entry.bytes, 0),
    time: run.reduce((newest, entry) => Math.max(newest, entry.time), 0),
  };
}

/** A page as the head names it. */
export function pageRef(run: readonly IndexEntry[], id: string, revision: number): PageRef {
  return { id, revision, first: run[0]?.offset ?? 0, ...pieceOf(run) };
}
