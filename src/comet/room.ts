import type { Clock, Timer } from "../kit/clock.ts";
import { HEADER_BYTES } from "../protocol/frame.ts";
import { type EncodedBatch, encodeBatch } from "../protocol/frame-batch.ts";
import { Behind } from "./behind.ts";
import type { CatchUp } from "./catch-up.ts";
import type { Coalesce } from "./coalesce.ts";
import type { Fanout } from "./fanout.ts";
import { Gathered } from "./gathered.ts";
import { type Lag, Place, type Track } from "./lag.ts";
import type { LogEntry } from "./log-entry.ts";
import { type Member, MemberList } from "./member-list.ts";
import { isExpired, type Piece } from "./piece.ts";
import type { Replay, RoomHistory } from "./room-history.ts";
import type { RoomStats } from "./room-stats.ts";
import { sharesOf } from "./shares.ts";

export interface RoomLimits {
  /** Number of its log on connections of version 2. */
  readonly log: number;
  /** Bytes of bodies in one flush; a single larger message goes alone. */
  readonly flushBytes: number;
  /** Bytes of bodies gathered before no more is taken. */
  readonly gatherBytes: number;
  /** Newcomers get the history first. */
  readonly replays: boolean;
}

export interface RoomDeps {
  readonly coalesce: Coalesce;
  readonly fanout: Fanout;
  readonly catchUp: CatchUp;
  readonly history: RoomHistory;
  readonly clock: Clock;
  readonly stats: RoomStats;
  /** The room takes entries again after `apply` said no. */
  readonly onSpace: () => void;
  /** What was taken back of its log; undefined where nothing was. */
  readonly hidden?: () => ((entry: LogEntry) => boolean) | undefined;
  /** `start` may know now what it did not. */
  readonly onKnown: () => void;
}

/** Where the room stood before a flush: whoever did not get it goes on from there. */
interface Boundary {
  readonly at: number;
  readonly count: number;
  readonly life: number;
}

/**
 * The members of one room and what is gathered for them.
 *
 * A flush goes to everybody who is live when it begins and still is when their turn comes. So a
 * newcomer gets what was gathered before it came, and nothing of a flush that had begun. Flushes of
 * a room follow each other: the next begins when the last member of the one before is served.
 *
 * What was flushed is history from the moment the flush begins. A member that is behind gets it
 * from there, and is live again when it stands where the last flush ended: the boundary.
 */
export class Room implements Track {
  readonly id: string;
  /** Those who get flushes. */
  readonly #live = new MemberList<Member>("roomSlot");
  readonly #behind: Behind;
  /** How many of them are newcomers that have not begun. */
  #waiting = 0;
  readonly #limits: RoomLimits;
  readonly #deps: RoomDeps;
  readonly #gathered = new Gathered();
  #full = false;
  #firstAt = 0;
  #lastFlushAt = Number.NEGATIVE_INFINITY;
  #flushes = 0;
  #flushing = false;
  #timer: Timer | undefined;
  /** Offset of the last entry flushed (Lost between two lives), and entries flushed in all. */
  #boundary: number = Place.Lost;
  #count = 0;
  /** Grows with every reset: offsets of another life mean nothing. */
  #life = 0;
  /** Where the log stood when its life began; undefined while that is not known. */
  #opened: number | undefined;
  /** The same once nothing of its last life is left to hand out. */
  #began: Boundary | undefined;
  #epoch = "";

  constructor(id: string, limits: RoomLimits, deps: RoomDeps) {
    this.id = id;
    this.#limits = limits;
    this.#deps = deps;
    this.#behind = new Behind(deps.catchUp, deps.stats.ledger);
  }

  /** Number of the last flush that began. */
  get flushes(): number {
    return this.#flushes;
  }

  get log(): number {
    return this.#limits.log;
  }

  /** Offset of the last entry flushed; undefined between two lives of the log. */
  get position(): number | undefined {
    return this.#boundary === Place.Lost ? undefined : this.#boundary;
  }

  get size(): number {
    return this.#live.size + this.#behind.size;
  }

  /** Everybody in it, in no order; a copy. */
  members(): Member[] {
    const all = this.#behind.members();
    this.#live.forEach((member) => {
      all.push(member);
    });
    return all;
  }

  /** Whether it gets flushes: it is in the room and not behind. */
  isLive(member: Member): boolean {
    return this.#live.has(member);
  }

  add(member: Member): void {
    member.lastFlush = this.#flushes;
    if (!this.#limits.replays) {
      this.#live.add(member);
      return;
    }
    this.#waiting++;
    const start = { at: this.#boundary, since: this.#count, why: "fresh" } as const;
    this.#behind.begin(member, this, start);
  }

  /**
   * Where a newcomer of version 2 begins: with the newest so many messages, or as the room's type
   * has it. Undefined while that is being read.
   */
  start(newest?: number): Replay | undefined {
    if (this.#boundary === Place.Lost) return undefined;
    const none = newest === undefined ? !this.#limits.replays : newest === 0;
    if (none) return { after: this.#boundary, entries: 0 };
    return this.#deps.history.replay(newest);
  }

  /**
   * Where somebody begins who has had everything up to `since`: right there, or where the room
   * becomes whole behind it. Undefined while that is being read.
   */
  resume(since: number): number | undefined {
    if (this.#boundary === Place.Lost) return undefined;
    return since >= this.#boundary ? since : this.#deps.history.wholeBehind(since);
  }

  /** Takes somebody in who begins at a place that is known: what `start` or `resume` said. */
  enter(member: Member, after: number): void {
    member.lastFlush = this.#flushes;
    if (after === this.#boundary) {
      this.#live.add(member);
      return;
    }
    const { entries, uncountedTo = -1 } = this.#deps.history.standing(after);
    this.#deps.stats.ledger.owed += entries;
    const start = { at: after, since: this.#count - entries, why: "resumed" } as const;
    const lag = this.#behind.begin(member, this, start);
    lag.uncountedTo = uncountedTo;
    if (after > this.#boundary) this.#behind.setAhead(lag);
  }

  remove(member: Member): void {
    const { lag } = member;
    if (lag !== undefined && this.#behind.has(lag)) {
      const { ledger } = this.#deps.stats;
      const owed = this.#endOf(lag);
      if (lag.overdue) ledger.tooSlow += owed;
      else ledger.left += owed;
    } else {
      this.#live.remove(member);
    }
    this.#passWithoutFlush();
  }

  /** The log's position is known, again after a reset: what is applied follows on it. */
  opened(at: number, epoch = ""): void {
    this.#opened = at;
    this.#epoch = epoch;
    if (this.#gathered.foreign > 0) return;
    this.#begin(at);
    this.#passWithoutFlush();
    this.#plan();
  }

  /** The log is another one; what is gathered is still to be handed out before its entries. */
  reset(): void {
    this.#life++;
    this.#opened = undefined;
    this.#began = undefined;
    this.#gathered.reset();
    this.#boundary = Place.Lost;
    this.#deps.history.reset();
    this.#behind.reset();
  }

  /** Something between what was applied and `oldest` is gone for good. */
  lost(oldest: number): void {
    this.#deps.history.lost(oldest);
    const state = { log: this.log, epoch: this.#epoch, offset: oldest - 1, oldest };
    this.#gathered.addNotice(this.#life, state);
    this.#passWithoutFlush();
    this.#plan();
  }

  /** Takes the room's next entries. False = take no more until `onSpace`. */
  apply(entries: readonly LogEntry[]): boolean {
    if (this.size === 0) this.#deps.stats.unheard += entries.length;
    if (this.#gathered.size === 0) this.#firstAt = this.#deps.clock.monotonic();
    this.#gathered.add(entries);
    this.#passWithoutFlush();
    this.#plan();
    this.#full = this.#gathered.bytes >= this.#limits.gatherBytes;
    return !this.#full;
  }

  /** Something of its log was taken back. */
  recalled(): void {
    this.#deps.history.recalled();
  }

  /** Hands out nothing more. */
  close(): void {
    this.#stopTimer();
    this.#gathered.clear();
    this.#deps.history.close();
  }

  /** History could not answer before: now it may. */
  wakeBehind(): void {
    this.#behind.wake();
    this.#deps.onKnown();
  }

  atEnd(lag: Lag): boolean {
    if (lag.at === Place.Unknown || lag.notices !== undefined) return false;
    return lag.at === Place.Lost || (lag.at >= this.#boundary && !this.#behind.isAhead(lag));
  }

  next(lag: Lag): Piece | undefined {
    const { history } = this.#deps;
    if (lag.at === Place.Unknown) {
      const replay = history.replay();
      if (replay === undefined) return undefined;
      this.#waiting--;
      this.#start(lag, replay);
    }
    const notice = this.#behind.noticeFor(lag);
    if (notice !== undefined) return notice;
    if (this.#behind.isAhead(lag)) return undefined;
    return history.next(lag.at, this.#boundary);
  }

  passed(lag: Lag, piece: Piece): void {
    this.#behind.passed(lag, piece);
  }

  caught(lag: Lag): void {
    // Only members of this room are ever behind in it.
    const member = lag.member as Member;
    this.#deps.stats.ledger.gone += this.#endOf(lag);
    member.lastFlush = this.#flushes;
    this.#live.add(member);
  }

  /** A newcomer's history begins, no later than where it joined. */
  #start(lag: Lag, { after, entries }: Replay): void {
    const since = this.#count - entries;
    if (lag.joinedAt === Place.Lost || since < lag.since) {
      lag.at = after;
      lag.since = since;
    } else {
      lag.at = lag.joinedAt;
    }
    this.#deps.stats.ledger.owed += this.#count - lag.since;
  }

  /** Somebody's socket did not take a flush. */
  #fall(member: Member, before: Boundary): void {
    let at = before.life === this.#life ? before.at : Place.Lost;
    let since = before.count;
    if (at === Place.Lost && this.#began !== undefined) {
      this.#deps.stats.ledger.gone += this.#began.count - since;
      ({ at, count: since } = this.#began);
    }
    this.#live.remove(member);
    const start = { at, since, why: "fell" } as const;
    this.#behind.begin(member, this, start);
    this.#passWithoutFlush();
  }

  /** Ends being behind; how many entries it has not had. */
  #endOf(lag: Lag): number {
    this.#behind.end(lag);
    if (this.#behind.size === 0) this.#deps.history.release();
    if (lag.at !== Place.Unknown) return this.#count - lag.since - lag.passed;
    this.#waiting--;
    return 0;
  }

  #begin(at: number): void {
    this.#boundary = at;
    this.#began = { at, count: this.#count, life: this.#life };
    this.#deps.history.begin(at, this.#epoch);
    this.#behind.beginLife(at, this.#count);
    if (this.#life > 0) {
      const state = { log: this.log, epoch: this.#epoch, offset: at, reset: true } as const;
      this.#gathered.begin(this.#life, state);
    }
    this.wakeBehind();
  }

  /** The next notice when nothing gathered comes before it; who is behind gets it in its place. */
  #takeNotice(): EncodedBatch | undefined {
    const frame = this.#gathered.takeNotice();
    if (frame !== undefined) this.#behind.tell(this.#boundary, frame);
    return frame;
  }

  #plan(): void {
    if (this.#flushing) return;
    const notice = this.#takeNotice();
    if (notice !== undefined) {
      this.#spreadNotice(notice);
      return;
    }
    if (this.#gathered.size === 0) return;
    const { clock, coalesce } = this.#deps;
    const dueAt = coalesce({
      members: this.#live.size,
      entries: this.#gathered.size,
      bytes: this.#gathered.bytes,
      firstAt: this.#firstAt,
      lastFlushAt: this.#lastFlushAt,
    });
    const delayMs = dueAt - clock.monotonic();
    if (delayMs <= 0) {
      this.#flush();
    } else if (this.#timer === undefined) {
      this.#timer = clock.setTimeout(() => {
        this.#timer = undefined;
        this.#flush();
      }, delayMs);
    }
  }

  #flush(): void {
    this.#stopTimer();
    const { clock, stats } = this.#deps;
    const before = { at: this.#boundary, count: this.#count, life: this.#life };
    const entries = this.#gathered.take(this.#limits.flushBytes);
    if (entries.length === 0) return;
    this.#pass(entries);
    const now = clock.now();
    const hidden = this.#deps.hidden?.();
    const fresh = entries.filter((entry) => !isExpired(entry, now) && !hidden?.(entry));
    stats.ledger.expired += (entries.length - fresh.length) * this.#live.size;
    this.#lastFlushAt = clock.monotonic();
    this.#firstAt = this.#lastFlushAt;
    if (fresh.length === 0) {
      this.#plan();
      return;
    }
    this.#spread(fresh, { expired: entries.length - fresh.length, before });
  }

  #spread(
    fresh: readonly LogEntry[],
    flush: { readonly expired: number; readonly before: Boundary },
  ): void {
    const { fanout, stats } = this.#deps;
    const { ledger } = stats;
    const walk = this.#live.walk();
    const { expired, before } = flush;
    const sent = fresh.length;
    let left = walk.remaining;
    this.#flushes++;
    this.#flushing = true;
    stats.flushes++;
    stats.flushedEntries += sent;
    stats.flushedBytes += packetBytesOf(fresh);
    fanout.add({
      walk,
      frame: encodeBatch(fresh, this.log),
      shares: sharesOf(fresh, this.log),
      entries: sent,
      number: this.#flushes,
      op: undefined,
      onServed: (entries) => {
        left--;
        ledger.live += entries;
        ledger.excluded += sent - entries;
      },
      onBehind: (member) => {
        left--;
        // What had expired was counted for it already, and counts again when it is read.
        ledger.expired -= expired;
        this.#fall(member, before);
      },
      done: () => {
        ledger.left += left * sent;
        this.#flushing = false;
        this.#reportSpace();
        this.#plan();
      },
    });
  }

  /** Who is live now gets a notice in its place between two flushes. */
  #spreadNotice(frame: EncodedBatch): void {
    const before = { at: this.#boundary, count: this.#count, life: this.#life };
    this.#flushing = true;
    this.#deps.fanout.add({
      walk: this.#live.walk(),
      frame,
      entries: 0,
      number: undefined,
      op: undefined,
      onBehind: (member) => {
        this.#fall(member, before);
        if (member.lag !== undefined) this.#behind.tellOne(member.lag, before.at, frame);
      },
      done: () => {
        this.#flushing = false;
        this.#plan();
      },
    });
  }

  /** Entries become history: from here on the room stands behind them. */
  #pass(entries: readonly LogEntry[]): void {
    const { history, stats } = this.#deps;
    this.#count += entries.length;
    stats.ledger.owed += entries.length * (this.size - this.#waiting);
    if (this.#gathered.foreign > 0) {
      const last = this.#gathered.passForeign(entries.length);
      if (last && this.#opened !== undefined) this.#begin(this.#opened);
      return;
    }
    this.#boundary = entries.at(-1)?.offset ?? this.#boundary;
    history.append(entries, this.#boundary);
    this.#behind.passAhead(entries, this.#boundary);
  }

  /** Nobody is live: what is gathered goes to nobody, or to those who are behind. */
  #passWithoutFlush(): void {
    if (this.#live.size > 0) return;
    while (!this.#gathered.empty) {
      if (this.#takeNotice() !== undefined) continue;
      this.#pass(this.#gathered.take(this.#limits.flushBytes));
    }
    this.#stopTimer();
    this.#reportSpace();
  }

  #reportSpace(): void {
    if (!this.#full || this.#gathered.bytes > this.#limits.gatherBytes / 2) return;
    this.#full = false;
    this.#deps.onSpace();
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.#deps.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** As version 1 has them, without asking for an encoding that perhaps nobody needs. */
function packetBytesOf(entries: readonly LogEntry[]): number {
  let bytes = HEADER_BYTES * entries.length;
  for (const { body } of entries) bytes += body.length;
  return bytes;
}
