import type { Clock, Timer } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
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
export class FollowedRoom implements LogSink {
  readonly room: Room;
  readonly log: BusLog;
  /** Shard of the room in its class. */
  readonly shard: number;
  readonly #deps: FollowedRoomDeps;
  readonly #joining = new Set<Joining>();
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
      const text = `the position of room ${this.room.id} could not be read in time`;
      this.#end(joining);
      joining.reject(new GoimError("timeout", text));
    }, this.#deps.joinTimeoutMs);
    return joining.promise;
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
  }

  #admit(member: Member, onJoined: (() => void) | undefined): void {
    this.#stopLinger();
    member.room = this;
    member.roomId = this.room.id;
    this.room.add(member);
    this.#deps.onCount(this);
    onJoined?.();
  }

  #end(joining: Joining): void {
    this.#joining.delete(joining);
    if (joining.timer !== undefined) this.#deps.clock.clearTimeout(joining.timer);
    if (joining.member.room === joining) joining.member.room = undefined;
    this.#lingerIfEmpty();
  }

  #lingerIfEmpty(): void {
    if (this.#closed || this.room.size + this.#joining.size > 0) return;
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
