/** A new token for a connection that stays (op 30 of version 2). */
import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../kit/clock.ts";
import { goim } from "../protocol/gen/messages.js";
import type { Failure, RefreshReplyBody } from "../protocol/v2.ts";
import type { Channel } from "./channel.ts";
import { grantOf, mayEnter } from "./grant.ts";
import type { Heartbeat } from "./heartbeat.ts";
import type { Identity } from "./identity.ts";
import { failureOf, type Joins } from "./joins.ts";
import type { Revoked } from "./revoked.ts";

export interface RefreshDeps {
  readonly bus: Pick<Bus, "request" | "subjects">;
  readonly joins: Pick<Joins, "leave">;
  readonly heartbeat: Pick<Heartbeat, "loggedIn">;
  readonly revoked: Pick<Revoked, "check">;
  readonly identity: () => Identity;
  readonly clock: Clock;
}

export interface RefreshConfig {
  /** Bound of the question to logic, milliseconds. */
  readonly publishTimeout: number;
  readonly signedOnly: boolean;
}

/** Resolves to what the client is told, `Failure` when nothing has changed. Never rejects. */
export type Refresh = (channel: Channel, token: Uint8Array) => Promise<RefreshReplyBody | Failure>;

export function createRefresh(config: RefreshConfig, deps: RefreshDeps): Refresh {
  const { bus, joins, heartbeat, revoked, identity, clock } = deps;
  return async (channel, token) => {
    const { mid, key, connection, version: ver } = channel;
    const { remoteAddress: clientIp, transport } = connection;
    const { signedOnly } = config;
    const request = goim.logic.RefreshReq.encode({
      ...{ mid, key, token, server: identity().id, clientIp, transport, ver, signedOnly },
    }).finish();
    let reply: goim.logic.RefreshReply;
    try {
      const subject = bus.subjects.logic("refresh");
      const data = await bus.request(subject, request, { timeoutMs: config.publishTimeout });
      reply = goim.logic.RefreshReply.decode(data) as goim.logic.RefreshReply;
    } catch (error) {
      return failureOf(error);
    }
    if (reply.error !== "") return { code: reply.error, text: reply.errorText };
    channel.grant = grantOf(reply.grant, clock);
    const left = (channel.seats?.roomIds() ?? []).filter((room) => !mayEnter(channel, room));
    for (const room of left) joins.leave(channel, room);
    revoked.check(channel);
    if (!channel.closed) heartbeat.loggedIn(channel);
    const { expiresAt = 0 } = channel.grant ?? {};
    return { ...(expiresAt === 0 ? {} : { expiresAt }), left };
  };
}
