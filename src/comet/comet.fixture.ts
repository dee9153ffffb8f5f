/** Fakes of what stands around the parts of a comet, for their unit tests. */
import type { Bus, BusMessage, RequestOptions } from "../bus/bus.ts";
import { createSubjects } from "../bus/subjects.ts";
import { GoimError } from "../kit/errors.ts";
import { type Packet, readPackets } from "../protocol/frame.ts";
import { encodeClosing, type JoinWish, type RoomPlace } from "../protocol/v2.ts";
import { Approach } from "./approach.ts";
import { Channel, type ChannelShared, ChannelState, createDeliveryStats } from "./channel.ts";
import type { Rooms } from "./rooms.ts";
import type { Connection } from "./transport/transport.ts";

let lastId = 0;

/** A socket that takes everything, unless `stuck` makes it keep bytes. */
export class FakeConnection implements Connection {
  readonly id = ++lastId;
  readonly transport: "ws" | "tcp";
  readonly remoteAddress: string;
  cookie = "";
  origin = "";
  owner: unknown = undefined;
  version: 1 | 2 = 1;
  paused = false;
  stuck = false;
  waiting = 0;
  gathers = false;
  /** The kernel does not take what was sent together. */
  keeps = false;
  readonly sent: Uint8Array[] = [];
  closedWith: { code: number; reason: string } | undefined;
  onClose: (code: number, reason: string) => void = () => {};
  onResume: () => void = () => {};

  constructor(transport: "ws" | "tcp" = "ws", remoteAddress = "10.0.0.1") {
    this.transport = transport;
    this.remoteAddress = remoteAddress;
  }

  send(bytes: Uint8Array): number {
    if (this.closedWith !== undefined) return 0;
    this.sent.push(bytes);
    if (this.stuck) this.waiting += bytes.length;
    return this.waiting + (this.gathers ? bytes.length : 0);
  }

  together(work: () => void): void {
    this.gathers = true;
    const before = this.sent.length;
    work();
    this.gathers = false;
    const together = this.sent.slice(before);
    if (this.keeps) this.waiting += together.reduce((sum, { length }) => sum + length, 0);
    if (this.waiting === 0 && this.owner instanceof Channel) this.owner.drained();
  }

  bufferedBytes(): number {
    return this.waiting;
  }

  upgrade(): void {
    this.version = 2;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.onResume();
  }

  close(code: number, reason: string): void {
    if (this.closedWith !== undefined) return;
    if (this.version === 2) this.send(encodeClosing(code, reason));
    this.closedWith = { code, reason };
    this.onClose(code, reason);
  }

  /** Everything sent, as packets; batches of op 9 stay what they are. */
  packets(): Packet[] {
    const limits = { bodyBytesMax: 1 << 20, version: 2 } as const;
    return this.sent.flatMap((bytes) => readPackets(bytes, limits).packets);
  }

  /** Texts of the pushed messages among them, unpacked. */
  pushed(): string[] {
    return this.packets()
      .filter(({ op }) => op === 9)
      .flatMap(({ body }) => readPackets(body, { bodyBytesMax: 1 << 20 }).packets)
      .map(({ body }) => Buffer.from(body).toString());
  }
}

export function createShared(sendBytesMax = 1000, roomBytesMax = sendBytesMax): ChannelShared {
  const userBytesMax = sendBytesMax;
  return { sendBytesMax, roomBytesMax, userBytesMax, stats: createDeliveryStats() };
}

/** A logged-in channel on a fake socket. */
export function openChannel(
  options: { key?: string; mid?: string; transport?: "ws" | "tcp"; shared?: ChannelShared } = {},
): { channel: Channel; connection: FakeConnection } {
  const connection = new FakeConnection(options.transport);
  const channel = new Channel(connection, options.shared ?? createShared(1 << 20));
  connection.owner = channel;
  channel.key = options.key ?? `key-${connection.id}`;
  channel.mid = options.mid ?? "7";
  channel.incarnation = "inc-1";
  channel.silenceMsMax = 60_000;
  channel.advance(ChannelState.Joining);
  channel.open(new Uint8Array(0));
  connection.sent.length = 0;
  return { channel, connection };
}

export type RequestHandler = (
  data: Uint8Array,
  options?: RequestOptions,
) => Uint8Array | Promise<Uint8Array>;

/** NATS as the parts see it: requests answered by `handlers`, publishes kept. */
export class FakeBus implements Bus {
  readonly subjects = createSubjects("goim");
  readonly inboxPrefix = "_INBOX";
  maxPayloadBytes = 1 << 20;
  connected = true;
  readonly handlers = new Map<string, RequestHandler>();
  readonly published: { subject: string; data: Uint8Array }[] = [];
  readonly subscribed = new Map<string, (message: BusMessage) => void>();
  readonly requests: string[] = [];

  publish(subject: string, data: Uint8Array): void {
    if (!this.connected) throw new GoimError("unavailable", "not connected");
    this.published.push({ subject, data });
  }

  async flush(): Promise<void> {}

  async request(subject: string, data: Uint8Array, options?: RequestOptions): Promise<Uint8Array> {
    this.requests.push(subject);
    const handler = this.handlers.get(subject);
    if (!this.connected || handler === undefined) throw new GoimError("unavailable", "nobody");
    return handler(data, options);
  }

  subscribe(subject: string, onMessage: (message: BusMessage) => void) {
    this.subscribed.set(subject, onMessage);
    const unsubscribe = () => {
      this.subscribed.delete(subject);
    };
    return { unsubscribe, drain: async () => unsubscribe() };
  }

  onStatus(): () => void {
    return () => {};
  }

  async close(): Promise<void> {}
}

type RoomsUsed = "join" | "approach" | "placeOf" | "leave" | "counts" | "onCount";

/** Rooms without messages: joins succeed at once, or fail with `failures`, or hang in `held`. */
export class FakeRooms implements Pick<Rooms, RoomsUsed> {
  readonly failures: GoimError[] = [];
  readonly joins: string[] = [];
  readonly members = new Map<string, number>();
  hold = false;
  released = 0;
  readonly held: (() => void)[] = [];
  #listener: (roomId: string, count: number) => void = () => {};

  async join(
    member: Parameters<Rooms["join"]>[0],
    roomId: string,
    onJoined?: () => void,
  ): Promise<void> {
    this.leave(member);
    this.joins.push(roomId);
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    if (this.hold) await new Promise<void>((resolve) => this.held.push(resolve));
    member.roomId = roomId;
    this.#count(roomId, 1);
    onJoined?.();
  }

  approach(wish: JoinWish): Approach {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    this.joins.push(wish.room);
    const approach = new Approach(
      {
        knows: () => !this.hold,
        enter: (member) => {
          member.roomId = wish.room;
          this.#count(wish.room, 1);
          return this.#place(wish.room);
        },
        released: () => {
          this.released++;
        },
      },
      wish,
    );
    this.held.push(() => approach.told());
    return approach;
  }

  placeOf(member: Parameters<Rooms["placeOf"]>[0]): RoomPlace {
    return this.#place(member.roomId);
  }

  leave(member: Parameters<Rooms["leave"]>[0]): void {
    if (member.roomId === "") return;
    this.#count(member.roomId, -1);
    member.roomId = "";
  }

  counts(): ReadonlyMap<string, number> {
    return this.members;
  }

  onCount(listener: (roomId: string, count: number) => void): void {
    this.#listener = listener;
  }

  #place(room: string): RoomPlace {
    return { room, log: 16 + this.joins.indexOf(room), epoch: "E", offset: 2048, from: 2048 };
  }

  #count(roomId: string, change: number): void {
    const count = (this.members.get(roomId) ?? 0) + change;
    if (count === 0) this.members.delete(roomId);
    else this.members.set(roomId, count);
    this.#listener(roomId, count);
  }
}

/** A packet as a transport hands it up. */
export function packet(op: number, body = "", seq = 1): Packet {
  return { ver: 1, op, seq, body: new TextEncoder().encode(body) };
}

/** Lets promise chains go on, however long they are in these tests. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}
