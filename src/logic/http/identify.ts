/** Who makes a call with a client's token, decided as a login is. */
import type { Who } from "../../bus/restrictions.ts";
import type { Clock } from "../../kit/clock.ts";
import { GoimError } from "../../kit/errors.ts";
import { READER, roleIn } from "../../protocol/room-rules.ts";
import type { Authorizer } from "../auth/authorizer.ts";
import type { Grant } from "../auth/grant.ts";
import { deviceOf } from "../device.ts";
import type { Identify } from "./api/me-publish.ts";
import type { ClientIpOf } from "./client-ip.ts";

export interface IdentifyDeps {
  readonly authorizer: Authorizer;
  /** Why somebody may not log in. */
  readonly banned: (who: Who) => GoimError | undefined;
  /** Fails where the user may not be in the room at all; asked before every message. */
  readonly mayEnter: (room: string, mid: string) => Promise<void>;
  readonly clientIpOf: ClientIpOf;
  readonly clock: Pick<Clock, "now">;
}

const bearer = /^Bearer +(\S+) *$/i;

/**
 * The token has to be signed, or a hook has to believe it, wherever this logic listens: pages of
 * any origin can make such calls. Fails with "unauthorized", "banned", and as an authorizer does.
 */
export function createIdentify(deps: IdentifyDeps): Identify {
  const { authorizer, banned, mayEnter, clientIpOf, clock } = deps;
  return async (request) => {
    const header = request.headers.get("authorization") ?? "";
    const token = bearer.exec(header)?.[1];
    if (token === undefined) {
      throw new GoimError("unauthorized", "a token is needed: Authorization: Bearer <token>");
    }
    const ip = clientIpOf(request);
    const grant = await authorizer.authorize({
      ...{ comet: "", token: Buffer.from(token), clientIp: ip, transport: "http", version: 2 },
      cookie: request.headers.get("cookie") ?? "",
      origin: request.headers.get("origin") ?? "",
      signedOnly: true,
    });
    const { mid, key, platform } = grant.token;
    if (grant.expiresAt !== 0 && clock.now() >= grant.expiresAt) {
      throw new GoimError("unauthorized", "the token is over");
    }
    const device = deviceOf(grant.token);
    const ban = banned({ mid, device, key, ip });
    if (ban !== undefined) throw ban;
    const mayPublish = async (room: string) => {
      if (!maySpeak(grant, room)) {
        throw new GoimError("forbidden", "the token does not allow sending there");
      }
      if (room !== "") await mayEnter(room, mid);
    };
    return { mid, key, device, platform, ip, mayPublish };
  };
}

/** As comet decides it about what comes over a connection. */
function maySpeak({ rooms }: Grant, room: string): boolean {
  if (rooms === undefined) return true;
  const role = roleIn(rooms, room);
  return role !== undefined && role !== READER;
}
