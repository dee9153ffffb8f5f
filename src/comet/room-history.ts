import type { Clock } from "../kit/clock.ts";
import type { Semaphore } from "../kit/semaphore.ts";
import { ENTRIES_MAX } from "../protocol/offset.ts";
import type { HistoryStats } from "./history-stats.ts";
import type { LogEntry } from "./log-entry.ts";
import { encodeLogState } from "./log-state.ts";
import { cutPiece, type Piece } from "./piece.ts";
import type { ReadRange } from "./read-back.ts";
import { firstAfter, Ring, type RingLimits } from "./ring.ts";
import { StreamPages, type StreamPagesLimits } from "./stream-pages.ts";

export interface RoomHistoryLimits extends StreamPagesLimits {
  readonly ring: RingLimits;
  /** Bytes of packets in one frame. */
  readonly frameBytes: number;
  /** Newest messages that a newcomer gets; 0 = none. */
  readonly replay: number;
  /** Most that somebody gets who asks for more, and bytes of their bodies. */
  readonly replayMax: number;
  readonly replayBytes: number;
  /** None is older than this, milliseconds. */
  readonly replayMaxAge: number;
  /** Number of the log on connections of version 2. */
  readonly log: number;
}

export interface RoomHistoryDeps {
  readonly read: ReadRange;
  /** Whether nothing of the log stored after this sequence is gone; false where nobody knows. */
  readonly wholeAfter: (sequence: number) => Promise<boolean>;
  readonly reads: Semaphore;
  readonly clock: Clock;
  readonly stats: HistoryStats;
  /** What was taken back of this log; undefined where nothing was. */
  readonly hidden?: () => ((entry: LogEntry) => boolean) | undefined;
  /** What was being read is there, or is to be asked for again. */
  readonly onRead: () => void;
}

/** Where a newcomer begins. */
export interface Replay {
  readonly after: number;
  /** Entries from there to the end of the history, as far as they are counted. */
  readonly entries: number;
  /** Those up to here are not counted yet; left out when all are. */
  readonly uncountedTo?: number;
}

/** The oldest entries of a history that the ring does not hold, as one newcomer asked for them. */
interface Deep {
  readonly newest: number;
  readonly after: number;
  readonly entries: number;
  /** Where the ring began. */
  readonly to: number;
}

/** Frames kept while somebody is behind. */
const PIECES_KEPT = 32;

/**
 * What a room has handed out, for those who have not had it: the newest in memory, the rest in the
 * stream. Answers are shared: whoever stands at the same place gets the same bytes.
 */
export class RoomHistory {
  readonly #limits: RoomHistoryLimits;
  readonly #deps: RoomHistoryDeps;
  readonly #pages: StreamPages;
  readonly #pieces = new Map<number, Piece>();
  /** Undefined while it is not known where the log stands. */
  #ring: Ring | undefined;
  /** The ring was filled from the stream as far as a newcomer's replay may go. */
  #loaded = false;
  #oldestKept = 0;
  /** From here on nothing is missing: it was appended. */
  #proven = 0;
  #deep: Deep | undefined;
  #epoch = "";

  constructor(limits: RoomHistoryLimits, deps: RoomHistoryDeps) {
    this.#limits = limits;
    this.#deps = deps;
    this.#pages = new StreamPages(limits, deps);
  }

  /** Everything up to `offset` lies in the stream; what is appended follows on it. */
  begin(offset: number, epoch = ""): void {
    this.#epoch = epoch;
    this.#proven = offset;
    this.#ring = new Ring(this.#limits.ring, offset);
  }

  append(entries: readonly LogEntry[], to: number): void {
    const ring = this.#ring;
    if (ring === undefined) return;
    const gone = this.#oldestKept;
    if (ring.to >= gone || to < gone) {
      ring.append(entries, to);
      return;
    }
    // Something between the ring's end and here is lost: what is complete begins behind that.
    const first = firstAfter(entries, gone - 1);
    this.#ring = new Ring(this.#limits.ring, gone - 1);
    this.#proven = gone - 1;
    this.#ring.append(entries.slice(first), to);
  }

  /** Something that was not appended yet and lies before `oldest` is gone for good. */
  lost(oldest: number): void {
    this.#oldestKept = oldest;
  }

  /** The log is another one: nothing of what is here belongs to it. */
  reset(): void {
    this.#ring = undefined;
    this.#loaded = false;
    this.#oldestKept = 0;
    this.#deep = undefined;
    this.#pieces.clear();
    this.#pages.reset();
  }

  /**
   * Where a newcomer begins that gets the newest so many; undefined while that is being read.
   */
  replay(newest = this.#limits.replay): Replay | undefined {
    const ring = this.#ring;
    if (ring === undefined) return undefined;
    if (!this.#loaded) {
      this.#load(ring);
      return undefined;
    }
    ring.dropOlderThan(this.#since());
    const wanted = Math.min(newest, this.#limits.replayMax);
    if (ring.size < wanted && wanted > this.#limits.replay) return this.#deepReplay(ring, wanted);
    const entries = Math.min(ring.size, wanted);
    const first = ring.size - entries;
    return { after: first === 0 ? ring.after : (ring.at(first - 1)?.offset ?? 0), entries };
  }

  /** Somebody begins behind `after`, at most at the end. */
  standing(after: number): Replay {
    const ring = this.#ring;
    if (ring === undefined) return { after, entries: 0 };
    if (after >= ring.after) return { after, entries: ring.size - ring.indexAfter(after) };
    return { after, entries: ring.size, uncountedTo: ring.after };
  }

  /**
   * From which offset on everything up to the end is there: `after` itself, or a later one when
   * something in between is gone. Undefined while that is being read.
   */
  wholeBehind(after: number): number | undefined {
    const ring = this.#ring;
    if (ring === undefined) return undefined;
    if (after >= ring.after && after >= this.#proven) return after;
    if (!this.#loaded) {
      this.#load(ring);
      return undefined;
    }
    // What was loaded is what was kept; nothing behind its oldest entry is missing.
    if (after >= ring.after && (ring.at(0)?.offset ?? after + 1) <= after) return after;
    const page = this.#pages.page(after, Math.max(ring.after, this.#proven));
    return page === undefined ? undefined : Math.max(after, page.whole);
  }

  /** The next frame behind `after`, if that is below `upTo`; undefined while it is being read. */
  next(after: number, upTo: number): Piece | undefined {
    const now = this.#deps.clock.now();
    const kept = this.#pieces.get(after);
    if (kept !== undefined && now < kept.expiresAt && (kept.full || kept.to >= upTo)) return kept;
    const piece = this.#cut(after, now);
    if (piece === undefined) return undefined;
    this.#deps.stats.pieces++;
    this.#pieces.delete(after);
    this.#pieces.set(after, piece);
    if (this.#pieces.size > PIECES_KEPT) {
      for (const [oldest] of this.#pieces) {
        this.#pieces.delete(oldest);
        break;
      }
    }
    return piece;
  }

  /** Something was taken back: lets go of what holds it. */
  recalled(): void {
    this.#pieces.clear();
    const hidden = this.#deps.hidden?.();
    if (hidden !== undefined) this.#ring?.blank(hidden);
  }

  /** Nobody is behind: lets go of what only they need. */
  release(): void {
    this.#pieces.clear();
    this.#pages.release();
  }

  close(): void {
    this.#pages.close();
    this.reset();
  }

  #cut(after: number, now: number): Piece | undefined {
    const ring = this.#ring;
    if (ring === undefined) return undefined;
    const { frameBytes, log } = this.#limits;
    const hidden = this.#deps.hidden?.();
    if (after >= ring.after) {
      const options = { frameBytes, log, now, hidden, end: ring.to, open: true };
      return cutPiece(entriesOf(ring, after), options);
    }
    const page = this.#pages.page(after, ring.after);
    if (page === undefined) return undefined;
    if (after < page.whole) return this.#gone(page.whole);
    const entries = page.entries.slice(firstAfter(page.entries, after));
    return cutPiece(entries, { frameBytes, log, now, hidden, end: page.to, open: false });
  }

  /** What lies before `whole` is gone: whoever stands there is told so. */
  #gone(whole: number): Piece {
    const first = whole === this.#ring?.after ? this.#ring.at(0)?.offset : undefined;
    const oldest = first ?? whole + 1;
    const { log } = this.#limits;
    const frame = encodeLogState({ log, epoch: this.#epoch, offset: whole, oldest });
    const nothing = { entries: [], sent: 0, expired: 0, expiresAt: Number.POSITIVE_INFINITY };
    return { to: whole, frame, ...nothing, tells: "gone", full: true };
  }

  /** More than the ring holds: what lies before it is read and counted. */
  #deepReplay(ring: Ring, wanted: number): Replay | undefined {
    const deep = this.#deep;
    if (deep !== undefined && deep.newest === wanted && deep.to === ring.after) {
      return { after: deep.after, entries: deep.entries + ring.size };
    }
    // The first message of all has sequence 1.
    if (ring.after < ENTRIES_MAX) return { after: ring.after, entries: ring.size };
    const entriesMax = wanted - ring.size;
    const limits = { entriesMax, bytesMax: this.#limits.replayBytes };
    const { pageMessages } = this.#limits;
    const options = () => ({ ...limits, pageMessages, sinceMs: this.#since() });
    this.#pages.load(ring.after, options, (older) => {
      const entries = Array.from(entriesOf(older, older.after));
      // Only behind its first entry it is known that nothing is missing.
      const after = (entries[0]?.offset ?? older.to + 1) - 1;
      const { to } = older;
      this.#deep = { newest: wanted, after, entries: entries.length, to };
      if (entries.length > 0) this.#pages.keep({ after, to, entries, whole: after });
    });
    return undefined;
  }

  #since(): number {
    return this.#deps.clock.now() - this.#limits.replayMaxAge;
  }

  #load(ring: Ring): void {
    const { ring: limits, pageMessages } = this.#limits;
    const options = () => ({ ...limits, pageMessages, sinceMs: this.#since() });
    this.#pages.load(ring.after, options, (older) => {
      // Where the ring has moved on meanwhile it is full without them.
      this.#ring?.prepend(older);
      this.#loaded = true;
    });
  }
}

function* entriesOf(ring: Ring, after: number): Iterable<LogEntry> {
  for (let index = ring.indexAfter(after); index < ring.size; index++) {
    yield ring.at(index) as LogEntry;
  }
}
