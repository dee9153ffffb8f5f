import type { Clock } from "../kit/clock.ts";
import { CloseCode } from "../protocol/close-code.ts";
import { HEADER_BYTES, type Packet, writeHeader } from "../protocol/frame.ts";
import { Operation } from "../protocol/operation.ts";
import { encodeJson, type HeartbeatReplyBody } from "../protocol/v2.ts";
import { type Channel, ChannelState } from "./channel.ts";

/** The one timer of a channel (kit/timer-wheel.ts). */
export interface ChannelTimer {
  schedule(channel: Channel, delayMs: number): void;
  cancel(channel: Channel): void;
}

export interface HeartbeatDeps {
  readonly clock: Clock;
  readonly timer: ChannelTimer;
  /** Connections in the room, over all comets. */
  readonly online: (roomId: string) => number;
  /** The session of this channel is due to be renewed; returns milliseconds until the next time. */
  readonly renew: (channel: Channel) => number;
}

/**
 * Answers heartbeats, and watches over every channel with its one timer: first the handshake's
 * deadline, then silence and the renewal of the session, whichever comes first.
 */
export class Heartbeat {
  readonly #handshakeTimeoutMs: number;
  readonly #deps: HeartbeatDeps;

  constructor(config: { readonly handshakeTimeoutMs: number }, deps: HeartbeatDeps) {
    this.#handshakeTimeoutMs = config.handshakeTimeoutMs;
    this.#deps = deps;
  }

  /** A connection has been made. */
  opened(channel: Channel): void {
    channel.lastPacketAt = this.#deps.clock.monotonic();
    this.#deps.timer.schedule(channel, this.#handshakeTimeoutMs);
  }

  /** The client is logged in, or has a new token; `silenceMsMax` and `renewAt` are set. */
  loggedIn(channel: Channel): void {
    this.#watch(channel, this.#deps.clock.monotonic());
  }

  closed(channel: Channel): void {
    this.#deps.timer.cancel(channel);
  }

  /** The reply to op 2: the online total of the room, 0 without one; in version 2 of each room. */
  reply(channel: Channel, packet: Packet): void {
    if (channel.version === 2) {
      channel.reply(encodeJson(Operation.HeartbeatReply, packet.seq, this.#counts(channel)));
      return;
    }
    const online = channel.roomId === "" ? 0 : this.#deps.online(channel.roomId);
    channel.reply(encodeHeartbeatReply(packet, online));
  }

  #counts({ seats }: Channel): HeartbeatReplyBody {
    const ids = seats?.roomIds() ?? [];
    return { rooms: Object.fromEntries(ids.map((id) => [id, this.#deps.online(id)])) };
  }

  /** The channel's timer has run out. */
  due(channel: Channel): void {
    const now = this.#deps.clock.monotonic();
    switch (channel.state) {
      case ChannelState.Closed:
        return;
      case ChannelState.New:
        channel.close(CloseCode.HandshakeTimeout, "no auth packet in time");
        return;
      case ChannelState.Login:
      case ChannelState.Joining:
        channel.close(CloseCode.Unavailable, "the login could not be finished in time");
        return;
      case ChannelState.Open:
        this.#dueOpen(channel, now);
    }
  }

  #dueOpen(channel: Channel, now: number): void {
    if (now - channel.lastPacketAt >= channel.silenceMsMax) {
      channel.close(CloseCode.HeartbeatTimeout, "no packet within the heartbeat timeout");
      return;
    }
    if (now >= endOf(channel)) {
      channel.close(CloseCode.Expired, "the token is over");
      return;
    }
    if (now >= channel.renewAt) channel.renewAt = now + this.#deps.renew(channel);
    this.#watch(channel, now);
  }

  /** A packet only notes its time; the timer looks at that when it runs out. */
  #watch(channel: Channel, now: number): void {
    const silentAt = channel.lastPacketAt + channel.silenceMsMax;
    const dueAt = Math.min(silentAt, channel.renewAt, endOf(channel));
    this.#deps.timer.schedule(channel, Math.max(0, dueAt - now));
  }
}

/** When the token is over, monotonic. */
function endOf({ grant }: Channel): number {
  return grant === undefined ? Number.POSITIVE_INFINITY : grant.endsAt;
}

const ONLINE_BYTES = 4;
const INT32_MAX = 0x7fffffff;

function encodeHeartbeatReply(packet: Packet, online: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + ONLINE_BYTES);
  const view = new DataView(bytes.buffer);
  const { ver, seq } = packet;
  writeHeader(view, 0, { ver, op: Operation.HeartbeatReply, seq, bodyBytes: ONLINE_BYTES });
  view.setInt32(HEADER_BYTES, Math.min(online, INT32_MAX));
  return bytes;
}
