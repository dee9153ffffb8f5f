/**
 * Who is online, summed over all comets: each comet publishes its absolute counts per room, this
 * keeps the newest of each and the sum. Messages of a comet are numbered; after a hole, or when a
 * comet is new to this process, its rooms are asked for.
 */
import type { Bus, CometDirectory, CometInfo, Subscription } from "../bus/bus.ts";
import type { Clock } from "../kit/clock.ts";
import { messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import { CometCounts } from "./comet-counts.ts";
import { largestRooms, type RoomCount } from "./top-rooms.ts";

export interface OnlineConfig {
  /** Most rooms of one answer of `top`. */
  readonly topMax: number;
  /** How old an answer of `top` may be, milliseconds. */
  readonly topAge: number;
  readonly snapshotTimeout: number;
}

export interface OnlineDeps {
  readonly bus: Pick<Bus, "subjects" | "subscribe" | "request">;
  readonly directory: Pick<CometDirectory, "list" | "onChange">;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface Online {
  /** Connections in a room. */
  room(roomId: string): number;
  /**
   * The largest rooms whose id starts with `prefix`, at most `limit` and at most `topMax`. May be
   * `topAge` old.
   */
  top(prefix: string, limit: number): readonly RoomCount[];
  /** Connections, and client addresses as the comets count them. */
  totals(): { readonly connections: number; readonly ips: number };
  /** Begins to listen; the directory is ready then. */
  start(): void;
  stop(): void;
}

/** Prefixes whose answer is remembered; an API caller asks for a few types. */
const TOPS_MAX = 64;

export function createOnline(config: OnlineConfig, deps: OnlineDeps): Online {
  return new RoomTotals(config, deps);
}

interface Top {
  readonly rooms: readonly RoomCount[];
  readonly limit: number;
  readonly atMs: number;
}

class RoomTotals implements Online {
  readonly #config: OnlineConfig;
  readonly #deps: OnlineDeps;
  readonly #comets = new Map<string, CometCounts>();
  readonly #totals = new Map<string, number>();
  readonly #tops = new Map<string, Top>();
  #subscription: Subscription | undefined;
  #unwatch: (() => void) | undefined;
  #holes = 0;
  #unreadable = 0;

  constructor(config: OnlineConfig, deps: OnlineDeps) {
    this.#config = config;
    this.#deps = deps;
    const { metrics } = deps;
    metrics.levelOf("online_rooms", "Rooms with somebody in them", () => this.#totals.size);
    metrics.levelOf("online_connections", "Connections of all comets", () => {
      return this.totals().connections;
    });
    metrics.countOf("online_holes_total", "Missed counts of a comet", () => this.#holes);
    metrics.countOf("online_unreadable_total", "Counts that were no message", () => {
      return this.#unreadable;
    });
  }

  start(): void {
    const { bus, directory } = this.#deps;
    this.#subscription = bus.subscribe(bus.subjects.cometCounts, ({ data }) => this.#take(data));
    this.#unwatch = directory.onChange(({ joined, left }) => {
      if (left !== undefined) this.#leave(left);
      if (joined !== undefined) this.#join(joined);
    });
    for (const comet of directory.list()) this.#join(comet);
  }

  stop(): void {
    this.#subscription?.unsubscribe();
    this.#unwatch?.();
    this.#comets.clear();
    this.#totals.clear();
  }

  room(roomId: string): number {
    return this.#totals.get(roomId) ?? 0;
  }

  top(prefix: string, limit: number): readonly RoomCount[] {
    const { topMax, topAge } = this.#config;
    const wanted = Math.min(limit, topMax);
    const nowMs = this.#deps.clock.monotonic();
    const known = this.#tops.get(prefix);
    if (known !== undefined && nowMs - known.atMs < topAge && known.limit >= wanted) {
      return known.rooms.slice(0, wanted);
    }
    const rooms = largestRooms(this.#withPrefix(prefix), wanted);
    this.#tops.delete(prefix);
    this.#tops.set(prefix, { rooms, limit: wanted, atMs: nowMs });
    const [oldest] = this.#tops.keys();
    if (this.#tops.size > TOPS_MAX && oldest !== undefined) this.#tops.delete(oldest);
    return rooms;
  }

  totals(): { connections: number; ips: number } {
    let connections = 0;
    let ips = 0;
    for (const comet of this.#deps.directory.list()) {
      // The comet's own counts are newer than its registry entry, once there are any.
      const told = this.#comets.get(comet.id)?.told ?? comet;
      connections += told.connections;
      ips += told.ips;
    }
    return { connections, ips };
  }

  *#withPrefix(prefix: string): Iterable<RoomCount> {
    for (const [room, count] of this.#totals) {
      if (room.startsWith(prefix)) yield { room, count };
    }
  }

  #join(comet: CometInfo): void {
    const old = this.#comets.get(comet.id);
    if (old?.incarnation === comet.incarnation) return;
    old?.clear();
    const counts = new CometCounts(comet.id, comet.incarnation, (room, by) => this.#add(room, by));
    this.#comets.set(comet.id, counts);
    this.#ask(counts);
  }

  #leave(comet: CometInfo): void {
    const counts = this.#comets.get(comet.id);
    if (counts?.incarnation !== comet.incarnation) return;
    counts.clear();
    this.#comets.delete(comet.id);
  }

  #take(data: Uint8Array): void {
    let message: goim.comet.RoomCounts;
    try {
      message = goim.comet.RoomCounts.decode(data);
    } catch {
      this.#unreadable++;
      return;
    }
    const counts = this.#comets.get(message.comet);
    // A comet the registry does not show (yet): when it joins, its rooms are asked for.
    if (counts === undefined || counts.incarnation !== message.incarnation) return;
    counts.told = { connections: message.connections, ips: message.ips };
    const { snapshot, rooms } = message;
    const result = counts.apply({ n: toNumber(message.n), snapshot, rooms });
    if (result === "hole") this.#holes++;
    if (!counts.complete) this.#ask(counts);
  }

  /**
   * Asks a comet for its rooms, until all of them are known. When that fails, the comet's next
   * message leads here again.
   */
  #ask(counts: CometCounts): void {
    if (!counts.beginAsking()) return;
    const { bus, log } = this.#deps;
    const request = goim.comet.RoomsReq.encode({}).finish();
    const timeoutMs = this.#config.snapshotTimeout;
    bus
      .request(bus.subjects.comet(counts.id, "rooms"), request, { timeoutMs })
      .then((data) => {
        const reply = goim.comet.RoomsReply.decode(data);
        const same = reply.incarnation === counts.incarnation;
        counts.endAsking(same ? { n: toNumber(reply.n), rooms: reply.rooms } : undefined);
        // The answer may be older than a hole that was found while it was awaited.
        if (same && !counts.complete) this.#ask(counts);
      })
      .catch((error: unknown) => {
        counts.endAsking(undefined);
        log.debug({ comet: counts.id, error: messageOf(error) }, "no answer about its rooms");
      });
  }

  #add(room: string, by: number): void {
    const count = (this.#totals.get(room) ?? 0) + by;
    if (count > 0) this.#totals.set(room, count);
    else this.#totals.delete(room);
  }
}
