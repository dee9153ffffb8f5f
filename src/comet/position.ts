import type { StoredMessage } from "../bus/bus.ts";
import { ENTRIES_MAX, offsetOf, sequenceOf } from "../protocol/offset.ts";
import { type Cast, decodeBatch, firstOf, type LogEntry, lastOf } from "./log-entry.ts";

/** What has to be read before a follower may go on. */
export interface Gap {
  /** Everything up to this offset. */
  readonly to: number;
  /** An entry that certainly was in the log, at or below `to`; 0 = none is known. */
  readonly known: number;
}

/** What one read brought. */
export interface ReadResult {
  readonly entries: LogEntry[];
  /** Messages that are no batch; nobody can deliver them. */
  readonly skipped: number;
}

/**
 * How far a log was followed. Pure: it decides what joins on and what a read proves, and reads
 * nothing itself.
 *
 * `applied` <= `covered` always. At or below `applied` everything was handed on (or lay before the
 * start); between the two the log is known to be empty, or what was there is lost and was declared.
 */
export class Position {
  #applied: number;
  #covered: number;
  /**
   * Sequence of the newest message of this log known to have been in the stream; 0 = none. Streams
   * evict from their old end, so while this message is there nothing after it has been evicted.
   */
  #anchor: number;

  constructor(start: { applied: number; anchored: boolean }) {
    this.#applied = start.applied;
    this.#covered = start.applied;
    this.#anchor = start.anchored ? sequenceOf(start.applied) : 0;
  }

  /** Offset of the last entry handed on, or the place where following began. */
  get applied(): number {
    return this.#applied;
  }

  get covered(): number {
    return this.#covered;
  }

  /** Whether nothing of the log lies unread before the cast. */
  joins(cast: Cast): boolean {
    if (firstOf(cast) - 1 <= this.#covered) return true;
    return cast.prev !== undefined && cast.prev <= this.#covered;
  }

  /** The entries of a cast that are new; they count as applied from now on. */
  take(cast: Cast): readonly LogEntry[] {
    const fresh = this.#fresh(cast.entries);
    if (fresh.length > 0) this.#anchor = sequenceOf(lastOf(cast));
    return fresh;
  }

  /** What lies unread before a cast that does not join on. */
  gapBefore(cast: Cast): Gap {
    return { to: firstOf(cast) - 1, known: cast.prev ?? 0 };
  }

  /** First sequence to read: the anchor's own, because only that shows whether it still exists. */
  get readFrom(): number {
    return Math.max(1, this.#anchor > 0 ? this.#anchor : sequenceOf(this.#covered));
  }

  /**
   * Whether a read of the gap proves that something is gone from the stream. `complete`: the read
   * brought all there is up to the gap's end.
   */
  showsLoss(gap: Gap, messages: readonly StoredMessage[], complete: boolean): boolean {
    if (this.#anchor > 0 && messages[0]?.sequence !== this.#anchor) return true;
    if (!complete || gap.known <= this.#covered) return false;
    return (messages.at(-1)?.sequence ?? 0) < sequenceOf(gap.known);
  }

  /** Takes what was read from `readFrom` on. What was lost is passed over: declare it first. */
  read(gap: Gap, messages: readonly StoredMessage[], complete: boolean): ReadResult {
    const entries: LogEntry[] = [];
    let skipped = 0;
    for (const message of messages) {
      const batch = decodeBatch(message);
      if (batch !== undefined) entries.push(...this.#fresh(batch));
      else if (message.sequence !== this.#anchor) skipped++;
    }
    const newest = messages.at(-1)?.sequence ?? 0;
    this.#anchor = newest;
    const reached = complete ? gap.to : endOf(newest);
    this.#covered = Math.max(this.#covered, this.#applied, reached);
    return { entries, skipped };
  }

  #fresh(entries: readonly LogEntry[]): readonly LogEntry[] {
    const first = entries.findIndex((entry) => entry.offset > this.#applied);
    if (first < 0) return [];
    const last = entries.at(-1)?.offset ?? this.#applied;
    // An entry where a read found none was evicted before that read; what else was is unknown.
    const doubted = (entries[first]?.offset ?? 0) <= this.#covered;
    this.#covered = doubted ? last : Math.max(this.#covered, last);
    this.#applied = last;
    return first === 0 ? entries : entries.slice(first);
  }
}

/** The last offset a message could hold. */
export function endOf(sequence: number): number {
  return offsetOf(sequence, ENTRIES_MAX - 1);
}

/** Offset of the newest entry of a log, given its newest message. */
export function tailOffset(tail: StoredMessage): number {
  return decodeBatch(tail)?.at(-1)?.offset ?? endOf(tail.sequence);
}
