import type { Bus } from "../bus/bus.ts";
import { type Clock, sleep } from "../kit/clock.ts";
import { isRetryable, messageOf } from "../kit/errors.ts";
import type { Metrics } from "../kit/metrics.ts";
import { Semaphore } from "../kit/semaphore.ts";
import { CloseCode } from "../protocol/close-code.ts";
import { encodePacket, type Packet } from "../protocol/frame.ts";
import { goim } from "../protocol/gen/messages.js";
import { fromText } from "../protocol/int64.ts";
import { Operation } from "../protocol/operation.ts";
import { encodeError } from "../protocol/v2.ts";
import { type AcceptsTable, parseOperations } from "./accepts.ts";
import type { Calls } from "./calls.ts";
import type { Channel } from "./channel.ts";
import { mayEnter } from "./grant.ts";
import type { Heartbeat } from "./heartbeat.ts";
import type { Identity } from "./identity.ts";
import type { Bans } from "./joins.ts";
import { PacketQueue } from "./packet-queue.ts";
import { type RoomGuard, roomCloseCode } from "./room-guard.ts";
import type { SampledLog } from "./sampled-log.ts";
import type { UpstreamV2 } from "./upstream-v2.ts";

export interface UpstreamConfig {
  readonly queueMax: number;
  readonly timeout: number;
  readonly inFlightMax: number;
  readonly joinTriesMax: number;
  readonly joinPause: number;
  /** Operations that one connection may accept. */
  readonly operationsMax: number;
}

export interface UpstreamDeps {
  readonly bus: Pick<Bus, "request" | "subjects">;
  readonly rooms: Pick<RoomGuard, "join" | "leave">;
  readonly heartbeat: Pick<Heartbeat, "reply">;
  /** Takes what connections of version 2 send first. */
  readonly v2: Pick<UpstreamV2, "handle">;
  /** Takes the operations of the user's own services. */
  readonly calls: Pick<Calls, "takes" | "call">;
  readonly accepts: AcceptsTable;
  readonly bans?: Bans;
  readonly identity: () => Identity;
  readonly clock: Clock;
  readonly sampledLog: SampledLog;
  readonly metrics: Metrics;
}

/** Packets by what they ask for; plain numbers, one more per packet. */
const classes = ["heartbeat", "changeRoom", "sub", "unsub", "message", "call"] as const;
type PacketClass = (typeof classes)[number];

// Two different bodies must not become one room, so what is not UTF-8 is no room id.
const roomIdDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeRoomId(body: Uint8Array): string | undefined {
  try {
    return roomIdDecoder.decode(body);
  } catch {
    return undefined;
  }
}

/** The room a message belongs to: with several of them it says so itself, or belongs to none. */
function roomOf({ roomId, seats }: Channel): string {
  return seats?.size === 1 ? (seats.roomIds()[0] ?? "") : roomId;
}

/**
 * What clients send after their login. Packets of one client are answered in the order they came:
 * while one needs an answer from elsewhere, those behind it wait.
 */
export class Upstream {
  readonly #config: UpstreamConfig;
  readonly #deps: UpstreamDeps;
  readonly #subject: string;
  readonly #requests: Semaphore;
  readonly #packets: Record<PacketClass, number>;
  #waiting = 0;
  #unanswered = 0;
  #joinsFailed = 0;

  constructor(config: UpstreamConfig, deps: UpstreamDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#subject = deps.bus.subjects.logic("receive");
    this.#requests = new Semaphore(config.inFlightMax);
    this.#packets = { heartbeat: 0, changeRoom: 0, sub: 0, unsub: 0, message: 0, call: 0 };
    this.#measure(deps.metrics);
  }

  /** A packet of a logged-in client. Its body is only valid during the call. */
  take(channel: Channel, packet: Packet): void {
    const waits = channel.busy || channel.queue !== undefined;
    // Whatever else is under way, an acknowledgement waits for nothing.
    if (waits && (packet.op !== Operation.Ack || channel.version === 1)) {
      this.enqueue(channel, packet);
    } else {
      this.#handle(channel, packet);
    }
  }

  /** Keeps a packet for later, as of a client whose login is under way. */
  enqueue(channel: Channel, packet: Packet): void {
    const { queueMax } = this.#config;
    const { connection } = channel;
    channel.queue ??= new PacketQueue();
    if (channel.queue.length >= queueMax && connection.transport === "ws") {
      channel.close(CloseCode.Flood, `more than ${queueMax} packets wait for an answer`);
      return;
    }
    channel.queue.push(packet);
    this.#waiting++;
    if (channel.queue.length >= queueMax && !channel.paused) {
      channel.paused = true;
      connection.pause();
    }
  }

  /** Answers what waits, up to the next packet that needs an answer from elsewhere. */
  resume(channel: Channel): void {
    while (!channel.busy && !channel.closed && channel.queue !== undefined) {
      const packet = channel.queue.shift();
      if (channel.queue.length === 0) channel.queue = undefined;
      if (packet === undefined) break;
      this.#waiting--;
      this.#handle(channel, packet);
    }
    if (
      !channel.paused ||
      channel.closed ||
      (channel.queue?.length ?? 0) * 2 > this.#config.queueMax
    )
      return;
    channel.paused = false;
    channel.connection.resume();
  }

  /** The connection is closed: what waits will not be answered. */
  closed(channel: Channel): void {
    this.#waiting -= channel.queue?.length ?? 0;
    channel.queue = undefined;
  }

  #handle(channel: Channel, packet: Packet): void {
    const { calls } = this.#deps;
    if (calls.takes(packet.op)) {
      this.#packets.call++;
      const answered = calls.call(channel, packet);
      // In version 2 answers find their request by seq, so a slow one holds up nothing.
      if (channel.version === 1) this.#later(channel, answered);
      return;
    }
    if (channel.version === 2) {
      const outcome = this.#deps.v2.handle(channel, packet);
      if (outcome === true) return;
      if (outcome !== false) {
        this.#later(channel, outcome);
        return;
      }
    }
    const { seq, body } = packet;
    const ver = channel.version === 2 ? 2 : packet.ver;
    switch (packet.op) {
      case Operation.Heartbeat:
        this.#packets.heartbeat++;
        this.#deps.heartbeat.reply(channel, packet);
        return;
      case Operation.ChangeRoom:
        this.#packets.changeRoom++;
        this.#changeRoom(channel, packet);
        return;
      case Operation.Sub:
        this.#packets.sub++;
        if (!this.#sub(channel, body) && channel.version === 2) {
          const text = `a connection may accept ${this.#config.operationsMax} operations`;
          channel.reply(encodeError(seq, { code: "too_large", text, op: Operation.Sub }));
          return;
        }
        channel.reply(encodePacket({ ver, op: Operation.SubReply, seq, body }));
        return;
      case Operation.Unsub:
        this.#packets.unsub++;
        this.#unsub(channel, body);
        channel.reply(encodePacket({ ver, op: Operation.UnsubReply, seq, body }));
        return;
      default:
        this.#packets.message++;
        this.#later(channel, this.#receive(channel, packet));
    }
  }

  /**
   * As goim: a list that cannot be read changes nothing, and is answered all the same. False when
   * there would be too many, which changes nothing either.
   */
  #sub(channel: Channel, body: Uint8Array): boolean {
    const operations = parseOperations(body);
    if (operations === undefined) return true;
    const { acceptSet } = channel;
    const added = new Set(operations.filter((op) => !acceptSet.has(op)));
    if (acceptSet.operations.length + added.size > this.#config.operationsMax) return false;
    channel.acceptSet = this.#deps.accepts.with(acceptSet, operations);
    return true;
  }

  #unsub(channel: Channel, body: Uint8Array): void {
    const operations = parseOperations(body);
    if (operations === undefined) return;
    channel.acceptSet = this.#deps.accepts.without(channel.acceptSet, operations);
  }

  /** Lets the packets behind this one wait until `work`, which never rejects, is done. */
  #later(channel: Channel, work: Promise<void>): void {
    channel.busy = true;
    void work.then(() => {
      channel.busy = false;
      if (!channel.closed) this.resume(channel);
    });
  }

  #changeRoom(channel: Channel, { ver, seq, body }: Packet): void {
    const roomId = decodeRoomId(body);
    if (roomId === undefined) {
      channel.close(CloseCode.Malformed, "the room id is not UTF-8");
      return;
    }
    const reply = encodePacket({ ver, op: Operation.ChangeRoomReply, seq, body });
    if (roomId !== "" && !mayEnter(channel, roomId)) {
      channel.close(CloseCode.Unauthorized, "the token does not allow this room");
      return;
    }
    // Leaving a room to enter it again could only lose what comes in between.
    if (roomId === channel.roomId) {
      channel.reply(reply);
    } else if (roomId === "") {
      this.#deps.rooms.leave(channel);
      channel.reply(reply);
    } else {
      this.#later(channel, this.#join(channel, roomId, reply));
    }
  }

  /**
   * Enters a room. The reply promises that nothing pushed from now on is missed; so while it cannot
   * be promised, the client waits, and in the end it is closed rather than told so.
   */
  async #join(channel: Channel, roomId: string, reply: Uint8Array): Promise<void> {
    const { rooms, clock, sampledLog } = this.#deps;
    for (let tries = 1; !channel.closed; tries++) {
      try {
        await this.#deps.bans?.current();
        this.#deps.bans?.check(channel, roomId);
        await rooms.join(channel, roomId, () => channel.reply(reply));
        return;
      } catch (error) {
        this.#joinsFailed++;
        if (!isRetryable(error)) {
          channel.close(roomCloseCode(error), `room: ${messageOf(error)}`);
          return;
        }
        if (tries >= this.#config.joinTriesMax) {
          channel.close(CloseCode.Unavailable, "the room could not be entered");
          return;
        }
        sampledLog.info({ error: messageOf(error), tries }, "a room could not be entered yet");
      }
      await sleep(clock, this.#config.joinPause);
    }
  }

  /** Hands a message to logic. As in goim it is answered even when logic did not answer. */
  async #receive(channel: Channel, packet: Packet): Promise<void> {
    const { op, seq } = packet;
    const ver = channel.version === 2 ? 2 : packet.ver;
    const request = goim.logic.ReceiveReq.encode({
      mid: fromText(channel.mid),
      key: channel.key,
      server: this.#deps.identity().id,
      room: roomOf(channel),
      proto: { ver, op, seq, body: packet.body },
    }).finish();
    const { bus } = this.#deps;
    try {
      await this.#requests.run(() =>
        bus.request(this.#subject, request, { timeoutMs: this.#config.timeout }),
      );
    } catch (error) {
      this.#unanswered++;
      this.#deps.sampledLog.info({ op, error: messageOf(error) }, "logic did not take a message");
    }
    channel.reply(encodePacket({ ver, op, seq }));
  }

  #measure(metrics: Metrics): void {
    for (const name of classes) {
      const snake = name.replace("R", "_r");
      metrics.countOf(
        `comet_packets_${snake}_total`,
        `Packets from clients: ${name}`,
        () => this.#packets[name],
      );
    }
    metrics.countOf(
      "comet_messages_unanswered_total",
      "Messages of clients that logic did not take",
      () => this.#unanswered,
    );
    metrics.countOf(
      "comet_room_changes_failed_total",
      "Tries to enter a room that failed",
      () => this.#joinsFailed,
    );
    metrics.levelOf(
      "comet_packets_waiting",
      "Packets waiting behind one being answered",
      () => this.#waiting,
    );
    metrics.levelOf(
      "comet_messages_waiting",
      "Messages waiting for a request to logic",
      () => this.#requests.waiting,
    );
  }
}
