import { BODY_BYTES_MAX } from "../protocol/frame.ts";
import { LogNumber } from "../protocol/frame-batch.ts";
import type { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import { Operation } from "../protocol/operation.ts";
import {
  type AuthReplyBody,
  encodeJson,
  type RoomFailure,
  type RoomPlace,
} from "../protocol/v2.ts";
import type { Channel } from "./channel.ts";
import { limitOf } from "./grant.ts";
import type { Identity } from "./identity.ts";

/** What the auth reply of version 2 tells besides what logic answered. */
export interface AuthReplyFacts {
  readonly comet: string;
  readonly roomsMax: number;
  /** Used where logic does not say, milliseconds. */
  readonly silenceMsMax: number;
  readonly all: { readonly epoch: string; readonly offset: number };
  readonly room: RoomPlace | RoomFailure | undefined;
}

const NANOSECONDS_PER_S = 1_000_000_000;
/** Heartbeats that fit into the longest silence, where logic does not say. */
const HEARTBEAT_MAX = 2;

/** Names a session everywhere: on the wire, in acknowledgements, in presence. */
export function sessionText(comet: Identity, conn: number): string {
  return `${comet.id}/${comet.incarnation}/${conn}`;
}

export function encodeAuthReply(
  channel: Channel,
  seq: number,
  reply: goim.logic.ConnectReply,
  facts: AuthReplyFacts,
): Uint8Array {
  const { mid, key, device, connection, incarnation } = channel;
  const { mail, heartbeatMax } = reply;
  const expiresAt = channel.grant?.expiresAt ?? 0;
  const seconds = toNumber(reply.heartbeat) / NANOSECONDS_PER_S;
  const told = seconds > 0 && heartbeatMax > 0;
  const body: AuthReplyBody = {
    session: sessionText({ id: facts.comet, incarnation }, connection.id),
    ...{ mid, key, device },
    heartbeat: told ? seconds : facts.silenceMsMax / 1000 / HEARTBEAT_MAX,
    heartbeatMax: told ? heartbeatMax : HEARTBEAT_MAX,
    limits: { bodyBytes: BODY_BYTES_MAX, rooms: limitOf(channel, "rooms", facts.roomsMax) },
    ...(mail == null || mid === "0" ? {} : { user: userOf(mail) }),
    all: { log: LogNumber.All, ...facts.all },
    ...(facts.room === undefined ? {} : { room: facts.room }),
    ...(expiresAt === 0 ? {} : { expiresAt }),
  };
  return encodeJson(Operation.AuthReply, seq, body);
}

function userOf(mail: goim.logic.Mail.$Properties): NonNullable<AuthReplyBody["user"]> {
  return {
    log: LogNumber.User,
    epoch: mail.epoch ?? "",
    cursor: toNumber(mail.cursor ?? 0),
    last: toNumber(mail.last ?? 0),
    oldest: toNumber(mail.oldest ?? 0),
  };
}
