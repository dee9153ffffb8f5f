/** One logic: decides who gets what. Everything it needs is handed in, open and ready. */
import { randomBytes } from "node:crypto";
import type {
  AckPublisher,
  Bus,
  CometDirectory,
  HistoryReader,
  StreamLayout,
  StreamReader,
} from "../bus/bus.ts";
import { readOrdered } from "../bus/ordered.ts";
import type { Who } from "../bus/restrictions.ts";
import type { Revocations, RevocationWriter } from "../bus/revocations.ts";
import type { RoomTypes } from "../bus/room-types.ts";
import { createMicroService, type MicroService } from "../bus/rpc.ts";
import type { Clock } from "../kit/clock.ts";
import type { Address } from "../kit/config.ts";
import type { GoimError } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import type { Service } from "../kit/service.ts";
import type { CursorStore } from "../store/cursors.ts";
import type { MailboxReader } from "../store/mailbox.ts";
import type { RoomStore } from "../store/rooms.ts";
import type { SessionStore } from "../store/sessions.ts";
import { createAcks } from "./acks.ts";
import { createApiPusher } from "./api-push.ts";
import type { ApiKeyStore } from "./auth/api-key-store.ts";
import type { ApiKeys } from "./auth/api-keys.ts";
import type { Authorizer } from "./auth/authorizer.ts";
import { revokeForOf } from "./auth/revoke-for.ts";
import { createBalancer } from "./balancer.ts";
import { type ClientPublish, createClientPublish } from "./client-publish.ts";
import type { LogicConfig } from "./config.ts";
import { createEvents, type Events } from "./events.ts";
import { createGoodbyes } from "./goodbyes.ts";
import { createHistory } from "./history.ts";
import { createDeliveries } from "./hooks/hooks.ts";
import { createHttpApp, type HttpAppDeps } from "./http/app.ts";
import { createClientIp } from "./http/client-ip.ts";
import { createIdentify } from "./http/identify.ts";
import { createHttpServer, type HttpServer } from "./http/server.ts";
import { createKept, type Kept, type KeptDeps } from "./kept.ts";
import { createKicker, type Kicker } from "./kick.ts";
import { createMail } from "./mail.ts";
import { createMessageStates } from "./message-state.ts";
import { createModeration, type ModerationBuckets } from "./moderation/moderation.ts";
import { createMoveEvents } from "./move-events.ts";
import { createNodes, type Nodes } from "./nodes.ts";
import { createOnline, type Online } from "./online.ts";
import { createPresence } from "./presence.ts";
import { createPresenceEvents } from "./presence-events.ts";
import { createPublisher } from "./publish.ts";
import { createPusher } from "./push.ts";
import { Reaper } from "./reaper.ts";
import { createReceive } from "./receive.ts";
import { createRoomParts } from "./rooms/create.ts";
import type { RoomPolicy } from "./rooms/policy.ts";
import { createRpc } from "./rpc.ts";
import { createSessions } from "./sessions.ts";
import { createTakeOvers } from "./take-over.ts";
import { createUserParts, type OpenUsers } from "./users/open.ts";
import { createWaits } from "./waits.ts";

export interface LogicDeps {
  readonly bus: Bus;
  readonly layout: StreamLayout;
  readonly acks: AckPublisher;
  /** The events' own. */
  readonly eventAcks: AckPublisher;
  readonly reader: StreamReader & HistoryReader;
  readonly store: SessionStore;
  readonly mailbox: Pick<MailboxReader, "read">;
  readonly cursors: CursorStore;
  readonly roomStore: RoomStore;
  readonly roomTypes: RoomTypes;
  readonly buckets: ModerationBuckets;
  /** Ready: it shows the comets that live. */
  readonly directory: CometDirectory;
  readonly authorizer: Authorizer;
  readonly apiKeys: ApiKeys;
  readonly apiKeyStore: ApiKeyStore;
  /** Undefined where the module is off. */
  readonly users: Pick<OpenUsers, "store" | "signing"> | undefined;
  readonly revocations: Revocations;
  readonly revocationWriter: RevocationWriter;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Version of the package, shown by `nats micro ls`. */
  readonly version: string;
}

export interface Logic extends Service {
  /** Where the HTTP API answers. Only after start. */
  readonly address: Address;
}

export function createLogic(config: LogicConfig, deps: LogicDeps): Logic {
  const { bus, log } = deps;
  const { subjects } = bus;
  const online = createOnline(config.online, deps);
  const nodes = nodesOf(config, deps);
  const kicker = createKicker(config.session, deps);
  const takeOvers = createTakeOvers(config.session, deps);
  const events = createEvents(config.events, { ...deps, acks: deps.eventAcks });
  const pushing = createPushing(config, { ...deps, online, events, kicker });
  const { moderation } = pushing;
  const presenceEvents = createPresenceEvents(config.events, { ...deps, events, subjects });
  const told = { ...deps, presence: presenceEvents, subjects };
  const kept = keptOf(config, { ...deps, recalls: moderation.recalls });
  const mail = createMail(config.mail, { ...deps, kept, recalls: moderation.recalls });
  const goodbyes = createGoodbyes(told);
  const { banned } = moderation;
  const sessions = createSessions({ ...told, kicker, takeOvers, mail, goodbyes, banned });
  const reaper = new Reaper(config.reaper, { ...told, random: Math.random });
  const presence = createPresence({ ...deps, subjects });
  const deliveries = createDeliveries(config.hooks, { ...deps, random: Math.random });
  const asked = { sessions, mail, acks: createAcks(deps), receive: createReceive(deps) };
  const moves = createMoveEvents({ events, subjects });
  const rpc = createRpc(
    { ...config.session, ...config.node, ...config.history, replyBytes: config.mail.replyBytes },
    { ...deps, ...pushing, ...asked, online, nodes, moves, banned },
  );
  const { attempts, ...clients } = clientsOf(config, { ...deps, ...pushing, banned });
  const http = httpOf(config, { ...deps, ...pushing, ...clients, presence, online, nodes });
  let service: MicroService | undefined;

  return {
    name: "logic",
    get address() {
      return http.address;
    },
    start: async () => {
      online.start();
      for (const one of [pushing.policy, attempts]) one?.start();
      await Promise.all([kept.start(), moderation.start()]);
      service = createMicroService(
        bus,
        {
          name: "goim-logic",
          version: deps.version,
          description: "logins, sessions and room totals, asked by comets",
          maxInFlight: config.rpc.inFlightMax,
          onBug: (err, endpoint) => log.error({ err, endpoint }, "bug in an endpoint"),
        },
        rpc,
      );
      await http.start();
      await reaper.start();
      deliveries.start();
    },
    // Comets ask another logic from here on; HTTP callers are answered before the publisher ends.
    drain: async () => {
      // Who waits to hear of a push is told what is known: the push itself is stored.
      pushing.waits.stop();
      await Promise.all([service?.stop(), http.drain?.(), deliveries.stop()]);
      await reaper.stop();
      await Promise.all([pushing.publisher.drain(), events.drain()]);
    },
    stop: async () => {
      await reaper.stop();
      online.stop();
      for (const one of [pushing.policy, attempts]) one?.stop();
      await Promise.all([kept.stop(), moderation.stop(), http.stop()]);
    },
  };
}

/** What lets clients call the HTTP API: their tokens, and users who log in for them. */
function clientsOf(
  config: LogicConfig,
  deps: LogicDeps & {
    readonly clientPublish: ClientPublish;
    readonly policy: Pick<RoomPolicy, "mayPublishOutside">;
    readonly banned: (who: Who) => GoimError | undefined;
  },
) {
  const clientIpOf = createClientIp(config.http.proxies);
  const { clientPublish, users } = deps;
  const mayEnter = deps.policy.mayPublishOutside;
  const me = { identify: createIdentify({ ...deps, mayEnter, clientIpOf }), clientPublish };
  if (users === undefined) return { me, attempts: undefined, userParts: undefined };
  const parts = createUserParts(config, users, deps);
  return { me, attempts: parts.attempts, userParts: { ...parts, clientIpOf } };
}

function httpOf(config: LogicConfig, deps: HttpAppDeps): HttpServer {
  const { presence, users, http, rooms, moderation } = config;
  const auth = { ...config.auth, revokeFor: revokeForOf(config) };
  const { pageMax } = config.history;
  const { deadline: waitMs, deadlineMax: waitMsMax } = config.receipt;
  const app = createHttpApp(
    { ...http, pageMax, waitMs, waitMsMax, presence, auth, users, rooms, moderation },
    deps,
  );
  return createHttpServer(
    { address: config.httpServer.addr, ...http },
    { ...deps, fetch: (request, env) => app.fetch(request, env) },
  );
}

function nodesOf(config: LogicConfig, deps: LogicDeps): Nodes {
  const balancer = createBalancer(config.node.regionWeight);
  return createNodes(config, { ...deps, balancer, subjects: deps.bus.subjects });
}

function keptOf(config: LogicConfig, deps: LogicDeps & Pick<KeptDeps, "recalls">): Kept {
  const { bus, layout, clock, log } = deps;
  return createKept(config.retain, {
    ...deps,
    readOrdered: (options) => readOrdered(bus, layout, { ...options, clock, log }),
  });
}

/** What takes messages in and reads them again. */
function createPushing(
  config: LogicConfig,
  deps: LogicDeps & { readonly online: Online; readonly events: Events; readonly kicker: Kicker },
) {
  const { subjects } = deps.bus;
  const newId = createIds();
  const publisher = createPublisher(config.publish, { ...deps, newId });
  const waits = createWaits(config.receipt, { ...deps, id: newId() });
  const moderation = createModeration(config, {
    ...{ ...deps, publisher, subjects, sessions: deps.store },
    history: () => history,
    canModerate: ({ mid = "" }, room) => policy.moderates(room, mid),
  });
  const { guard, recalls } = moderation;
  const retainBytesMax = config.retain.bytesMax;
  const publishing = { ...deps, publisher, waits, subjects, retainBytesMax, guard, recalls };
  const history = createHistory(config.history, publishing);
  const roomParts = createRoomParts(
    { ...config.rooms, joinHook: config.hooks.join },
    { ...publishing, history },
  );
  const { policy } = roomParts;
  const screenAll = config.moderation.push;
  const screen = guard.push;
  return {
    moderation,
    history,
    publisher,
    waits,
    ...{ roomParts, policy, mayRead: policy.mayRead },
    pusher: createPusher({ ...publishing, ...(screenAll ? { screen } : {}) }),
    apiPusher: createApiPusher({ ...publishing, screen, screenAll }),
    clientPublish: createClientPublish(config.upstream, {
      ...publishing,
      mayPublish: policy.mayPublish,
    }),
    messageStates: createMessageStates(publishing),
  };
}

/** Ids that never repeat: random once, counted from there. */
function createIds(): () => string {
  const start = randomBytes(12).toString("base64url");
  let count = 0;
  return () => `${start}-${(count++).toString(36)}`;
}
