import type { Clock } from "../kit/clock.ts";
import type { Semaphore } from "../kit/semaphore.ts";
import type { HistoryStats } from "./history-stats.ts";
import type { LogEntry } from "./log-entry.ts";
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
  /** It gets none older than this, milliseconds. */
  readonly replayMaxAge: number;
  /** Number of the log on connections of version 2. */
  readonly log: number;
}

export interface RoomHistoryDeps {
  readonly read: ReadRange;
  readonly reads: Semaphore;
  readonly clock: Clock;
  readonly stats: HistoryStats;
  /** What was being read is there, or is to be asked for again. */
  readonly onRead: () => void;
}

/** Where a newcomer begins. */
export interface Replay {
  readonly after: number;
  /** Entries from there to the end of the history. */
  readonly entries: number;
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

  constructor(limits: RoomHistoryLimits, deps: RoomHistoryDeps) {
    this.#limits = limits;
    this.#deps = deps;
    this.#pages = new StreamPages(limits, deps);
  }

  /** Everything up to `offset` lies in the stream; what is appended follows on it. */
  begin(offset: number): void {
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
    const entries = Math.min(ring.size, newest);
    const first = ring.size - entries;
    return { after: first === 0 ? ring.after : (ring.at(first - 1)?.offset ?? 0), entries };
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
    if (after >= ring.after) {
      const options = { frameBytes, log, now, end: ring.to, open: true };
      return cutPiece(entriesOf(ring, after), options);
    }
    const page = this.#pages.page(after, ring.after);
    if (page === undefined) return undefined;
    const entries = page.entries.slice(firstAfter(page.entries, after));
    return cutPiece(entries, { frameBytes, log, now, end: page.to, open: false });
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
