/** Who sends over HTTP with a client's own token: the same decision as about a login. */
import { GoimError } from "../../kit/errors.ts";
import { READER, roleIn } from "../../protocol/room-rules.ts";
import type { Identify } from "../http/api/me-publish.ts";
import type { Authorizer } from "./authorizer.ts";

export interface IdentifyDeps {
  readonly authorizer: Authorizer;
  /** Fails where the user may not be in the room at all; asked in front of every message. */
  readonly mayEnter: (room: string, mid: string) => Promise<void>;
}

const bearer = /^Bearer +(\S.*?) *$/i;
/** Far above any token. */
const TOKEN_CHARS_MAX = 16 * 1024;
const VERSION = 2;

export function createIdentify({ authorizer, mayEnter }: IdentifyDeps): Identify {
  return async (request, ip) => {
    const text = bearer.exec(request.headers.get("authorization") ?? "")?.[1];
    if (text === undefined || text.length > TOKEN_CHARS_MAX) {
      throw new GoimError("unauthorized", "a token is needed: Authorization: Bearer <token>");
    }
    const { rooms, token } = await authorizer.authorize({
      ...{ comet: "", token: Buffer.from(text), clientIp: ip, transport: "http", version: VERSION },
      cookie: request.headers.get("cookie") ?? "",
      origin: request.headers.get("origin") ?? "",
      signedOnly: true,
    });
    const { mid, key, device, platform } = token;
    return {
      ...{ mid, key, device, platform, ip },
      mayPublish: async (room) => {
        const role = rooms === undefined ? "" : roleIn(rooms, room);
        if (role === undefined || role === READER) {
          throw new GoimError("forbidden", "the token does not allow sending to this room");
        }
        await mayEnter(room, mid);
      },
    };
  };
}
