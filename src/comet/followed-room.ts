import type { Clock, Timer } from "../kit/clock.ts";
import { GoimError, messageOf } from "../kit/errors.ts";
import type { JoinWish, RoomPlace } from "../protocol/v2.ts";
import { Approach, type Entrance } from "./approach.ts";
import type { Follower, LogEnd, LogSink } from "./follower.ts";
import type { LogEntry } from "./log-entry.ts";
import type { BusLog } from "./log-source.ts";
import type { Member } from "./member-list.ts";
import { tailOffset } from "./position.ts";
import type { Room } from "./room.ts";
import { RoomClaims } from "./room-claims.ts";

/** Where somebody of version 2 begins, as its join reply says it. */
type Begin = Pick<RoomPlace, "from" | "reset" | "oldest">;

/** A member on its way into a room whose position is not known yet. */
export class Joining {
  readonly room: FollowedRoom;
  readonly member: Member;
  readonly onJoined: (() => void) | undefined;
  readonly promise: Promise<void>;
  timer: Timer | undefined;
  #resolve: () => void = () => {};
  #reject: (error: GoimError) => void = () => {};

  constructor(room: FollowedRoom, member: Member, onJoined: (() => void) | undefined) {
    this.room = room;
    this.member = member;
    this.onJoined = onJoined;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  resolve(): void {
    this.#resolve();
  }

  reject(error: GoimError): void {
    this.#reject(error);
  }
}

export interface FollowedRoomDeps {
  readonly clock: Clock;
  readonly joinTimeoutMs: number;
  readonly lingerMs: number;
  /** Pause after a read that failed. */
  readonly retryMs: number;
  /** As Bans.current: nobody comes in before it is known what was recalled. */
  readonly current?: (() => Promise<void> | undefined) | undefined;
  /** Its members changed. */
  readonly onCount: (room: FollowedRoom) => void;
  /** Somebody came in, or is about to leave. */
  readonly onMove?: (member: Member, roomId: string, joined: boolean) => void;
  /** Nobody has been in it for `lingerMs`: it has closed itself. */
  readonly onEmpty: (room: FollowedRoom) => void;
}

/**
 * A room with the follower of its log and those who wait for it. The follower lives from the first
 * join until the room has been empty for a while.
 */
export class FollowedRoom implements LogSink, Entrance {
  readonly room: Room;
  readonly log: BusLog;
  /** Shard of the room in its class. */
  readonly shard: number;
  readonly #deps: FollowedRoomDeps;
  readonly #claims: RoomClaims;
  readonly #joining = new Set<Joining>();
  readonly #approaches = new Map<Approach, Timer>();
  #follower: Follower | undefined;
  #lingerTimer: Timer | undefined;
  #closed = false;

  constructor(parts: { room: Room; log: BusLog; shard: number }, deps: FollowedRoomDeps) {
    this.room = parts.room;
    this.log = parts.log;
    this.shard = parts.shard;
    this.#deps = deps;
    this.#claims = new RoomClaims({
      end: () => this.#readEnd(),
      oldest: () => this.log.oldest(),
      ...{ clock: deps.clock, pauseMs: deps.retryMs },
      onKnown: () => this.told(),
    });
  }

  get follower(): Follower | undefined {
    return this.#follower;
  }

  /** The follower needs its sink and the sink its follower; this ties the two. */
  follow(follower: Follower): void {
    this.#follower = follower;
    follower.open();
  }

  get opening(): boolean {
    return this.#follower === undefined || this.#follower.state === "opening";
  }

  /**
   * Makes it a member now if the position is known and what was recalled is, else as soon as both
   * are: whatever it waited for, and however long this process stood still meanwhile.
   */
  join(member: Member, onJoined: (() => void) | undefined): Promise<void> {
    this.#stopLinger();
    if (!this.opening && this.#deps.current?.() === undefined) {
      this.#admit(member, onJoined);
      return Promise.resolve();
    }
    const joining = new Joining(this, member, onJoined);
    member.room = joining;
    this.#joining.add(joining);
    joining.timer = this.#deps.clock.setTimeout(() => {
      this.#end(joining);
      joining.reject(this.#late());
    }, this.#deps.joinTimeoutMs);
    this.#enter(joining);
    return joining.promise;
  }

  /** Somebody of version 2 is about to enter: the room stays until the approach is released. */
  approach(wish: JoinWish): Approach {
    this.#stopLinger();
    const approach = new Approach(this, wish);
    const { clock, joinTimeoutMs } = this.#deps;
    const timer = clock.setTimeout(() => approach.fail(this.#late()), joinTimeoutMs);
    this.#approaches.set(approach, timer);
    return approach;
  }

  released(approach: Approach): void {
    const timer = this.#approaches.get(approach);
    if (timer !== undefined) this.#deps.clock.clearTimeout(timer);
    this.#approaches.delete(approach);
    this.#lingerIfEmpty();
  }

  knows(wish: JoinWish): boolean {
    return this.#beginOf(wish) !== undefined;
  }

  enter(member: Member, wish: JoinWish): RoomPlace {
    const begin = this.#beginOf(wish);
    if (begin === undefined) throw new Error("entered a room whose position is not known");
    member.room = this;
    member.roomId = this.room.id;
    const { from, ...reset } = begin;
    const place = this.placeOf(member);
    this.room.enter(member, from);
    this.#deps.onCount(this);
    this.#deps.onMove?.(member, this.room.id, true);
    return { ...place, from, offset: Math.max(from, place.offset), ...reset };
  }

  /** Where a member of version 2 stands. */
  placeOf({ lag }: Member): RoomPlace {
    const { id, log, position = 0 } = this.room;
    const from = lag !== undefined && lag.at >= 0 ? lag.at : position;
    return { room: id, log, epoch: this.#follower?.epoch ?? "", offset: position, from };
  }

  /** What somebody waits for may be known. */
  told(): void {
    for (const approach of this.#approaches.keys()) approach.told();
  }

  /** Ends a join that is under way; its promise resolves without effect. */
  giveUp(joining: Joining): void {
    this.#end(joining);
    joining.resolve();
  }

  leave(member: Member): void {
    this.#deps.onMove?.(member, this.room.id, false);
    member.room = undefined;
    member.roomId = "";
    this.room.remove(member);
    this.#deps.onCount(this);
    this.#lingerIfEmpty();
  }

  opened(): void {
    this.room.opened(this.#follower?.applied ?? 0, this.#follower?.epoch);
    for (const joining of [...this.#joining]) this.#enter(joining);
    this.told();
  }

  apply(entries: readonly LogEntry[]): boolean {
    return this.room.apply(entries);
  }

  truncated(oldest: number): void {
    this.room.lost(oldest);
  }

  reset(): void {
    this.#claims.reset();
    this.room.reset();
  }

  /** Ends it with everything in it. */
  close(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopLinger();
    this.#follower?.close();
    this.log.close();
    this.room.close();
    for (const joining of [...this.#joining]) {
      this.#end(joining);
      joining.reject(new GoimError("unavailable", reason));
    }
    for (const approach of this.#approaches.keys()) {
      approach.fail(new GoimError("unavailable", reason));
    }
  }

  #enter(joining: Joining): void {
    if (this.opening || !this.#joining.has(joining)) return;
    const asking = this.#deps.current?.();
    if (asking === undefined) {
      this.#end(joining);
      this.#admit(joining.member, joining.onJoined);
      joining.resolve();
      return;
    }
    asking.then(
      () => this.#enter(joining),
      (error: unknown) => {
        if (!this.#joining.has(joining)) return;
        this.#end(joining);
        joining.reject(new GoimError("unavailable", messageOf(error), { cause: error }));
      },
    );
  }

  #admit(member: Member, onJoined: (() => void) | undefined): void {
    this.#stopLinger();
    member.room = this;
    member.roomId = this.room.id;
    this.room.add(member);
    this.#deps.onCount(this);
    this.#deps.onMove?.(member, this.room.id, true);
    onJoined?.();
  }

  /** Where somebody with this wish begins; undefined while that is being read. */
  #beginOf(wish: JoinWish): Begin | undefined {
    if (this.opening || this.room.position === undefined) return undefined;
    const { since, epoch, history } = wish;
    if (since === undefined) return this.#fresh(history);
    const follower = this.#follower;
    if (follower === undefined || epoch !== follower.epoch) return this.#reset();
    if (since > follower.applied) {
      const reached = this.#claims.reached(wish, since);
      if (reached === false) return this.#reset();
      return reached === undefined ? undefined : { from: since };
    }
    const whole = this.room.resume(since);
    if (whole === undefined) return undefined;
    return whole <= since ? { from: since } : this.#reset(whole + 1);
  }

  /** What the room's type, or the wish, gives a newcomer. */
  #fresh(newest?: number): Begin | undefined {
    const start = this.room.start(newest);
    return start === undefined ? undefined : { from: start.after };
  }

  /** The place named cannot be served: it begins as a newcomer, and is told so. */
  #reset(known?: number): Begin | undefined {
    const oldest = known ?? this.#claims.oldest();
    const begin = this.#fresh();
    if (oldest === undefined || begin === undefined) return undefined;
    return { ...begin, reset: true, ...(oldest === 0 ? {} : { oldest }) };
  }

  /** The end as the leader has it; what the follower does not know yet it goes and reads. */
  async #readEnd(): Promise<LogEnd> {
    const epoch = this.#follower?.epoch ?? "";
    const end = await this.log.end();
    if (end.tail !== undefined) this.#follower?.offerLast(epoch, tailOffset(end.tail));
    return end;
  }

  #late(): GoimError {
    const text = `the position of room ${this.room.id} could not be read in time`;
    return new GoimError("timeout", text);
  }

  #end(joining: Joining): void {
    this.#joining.delete(joining);
    if (joining.timer !== undefined) this.#deps.clock.clearTimeout(joining.timer);
    if (joining.member.room === joining) joining.member.room = undefined;
    this.#lingerIfEmpty();
  }

  #lingerIfEmpty(): void {
    const { size } = this.room;
    if (this.#closed || size + this.#joining.size + this.#approaches.size > 0) return;
    this.#stopLinger();
    this.#lingerTimer = this.#deps.clock.setTimeout(() => {
      this.close("the room was left");
      this.#deps.onEmpty(this);
    }, this.#deps.lingerMs);
  }

  #stopLinger(): void {
    if (this.#lingerTimer !== undefined) this.#deps.clock.clearTimeout(this.#lingerTimer);
    this.#lingerTimer = undefined;
  }
}
