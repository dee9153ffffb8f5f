import type { Clock, Timer } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import type { JoinWish, RoomPlace } from "../protocol/v2.ts";
import { Approach, type Entrance } from "./approach.ts";
import type { Follower, LogSink } from "./follower.ts";
import type { LogEntry } from "./log-entry.ts";
import type { BusLog } from "./log-source.ts";
import type { Member } from "./member-list.ts";
import type { Room } from "./room.ts";

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
  /** Its members changed. */
  readonly onCount: (room: FollowedRoom) => void;
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

  /** Makes it a member now if the position is known, otherwise as soon as it is. */
  join(member: Member, onJoined: (() => void) | undefined): Promise<void> {
    this.#stopLinger();
    if (!this.opening) {
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

  knows({ history }: JoinWish): boolean {
    return !this.opening && this.room.start(history) !== undefined;
  }

  enter(member: Member, { history }: JoinWish): RoomPlace {
    const start = this.room.start(history);
    if (start === undefined) throw new Error("entered a room whose position is not known");
    member.room = this;
    member.roomId = this.room.id;
    const place = { ...this.placeOf(member), from: start.after };
    this.room.enter(member, start);
    this.#deps.onCount(this);
    return place;
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
    member.room = undefined;
    member.roomId = "";
    this.room.remove(member);
    this.#deps.onCount(this);
    this.#lingerIfEmpty();
  }

  opened(): void {
    this.room.opened(this.#follower?.applied ?? 0);
    for (const joining of [...this.#joining]) {
      this.#end(joining);
      this.#admit(joining.member, joining.onJoined);
      joining.resolve();
    }
    this.told();
  }

  apply(entries: readonly LogEntry[]): boolean {
    return this.room.apply(entries);
  }

  truncated(oldest: number): void {
    // Clients of version 1 have no way to be told.
    this.room.lost(oldest);
  }

  reset(): void {
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

  #admit(member: Member, onJoined: (() => void) | undefined): void {
    this.#stopLinger();
    member.room = this;
    member.roomId = this.room.id;
    this.room.add(member);
    this.#deps.onCount(this);
    onJoined?.();
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
