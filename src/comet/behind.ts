import type { EncodedBatch } from "../protocol/frame-batch.ts";
import type { CatchUp } from "./catch-up.ts";
import { type Follows, type Lag, type LagStart, Place, type Track } from "./lag.ts";
import type { LogEntry } from "./log-entry.ts";
import type { Member } from "./member-list.ts";
import { type Piece, partOf } from "./piece.ts";
import type { Ledger } from "./room-stats.ts";

/** Those of one room who stand behind its last flush, or, coming from elsewhere, before it. */
export class Behind {
  readonly #catchUp: CatchUp;
  readonly #ledger: Ledger;
  readonly #lags = new Set<Lag>();
  /** Those who have had more than was flushed here: they come from a comet that is faster. */
  readonly #ahead = new Set<Lag>();

  constructor(catchUp: CatchUp, ledger: Ledger) {
    this.#catchUp = catchUp;
    this.#ledger = ledger;
  }

  get size(): number {
    return this.#lags.size;
  }

  /** A copy. Only members of the room are ever behind in it. */
  members(): Member[] {
    return [...this.#lags].map(({ member }) => member as Member);
  }

  has(lag: Lag): boolean {
    return this.#lags.has(lag);
  }

  isAhead(lag: Lag): boolean {
    return this.#ahead.has(lag);
  }

  begin(member: Follows, track: Track, start: LagStart): Lag {
    const lag = this.#catchUp.begin(member, track, start);
    this.#lags.add(lag);
    return lag;
  }

  /** It has had entries that were not flushed here yet. */
  setAhead(lag: Lag): void {
    this.#ahead.add(lag);
  }

  end(lag: Lag): void {
    this.#lags.delete(lag);
    this.#ahead.delete(lag);
    this.#catchUp.end(lag);
  }

  /** The log is another one: where they stand means nothing any more. */
  reset(): void {
    this.#ahead.clear();
    for (const lag of this.#lags) {
      lag.uncountedTo = -1;
      lag.notices = undefined;
      lag.joinedAt = Place.Lost;
      if (lag.at === Place.Unknown) continue;
      lag.at = Place.Lost;
      lag.wake();
    }
  }

  /** Everybody goes on where a life of the log begins, which has so many entries behind it. */
  beginLife(at: number, count: number): void {
    for (const lag of this.#lags) {
      if (lag.at === Place.Unknown) {
        lag.joinedAt = at;
      } else {
        this.#ledger.gone += count - lag.since - lag.passed;
        lag.at = at;
        lag.passed = 0;
      }
      lag.since = count;
    }
  }

  /** History could not answer before: now it may. */
  wake(): void {
    for (const lag of this.#lags) if (lag.waits === "log") lag.wake();
  }

  /** Everybody is told this when they have had everything up to `at`. */
  tell(at: number, frame: EncodedBatch): void {
    for (const lag of this.#lags) this.tellOne(lag, at, frame);
  }

  tellOne(lag: Lag, at: number, frame: EncodedBatch): void {
    lag.notices ??= [];
    lag.notices.push({ at, frame });
    if (lag.waits === "log") lag.wake();
  }

  /** What it is to be told where it stands now. */
  noticeFor(lag: Lag): Piece | undefined {
    const notice = lag.notices?.[0];
    if (notice === undefined || lag.at < notice.at) return undefined;
    const nothing = { entries: [], sent: 0, expired: 0, expiresAt: Number.POSITIVE_INFINITY };
    return { to: lag.at, frame: notice.frame, ...nothing, tells: "notice", full: true };
  }

  /** The piece was handed over: brings the ledger and what it is still to be told up to date. */
  passed(lag: Lag, piece: Piece): void {
    const ledger = this.#ledger;
    const { entries } = partOf(piece, lag.member);
    ledger.resumed += entries;
    ledger.excluded += piece.sent - entries;
    ledger.expired += piece.expired;
    if (lag.uncountedTo >= 0) {
      const { uncountedTo } = lag;
      const uncounted = piece.entries.filter(({ offset }) => offset <= uncountedTo).length;
      ledger.owed += uncounted;
      lag.passed -= uncounted;
    }
    if (piece.tells === undefined || lag.notices === undefined) return;
    // The stream itself has told of everything up to where it stands.
    const { tells, to } = piece;
    const left = lag.notices.filter(({ at }, index) => (tells === "gone" ? at > to : index > 0));
    lag.notices = left.length > 0 ? left : undefined;
  }

  /** Entries are flushed: what somebody has had elsewhere is not owed to them. */
  passAhead(entries: readonly LogEntry[], boundary: number): void {
    for (const lag of this.#ahead) {
      const had = entries.filter(({ offset }) => offset <= lag.at).length;
      this.#ledger.owed -= had;
      lag.since += had;
      if (lag.at > boundary) continue;
      this.#ahead.delete(lag);
      lag.wake();
    }
  }
}
