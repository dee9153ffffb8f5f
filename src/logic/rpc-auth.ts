/** Endpoint of new tokens for connections that stay, and grants as comets are told them. */
import Long from "long";
import type { RpcHandler } from "../bus/bus.ts";
import { GoimError } from "../kit/errors.ts";
import { goim } from "../protocol/gen/messages.js";
import type { Authorizer } from "./auth/authorizer.ts";
import type { Grant } from "./auth/grant.ts";
import { decode, errorFields } from "./rpc-codec.ts";

export interface AuthRpcDeps {
  readonly authorizer: Authorizer;
}

export function authRpc({ authorizer }: AuthRpcDeps): Readonly<Record<string, RpcHandler>> {
  const { RefreshReq, RefreshReply } = goim.logic;
  return {
    refresh: async (data) => {
      const request = decode(RefreshReq, data) as goim.logic.RefreshReq;
      const { mid, key, token, server: comet, clientIp, transport, ver: version } = request;
      const { signedOnly } = request;
      const told = { comet, token, clientIp, transport, version, signedOnly };
      try {
        const grant = await authorizer.authorize({ ...told, cookie: "", origin: "" });
        if (grant.token.mid !== mid)
          throw new GoimError("forbidden", "the token is of another mid");
        const named = grant.token.key;
        if (named !== "" && named !== key) {
          throw new GoimError("forbidden", "the token is of another key");
        }
        return RefreshReply.encode(grantFields(grant)).finish();
      } catch (error) {
        return RefreshReply.encode(errorFields(error)).finish();
      }
    },
  };
}

/** Nothing for a grant of everything: most connections of an open system have that. */
export function grantFields(grant: Grant): { readonly grant?: goim.logic.IGrant } {
  const { rooms, limits, tokenId, keyId, issuedAt, expiresAt } = grant;
  const nameless = tokenId === "" && keyId === "";
  const bare = rooms === undefined && nameless && issuedAt === 0 && expiresAt === 0;
  if (bare && Object.keys(limits).length === 0) return {};
  return {
    grant: {
      rooms: (rooms ?? []).map(({ pattern, role }) => ({ pattern, role })),
      roomsLimited: rooms !== undefined,
      expiresAt: Long.fromNumber(expiresAt, true),
      issuedAt: Long.fromNumber(issuedAt, true),
      tokenId,
      keyId,
      limits: { ...limits },
    },
  };
}
