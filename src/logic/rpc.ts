/** What comets ask: the endpoints of the NATS micro service goim-logic, protobuf in and out. */
import Long from "long";
import type { RpcHandler } from "../bus/bus.ts";
import { messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber, toText } from "../protocol/int64.ts";
import type { Session } from "../store/sessions.ts";
import { type MoveEvents, movesRpc } from "./move-events.ts";
import type { Nodes } from "./nodes.ts";
import type { Online } from "./online.ts";
import type { Receive } from "./receive.ts";
import { type PolicyRpcDeps, policyRpc } from "./rooms/rpc.ts";
import { type AuthRpcDeps, authRpc, grantFields } from "./rpc-auth.ts";
import { decode } from "./rpc-codec.ts";
import { keptOf, type MailRpcDeps, mailOf, mailRpc } from "./rpc-mail.ts";
import { type RoomRpcConfig, type RoomRpcDeps, roomRpc } from "./rpc-rooms.ts";
import type { Login, LoginResult, Sessions } from "./sessions.ts";

const NANOSECONDS_PER_MS = 1_000_000;

export interface RpcConfig extends RoomRpcConfig {
  /** Milliseconds between two heartbeats of a client. */
  readonly heartbeat: number;
  readonly heartbeatMax: number;
  /** Connections that a key may have: comets decide by themselves only where it is one. */
  readonly maxPerKey: number;
}

export interface RpcDeps extends MailRpcDeps, RoomRpcDeps, AuthRpcDeps, PolicyRpcDeps {
  readonly sessions: Sessions;
  readonly online: Online;
  readonly nodes: Nodes;
  readonly receive: Receive;
  readonly moves: MoveEvents;
  readonly log: Log;
}

/** Handlers by the name of their endpoint. */
export function createRpc(config: RpcConfig, deps: RpcDeps): Readonly<Record<string, RpcHandler>> {
  const { sessions, online, nodes, receive, log } = deps;
  const { logic } = goim;

  /** "" while the store cannot say: comets take that as no news. */
  const storeEpoch = async () => {
    try {
      return await sessions.epoch();
    } catch (error) {
      log.debug({ error: messageOf(error) }, "the session store does not tell its epoch");
      return "";
    }
  };

  return {
    connect: async (data) => {
      const { requests } = decode(logic.ConnectBatchReq, data);
      const results = await sessions.connect(
        requests.map((request) => loginOf(request as goim.logic.ConnectReq)),
      );
      const replies = results.map((result) => connectReply(result, config));
      const mails = results.flatMap((result) => ("mail" in result ? (result.mail ?? []) : []));
      const [epoch, kept] = [await storeEpoch(), keptOf(mails)];
      const more = kept === undefined ? {} : { kept };
      return logic.ConnectBatchReply.encode({ replies, storeEpoch: epoch, ...more }).finish();
    },
    disconnect: async (data) => {
      const { requests } = decode(logic.DisconnectBatchReq, data);
      const removed = await sessions.disconnect(requests.map(sessionOf));
      const replies = removed.map((has) => ({ has }));
      return logic.DisconnectBatchReply.encode({ replies }).finish();
    },
    heartbeat: async (data) => {
      const { requests } = decode(logic.HeartbeatBatchReq, data);
      const before = requests.map((request) => request.before ?? "");
      const taken = await sessions.heartbeat(requests.map(sessionOf), before);
      const replies = taken.map((one) => ({ taken: one }));
      return logic.HeartbeatBatchReply.encode({
        replies,
        storeEpoch: await storeEpoch(),
      }).finish();
    },
    renew: async (data) => {
      const { roomCount } = decode(logic.OnlineReq, data);
      const rooms = Object.keys(roomCount).map((room) => [room, online.room(room)] as const);
      return logic.OnlineReply.encode({
        allRoomCount: Object.fromEntries(rooms),
        connections: online.totals().connections,
        storeEpoch: await storeEpoch(),
      }).finish();
    },
    receive: (data) => {
      const { mid, key, room, proto } = decode(logic.ReceiveReq, data);
      const bodyBytes = proto?.body?.length ?? 0;
      receive({ mid: toText(mid), key, room, op: proto?.op ?? 0, bodyBytes });
      return logic.ReceiveReply.encode({}).finish();
    },
    nodes: (data) => {
      const { platform } = decode(logic.NodesReq, data);
      return nodesReply(nodes, platform);
    },
    ...{ ...authRpc(deps), ...movesRpc(deps.moves), ...mailRpc(deps) },
    ...{ ...roomRpc(config, deps), ...policyRpc(deps) },
  };
}

function loginOf(request: goim.logic.ConnectReq): Login {
  return {
    comet: request.server,
    incarnation: request.incarnation,
    conn: toNumber(request.conn),
    token: request.token,
    cookie: request.cookie,
    origin: request.origin,
    clientIp: request.clientIp,
    transport: request.transport,
    version: request.ver,
    signedOnly: request.signedOnly,
  };
}

function connectReply(result: LoginResult, config: RpcConfig) {
  if ("error" in result) return { error: result.error, errorText: result.text };
  const { session, roomId, accepts, mail, grant } = result;
  return {
    ...grantFields(grant),
    mid: Long.fromString(session.mid),
    key: session.key,
    roomID: roomId,
    accepts: [...accepts],
    heartbeat: config.heartbeat * NANOSECONDS_PER_MS,
    heartbeatMax: config.heartbeatMax,
    platform: session.platform,
    maxPerKey: config.maxPerKey,
    device: session.device,
    since: session.since,
    ...(mail === undefined ? {} : { mail: mailOf(mail), allCursor: mail.all.cursor }),
  };
}

type SessionFields = goim.logic.IHeartbeatReq | goim.logic.IDisconnectReq;

function sessionOf(request: SessionFields): Session {
  return {
    mid: toText(request.mid ?? 0),
    key: request.key ?? "",
    comet: request.server ?? "",
    incarnation: request.incarnation ?? "",
    conn: toNumber(request.conn ?? 0),
    platform: "platform" in request ? (request.platform ?? "") : "",
    device: request.device ?? "",
    since: toNumber(request.since ?? 0),
  };
}

function nodesReply(nodes: Nodes, platform: string): Uint8Array {
  const weighted = nodes.weighted(platform, "");
  const { backoff } = weighted;
  return goim.logic.NodesReply.encode({
    domain: weighted.domain,
    tcpPort: weighted.tcp_port,
    wsPort: weighted.ws_port,
    wssPort: weighted.wss_port,
    heartbeat: weighted.heartbeat,
    nodes: [...weighted.nodes],
    backoff: {
      maxDelay: backoff.max_delay,
      baseDelay: backoff.base_delay,
      factor: backoff.factor,
      jitter: backoff.jitter,
    },
    heartbeatMax: weighted.heartbeat_max,
  }).finish();
}
