import type { Bus } from "../bus/bus.ts";
import { type Served, serve } from "../bus/rpc.ts";
import type { Clock, Timer } from "../kit/clock.ts";
import { GoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import type { Bucket } from "./bucket.ts";
import type { Identity } from "./identity.ts";
import type { Rooms } from "./rooms.ts";

export interface PresenceConfig {
  readonly renewInterval: number;
  readonly countInterval: number;
  readonly snapshotInterval: number;
  readonly roomsPerMessage: number;
  readonly timeout: number;
}

export interface PresenceDeps {
  readonly bus: Bus;
  readonly rooms: Pick<Rooms, "counts" | "onCount">;
  readonly bucket: Bucket;
  readonly identity: () => Identity;
  readonly onStoreEpoch: (epoch: string) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

const ROOMS_IN_FLIGHT_MAX = 16;

/**
 * Who is where. Tells every logic how many connections each room has here, and learns from logic
 * how many there are over all comets.
 */
export class Presence {
  readonly #config: PresenceConfig;
  readonly #deps: PresenceDeps;
  readonly #changed = new Set<string>();
  #totals: ReadonlyMap<string, number> = new Map();
  #connections = 0;
  /** Number of the last counts message. */
  #n = 0;
  #toldIncarnation = "";
  #toldConnections = 0;
  #toldAddresses = 0;
  #snapshotAt = Number.NEGATIVE_INFINITY;
  #countTimer: Timer | undefined;
  #renewTimer: Timer | undefined;
  #served: Served | undefined;
  #stopped = false;
  #renewsFailed = 0;

  constructor(config: PresenceConfig, deps: PresenceDeps) {
    this.#config = config;
    this.#deps = deps;
    deps.rooms.onCount((roomId) => this.#changed.add(roomId));
    const { metrics } = deps;
    metrics.countOf(
      "comet_renew_failed_total",
      "Questions for room totals that logic did not answer",
      () => this.#renewsFailed,
    );
    metrics.levelOf("comet_rooms_online", "Rooms with members here", () => {
      return deps.rooms.counts().size;
    });
  }

  start(): void {
    const { bus, identity, log } = this.#deps;
    this.#served = serve(bus, bus.subjects.comet(identity().id, "rooms"), () => this.answer(), {
      maxInFlight: ROOMS_IN_FLIGHT_MAX,
      onBug: (error) => log.error({ err: error }, "a question for rooms failed"),
    });
    this.#tick();
    void this.#renew();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const { clock } = this.#deps;
    if (this.#countTimer !== undefined) clock.clearTimeout(this.#countTimer);
    if (this.#renewTimer !== undefined) clock.clearTimeout(this.#renewTimer);
    await this.#served?.stop();
  }

  /** Connections in a room over all comets, as far as known; never fewer than there are here. */
  online(roomId: string): number {
    const here = this.#deps.rooms.counts().get(roomId) ?? 0;
    return Math.max(this.#totals.get(roomId) ?? 0, here);
  }

  /** Connections over all comets, as far as known; never fewer than there are here. */
  totalConnections(): number {
    return Math.max(this.#connections, this.#deps.bucket.size);
  }

  /** Whoever listens may have missed counts, or they belong to another incarnation: tells all. */
  tellAll(): void {
    this.#snapshotAt = Number.NEGATIVE_INFINITY;
  }

  /** The answer to RoomsReq. */
  answer(): Uint8Array {
    const rooms = Object.fromEntries(this.#deps.rooms.counts());
    const { incarnation } = this.#deps.identity();
    const reply = goim.comet.RoomsReply.encode({ rooms, incarnation, n: this.#n }).finish();
    if (reply.length > this.#deps.bus.maxPayloadBytes) {
      this.tellAll();
      throw new GoimError("too_large", "too many rooms for one answer: a snapshot follows");
    }
    return reply;
  }

  #tick(): void {
    try {
      this.#publish();
    } catch (error) {
      // Not connected: what was not told is told by the snapshot after the reconnect.
      this.tellAll();
      this.#deps.log.debug({ error: messageOf(error) }, "counts were not published");
    }
    this.#countTimer = this.#deps.clock.setTimeout(() => this.#tick(), this.#config.countInterval);
  }

  #publish(): void {
    const { clock, identity, rooms, bucket } = this.#deps;
    const { incarnation } = identity();
    if (incarnation !== this.#toldIncarnation) {
      this.#toldIncarnation = incarnation;
      this.#n = 0;
      this.tellAll();
    }
    const now = clock.monotonic();
    const counts = rooms.counts();
    if (now - this.#snapshotAt >= this.#config.snapshotInterval) {
      this.#send([...counts], true);
      this.#snapshotAt = now;
      this.#changed.clear();
      return;
    }
    const levels = bucket.size !== this.#toldConnections;
    if (this.#changed.size === 0 && !levels && bucket.addresses === this.#toldAddresses) return;
    const changes = [...this.#changed].map((id): [string, number] => [id, counts.get(id) ?? 0]);
    this.#send(changes, false);
    this.#changed.clear();
  }

  /**
   * Publishes counts in as many messages as they need. Only the first of a snapshot is marked as
   * one: it says which counts are known at all, those after it add to them.
   */
  #send(counts: readonly (readonly [string, number])[], snapshot: boolean): void {
    const { bus, identity, bucket } = this.#deps;
    const { id, incarnation } = identity();
    const size = this.#config.roomsPerMessage;
    for (let at = 0; at === 0 || at < counts.length; at += size) {
      const message = goim.comet.RoomCounts.encode({
        comet: id,
        incarnation,
        n: this.#n + 1,
        snapshot: snapshot && at === 0,
        rooms: Object.fromEntries(counts.slice(at, at + size)),
        connections: bucket.size,
        ips: bucket.addresses,
      }).finish();
      bus.publish(bus.subjects.comet(id, "counts"), message);
      this.#n++;
    }
    this.#toldConnections = bucket.size;
    this.#toldAddresses = bucket.addresses;
  }

  /** Asks logic for the totals of the rooms here, then again after the interval, until stopped. */
  async #renew(): Promise<void> {
    try {
      await this.#askTotals();
    } catch (error) {
      this.#renewsFailed++;
      this.#deps.log.debug({ error: messageOf(error) }, "logic did not tell room totals");
    }
    if (this.#stopped) return;
    this.#renewTimer = this.#deps.clock.setTimeout(
      () => void this.#renew(),
      this.#config.renewInterval,
    );
  }

  async #askTotals(): Promise<void> {
    const { bus, identity, rooms, onStoreEpoch } = this.#deps;
    const { roomsPerMessage: size, timeout } = this.#config;
    const counts = [...rooms.counts()];
    const totals = new Map<string, number>();
    for (let at = 0; at === 0 || at < counts.length; at += size) {
      const roomCount = Object.fromEntries(counts.slice(at, at + size));
      const request = goim.logic.OnlineReq.encode({ server: identity().id, roomCount }).finish();
      const answer = await bus.request(bus.subjects.logic("renew"), request, {
        timeoutMs: timeout,
      });
      const reply = goim.logic.OnlineReply.decode(answer);
      for (const [roomId, total] of Object.entries(reply.allRoomCount)) totals.set(roomId, total);
      this.#connections = reply.connections;
      onStoreEpoch(reply.storeEpoch);
    }
    this.#totals = totals;
  }
}
