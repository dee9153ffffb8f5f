import { HEADER_BYTES } from "../protocol/frame.ts";
import { type EncodedBatch, encodeBatch } from "../protocol/frame-batch.ts";
import type { LogEntry } from "./log-entry.ts";
import { type Share, type Shares, sharesOf, type Viewer } from "./shares.ts";

/** The next frame for somebody who is behind. */
export interface Step {
  /** Whoever has it stands here. */
  readonly to: number;
  /** Undefined when nothing of it is to be sent. */
  readonly frame: EncodedBatch | undefined;
  /** Set when it excludes somebody from a part of it. */
  readonly shares?: Shares | undefined;
  /** Entries in the frame, and entries left out because their time is over. */
  readonly sent: number;
  readonly expired: number;
}

/** The next frame of a room, the same for everybody who stands at the same place. */
export interface Piece extends Step {
  /** Every entry it passes, sent or not, and whoever it is for. */
  readonly entries: readonly LogEntry[];
  /**
   * It says what became of the log: a notice of the room, or that what lies before `to` is gone.
   */
  readonly tells?: "notice" | "gone";
  /** It stays the same when the log grows. */
  readonly full: boolean;
  /** When the first entry in it expires, Unix milliseconds; infinity = never. */
  readonly expiresAt: number;
}

export interface CutOptions {
  /** Number of the log on connections of version 2. */
  readonly log: number;
  /** Bytes of packets in one frame; a single larger one goes alone. */
  readonly frameBytes: number;
  readonly now: number;
  /** What was taken back; undefined where nothing was. */
  readonly hidden?: ((entry: LogEntry) => boolean) | undefined;
  /** Where somebody stands who has had all of the entries. */
  readonly end: number;
  /** More entries may follow the last one later, which would belong into the same frame. */
  readonly open: boolean;
}

export function isExpired(entry: LogEntry, now: number): boolean {
  return entry.expiresAt !== 0 && entry.expiresAt <= now;
}

/** What somebody gets of a piece. */
export function partOf({ frame, shares, sent }: Step, who: Viewer): Share {
  return shares?.of(who) ?? { frame, entries: sent };
}

/** Cuts the next frame out of entries that begin with the first one wanted. */
export function cutPiece(entries: Iterable<LogEntry>, options: CutOptions): Piece {
  const { frameBytes, now, hidden } = options;
  const wanted: LogEntry[] = [];
  const passed: LogEntry[] = [];
  let [bytes, expired, expiresAt] = [0, 0, Number.POSITIVE_INFINITY];
  let to = options.end;
  let full = !options.open;
  let before = 0;
  for (const entry of entries) {
    const length = HEADER_BYTES + entry.body.length;
    if (isExpired(entry, now) || hidden?.(entry)) {
      expired++;
    } else if (wanted.length > 0 && bytes + length > frameBytes) {
      to = before;
      full = true;
      break;
    } else {
      wanted.push(entry);
      bytes += length;
      if (entry.expiresAt !== 0) expiresAt = Math.min(expiresAt, entry.expiresAt);
    }
    passed.push(entry);
    before = entry.offset;
  }
  const frame = wanted.length === 0 ? undefined : encodeBatch(wanted, options.log);
  const shares = sharesOf(wanted, options.log);
  const sent = wanted.length;
  return { to, frame, shares, entries: passed, sent, expired, full, expiresAt };
}
