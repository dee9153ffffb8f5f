import type { Metrics } from "../kit/metrics.ts";
import type { Packet } from "../protocol/frame.ts";
import { Operation } from "../protocol/operation.ts";
import { encodeError, encodeJson, encodeV2, type Failure } from "../protocol/v2.ts";
import { BadRequest, parseJoin, parseLeave } from "../protocol/v2-requests.ts";
import type { Acks } from "./acks.ts";
import type { Channel } from "./channel.ts";
import type { Joins } from "./joins.ts";

export interface UpstreamV2Deps {
  readonly joins: Joins;
  readonly acks: Acks;
  readonly metrics: Metrics;
}

const classes = ["ack", "join", "leave"] as const;
type PacketClass = (typeof classes)[number];

/** What a packet became: handled, handled when the promise is settled, or none of version 2's. */
export type Outcome = true | Promise<void> | false;

/** The packets that only version 2 has, and those that mean something else in it. */
export class UpstreamV2 {
  readonly #deps: UpstreamV2Deps;
  readonly #packets: Record<PacketClass, number> = { ack: 0, join: 0, leave: 0 };
  #errors = 0;

  constructor(deps: UpstreamV2Deps) {
    this.#deps = deps;
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
    const reply = () => channel.reply(encodeV2(Operation.AckReply, seq));
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
      const text = `a connection may have ${joins.roomsMax} rooms`;
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

  #refuse(channel: Channel, { op, seq }: Packet, failure: Failure): void {
    this.#errors++;
    channel.reply(encodeError(seq, { ...failure, op }));
  }
}

function invalid(text: string): Failure {
  return { code: "invalid", text };
}
