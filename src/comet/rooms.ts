import type { Bus, StreamLayout, StreamReader } from "../bus/bus.ts";
import type { Recalls } from "../bus/recalls.ts";
import type { Clock } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { Semaphore } from "../kit/semaphore.ts";
import type { Service } from "../kit/service.ts";
import { LogNumber } from "../protocol/frame-batch.ts";
import { parseRoomId } from "../protocol/room-id.ts";
import type { JoinWish, RoomPlace } from "../protocol/v2.ts";
import type { Approach } from "./approach.ts";
import { CatchUp } from "./catch-up.ts";
import { type Coalesce, createCoalesce } from "./coalesce.ts";
import { type DigestShard, DigestWatch, type DigestWatchDeps } from "./digest-watch.ts";
import { EpochWatch } from "./epoch-watch.ts";
import { Fanout } from "./fanout.ts";
import { FollowedRoom, Joining } from "./followed-room.ts";
import { Follower } from "./follower.ts";
import { createFollowerStats, exposeFollowerStats } from "./follower-stats.ts";
import { type HistoryConfig, replayTable, type SlowConfig } from "./history-config.ts";
import { createHistoryStats, exposeHistoryStats } from "./history-stats.ts";
import { BusLog, type HistoryEnds } from "./log-source.ts";
import type { Member } from "./member-list.ts";
import { Room } from "./room.ts";
import type { RoomConfig } from "./room-config.ts";
import { RoomHistory } from "./room-history.ts";
import {
  createRoomStats,
  exposeDigestStats,
  exposeFanout,
  exposePace,
  exposeRoomStats,
  exposeTailStats,
} from "./room-stats.ts";
import { SendPace } from "./send-pace.ts";
import { type Followed, TailCheck } from "./tail-check.ts";
import { TailReader } from "./tail-reader.ts";

/** Every room that this comet has members of. */
export interface Rooms extends Service {
  /** Members served per second, of late. */
  readonly servedPerSecond: number;
  /**
   * Makes `member` a member of the room, after it left the one it was in (that happens at once).
   * Resolves when the room's position in its stream is known and the member is in: from then on it
   * gets every flush that begins, so nothing pushed later is missed; where the room's type has a
   * replay, what came before comes first. `onJoined` runs at that very moment, before anything can
   * be delivered: the place to send the reply from.
   *
   * Rejects with GoimError "invalid" (the id is too long), "unavailable" or "timeout"; then the
   * member is in no room. A join overtaken by `leave` or by a further join resolves without
   * `onJoined`.
   */
  join(member: Member, roomId: string, onJoined?: () => void): Promise<void>;
  /**
   * Version 2: begins to follow the room for somebody who is about to enter it. Throws GoimError as
   * `join` rejects. Release it, entered or not.
   */
  approach(wish: JoinWish): Approach;
  /** Where a member of version 2 stands in its room. */
  placeOf(member: Member): RoomPlace | undefined;
  /** Ends the membership, or the join that is under way. */
  leave(member: Member): void;
  /** Everybody in the room, in no order; a copy. */
  members(roomId: string): Member[];
  /** Something of the room was taken back. */
  recalled(roomId: string): void;
  /** Members per room, rooms without any left out. A live view: copy it to keep it. */
  counts(): ReadonlyMap<string, number>;
  /** Called with the new count whenever a member comes or goes, 0 when the last one left. */
  onCount(listener: (roomId: string, count: number) => void): void;
}

/** The number travels as an int32. */
const LOG_NUMBER_MAX = 0x7fffffff;

export interface RoomsConfig {
  readonly room: RoomConfig;
  readonly history: HistoryConfig;
  readonly slow: SlowConfig;
}

export interface RoomsDeps {
  /** What was taken back. */
  readonly recalls?: Pick<Recalls, "of">;
  /** As Bans.current. */
  readonly current?: () => Promise<void> | undefined;
  readonly bus: Bus;
  readonly layout: StreamLayout;
  readonly reader: StreamReader & HistoryEnds;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Somebody came into a room, or is about to leave it. */
  readonly onMove?: (member: Member, roomId: string, joined: boolean) => void;
}

/** The rooms of one comet: followed while they have members, checked after every interruption. */
export function createRooms(config: RoomsConfig, deps: RoomsDeps): Rooms {
  return new FollowedRooms(config, deps);
}

class FollowedRooms implements Rooms {
  readonly name = "rooms";
  readonly #config: RoomsConfig;
  readonly #deps: RoomsDeps;
  readonly #rooms = new Map<string, FollowedRoom>();
  readonly #counts = new Map<string, number>();
  readonly #listeners: ((roomId: string, count: number) => void)[] = [];
  readonly #followers = createFollowerStats();
  readonly #flushes = createRoomStats();
  readonly #histories = createHistoryStats();
  readonly #replays: ReadonlyMap<string, number>;
  readonly #repairs: Semaphore;
  readonly #historyReads: Semaphore;
  readonly #pace: SendPace;
  readonly #coalesce: Coalesce;
  readonly #fanout: Fanout;
  readonly #catchUp: CatchUp;
  readonly #tails: TailReader;
  readonly #check: TailCheck;
  readonly #epochs: EpochWatch;
  readonly #digests: DigestWatch;
  #offStatus: () => void = () => {};
  #stopped = false;
  #log: number = LogNumber.Rooms;

  constructor(config: RoomsConfig, deps: RoomsDeps) {
    const { room, history, slow } = config;
    this.#config = config;
    this.#deps = deps;
    this.#replays = replayTable(history);
    this.#repairs = new Semaphore(room.repairsMax);
    this.#historyReads = new Semaphore(history.readsMax);
    this.#pace = new SendPace(room, deps.clock);
    this.#coalesce = createCoalesce(room, this.#pace);
    this.#fanout = new Fanout(room, deps.clock, (sends, ms) => this.#pace.spent(sends, ms));
    this.#catchUp = new CatchUp({ ...room, ...slow }, deps);
    this.#tails = new TailReader(room, deps.reader);
    this.#check = new TailCheck(room, deps);
    const onRead = () => this.#verifyEpochs();
    this.#epochs = new EpochWatch(room, { layout: deps.layout, clock: deps.clock, onRead });
    this.#digests = new DigestWatch(room, this.#digestDeps(), this.#shards());
    this.#expose();
  }

  /** Members served per second, of late. */
  get servedPerSecond(): number {
    return this.#fanout.servedPerSecond;
  }

  async start(): Promise<void> {
    const { bus } = this.#deps;
    this.#digests.start(bus.subjects.digestFilter);
    this.#offStatus = bus.onStatus((status) => {
      if (status === "up") void this.#recover();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#offStatus();
    this.#digests.stop();
    this.#epochs.close();
    this.#check.close();
    this.#fanout.close();
    this.#catchUp.close();
    for (const room of this.#rooms.values()) room.close("this comet is stopping");
    this.#rooms.clear();
  }

  async join(member: Member, roomId: string, onJoined?: () => void): Promise<void> {
    this.leave(member);
    if (this.#stopped) throw new GoimError("unavailable", "this comet is stopping");
    const room = this.#rooms.get(roomId) ?? this.#open(roomId);
    // Following an open room goes on by itself; opening one takes NATS.
    if (room.opening && !this.#deps.bus.connected) {
      throw new GoimError("unavailable", "NATS is not connected");
    }
    await room.join(member, onJoined);
  }

  approach(wish: JoinWish): Approach {
    if (this.#stopped) throw new GoimError("unavailable", "this comet is stopping");
    const room = this.#rooms.get(wish.room) ?? this.#open(wish.room);
    if (room.opening && !this.#deps.bus.connected) {
      throw new GoimError("unavailable", "NATS is not connected");
    }
    return room.approach(wish);
  }

  placeOf(member: Member): RoomPlace | undefined {
    return member.room instanceof FollowedRoom ? member.room.placeOf(member) : undefined;
  }

  leave(member: Member): void {
    const { room } = member;
    if (room instanceof Joining) room.room.giveUp(room);
    else if (room instanceof FollowedRoom) room.leave(member);
  }

  members(roomId: string): Member[] {
    return this.#rooms.get(roomId)?.room.members() ?? [];
  }

  recalled(roomId: string): void {
    this.#rooms.get(roomId)?.room.recalled();
  }

  counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  onCount(listener: (roomId: string, count: number) => void): void {
    this.#listeners.push(listener);
  }

  #open(roomId: string): FollowedRoom {
    const { bus, layout, clock, reader, onMove } = this.#deps;
    const config = this.#config.room;
    const { name: className, stream } = layout.classOf(roomId);
    const shard = layout.shardOf(roomId);
    const names = {
      stream,
      subject: bus.subjects.pushRoom(className, shard, roomId),
      cast: bus.subjects.room(roomId),
    };
    if (!bus.connected) throw new GoimError("unavailable", "NATS is not connected");
    const log = new BusLog(names, {
      bus,
      layout,
      reader,
      tails: this.#tails,
      stats: this.#followers,
      refresh: () => this.#epochs.refresh(),
      onCast: (cast) => followed.follower?.offerCast(cast),
    });
    const room = this.#createRoom(roomId, log, {
      onSpace: () => followed.follower?.resume(),
      onKnown: () => followed.told(),
    });
    const followed = new FollowedRoom(
      { room, log, shard },
      {
        clock,
        joinTimeoutMs: config.joinTimeout,
        lingerMs: config.linger,
        retryMs: config.retryMin,
        current: this.#deps.current,
        onCount: (changed) => this.#count(changed),
        ...(onMove === undefined ? {} : { onMove }),
        onEmpty: () => this.#rooms.delete(roomId),
      },
    );
    this.#rooms.set(roomId, followed);
    const repairs = this.#repairs;
    const stats = this.#followers;
    followed.follow(new Follower(config, { source: log, sink: followed, clock, repairs, stats }));
    return followed;
  }

  #createRoom(
    roomId: string,
    log: BusLog,
    hooks: { readonly onSpace: () => void; readonly onKnown: () => void },
  ): Room {
    const { clock, recalls } = this.#deps;
    const hidden = () => recalls?.of("room", roomId, log.epoch);
    const { room: limits, history } = this.#config;
    const replay = this.#replays.get(parseRoomId(roomId).type) ?? 0;
    const ring =
      replay > 0
        ? { entriesMax: replay, bytesMax: history.replayBytes }
        : { entriesMax: limits.ringEntries, bytesMax: limits.ringBytes };
    const { retryMin, retryMax } = limits;
    const number = this.#nextLog();
    const kept = new RoomHistory(
      { ...history, ring, replay, retryMin, retryMax, log: number },
      {
        read: (from, to, limit) => log.range(from, to, limit),
        wholeAfter: (sequence) => log.wholeAfter(sequence),
        reads: this.#historyReads,
        ...{ clock, hidden },
        stats: this.#histories,
        onRead: () => room.wakeBehind(),
      },
    );
    const room = new Room(
      roomId,
      { ...limits, replays: replay > 0, log: number },
      {
        coalesce: this.#coalesce,
        fanout: this.#fanout,
        catchUp: this.#catchUp,
        history: kept,
        ...{ clock, hidden },
        stats: this.#flushes,
        ...hooks,
      },
    );
    return room;
  }

  /** Rooms opened for years would run out of numbers; by then the first ones are free again. */
  #nextLog(): number {
    const log = this.#log;
    this.#log = log === LOG_NUMBER_MAX ? LogNumber.Rooms : log + 1;
    return log;
  }

  #count({ room }: FollowedRoom): void {
    const count = room.size;
    if (count > 0) this.#counts.set(room.id, count);
    else this.#counts.delete(room.id);
    for (const listener of this.#listeners) listener(room.id, count);
  }

  /** Nobody knows what was missed: every follower compares itself with its stream. */
  async #recover(): Promise<void> {
    const { log } = this.#deps;
    this.#digests.forget();
    // Epochs first: in a stream that was created again the old positions mean nothing.
    if (!(await this.#epochs.insist())) return;
    for (const room of this.#rooms.values()) room.follower?.wake();
    this.#check.add(followedOf(this.#rooms.values()));
    this.#check.wake();
    log.info({ rooms: this.#rooms.size }, "NATS is back, checking every room");
  }

  #verifyEpochs(): void {
    for (const room of this.#rooms.values()) room.follower?.verifyEpoch();
  }

  #shards(): DigestShard[] {
    const { bus, layout } = this.#deps;
    return layout.classes.flatMap(({ name, stream }) =>
      Array.from({ length: layout.shards }, (_, shard) => ({
        subject: bus.subjects.digest(name, shard),
        stream,
        shard,
      })),
    );
  }

  #digestDeps(): DigestWatchDeps {
    const { bus, clock, layout } = this.#deps;
    return {
      bus,
      clock,
      epochOf: (stream) => layout.epoch(stream),
      onForeignEpoch: () => {
        // When it fails the next digest asks again.
        this.#epochs.refresh().catch(() => undefined);
      },
      onLast: (roomId, epoch, last) => {
        this.#rooms.get(roomId)?.follower?.offerLast(epoch, last);
      },
      onLost: ({ stream, shard }) => {
        const rooms = [...this.#rooms.values()];
        const affected = rooms.filter((room) => {
          return room.shard === shard && room.log.names.stream === stream;
        });
        this.#check.add(followedOf(affected));
      },
    };
  }

  #expose(): void {
    const { metrics } = this.#deps;
    exposeFollowerStats(metrics, "room", this.#followers);
    exposeDigestStats(metrics, "room", this.#digests);
    exposeRoomStats(metrics, this.#flushes);
    exposeFanout(metrics, "room", this.#fanout);
    exposePace(metrics, this.#pace);
    exposeHistoryStats(metrics, this.#histories);
    this.#catchUp.expose(metrics, "room");
    exposeTailStats(metrics, this.#tails, this.#check);
    const waiting = "Reads of missing messages that wait for others.";
    metrics.levelOf("comet_room_repairs_waiting", waiting, () => this.#repairs.waiting);
    metrics.levelOf("comet_rooms", "Rooms with members.", () => this.#counts.size);
  }
}

function followedOf(rooms: Iterable<FollowedRoom>): Followed[] {
  const all: Followed[] = [];
  for (const { follower, log } of rooms) {
    if (follower !== undefined) all.push({ ...log.names, follower });
  }
  return all;
}
