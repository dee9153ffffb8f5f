import type { Clock } from "../kit/clock.ts";
import type { JoinWish } from "../protocol/v2.ts";
import type { LogEnd } from "./follower.ts";
import { endOf, tailOffset } from "./position.ts";

export interface RoomClaimsDeps {
  /** Where the log ends, from the leader. */
  readonly end: () => Promise<LogEnd>;
  /** Offset of the oldest message kept, 0 = there is none. */
  readonly oldest: () => Promise<number>;
  readonly clock: Clock;
  /** Pause after a read that failed, milliseconds. */
  readonly pauseMs: number;
  /** The methods may answer now what they could not. */
  readonly onKnown: () => void;
}

/** Time for which the beginning of a log counts as known: it only moves on slowly. */
const OLDEST_VALID_MS = 1000;

/**
 * Two things about a log that are read only when somebody who resumes makes them matter: whether it
 * has come as far as they say, and where it begins. However many ask, one read of each is under
 * way.
 */
export class RoomClaims {
  readonly #deps: RoomClaimsDeps;
  /** The log is known to have come this far. */
  #reached = 0;
  /** Reads of the end that began, and the last of them that was answered. */
  #began = 0;
  #answered = 0;
  #readingEnd = false;
  /** Reads that had begun when the wish was first looked at: only a later one can refute it. */
  readonly #askedAt = new WeakMap<JoinWish, number>();
  #oldest: { readonly offset: number; readonly until: number } | undefined;
  #readingOldest = false;

  constructor(deps: RoomClaimsDeps) {
    this.#deps = deps;
  }

  /** Whether the log has come as far as the wish says; undefined while that is being read. */
  reached(wish: JoinWish, since: number): boolean | undefined {
    if (since <= this.#reached) return true;
    const asked = this.#askedAt.get(wish);
    if (asked === undefined) this.#askedAt.set(wish, this.#began);
    else if (this.#answered > asked) return false;
    this.#readEnd();
    return undefined;
  }

  /** Offset of the oldest message kept, 0 = none; undefined while that is being read. */
  oldest(): number | undefined {
    const { clock } = this.#deps;
    if (this.#oldest !== undefined && clock.monotonic() < this.#oldest.until) {
      return this.#oldest.offset;
    }
    if (this.#readingOldest) return undefined;
    this.#readingOldest = true;
    const keep = (offset: number) => {
      this.#readingOldest = false;
      this.#oldest = { offset, until: clock.monotonic() + OLDEST_VALID_MS };
      this.#deps.onKnown();
    };
    // A client that is not told the oldest message is told of the reset all the same.
    this.#deps.oldest().then(keep, () => keep(0));
    return undefined;
  }

  /** The log is another one. */
  reset(): void {
    this.#reached = 0;
    this.#oldest = undefined;
  }

  #readEnd(): void {
    if (this.#readingEnd) return;
    this.#readingEnd = true;
    const read = ++this.#began;
    const { clock, pauseMs, onKnown } = this.#deps;
    const done = () => {
      this.#readingEnd = false;
      onKnown();
    };
    this.#deps.end().then(
      ({ tail, last }) => {
        this.#answered = read;
        this.#reached = Math.max(this.#reached, tail ? tailOffset(tail) : endOf(last));
        done();
      },
      () => {
        clock.setTimeout(done, pauseMs);
      },
    );
  }
}
