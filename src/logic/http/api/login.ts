/** POST /api/v1/login, /api/v1/me/password, /api/v1/tokens: how clients come to their tokens. */
import type { Context } from "hono";
import { GoimError } from "../../../kit/errors.ts";
import type { Audit } from "../../moderation/audit.ts";
import type { Nodes } from "../../nodes.ts";
import type { Logins } from "../../users/login.ts";
import type { Registrations } from "../../users/registration.ts";
import type { Minted, TokenClaims } from "../../users/tokens.ts";
import type { Env } from "../answer.ts";
import type { ClientIpOf } from "../client-ip.ts";
import { callerHost } from "../nodes.ts";
import { readChecked } from "./rooms.ts";
import type { ApiRoute } from "./route.ts";
import { allowPatterns, allowReach, callerOf, reachOf } from "./scope.ts";
import { USERS_JSON_BYTES_MAX } from "./users.ts";
import {
  changedAnswer,
  loginAnswer,
  loginBody,
  ownPasswordBody,
  selfRegisterBody,
  selfRegisteredAnswer,
  tokenAnswer,
  tokenBody,
} from "./users-schemas.ts";

export interface LoginOptions {
  /** "" = the address that was called. */
  readonly logicUrl: string;
  /** Milliseconds. */
  readonly tokenLife: number;
  readonly tokenLifeMax: number;
}

export interface LoginDeps {
  readonly logins: Logins;
  readonly registrations: Registrations;
  readonly nodes: Pick<Nodes, "weighted">;
  readonly clientIpOf: ClientIpOf;
  readonly audit: Audit;
}

const problems = [413, 429, 503, 504];

/** Open to everybody: the password decides. */
export function loginRoutes(options: LoginOptions, deps: LoginDeps): ApiRoute[] {
  const { logins, registrations, clientIpOf } = deps;
  return [
    {
      method: "post",
      path: "/api/v1/register",
      operationId: "registerSelf",
      summary: "Register oneself, where users.registration lets people",
      description:
        "Where it is pending, 202 says nothing of whether the name was free. All tries count for " +
        "the limit of the address.",
      json: selfRegisterBody,
      answers: {
        201: { text: "Registered: log in.", schema: selfRegisteredAnswer },
        202: { text: "Asked for: somebody has to activate it.", schema: selfRegisteredAnswer },
      },
      problems: [403, 409, ...problems],
      handle: async (c) => {
        const { name, password } = await readChecked(c, selfRegisterBody, USERS_JSON_BYTES_MAX);
        const address = clientIpOf(c.req.raw);
        const user = await registrations.register({ name, password, address });
        if (user === undefined) return c.json({ name, state: "pending" }, 202);
        return c.json({ mid: user.mid, name: user.name, state: user.state }, 201);
      },
    },
    {
      method: "post",
      path: "/api/v1/login",
      summary: "A token, and where to connect with it, for name and password",
      description:
        "The same answer for an unknown name, a wrong password, and a user who may not log in. " +
        "After too many of these 429, whatever the password.",
      json: loginBody,
      answers: { 200: { text: "Logged in.", schema: loginAnswer } },
      problems: [401, 403, ...problems],
      handle: async (c) => {
        const { name, password, region, ...wish } = await readChecked(
          c,
          loginBody,
          USERS_JSON_BYTES_MAX,
        );
        const address = clientIpOf(c.req.raw);
        const { user, claims, ...token } = await logins.login({ name, password, address }, wish);
        const { name: known, roles } = user;
        return tokenAnswered(
          c,
          { ...token, claims },
          { name: known, roles },
          { region, options, deps },
        );
      },
    },
    ownPasswordRoute(deps),
  ];
}

function ownPasswordRoute({ logins, clientIpOf, audit }: LoginDeps): ApiRoute {
  return {
    method: "post",
    path: "/api/v1/me/password",
    summary: "Change one's own password",
    description: "Tokens issued so far are void, and connections with them closed.",
    json: ownPasswordBody,
    answers: { 200: { text: "Changed.", schema: changedAnswer } },
    problems: [401, 409, ...problems],
    handle: async (c) => {
      const asked = await readChecked(c, ownPasswordBody, USERS_JSON_BYTES_MAX);
      const { name, password, newPassword } = asked;
      const address = clientIpOf(c.req.raw);
      await logins.changePassword({ name, password, address }, newPassword);
      audit({ action: "user", by: name, does: "password", name });
      return c.json({ changed: true });
    },
  };
}

/** For those who have accounts of their own. */
export function tokenRoutes(options: LoginOptions, deps: LoginDeps): ApiRoute[] {
  return [
    {
      method: "post",
      path: "/api/v1/tokens",
      summary: "A token for a user whom you have let in",
      description:
        "Any mid; one that was disabled here is refused. With a key for some types of rooms only " +
        "with `rooms`, and those of these types.",
      json: tokenBody,
      answers: { 201: { text: "Made.", schema: tokenAnswer } },
      problems: [403, ...problems],
      handle: async (c) => {
        const asked = await readChecked(c, tokenBody, USERS_JSON_BYTES_MAX);
        const { life = options.tokenLife, region, ...claims } = asked;
        const caller = callerOf(c);
        allowPatterns(caller, claims.rooms && Object.keys(claims.rooms));
        // Also beyond what `rooms` says nobody is let in; this is the better sentence.
        if (claims.room_id !== undefined) allowReach(caller, reachOf(claims.room_id));
        if (life > options.tokenLifeMax) {
          throw new GoimError("invalid", `life: at most ${options.tokenLifeMax / 1000} seconds`);
        }
        const token = await deps.logins.mint(claims, life);
        return tokenAnswered(c, { ...token, claims }, {}, { region, options, deps }, 201);
      },
    },
  ];
}

function tokenAnswered(
  c: Context<Env>,
  { token, id, expiresAt, claims }: Minted & { readonly claims: TokenClaims },
  more: object,
  { region, options, deps }: { region: string; options: LoginOptions; deps: LoginDeps },
  status: 200 | 201 = 200,
): Response {
  c.header("Cache-Control", "no-store");
  const answer = {
    ...{ token, tokenId: id, expiresAt, ...claims, ...more },
    comets: deps.nodes.weighted(claims.platform ?? "", region, callerHost(c.req.url)),
    logic: options.logicUrl === "" ? new URL(c.req.url).origin : options.logicUrl,
  };
  return c.json(answer, status);
}
