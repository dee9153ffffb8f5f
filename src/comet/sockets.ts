import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { CloseCode } from "../protocol/close-code.ts";
import { HEADER_BYTES, type Packet } from "../protocol/frame.ts";
import { Operation } from "../protocol/operation.ts";
import { encodeError } from "../protocol/v2.ts";
import { ADMITTED, type Admission, type Limit, limitTexts } from "./admission.ts";
import type { Bucket } from "./bucket.ts";
import { Channel, type ChannelShared, ChannelState } from "./channel.ts";
import { type Disconnects, endedSession } from "./disconnects.ts";
import type { Handshake } from "./handshake.ts";
import type { Heartbeat } from "./heartbeat.ts";
import type { Identity } from "./identity.ts";
import { leaveAll } from "./joins.ts";
import type { Mails } from "./mail.ts";
import type { MemberList } from "./member-list.ts";
import type { Rooms } from "./rooms.ts";
import type { SampledLog } from "./sampled-log.ts";
import type { SessionRenewal } from "./session-renewal.ts";
import type { ArrivalGate, Connection, TransportEvents } from "./transport/transport.ts";
import type { Upstream } from "./upstream.ts";

export interface SocketsDeps {
  readonly shared: ChannelShared;
  readonly bucket: Bucket;
  readonly admission: Admission;
  readonly arrivals?: ArrivalGate;
  /** The channels that the broadcast goes to. */
  readonly everybody: MemberList<Channel>;
  readonly rooms: Pick<Rooms, "leave">;
  readonly handshake: Pick<Handshake, "begin">;
  readonly heartbeat: Pick<Heartbeat, "opened" | "loggedIn" | "closed">;
  readonly upstream: Pick<Upstream, "take" | "enqueue" | "resume" | "closed">;
  readonly renewal: Pick<SessionRenewal, "nextMs">;
  readonly disconnects: Pick<Disconnects, "add">;
  readonly mails: Pick<Mails, "closed">;
  readonly identity: () => Identity;
  /** Mids whose connections are logged packet by packet. */
  readonly whitelist: ReadonlySet<string>;
  readonly clock: Clock;
  readonly log: Log;
  readonly sampledLog: SampledLog;
  readonly metrics: Metrics;
}

const codeNames = new Map<number, string>(
  Object.entries(CloseCode).map(([name, code]) => [code, name]),
);

/** Closes that say something about a client or about us; all others are everyday life. */
const telling: ReadonlySet<number> = new Set([
  CloseCode.Malformed,
  CloseCode.TooLarge,
  CloseCode.Flood,
  CloseCode.Slow,
  CloseCode.Unavailable,
  CloseCode.Internal,
]);

/**
 * The life of a channel between what transports report and what the parts of a comet do with it.
 */
export class Sockets implements TransportEvents {
  readonly arrivals: ArrivalGate | undefined;
  readonly #deps: SocketsDeps;
  #ignored = 0;
  readonly #connections = { ws: 0, tcp: 0 };
  readonly #opened = { ws: 0, tcp: 0 };
  readonly #closed = new Map<number, number>();

  constructor(deps: SocketsDeps) {
    this.#deps = deps;
    this.arrivals = deps.arrivals;
    this.#measure(deps.metrics);
  }

  onOpen(connection: Connection): void {
    const limit = connection.owner === ADMITTED ? undefined : this.#limitOf(connection);
    if (limit !== undefined) {
      connection.close(CloseCode.Limited, limitTexts[limit]);
      return;
    }
    const channel = new Channel(connection, this.#deps.shared);
    connection.owner = channel;
    this.#connections[connection.transport]++;
    this.#opened[connection.transport]++;
    this.#deps.bucket.add(channel);
    this.#deps.heartbeat.opened(channel);
  }

  onPacket(connection: Connection, packet: Packet): void {
    const channel = channelOf(connection);
    if (channel === undefined) return;
    const now = this.#deps.clock.monotonic();
    channel.lastPacketAt = now;
    const bytes = HEADER_BYTES + packet.body.length;
    const limit = this.#deps.admission.packet(channel, bytes, now);
    if (limit !== undefined) {
      this.#limited(channel, packet, limitTexts[limit]);
      return;
    }
    if (channel.traced) this.#trace(channel, packet);
    switch (channel.state) {
      case ChannelState.Open:
        this.#deps.upstream.take(channel, packet);
        return;
      case ChannelState.New:
        if (packet.op === Operation.Auth) this.#deps.handshake.begin(channel, packet);
        else this.#ignored++;
        return;
      case ChannelState.Login:
      case ChannelState.Joining:
        this.#deps.upstream.enqueue(channel, packet);
        return;
      case ChannelState.Closed:
        return;
    }
  }

  onDrain(connection: Connection): void {
    channelOf(connection)?.drained();
  }

  onClose(connection: Connection, code: number, reason: string): void {
    const channel = channelOf(connection);
    if (channel === undefined) return;
    const deps = this.#deps;
    channel.gone();
    connection.owner = undefined;
    deps.heartbeat.closed(channel);
    deps.upstream.closed(channel);
    leaveAll(channel, deps.rooms);
    deps.everybody.remove(channel);
    deps.bucket.remove(channel);
    deps.mails.closed(channel, () => this.#endSession(channel));
    this.#connections[connection.transport]--;
    this.#closed.set(code, (this.#closed.get(code) ?? 0) + 1);
    this.#tell(channel, code, reason);
  }

  /**
   * The auth reply is out: the client takes part in everything, from the packets it sent ahead on.
   */
  onLogin(channel: Channel): void {
    // What was held for it may have been more than its client reads: then it is closed by now.
    if (channel.closed) return;
    const deps = this.#deps;
    // A lease that was lost while logic was asked disowned the session before it was known here.
    const owned = channel.incarnation === deps.identity().incarnation;
    channel.renewAt = deps.clock.monotonic() + (owned ? deps.renewal.nextMs() : 0);
    channel.traced = deps.whitelist.has(channel.mid);
    deps.everybody.add(channel);
    deps.heartbeat.loggedIn(channel);
    if (channel.traced) deps.log.info({ traced: true, ...factsOf(channel) }, "logged in");
    deps.upstream.resume(channel);
  }

  #limitOf({ remoteAddress }: Connection): Limit | undefined {
    const { admission, bucket, clock } = this.#deps;
    const open = bucket.connectionsOf(remoteAddress);
    return admission.connect(remoteAddress, open, clock.monotonic());
  }

  /** Not handled: said with a code where the protocol has one, and closed when it goes on. */
  #limited(channel: Channel, { op, seq }: Packet, text: string): void {
    if (this.#deps.admission.abuses(channel)) {
      channel.close(CloseCode.Flood, text);
      return;
    }
    const asks = op !== Operation.Heartbeat && (op !== Operation.Ack || seq !== 0);
    if (channel.version === 1 || channel.state !== ChannelState.Open || !asks) return;
    channel.reply(encodeError(seq, { code: "busy", text, op }));
  }

  #endSession(channel: Channel): void {
    if (channel.incarnation === "") return;
    const server = this.#deps.identity().id;
    this.#deps.disconnects.add(endedSession(channel, server, channel.incarnation));
  }

  #trace(channel: Channel, { op, seq, body }: Packet): void {
    const { log } = this.#deps;
    log.info({ traced: true, ...factsOf(channel), op, seq, bodyBytes: body.length }, "packet");
  }

  #tell(channel: Channel, code: number, reason: string): void {
    const { log, sampledLog } = this.#deps;
    const facts = { ...factsOf(channel), code, reason };
    if (channel.traced) log.info({ traced: true, ...facts }, "closed");
    else if (telling.has(code)) sampledLog.info(facts, "a connection was closed");
    else log.debug(facts, "a connection was closed");
  }

  #measure(metrics: Metrics): void {
    for (const transport of ["ws", "tcp"] as const) {
      const what = transport === "ws" ? "WebSocket" : "TCP";
      metrics.levelOf(`comet_connections_${transport}`, `Open ${what} connections`, () => {
        return this.#connections[transport];
      });
      metrics.countOf(`comet_connections_${transport}_total`, `${what} connections made`, () => {
        return this.#opened[transport];
      });
    }
    for (const [code, name] of codeNames) {
      const snake = name.replaceAll(/(?<=[a-z])[A-Z]/g, "_$&").toLowerCase();
      metrics.countOf(`comet_closes_${snake}_total`, `Connections closed with ${code}`, () => {
        return this.#closed.get(code) ?? 0;
      });
    }
    metrics.countOf("comet_packets_ignored_total", "Packets before the auth packet", () => {
      return this.#ignored;
    });
  }
}

function channelOf(connection: Connection): Channel | undefined {
  return connection.owner instanceof Channel ? connection.owner : undefined;
}

function factsOf(channel: Channel): Readonly<Record<string, unknown>> {
  const { id, transport, remoteAddress } = channel.connection;
  return { conn: id, transport, remoteAddress, mid: channel.mid, key: channel.key };
}
