import type { Bus } from "../bus/bus.ts";
import type { Recalls } from "../bus/recalls.ts";
import type { Metrics } from "../kit/metrics.ts";
import { Semaphore } from "../kit/semaphore.ts";
import type { Packet } from "../protocol/frame.ts";
import { encodeBatch, LogNumber } from "../protocol/frame-batch.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import { Operation } from "../protocol/operation.ts";
import {
  encodeError,
  encodeJson,
  encodeMeta,
  encodeV2,
  type Failure,
  type HistoryReplyMeta,
  type HistoryWish,
  type PublishMeta,
  type PublishReplyBody,
} from "../protocol/v2.ts";
import {
  BadRequest,
  parseHistory,
  parseJoin,
  parseLeave,
  parsePublish,
} from "../protocol/v2-requests.ts";
import type { Acks } from "./acks.ts";
import type { Channel } from "./channel.ts";
import { forbiddenRoom, mayEnter, mayPublish } from "./grant.ts";
import type { Identity } from "./identity.ts";
import { type Bans, failureOf, type Joins } from "./joins.ts";
import type { Refresh } from "./refresh.ts";
import type { Rooms } from "./rooms.ts";

export interface UpstreamV2Config {
  readonly publishTimeout: number;
  readonly inFlightMax: number;
  readonly historyMax: number;
  readonly historyBytes: number;
}

export interface UpstreamV2Deps {
  readonly bus: Pick<Bus, "request" | "subjects">;
  readonly joins: Joins;
  readonly rooms: Pick<Rooms, "placeOf">;
  readonly identity: () => Identity;
  readonly acks: Pick<Acks, "acked">;
  readonly refresh: Refresh;
  readonly bans?: Pick<Bans, "current">;
  /** What was taken back: it may have been on the way of a page. */
  readonly recalls?: Pick<Recalls, "of">;
  readonly metrics: Metrics;
}

const classes = ["ack", "join", "leave", "publish", "history", "refresh"] as const;
/** What a packet became: handled, handled when the promise is settled, or none of version 2's. */
export type Outcome = true | Promise<void> | false;

/** The packets that only version 2 has, and those that mean something else in it. */
export class UpstreamV2 {
  readonly #config: UpstreamV2Config;
  readonly #deps: UpstreamV2Deps;
  readonly #requests: Semaphore;
  readonly #packets = { ack: 0, join: 0, leave: 0, publish: 0, history: 0, refresh: 0 };
  #errors = 0;

  constructor(config: UpstreamV2Config, deps: UpstreamV2Deps) {
    this.#config = config;
    this.#deps = deps;
    this.#requests = new Semaphore(config.inFlightMax);
    for (const name of classes) {
      deps.metrics.countOf(
        `comet_packets_${name}_total`,
        `Packets from clients: ${name}`,
        () => this.#packets[name],
      );
    }
    deps.metrics.countOf(
      "comet_packets_refused_total",
      "Packets of version 2 answered with an error packet",
      () => this.#errors,
    );
    deps.metrics.levelOf(
      "comet_publishes_waiting",
      "Messages and questions for history that wait for a request to logic",
      () => this.#requests.waiting,
    );
  }

  /** Never rejects. */
  handle(channel: Channel, packet: Packet): Outcome {
    switch (packet.op) {
      case Operation.Ack:
        this.#packets.ack++;
        this.#ack(channel, packet);
        return true;
      case Operation.Join:
        this.#packets.join++;
        return this.#join(channel, packet);
      case Operation.Leave:
        this.#packets.leave++;
        this.#leave(channel, packet);
        return true;
      case Operation.SendMsg:
        this.#packets.publish++;
        return this.#publish(channel, packet);
      case Operation.History:
        this.#packets.history++;
        return this.#history(channel, packet);
      case Operation.Refresh:
        this.#packets.refresh++;
        return this.#refresh(channel, packet);
      case Operation.ChangeRoom:
        this.#refuse(channel, packet, invalid("version 2 joins and leaves: op 20 and 22"));
        return true;
      default:
        return false;
    }
  }

  #ack(channel: Channel, packet: Packet): void {
    const { seq, offset } = packet;
    if (offset === undefined) {
      this.#refuse(channel, packet, invalid("an ack has a header of 24 bytes"));
      return;
    }
    const reply = (stored: boolean) => {
      if (stored) channel.reply(encodeV2(Operation.AckReply, seq));
      else this.#refuse(channel, packet, { code: "unavailable", text: "not stored" });
    };
    if (this.#deps.acks.acked(channel, offset, seq === 0 ? undefined : reply)) return;
    this.#refuse(channel, packet, invalid("nothing so far was sent"));
  }

  #join(channel: Channel, packet: Packet): Outcome {
    const { joins } = this.#deps;
    const wishes = parseJoin(packet.body);
    if (wishes instanceof BadRequest) {
      this.#refuse(channel, packet, invalid(wishes.text));
      return true;
    }
    if (!joins.fits(channel, wishes)) {
      const text = `this connection may have ${joins.roomsMaxOf(channel)} rooms`;
      this.#refuse(channel, packet, { code: "too_large", text });
      return true;
    }
    const { seq } = packet;
    return joins.join(channel, wishes, (rooms) => {
      channel.reply(encodeJson(Operation.JoinReply, seq, { rooms }));
    });
  }

  #leave(channel: Channel, packet: Packet): void {
    const rooms = parseLeave(packet.body);
    if (rooms instanceof BadRequest) {
      this.#refuse(channel, packet, invalid(rooms.text));
      return;
    }
    for (const room of rooms) this.#deps.joins.leave(channel, room);
    channel.reply(encodeV2(Operation.LeaveReply, packet.seq, packet.body));
  }

  #publish(channel: Channel, packet: Packet): Outcome {
    const request = parsePublish(packet.body);
    if (request instanceof BadRequest) {
      this.#refuse(channel, packet, invalid(request.text));
      return true;
    }
    const { meta, payload } = request;
    if (meta.user === undefined && channel.seats?.get(meta.room) === undefined) {
      const text = "a client publishes into rooms that it has joined";
      this.#refuse(channel, packet, { code: "forbidden", text });
      return true;
    }
    if (!mayPublish(channel, meta.room)) {
      const text = "the token does not allow to publish into this room";
      this.#refuse(channel, packet, { code: "forbidden", text });
      return true;
    }
    const data = this.#publishReq(channel, meta, payload);
    return this.#ask("publish", data, (answer) => {
      const reply = goim.logic.PublishReply.decode(answer);
      if (reply.error !== "") return { code: reply.error, text: reply.errorText };
      const { epoch, duplicate } = reply;
      const body: PublishReplyBody = { offset: toNumber(reply.offset), epoch, duplicate };
      channel.reply(encodeJson(Operation.SendMsgReply, packet.seq, body));
      return undefined;
    }).then((failure) => {
      // It may be stored: only with an id of its own it may be sent again.
      const unknown = failure?.code === "timeout" ? "outcome_unknown" : undefined;
      if (failure !== undefined) {
        this.#refuse(channel, packet, { ...failure, code: unknown ?? failure.code });
      }
    });
  }

  #publishReq(channel: Channel, meta: PublishMeta, body: Uint8Array): Uint8Array {
    const { mid, key, platform, device, connection } = channel;
    return goim.logic.PublishReq.encode({
      ...{ mid, key, platform, device, server: this.#deps.identity().id },
      ...{ room: meta.room, op: meta.op, body, id: meta.id ?? "" },
      excludeSelf: meta.exclude ?? false,
      clientIp: connection.remoteAddress,
      user: meta.user ?? "",
    }).finish();
  }

  #history(channel: Channel, packet: Packet): Outcome {
    const wish = parseHistory(packet.body);
    if (wish instanceof BadRequest) {
      this.#refuse(channel, packet, invalid(wish.text));
      return true;
    }
    if (!mayEnter(channel, wish.room)) {
      this.#refuse(channel, packet, failureOf(forbiddenRoom()));
      return true;
    }
    return this.#ask("history", this.#historyReq(channel, wish), (answer) => {
      const reply = goim.logic.HistoryReply.decode(answer);
      if (reply.error !== "") return { code: reply.error, text: reply.errorText };
      const { next } = reply;
      const meta: HistoryReplyMeta = {
        ...{ room: wish.room, epoch: reply.epoch },
        ...(next == null ? {} : { next: toNumber(next) }),
        oldest: toNumber(reply.oldest),
      };
      const hidden = this.#deps.recalls?.of("room", wish.room, reply.epoch);
      const entries = reply.entries.map(toShown).filter((entry) => hidden?.(entry) !== true);
      const { v2 } = encodeBatch(entries, this.#logOf(channel, wish.room));
      channel.reply(encodeMeta(Operation.HistoryReply, packet.seq, meta, v2));
      return undefined;
    }).then((failure) => {
      if (failure !== undefined) this.#refuse(channel, packet, failure);
    });
  }

  #historyReq(channel: Channel, wish: HistoryWish): Uint8Array {
    const { historyMax, historyBytes } = this.#config;
    const { room, before, after, epoch = "", limit = historyMax } = wish;
    return goim.logic.HistoryReq.encode({
      ...{ mid: channel.mid, room, epoch, bytes: historyBytes },
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      limit: Math.min(limit, historyMax),
    }).finish();
  }

  #refresh(channel: Channel, packet: Packet): Outcome {
    // The packet's bytes are only valid during this call.
    const token = new Uint8Array(packet.body);
    return this.#requests
      .run(() => this.#deps.refresh(channel, token))
      .then((outcome) => {
        if ("code" in outcome) this.#refuse(channel, packet, outcome);
        else channel.reply(encodeJson(Operation.RefreshReply, packet.seq, outcome));
      });
  }

  #logOf(channel: Channel, room: string): number {
    const seat = channel.seats?.get(room);
    const place = seat === undefined ? undefined : this.#deps.rooms.placeOf(seat);
    return place?.log ?? LogNumber.Key;
  }

  /** Asks logic; resolves to why there is no good answer. Never rejects. */
  async #ask(
    name: "publish" | "history",
    data: Uint8Array,
    take: (answer: Uint8Array) => Failure | undefined,
  ): Promise<Failure | undefined> {
    const { bus } = this.#deps;
    const { publishTimeout: timeoutMs } = this.#config;
    try {
      const subject = bus.subjects.logic(name);
      const answer = await this.#requests.run(() => bus.request(subject, data, { timeoutMs }));
      if (name === "history") await this.#deps.bans?.current();
      return take(answer);
    } catch (error) {
      return failureOf(error);
    }
  }

  #refuse(channel: Channel, { op, seq }: Packet, failure: Failure): void {
    this.#errors++;
    channel.reply(encodeError(seq, { ...failure, op }));
  }
}

function toShown(entry: goim.push.CastEntry.$Properties) {
  const { op, body, offset, sender, time } = entry;
  return {
    ...{ op: op ?? 0, body: body ?? new Uint8Array(0), offset: toNumber(offset ?? 0) },
    ...{ sender: sender ?? "", time: toNumber(time ?? 0) },
  };
}

function invalid(text: string): Failure {
  return { code: "invalid", text };
}
