import type { Clock } from "../kit/clock.ts";
import type { Metrics } from "../kit/metrics.ts";
import { TimerWheel } from "../kit/timer-wheel.ts";
import type { FanoutLimits } from "./fanout.ts";
import { type Follows, Lag, type LagStart, type Track } from "./lag.ts";
import { partOf } from "./piece.ts";

export interface CatchUpLimits extends FanoutLimits {
  /** Longest time behind before the connection is closed, milliseconds. */
  readonly deadline: number;
}

export interface CatchUpDeps {
  readonly clock: Clock;
  /** As Bans.current; without it nothing is ever recalled. */
  readonly current?: (() => Promise<void> | undefined) | undefined;
  /** Who fell behind waits for that as well: what it gets is read from logic. Default: false. */
  readonly fellAsks?: boolean;
}

const TICK_MS = 1000;
/** How many frames are handed over between two looks at the clock. */
const CLOCK_EVERY = 8;
/** Pause before it is asked again what was recalled, where that could not be said. */
const ASK_AGAIN_MS = 100;

/**
 * Feeds members that are behind: newcomers with what came before them, and those whose socket did
 * not take a flush. Each gets a frame at its turn for as long as its socket takes them, the next
 * one when the socket has drained, until it stands at the end of its log.
 *
 * One queue for all, worked through in slices with a yield between two, so thousands that join at
 * once do not delay what is live. Nothing is awaited for a single member, and none has a timer.
 */
export class CatchUp {
  readonly #limits: CatchUpLimits;
  readonly #deps: CatchUpDeps;
  readonly #clock: Clock;
  readonly #wheel: TimerWheel<Lag>;
  /** Those who wait until it is known what was recalled. */
  #asking = new Set<Lag>();
  #queue: Lag[] = [];
  #yielding = false;
  /** Newcomers of this turn of the event loop wait from here on. */
  #nowUntil = 0;
  #closed = false;
  readonly stats = { behind: 0, fresh: 0, resumed: 0, fell: 0, caught: 0, tooSlow: 0 };

  constructor(limits: CatchUpLimits, deps: CatchUpDeps) {
    const { clock } = deps;
    this.#limits = limits;
    this.#deps = deps;
    this.#clock = clock;
    const onDue = (lag: Lag) => this.#due(lag);
    this.#wheel = new TimerWheel<Lag>({ tickMs: TICK_MS, onDue }, { clock });
  }

  /** The member is behind from now on. */
  begin(member: Follows, track: Track, start: LagStart): Lag {
    const lag = this.#add(member, track, start);
    if (start.why !== "fell") this.wake(lag);
    return lag;
  }

  /**
   * The same for a newcomer that can be fed from here on: its first turn comes at once, so that it
   * goes out with the answer to the login. Those of so many as fit into a slice do, until other
   * work runs.
   */
  beginNow(member: Follows, track: Track, start: LagStart): void {
    if (!this.#mayNow()) {
      this.begin(member, track, start);
      return;
    }
    const lag = this.#add(member, track, start);
    lag.waits = "turn";
    this.#turn(lag);
  }

  /** What it waited for may be there: it gets a turn. */
  wake(lag: Lag): void {
    if (lag.waits === "turn" || lag.member.lag !== lag || this.#closed) return;
    lag.waits = "turn";
    this.#queue.push(lag);
    this.#yield();
  }

  /** It is behind no longer, or gone. */
  end(lag: Lag): void {
    if (lag.member.lag !== lag) return;
    lag.member.lag = undefined;
    this.stats.behind--;
    this.#wheel.cancel(lag);
  }

  close(): void {
    this.#closed = true;
    this.#queue = [];
    this.#asking.clear();
    this.#wheel.clear();
  }

  expose(metrics: Metrics, log: "room" | "user"): void {
    const name = (text: string) => `comet_${log}_behind_${text}`;
    const { stats } = this;
    metrics.levelOf(`comet_${log}_behind`, "Members that are behind.", () => stats.behind);
    metrics.levelOf(name("queue"), "Those of them that wait for their turn.", () => {
      return this.#queue.length;
    });
    metrics.countOf(name("newcomers_total"), "Newcomers that got a history.", () => stats.fresh);
    metrics.countOf(name("resumed_total"), "Newcomers that began at a place they named.", () => {
      return stats.resumed;
    });
    metrics.countOf(name("fell_total"), "Times a member fell behind.", () => stats.fell);
    metrics.countOf(name("caught_total"), "Times a member caught up.", () => stats.caught);
    metrics.countOf(
      name("too_slow_total"),
      "Members closed: they did not catch up in time.",
      () => {
        return stats.tooSlow;
      },
    );
  }

  #add(member: Follows, track: Track, start: LagStart): Lag {
    const asks = start.why !== "fell" || this.#deps.fellAsks === true;
    const lag = new Lag(member, track, { ...start, asks, wake: (woken) => this.wake(woken) });
    member.lag = lag;
    this.stats.behind++;
    this.stats[start.why]++;
    this.#wheel.schedule(lag, this.#limits.deadline);
    return lag;
  }

  #mayNow(): boolean {
    if (this.#closed || this.#queue.length > 0) return false;
    const now = this.#clock.monotonic();
    if (!this.#yielding) this.#nowUntil = now + this.#limits.sliceTime;
    this.#yield();
    return now < this.#nowUntil;
  }

  #yield(): void {
    if (this.#yielding) return;
    this.#yielding = true;
    this.#clock.yield(() => {
      this.#yielding = false;
      if (this.#closed) return;
      this.#slice();
      if (this.#queue.length > 0) this.#yield();
    });
  }

  /** A turn for each that waits, as far as the slice lasts. */
  #slice(): void {
    const queue = this.#queue;
    this.#queue = [];
    const { sliceMembers, sliceTime } = this.#limits;
    const until = this.#clock.monotonic() + sliceTime;
    let served = 0;
    for (const lag of queue) {
      if (served === sliceMembers) break;
      if (served % CLOCK_EVERY === 0 && served > 0 && this.#clock.monotonic() >= until) break;
      served++;
      if (lag.member.lag === lag) this.#turn(lag);
    }
    // Who had no turn comes before who had one.
    if (served < queue.length) this.#queue = [...queue.slice(served), ...this.#queue];
  }

  #turn(lag: Lag): void {
    const { member, track } = lag;
    if (!track.atEnd(lag)) {
      if (lag.asks && this.#mustAsk(lag)) return;
      const piece = track.next(lag);
      if (piece === undefined) {
        lag.waits = "log";
        return;
      }
      const { frame, entries } = partOf(piece, member.key);
      if (frame !== undefined && !member.offer(frame, entries)) {
        lag.waits = "socket";
        return;
      }
      lag.at = piece.to;
      lag.passed += piece.sent + piece.expired;
      track.passed(lag, piece);
    }
    // At once: until the next turn of thousands a busy log would always have gone on.
    if (track.atEnd(lag)) this.#caught(lag);
    else this.#queue.push(lag);
  }

  /**
   * This process may have stood still since it was last known what was recalled: what comes out of
   * memory now may be something that nobody is to see any more.
   */
  #mustAsk(lag: Lag): boolean {
    const answer = this.#deps.current?.();
    if (answer === undefined) return false;
    lag.waits = "log";
    this.#asking.add(lag);
    if (this.#asking.size > 1) {
      answer.catch(() => {});
      return true;
    }
    const goOn = () => {
      const asking = this.#asking;
      this.#asking = new Set();
      for (const each of asking) this.wake(each);
    };
    answer.then(goOn, () => void this.#clock.setTimeout(goOn, ASK_AGAIN_MS));
    return true;
  }

  #caught(lag: Lag): void {
    this.end(lag);
    this.stats.caught++;
    lag.track.caught(lag);
  }

  #due(lag: Lag): void {
    if (lag.waits === "log") {
      // It is us who are late.
      this.#wheel.schedule(lag, this.#limits.deadline);
      return;
    }
    this.stats.tooSlow++;
    lag.overdue = true;
    lag.member.tooSlow(`behind for ${this.#limits.deadline} ms`);
  }
}
