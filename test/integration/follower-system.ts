/** A comet's rooms and broadcast on a real nats-server; the test stands for logic and job. */
import { createAckPublisher } from "../../src/bus/ack-publisher.ts";
import type { AckPublisher, Bus, StreamLayout, StreamReader } from "../../src/bus/bus.ts";
import { connectBus } from "../../src/bus/connect.ts";
import { JsApi } from "../../src/bus/js-api.ts";
import { defaultStreams } from "../../src/bus/stream-config.ts";
import { createStreamReader } from "../../src/bus/stream-reader.ts";
import { declareStreams, openLayout } from "../../src/bus/streams.ts";
import { createBroadcast } from "../../src/comet/broadcast.ts";
import type { HistoryEnds } from "../../src/comet/log-source.ts";
import { TestMember } from "../../src/comet/member.fixture.ts";
import { type Member, MemberList } from "../../src/comet/member-list.ts";
import { broadcastSection } from "../../src/comet/room-config.ts";
import { roomsConfig } from "../../src/comet/rooms.fixture.ts";
import { createRooms, type Rooms } from "../../src/comet/rooms.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { createMetrics, type Metrics } from "../../src/kit/metrics.ts";
import type { Service } from "../../src/kit/service.ts";
import { goim } from "../../src/protocol/gen/messages.js";
import { offsetOf } from "../../src/protocol/offset.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { type NatsProxy, startNatsProxy } from "../harness/nats-proxy.ts";

export interface StoredBatch {
  readonly sequence: number;
  readonly bodies: readonly string[];
}

/** Counts what a comet reads of the streams. */
export interface Reads {
  tail: number;
  tails: number;
  range: number;
}

function connectTo(url: string, name: string): Promise<Bus> {
  const options = { url, prefix: "goim", name, clock: systemClock, log: silentLog };
  return connectBus({ ...options, reconnectWaitMs: 20 });
}

/** The publishing side: stores as logic does, casts and publishes digests as job does. */
export class Pusher {
  readonly bus: Bus;
  readonly layout: StreamLayout;
  readonly api: JsApi;
  readonly #acks: AckPublisher;
  #id = 0;
  #n = 0;

  private constructor(bus: Bus, layout: StreamLayout) {
    this.bus = bus;
    this.layout = layout;
    this.api = new JsApi(bus);
    this.#acks = createAckPublisher(bus);
  }

  static async connect(url: string): Promise<Pusher> {
    const bus = await connectTo(url, "pusher");
    await declareStreams(bus, defaultStreams, { log: silentLog });
    return new Pusher(bus, await openLayout(bus, { log: silentLog }));
  }

  streamOf(roomId: string): string {
    return this.layout.classOf(roomId).stream;
  }

  async store(roomId: string, ...bodies: string[]): Promise<StoredBatch> {
    const { name } = this.layout.classOf(roomId);
    const subject = this.bus.subjects.pushRoom(name, this.layout.shardOf(roomId), roomId);
    return this.#store(subject, bodies);
  }

  storeAll(...bodies: string[]): Promise<StoredBatch> {
    return this.#store(this.bus.subjects.pushAll, bodies);
  }

  cast(roomId: string, batch: StoredBatch, prev?: number): void {
    this.#cast(this.bus.subjects.room(roomId), this.streamOf(roomId), batch, prev);
  }

  castAll(batch: StoredBatch, prev?: number): void {
    this.#cast(this.bus.subjects.all, this.bus.subjects.stream("all"), batch, prev);
  }

  /** A digest of the room's shard that names it; the number is one that follows. */
  digest(roomId: string, batch: StoredBatch): void {
    const { name, stream } = this.layout.classOf(roomId);
    const subject = this.bus.subjects.digest(name, this.layout.shardOf(roomId));
    this.#digest(subject, stream, roomId, batch);
  }

  digestAll(batch: StoredBatch): void {
    this.#digest(this.bus.subjects.digestAll, this.bus.subjects.stream("all"), "", batch);
  }

  async #store(subject: string, bodies: readonly string[]): Promise<StoredBatch> {
    const entries = bodies.map((text) => ({ op: 1000, body: new TextEncoder().encode(text) }));
    const data = goim.push.PushBatch.encode({ entries }).finish();
    const { sequence } = await this.#acks.publish(subject, data, { id: `id-${this.#id++}` });
    return { sequence, bodies };
  }

  #cast(subject: string, stream: string, { sequence, bodies }: StoredBatch, prev?: number): void {
    const entries = bodies.map((text, index) => ({
      offset: offsetOf(sequence, index),
      op: 1000,
      body: new TextEncoder().encode(text),
    }));
    const epoch = this.layout.epoch(stream);
    const cast = { epoch, ...(prev === undefined ? {} : { prev }), entries };
    this.bus.publish(subject, goim.push.RoomCast.encode(cast).finish());
  }

  #digest(subject: string, stream: string, room: string, batch: StoredBatch): void {
    const digest = {
      epoch: this.layout.epoch(stream),
      job: "nobody",
      term: 1,
      n: ++this.#n,
      part: 0,
      parts: 1,
      rooms: [{ room, last: lastOf(batch) }],
    };
    this.bus.publish(subject, goim.push.Digest.encode(digest).finish());
  }

  async close(): Promise<void> {
    await this.#acks.close();
    this.api.close();
    await this.bus.close();
  }
}

/** Offset of the last entry of a batch. */
export function lastOf({ sequence, bodies }: StoredBatch): number {
  return offsetOf(sequence, bodies.length - 1);
}

/** The receiving side: rooms and broadcast of one comet, behind a proxy that can lose messages. */
export class Receiver {
  readonly rooms: Rooms;
  readonly everybody = new MemberList<Member>("allSlot");
  readonly reads: Reads = { tail: 0, tails: 0, range: 0 };
  readonly bus: Bus;
  readonly #metrics: Metrics = createMetrics();
  readonly #broadcast: Service;

  private constructor(bus: Bus, layout: StreamLayout, config: Record<string, unknown>) {
    this.bus = bus;
    const reader = counting(createStreamReader(bus), this.reads);
    const deps = {
      ...{ bus, layout, reader, clock: systemClock, log: silentLog, metrics: this.#metrics },
    };
    this.rooms = createRooms(roomsConfig(config), deps);
    this.#broadcast = createBroadcast(broadcastSection.parse({}), {
      ...deps,
      channels: this.everybody,
      totalConnections: () => 0,
      kept: { has: () => false, passed: () => {} },
    });
  }

  static async connect(url: string, config: Record<string, unknown> = {}): Promise<Receiver> {
    const bus = await connectTo(url, "comet");
    const receiver = new Receiver(bus, await openLayout(bus, { log: silentLog }), config);
    await receiver.rooms.start();
    await receiver.#broadcast.start();
    return receiver;
  }

  async join(roomId: string): Promise<TestMember> {
    const member = new TestMember();
    await this.rooms.join(member, roomId);
    return member;
  }

  async metric(name: string): Promise<number> {
    const found = await this.#metrics.registry.getSingleMetric(`goim_comet_${name}`)?.get();
    return found?.values[0]?.value ?? 0;
  }

  async close(): Promise<void> {
    await this.#broadcast.stop();
    await this.rooms.stop();
    await this.bus.close();
  }
}

function counting(reader: StreamReader & HistoryEnds, reads: Reads): StreamReader & HistoryEnds {
  return {
    oldest: (stream, subject) => reader.oldest(stream, subject),
    wholeAfter: (stream, subject, after) => reader.wholeAfter(stream, subject, after),
    lastSequence: (stream) => reader.lastSequence(stream),
    tail: (stream, subject) => {
      reads.tail++;
      return reader.tail(stream, subject);
    },
    tails: (stream, subjects) => {
      reads.tails++;
      return reader.tails(stream, subjects);
    },
    range: (stream, subject, from, to, limit) => {
      reads.range++;
      return reader.range(stream, subject, from, to, limit);
    },
  };
}

export interface FollowerSystem {
  readonly nats: TestNats;
  readonly proxy: NatsProxy;
  readonly pusher: Pusher;
  readonly receiver: Receiver;
  stop(): Promise<void>;
}

export async function startFollowerSystem(
  config: Record<string, unknown> = {},
): Promise<FollowerSystem> {
  const opened: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    const nats = await startNats();
    opened.push(() => nats.stop());
    const proxy = await startNatsProxy(nats.port);
    opened.push(() => proxy.stop());
    const pusher = await Pusher.connect(nats.url);
    opened.push(() => pusher.close());
    const receiver = await Receiver.connect(proxy.url, config);
    opened.push(() => receiver.close());
    return { nats, proxy, pusher, receiver, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
