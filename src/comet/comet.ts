import type { Bus, HistoryReader, StreamLayout, StreamReader } from "../bus/bus.ts";
import { type Clock, sleep } from "../kit/clock.ts";
import { hostOf } from "../kit/config-common.ts";
import { isLoopback } from "../kit/config-values.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import type { Service } from "../kit/service.ts";
import { TimerWheel } from "../kit/timer-wheel.ts";
import { AcceptsTable } from "./accepts.ts";
import { Admission, limitTexts } from "./admission.ts";
import { Arrivals } from "./arrivals.ts";
import { createBroadcast } from "./broadcast.ts";
import { Bucket } from "./bucket.ts";
import { Calls } from "./calls.ts";
import {
  type Channel,
  type ChannelShared,
  createDeliveryStats,
  type DeliveryStats,
} from "./channel.ts";
import type { CometConfig } from "./config.ts";
import { createDisconnects, type EndedSession } from "./disconnects.ts";
import { Downstream, type DownstreamDeps } from "./downstream.ts";
import { closePaced, ofVersion, sendAway } from "./drain.ts";
import { Handshake, type HandshakeConfig } from "./handshake.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Identity, Register, Registration } from "./identity.ts";
import { Joins } from "./joins.ts";
import { createKeptHooks, KeptReplays } from "./kept.ts";
import { Kick } from "./kick.ts";
import type { HistoryEnds } from "./log-source.ts";
import { createMailParts, type MailParts } from "./mail-parts.ts";
import { MemberList } from "./member-list.ts";
import { createMoves } from "./moves.ts";
import type { OtherNodes } from "./other-nodes.ts";
import { Presence } from "./presence.ts";
import { RecalledLogins } from "./recalled-logins.ts";
import { createRefresh, type RefreshDeps } from "./refresh.ts";
import { Revoked, type WatchRevocations } from "./revoked.ts";
import { RoomGuard } from "./room-guard.ts";
import { RoomRules, type RoomRulesDeps, type RuleBuckets } from "./room-rules.ts";
import { createRooms, type Rooms } from "./rooms.ts";
import { SampledLog } from "./sampled-log.ts";
import { SessionRenewal, type SessionRenewalDeps } from "./session-renewal.ts";
import { Sockets } from "./sockets.ts";
import type { Transport } from "./transport/transport.ts";
import { Upstream, type UpstreamDeps } from "./upstream.ts";
import { UpstreamV2, type UpstreamV2Deps } from "./upstream-v2.ts";

export interface CometDeps {
  readonly bus: Bus;
  readonly layout: StreamLayout;
  readonly reader: StreamReader & Pick<HistoryReader, "state"> & HistoryEnds;
  readonly transports: readonly Transport[];
  readonly register: Register;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Where revocations are told; without it there are none. */
  readonly watchRevocations?: WatchRevocations;
  readonly buckets: RuleBuckets;
  /** Where clients may go when this comet drains. */
  readonly otherNodes: OtherNodes;
  /** Lets what has yielded for long go on (kit/turns.ts). */
  readonly breathe?: () => void;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Ends the process. */
  readonly fail: (error: Error) => void;
}

/** Lines about single clients, per second. */
const CLIENT_LINES_PER_SECOND = 10;
/** Push requests handled at once; job has one at a time on its way per shard. */
const PUSHES_IN_FLIGHT_MAX = 4096;
const TIMER_TICK_MS = 1000;
/** The lifecycle gives the drains this part of drainTimeout (kit/lifecycle.ts). */
const DRAIN_SHARE = 0.8;
/** Most time to take the entry out of a registry that does not answer; it ages out anyway. */
const LEAVE_TIMEOUT_MS = 1000;

export interface Comet extends Service {
  /** Known after start. */
  readonly identity: Identity;
}

/** Puts a comet together: the one place where its parts know of each other. */
export function createComet(config: CometConfig, deps: CometDeps): Comet {
  const { bus, clock, log, transports } = deps;
  const life = new Life();
  const parts = createParts(config, deps, life);
  const { bucket, presence, renewal, disconnects, handshake, downstream, kick, mail } = parts;
  let offStatus = () => {};

  return {
    name: "comet",
    get identity() {
      return life.identity;
    },
    async start() {
      const { bans, rooms, guard, broadcast, revoked } = parts;
      for (const part of [bans, rooms, guard, broadcast, revoked]) await part.start();
      for (const transport of transports) await transport.start(parts.sockets);
      const id = idOf(config, transports);
      life.registration = await deps.register(id, {
        levels: () => ({ connections: bucket.size, ips: bucket.addresses }),
        onClaim: (incarnation) => {
          life.identity = { id, incarnation };
        },
        onIncarnation: () => renewal.renewAll("this comet's lease was lost"),
        onConflict: deps.fail,
      });
      downstream.start();
      kick.start();
      parts.bans.serve();
      mail.check.start();
      presence.start();
      // The server must know the subscriptions before a session can name this comet.
      await bus.flush();
      life.ready();
      log.info(life.identity, "registered");
      offStatus = bus.onStatus((status) => {
        if (status === "down") return;
        presence.tellAll();
        renewal.renewAll("NATS was away");
      });
    },
    async drain() {
      life.registration?.retire();
      for (const transport of transports) transport.stopListening();
      parts.arrivals.stop();
      const drainMs = config.drainTimeout * DRAIN_SHARE - config.drain.reserve;
      await closeAll(config, { ...deps, bucket, drainMs, own: life.identity.id });
      await mail.acks.flushed();
      await disconnects.drained();
      await parts.moves.drained();
      await life.leave(clock);
    },
    async stop() {
      offStatus();
      parts.arrivals.stop();
      parts.revoked.stop();
      await life.leave(clock);
      for (const transport of transports) await transport.stop();
      await mail.stop();
      handshake.stop();
      renewal.stop();
      disconnects.stop();
      for (const part of [parts.moves, parts.guard]) part.stop();
      parts.timer.clear();
      await Promise.all([presence.stop(), kick.stop(), parts.bans.stop(), downstream.stop()]);
      await parts.broadcast.stop();
      await parts.rooms.stop();
    },
  };
}

/**
 * Clients of version 1 are closed, spread over a while; those of version 2 are asked to go, and
 * closed when they are still there at the deadline.
 */
async function closeAll(
  { drain }: CometConfig,
  deps: Pick<CometDeps, "clock" | "random" | "otherNodes"> & {
    readonly bucket: Bucket;
    readonly drainMs: number;
    readonly own: string;
  },
): Promise<void> {
  const { bucket, clock, drainMs } = deps;
  const end = clock.monotonic() + Math.max(0, drainMs);
  const within = (ms: number) => Math.max(0, Math.min(ms, end - clock.monotonic()));
  const version = (wanted: 1 | 2) => ({
    ...deps,
    channels: () => ofVersion(bucket.channels(), wanted),
    size: () => [...ofVersion(bucket.channels(), wanted)].length,
  });
  const away = async () => {
    if (version(2).size() > 0) {
      const nodes = await deps.otherNodes(deps.own);
      const { deadline, jitter } = drain;
      await sendAway({ deadlineMs: within(deadline), jitterMs: jitter }, { ...version(2), nodes });
    }
    await closePaced({ spreadMs: 0 }, version(2));
  };
  await Promise.all([closePaced({ spreadMs: within(drain.spread) }, version(1)), away()]);
  // Who said which version it speaks when the others were closed already.
  const channels = () => bucket.channels();
  await closePaced({ spreadMs: 0 }, { ...deps, channels, size: () => bucket.size });
}

/** What becomes known during the start. */
class Life {
  identity: Identity = { id: "", incarnation: "" };
  registration: Registration | undefined = undefined;
  /** Resolved by `ready`: the comet has a name, and answers to it. */
  readonly started: Promise<void>;
  ready: () => void = () => {};

  constructor() {
    this.started = new Promise((resolve) => {
      this.ready = resolve;
    });
  }

  /** Takes the entry out of the registry; only the first call does. */
  async leave(clock: Clock): Promise<void> {
    const { registration } = this;
    this.registration = undefined;
    if (registration === undefined) return;
    await Promise.race([registration.leave(), sleep(clock, LEAVE_TIMEOUT_MS)]);
  }
}

/** The configured id, or `<host>-<port>`: the same after a restart, different for two on a host. */
function idOf(config: CometConfig, transports: readonly Transport[]): string {
  if (config.id !== "") return config.id;
  const [first] = [...transports]
    .sort((a, b) => Number(b.name === "ws") - Number(a.name === "ws"))
    .flatMap((transport) => transport.addresses);
  return `${hostOf(config)}-${first?.slice(first.lastIndexOf(":") + 1) ?? "0"}`;
}

function createParts(config: CometConfig, deps: CometDeps, life: Life) {
  const { bus, clock, log, metrics } = deps;
  const identity = () => life.identity;
  const bucket = new Bucket();
  const everybody = new MemberList<Channel>("allSlot");
  const accepts = new AcceptsTable(config.channel.acceptsMax, config.admission.operations);
  const sampledLog = new SampledLog({ perSecondMax: CLIENT_LINES_PER_SECOND }, { log, clock });
  const stats = createDeliveryStats();
  measureDelivery(metrics, stats);
  const onBroadcastRecalled = () => broadcast.recalled();
  const roomParts = createRoomParts(config, { ...deps, bucket, identity, onBroadcastRecalled });
  const { rooms, guard, bans, joins, known } = roomParts;
  const admission = new Admission(config.admission, metrics);
  const mail = createMailParts(config, { ...deps, ...known, bucket, identity });
  const disconnects = createDisconnects(config.disconnect, deps);
  const onOrphan = (session: EndedSession) => disconnects.add(session);
  const renewal = createRenewal(config, { ...deps, bucket, identity, onOrphan, mail });
  const onStoreEpoch = (epoch: string) => renewal.onStoreEpoch(epoch);
  const presence = new Presence(config.online, { ...deps, rooms, bucket, identity, onStoreEpoch });
  const broadcast = createBroadcast(config.broadcast, {
    ...{ ...deps, ...known },
    channels: everybody,
    totalConnections: () => presence.totalConnections(),
    kept: createKeptHooks(mail.acks),
  });
  const shared = sharedOf(config, stats);
  const kept = new KeptReplays(keptConfig(config, shared), { ...deps, broadcast, everybody });
  const onDue = (channel: Channel) => heartbeat.due(channel);
  const timer = new TimerWheel<Channel>({ tickMs: TIMER_TICK_MS, onDue }, { clock });
  const heartbeat = new Heartbeat(
    { handshakeTimeoutMs: config.protocol.handshakeTimeout },
    {
      ...{ clock, timer },
      online: (roomId) => presence.online(roomId),
      renew: (channel) => renewal.renew(channel),
    },
  );
  const revoked = new Revoked({ bucket, clock, metrics, watch: deps.watchRevocations });
  const handshake = new Handshake(handshakeConfig(config), {
    servedPerSecond: () => rooms.servedPerSecond,
    ...{ bus, bucket, rooms: guard, bans, joins, accepts, identity },
    ...{ clock, log, metrics, onStoreEpoch },
    broadcast: () => broadcast.position(),
    ...{ mails: mail.mails, kept, revoked, started: life.started },
    onLogin: (channel) => sockets.onLogin(channel),
    refusal: (channel, replaces) => userRefusal(admission, bucket, channel, replaces),
    onOrphan,
  });
  const upstream = createUpstream(config, {
    ...{ bus, rooms, guard, bans, heartbeat, accepts, identity, clock, sampledLog, metrics },
    ...{ joins, revoked, acks: mail.acks, ...known },
  });
  const arrivals = new Arrivals(handshakeConfig(config), {
    ...{ ...deps, servedPerSecond: () => rooms.servedPerSecond, admission, bucket },
  });
  const sockets = new Sockets({
    ...{ arrivals, bucket, admission, everybody, rooms, handshake, heartbeat, upstream, renewal },
    ...{ disconnects, mails: mail.mails, identity, clock, log, sampledLog, metrics, shared },
    whitelist: new Set(config.whitelist.whitelist.map(String)),
  });
  const own = { ...deps, ...known, bucket, mails: mail.mails, identity };
  const downstream = createDownstream(config, own, () => handshake.settled());
  const kick = new Kick({ bus, bucket, identity, log, metrics });
  measureBucket(metrics, bucket);
  return {
    ...{ bucket, rooms, broadcast, presence, renewal, disconnects, handshake, downstream, kick },
    ...{ timer, arrivals, sockets, mail, revoked, ...roomParts },
  };
}

/** Rooms, and who may be in them. */
function createRoomParts(
  config: CometConfig,
  deps: CometDeps & {
    readonly bucket: Bucket;
    readonly identity: () => Identity;
    readonly onBroadcastRecalled: () => void;
  },
) {
  const moves = createMoves(config.moves, deps);
  const logins = new RecalledLogins(deps);
  const onRecall: RoomRulesDeps["onRecall"] = (recall) => {
    if (recall.log === "room") rooms.recalled(recall.target);
    else if (recall.log === "all") deps.onBroadcastRecalled();
    logins.recalled(recall);
  };
  const bans = new RoomRules({ ...deps, onRecall });
  const known = { recalls: bans.recalls, current: () => bans.current() };
  const rooms = createRooms(config, { ...deps, ...moves.hook, ...known });
  const guard = new RoomGuard(config.guard, { ...deps, rooms });
  const joins = new Joins({ roomsMax: config.channel.roomsMax }, { rooms, guard, bans });
  return { moves, bans, rooms, guard, joins, known };
}

function createDownstream(
  { downstream }: CometConfig,
  deps: Omit<DownstreamDeps, "loginsInFlight">,
  loginsInFlight: DownstreamDeps["loginsInFlight"],
): Downstream {
  const config = { ...downstream, inFlightMax: PUSHES_IN_FLIGHT_MAX };
  return new Downstream(config, { ...deps, loginsInFlight });
}

/** Who is anonymous is nobody in particular, and has no limit of its own. */
function userRefusal(
  admission: Admission,
  bucket: Bucket,
  { mid, key }: Channel,
  replaces: boolean,
): string | undefined {
  if (mid === "0") return undefined;
  // Who comes back before the old connection is known to be dead takes its place.
  const others = bucket.byMid(mid).filter((other) => !replaces || other.key !== key);
  const limit = admission.login(others.length);
  return limit === undefined ? undefined : limitTexts[limit];
}

function handshakeConfig(config: CometConfig): HandshakeConfig {
  const { heartbeatTimeout: silenceMsMax, handshakeTimeout } = config.protocol;
  return { ...config.login, silenceMsMax, handshakeTimeout, signedOnly: isSignedOnly(config) };
}

type UpstreamParts = Omit<UpstreamDeps, "v2" | "calls" | "bus" | "heartbeat" | "rooms"> &
  Omit<UpstreamV2Deps, "refresh" | "bus" | "rooms"> &
  RefreshDeps & {
    readonly heartbeat: Heartbeat;
    readonly rooms: Rooms;
    readonly guard: RoomGuard;
  };

function createUpstream(config: CometConfig, deps: UpstreamParts): Upstream {
  const { upstream, admission } = config;
  const refresh = createRefresh({ ...upstream, signedOnly: isSignedOnly(config) }, deps);
  const v2 = new UpstreamV2(upstream, { ...deps, refresh });
  const calls = new Calls(upstream, deps);
  const rooms = deps.guard;
  const own = { ...upstream, operationsMax: admission.operations };
  return new Upstream(own, { ...deps, rooms, v2, calls });
}

/** Who can be reached from other machines believes nobody's word, unless it is told to. */
function isSignedOnly({ auth, tcp, websocket }: CometConfig): boolean {
  const outside = [...tcp.bind, ...websocket.bind].some((one) => !isLoopback(one));
  return auth.mode !== "insecure" || (outside && !auth.insecure);
}

function createRenewal(
  config: CometConfig,
  deps: CometDeps & {
    readonly mail: MailParts;
  } & Pick<SessionRenewalDeps, "bucket" | "identity" | "onOrphan">,
): SessionRenewal {
  const { mail } = deps;
  // What was pushed while the session could not be found was handed to nobody, so every user whose
  // session was written again is compared: after NATS was away, a lost lease or a lost store too.
  const onRenewed = ({ mid }: Channel) => mail.check.user(mid);
  return new SessionRenewal(config.session, { ...deps, onRenewed });
}

/** Half of what may wait for a socket: the auth reply, and what is live, come with it. */
function keptConfig({ broadcast }: CometConfig, { sendBytesMax }: ChannelShared) {
  return { frameBytes: broadcast.flushBytes, bytesMax: sendBytesMax / 2 };
}

function sharedOf({ channel }: CometConfig, stats: DeliveryStats): ChannelShared {
  const { sendBytesMax } = channel;
  return {
    sendBytesMax,
    roomBytesMax: Math.min(channel.roomBytesMax, sendBytesMax),
    userBytesMax: Math.min(channel.userBytesMax, sendBytesMax),
    stats,
  };
}

function measureBucket(metrics: Metrics, bucket: Bucket): void {
  metrics.levelOf("comet_keys", "Logged-in keys", () => bucket.keys);
  metrics.levelOf("comet_addresses", "Distinct client addresses", () => bucket.addresses);
  metrics.levelOf("comet_socket_bytes", "Bytes that wait for sockets to take them", () => {
    return bucket.bufferedBytes;
  });
}

function measureDelivery(metrics: Metrics, stats: DeliveryStats): void {
  const count = (name: string, help: string, value: () => number) =>
    metrics.countOf(`comet_${name}_total`, help, value);
  count("delivered", "Pushed messages handed to a socket", () => stats.entries);
  count("sends", "Writes that took", () => stats.sends);
  count("delivered_bytes", "Bytes of pushed messages", () => stats.bytes);
  count("dropped_slow", "Messages for a client that does not read", () => stats.droppedSlow);
  count("dropped_closed", "Messages for a closed connection", () => stats.droppedClosed);
}
