import type { Authorizer } from "./authorizer.ts";
import { unlimited } from "./grant.ts";
import { parseToken } from "./token.ts";

/** Believes goim's unsigned token, for tests of what comes after. */
export const believing: Authorizer = { authorize: ({ token }) => unlimited(parseToken(token)) };

/** What comet tells of a login besides the token. */
export const plainLogin = {
  ...{ cookie: "", origin: "", clientIp: "127.0.0.1", transport: "ws", version: 1 },
  signedOnly: false,
};
