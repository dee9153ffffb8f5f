import type { Bus } from "../bus/bus.ts";
import { type Clock, sleep } from "../kit/clock.ts";
import { isRetryable, mayRetry, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { CloseCode } from "../protocol/close-code.ts";
import { encodePacket, type Packet } from "../protocol/frame.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber, toText } from "../protocol/int64.ts";
import { Operation } from "../protocol/operation.ts";
import type { RoomFailure, RoomPlace } from "../protocol/v2.ts";
import type { AcceptsTable } from "./accepts.ts";
import { encodeAuthReply } from "./auth-reply.ts";
import { Batcher } from "./batcher.ts";
import type { Bucket } from "./bucket.ts";
import { type Channel, ChannelState } from "./channel.ts";
import type { EndedSession } from "./disconnects.ts";
import { flat } from "./flat.ts";
import { grantOf, mayEnter } from "./grant.ts";
import type { Identity } from "./identity.ts";
import type { Bans, Joins } from "./joins.ts";
import { type KeptReplays, toKnown } from "./kept.ts";
import type { KeptPart, KnownKept } from "./kept-log.ts";
import { LoginPace, type PaceConfig, paceOf } from "./login-pace.ts";
import type { Mails } from "./mail.ts";
import type { Revoked } from "./revoked.ts";
import { type RoomGuard, roomCloseCode } from "./room-guard.ts";

type ConnectReply = goim.logic.ConnectReply;

export interface HandshakeConfig extends PaceConfig {
  readonly batchMax: number;
  readonly inFlightMax: number;
  readonly timeout: number;
  readonly retryPause: number;
  /** Nothing unsigned is to be believed: this comet can be reached from other machines. */
  readonly signedOnly: boolean;
  /** Milliseconds without a packet that a client may take when logic does not say. */
  readonly silenceMsMax: number;
}

export interface HandshakeDeps {
  readonly bus: Pick<Bus, "request" | "subjects" | "maxPayloadBytes">;
  readonly bucket: Bucket;
  readonly rooms: Pick<RoomGuard, "join">;
  /** Members of rooms served per second. */
  readonly servedPerSecond: () => number;
  readonly joins: Pick<Joins, "join" | "roomsMax">;
  /** Where pushes to everybody stand for who takes part in everything from now on. */
  readonly broadcast: () => { readonly epoch: string; readonly offset: number };
  readonly revoked: Pick<Revoked, "check">;
  readonly mails: Pick<Mails, "admit" | "opened">;
  readonly kept: Pick<KeptReplays, "partOf" | "admit">;
  readonly accepts: AcceptsTable;
  readonly bans?: Bans;
  readonly identity: () => Identity;
  /** Resolved when this comet has a name; logins that come earlier wait. */
  readonly started: Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** The auth reply is about to go out: from here on the channel takes part in everything. */
  readonly onLogin: (channel: Channel) => void;
  /** A session exists whose connection is gone. */
  readonly onOrphan: (session: EndedSession) => void;
  readonly onStoreEpoch: (epoch: string) => void;
  /**
   * Why this user may not have another connection here; undefined = it may. `replaces`: it takes
   * the place of the one with its key.
   */
  readonly refusal?: (channel: Channel, replaces: boolean) => string | undefined;
}

/** The auth packet of a connection on its way through logic. */
interface Login {
  readonly channel: Channel;
  readonly ver: number;
  readonly seq: number;
  readonly token: Uint8Array;
  /** Under which incarnation logic stores the session; the one of the last try. */
  incarnation: string;
}

/** What logic says to one login, and the kept broadcasts that came with the same answer. */
interface Answer {
  readonly reply: ConnectReply;
  readonly known: KnownKept | undefined;
}

/** A login that logic has answered with yes. */
interface Admission {
  readonly channel: Channel;
  readonly ver: number;
  readonly seq: number;
  readonly reply: ConnectReply;
  /** Where it begins to get broadcasts live, if that is before the auth reply. */
  readonly part: KeptPart | undefined;
}

/** Bytes of a login in a request besides its token and cookie. */
const REQUEST_BYTES = 192;
const NANOSECONDS_PER_MS = 1_000_000;

/**
 * From the auth packet to the auth reply. The order makes sure that no push is missed: logic stores
 * the session; the key is registered here, from then on pushes to it, and for users to everybody,
 * are taken and held behind the kept broadcasts; the room is joined, which knows its tail then; the
 * reply goes out, then what was held.
 */
export class Handshake {
  readonly #config: HandshakeConfig;
  readonly #deps: HandshakeDeps;
  readonly #batcher: Batcher<Login, Answer>;
  readonly #pace: LoginPace<Login>;
  readonly #subject: string;
  #logins = 0;
  #refused = 0;
  #overload = 0;
  #joinsFailed = 0;

  constructor(config: HandshakeConfig, deps: HandshakeDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#subject = deps.bus.subjects.logic("connect");
    this.#batcher = new Batcher<Login, Answer>(
      {
        batchMax: config.batchMax,
        batchBytesMax: deps.bus.maxPayloadBytes / 2,
        inFlightMax: config.inFlightMax,
        queueMax: config.waitingMax,
        // The handshake's deadline closes the channel, and a closed one is not tried again.
        triesMax: Number.POSITIVE_INFINITY,
        pauseMs: config.retryPause,
        bytesOf: ({ token, channel: { connection } }) =>
          REQUEST_BYTES + token.length + 3 * (connection.cookie.length + connection.origin.length),
        wanted: ({ channel }) => !channel.closed,
        send: (logins) => this.#send(logins),
        onReply: (login, answer) => this.#onReply(login, answer),
        onFailed: ({ channel }, error) => {
          channel.close(CloseCode.Unavailable, `logic failed: ${messageOf(error)}`);
        },
        onError: (error, logins) =>
          deps.log.warn({ error: messageOf(error), logins }, "logic did not answer logins"),
      },
      deps.clock,
    );
    this.#pace = this.#createPace();
    this.#measure(deps.metrics);
  }

  /** Takes the auth packet of a new channel. */
  begin(channel: Channel, packet: Packet): void {
    channel.advance(ChannelState.Login);
    channel.loginAt = this.#deps.clock.now();
    const { ver, seq } = packet;
    if (ver === 2) channel.upgrade();
    // The packet's bytes are only valid during this call.
    const token = new Uint8Array(packet.body);
    const login = { channel, ver, seq, token, incarnation: "" };
    if (!this.#pace.push(login)) this.#refuse(login);
  }

  /**
   * Resolves when every login that logic may have stored by now has been answered; undefined when
   * there is none. A push may know a session before this comet does.
   */
  settled(): Promise<unknown> | undefined {
    return this.#batcher.settled();
  }

  stop(): void {
    this.#pace.stop();
    this.#batcher.stop();
  }

  /** A storm of logins must not be felt by those who are in. */
  #createPace(): LoginPace<Login> {
    const { servedPerSecond, clock } = this.#deps;
    return new LoginPace(paceOf(this.#config), {
      busy: () => servedPerSecond() >= this.#config.busyDeliveries,
      wanted: ({ channel }) => !channel.closed,
      admit: (login) => this.#batcher.push(login),
      onRefused: (login) => this.#refuse(login),
      clock,
    });
  }

  #refuse({ channel }: Login): void {
    this.#overload++;
    channel.close(CloseCode.Unavailable, "too many logins are waiting");
  }

  async #send(logins: readonly Login[]): Promise<Answer[]> {
    const { bus, identity, started, bans } = this.#deps;
    await started;
    // Their mail, as job pushes it, has nothing in it that was recalled before they came.
    await bans?.current();
    const { id, incarnation } = identity();
    const requests = logins.map((login) => {
      login.incarnation = incarnation;
      const { connection } = login.channel;
      return {
        server: id,
        incarnation,
        conn: connection.id,
        cookie: connection.cookie,
        token: login.token,
        clientIp: connection.remoteAddress,
        transport: connection.transport,
        ver: login.ver,
        origin: connection.origin,
        signedOnly: this.#config.signedOnly,
      };
    });
    const data = goim.logic.ConnectBatchReq.encode({ requests }).finish();
    const answer = await bus.request(this.#subject, data, { timeoutMs: this.#config.timeout });
    const { replies, storeEpoch, kept } = goim.logic.ConnectBatchReply.decode(answer);
    this.#deps.onStoreEpoch(storeEpoch);
    const known = toKnown(kept);
    // Nor has what logic gave them anything that was recalled on its way here.
    await bans?.current();
    return (replies as ConnectReply[]).map((reply) => ({ reply, known }));
  }

  /** False when this login is to be tried again. */
  #onReply(login: Login, { reply, known }: Answer): boolean {
    const { channel } = login;
    if (reply.error !== "") return this.#onRefusal(channel, reply);
    if (channel.closed) {
      this.#deps.onOrphan({
        mid: toText(reply.mid),
        key: reply.key,
        conn: channel.connection.id,
        server: this.#deps.identity().id,
        incarnation: login.incarnation,
        device: reply.device,
        since: toNumber(reply.since),
      });
      return true;
    }
    // This process stood still in between.
    const late = this.#deps.bans?.current();
    if (late !== undefined) {
      late.catch(() => {});
      return false;
    }
    const wanted = reply.allCursor != null && known !== undefined;
    const part = wanted ? this.#deps.kept.partOf(known) : undefined;
    if (wanted && part === undefined) return false;
    this.#admit(login, reply, part);
    return true;
  }

  #onRefusal(channel: Channel, reply: ConnectReply): boolean {
    const { error, errorText } = reply;
    if (mayRetry(error)) {
      this.#deps.log.debug({ error: errorText }, "logic could not decide a login");
      return false;
    }
    this.#refused++;
    channel.close(closeCodeOf(error), errorText);
    return true;
  }

  #admit(login: Login, reply: ConnectReply, part: KeptPart | undefined): void {
    const { channel } = login;
    channel.mid = toText(reply.mid);
    channel.key = flat(reply.key);
    channel.platform = flat(reply.platform);
    channel.device = flat(reply.device);
    channel.since = toNumber(reply.since);
    channel.acceptSet = this.#deps.accepts.of(reply.accepts);
    channel.incarnation = login.incarnation;
    channel.grant = grantOf(reply.grant, this.#deps.clock);
    channel.connection.cookie = "";
    channel.connection.origin = "";
    const heartbeatMs = toNumber(reply.heartbeat) / NANOSECONDS_PER_MS;
    channel.silenceMsMax = heartbeatMs * reply.heartbeatMax || this.#config.silenceMsMax;
    channel.advance(ChannelState.Joining);
    const { bucket, mails, kept } = this.#deps;
    const refusal = this.#deps.refusal?.(channel, reply.maxPerKey <= 1);
    if (refusal !== undefined) {
      // Its session is stored: the close ends it.
      channel.close(CloseCode.Limited, refusal);
      return;
    }
    mails.admit(channel, reply.mail, login.incarnation);
    if (part !== undefined) kept.admit(channel, part, toNumber(reply.allCursor ?? 0));
    if (channel.closed) return;
    bucket.register(channel);
    this.#deps.revoked.check(channel);
    if (channel.closed) return;
    // Where a key may have several connections, only logic knows which of them has to go: its kick
    // names it.
    if (reply.maxPerKey <= 1) {
      for (const old of bucket.olderByKey(channel.key)) {
        old.close(CloseCode.Taken, "another connection took the key");
      }
    }
    const admission = { channel, ver: login.ver, seq: login.seq, reply, part };
    if (reply.roomID === "") this.#finish(admission);
    else if (channel.version === 2) void this.#joinV2(admission, reply.roomID);
    else void this.#join(admission, reply.roomID);
  }

  /** Enters the room, however often it takes; the handshake's deadline closes the channel. */
  async #join(admission: Admission, roomId: string): Promise<void> {
    const { channel } = admission;
    const { rooms, clock, log } = this.#deps;
    if (!mayEnter(channel, roomId)) {
      channel.close(CloseCode.Unauthorized, "the token does not allow this room");
      return;
    }
    while (!channel.closed) {
      try {
        await this.#deps.bans?.current();
        this.#deps.bans?.check(channel, roomId);
        await rooms.join(channel, roomId, () => this.#finish(admission));
        return;
      } catch (error) {
        this.#joinsFailed++;
        log.debug({ error: messageOf(error) }, "a login could not enter its room");
        if (!isRetryable(error)) {
          channel.close(roomCloseCode(error), `room: ${messageOf(error)}`);
          return;
        }
      }
      await sleep(clock, this.#config.retryPause);
    }
  }

  /** The same for version 2, whose client can be told of a room that it may not enter. */
  async #joinV2(admission: Admission, room: string): Promise<void> {
    const { channel } = admission;
    const { joins, clock } = this.#deps;
    for (let again = true; again && !channel.closed; ) {
      await joins.join(channel, [{ room }], ([place]) => {
        again = place !== undefined && "error" in place && mayRetry(place.error.code);
        if (!again) this.#finish(admission, place);
      });
      if (!again || channel.closed) return;
      this.#joinsFailed++;
      await sleep(clock, this.#config.retryPause);
    }
  }

  #finish(admission: Admission, room?: RoomPlace | RoomFailure): void {
    const { channel, ver, seq, reply, part } = admission;
    if (channel.closed) return;
    this.#logins++;
    const { identity, joins, broadcast } = this.#deps;
    const { silenceMsMax } = this.#config;
    const answer =
      channel.version === 1
        ? encodePacket({ ver, op: Operation.AuthReply, seq })
        : encodeAuthReply(channel, seq, reply, {
            ...{ comet: identity().id, roomsMax: joins.roomsMax, silenceMsMax, room },
            all: part === undefined ? broadcast() : { epoch: part.life.epoch, offset: part.offset },
          });
    const open = () => {
      channel.open(answer);
      this.#deps.mails.opened(channel);
    };
    // A send costs more than anything else of a login.
    if (channel.mail === undefined) open();
    else channel.connection.together(open);
    this.#deps.onLogin(channel);
  }

  #measure(metrics: Metrics): void {
    const batcher = this.#batcher;
    metrics.countOf("comet_logins_total", "Logins answered", () => this.#logins);
    metrics.countOf("comet_logins_refused_total", "Logins that logic refused", () => this.#refused);
    metrics.countOf(
      "comet_logins_overload_total",
      "Logins closed because too many were waiting",
      () => this.#overload,
    );
    metrics.countOf(
      "comet_login_joins_failed_total",
      "Tries of a login to enter its room that failed",
      () => this.#joinsFailed,
    );
    metrics.levelOf(
      "comet_logins_waiting",
      "Logins waiting for a request to logic",
      () => batcher.waiting,
    );
    metrics.levelOf(
      "comet_logins_pace_waiting",
      "Logins waiting for their turn because rooms are being delivered to",
      () => this.#pace.waiting,
    );
    metrics.countOf("comet_logins_paced_total", "Logins that had to wait for their turn", () => {
      return this.#pace.paced;
    });
    metrics.levelOf(
      "comet_login_requests",
      "Login requests on their way to logic",
      () => batcher.inFlight,
    );
  }
}

/** What a refused client is told. */
function closeCodeOf(error: string): CloseCode {
  switch (error) {
    case "unauthorized":
    case "forbidden":
      return CloseCode.Unauthorized;
    case "banned":
      return CloseCode.Kicked;
    case "conflict":
      return CloseCode.KeyFull;
    case "invalid":
    case "too_large":
      return CloseCode.Malformed;
    default:
      return CloseCode.Unavailable;
  }
}
