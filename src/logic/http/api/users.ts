/** /api/v1/users, /api/v1/roles: who may log in, and what they may do then. */
import type { Context } from "hono";
import type { z } from "zod";
import type { Act, Audit } from "../../moderation/audit.ts";
import type { Roles } from "../../users/roles.ts";
import type { User, Users } from "../../users/users.ts";
import type { Env } from "../answer.ts";
import { actorOf, actorQuery, audited } from "./audited.ts";
import { checked, queryOf } from "./request.ts";
import { nextOf, readChecked } from "./rooms.ts";
import type { ApiRoute } from "./route.ts";
import {
  changeUserBody,
  passwordBody,
  permissionsBody,
  registerBody,
  removedAnswer,
  roleAnswer,
  rolePath,
  rolesAnswer,
  userAnswer,
  userPath,
  usersPage,
  usersQuery,
} from "./users-schemas.ts";

export interface UsersApiOptions {
  readonly pageMax: number;
}

/** Largest JSON body here, bytes: what is longer is refused before anything is computed of it. */
export const USERS_JSON_BYTES_MAX = 32 * 1024;

const path = "/api/v1/users";
const one = `${path}/{mid}`;
const problems = [413, 429, 503, 504];

const body = <T extends z.ZodType>(c: Context<Env>, schema: T) =>
  readChecked(c, schema, USERS_JSON_BYTES_MAX);
const midOf = (c: Context<Env>) => checked(userPath, c.req.param()).mid;

export interface UserRoutesDeps {
  readonly users: Users;
  readonly roles: Roles;
  readonly audit: Audit;
}

const named = {
  pathParameters: userPath,
  answers: { 200: { text: "The user as he is now.", schema: userAnswer } },
  problems: [404, 409, ...problems],
};

export function userRoutes({ pageMax }: UsersApiOptions, deps: UserRoutesDeps): ApiRoute[] {
  const { users } = deps;
  const query = usersQuery(pageMax);
  return [
    ...userChanges(deps),
    {
      ...{ method: "get", path, operationId: "listUsers", summary: "Page through all users" },
      description: "By their last change, oldest first: who is changed meanwhile comes again.",
      query,
      answers: { 200: { text: "A page.", schema: usersPage } },
      problems: [503, 504],
      handle: async (c) => {
        const { cursor, limit } = checked(query, queryOf(c, query));
        const page = await users.list(cursor, limit);
        return c.json({ users: page.items, ...nextOf(page) });
      },
    },
    {
      ...{ method: "get", path: one, operationId: "getUser", summary: "One user", ...named },
      handle: async (c) => c.json(await users.get(midOf(c))),
    },
  ];
}

function userChanges({ users, audit }: UserRoutesDeps): ApiRoute[] {
  const changes = { query: actorQuery };
  const changed = async (c: Context<Env>, does: string, work: () => Promise<User>) => {
    const by = actorOf(c);
    const user = await work();
    audited(c, audit, userAct(does, by, user));
    return c.json(user);
  };
  return [
    {
      ...{ method: "post", path, operationId: "registerUser", summary: "Register a user" },
      ...{ ...changes, json: registerBody },
      answers: { 201: { text: "Registered.", schema: userAnswer } },
      problems: [404, 409, ...problems],
      handle: async (c) => {
        const by = actorOf(c);
        const user = await users.register(await body(c, registerBody));
        audited(c, audit, userAct("registered", by, user));
        return c.json(user, 201);
      },
    },
    {
      ...{ method: "patch", path: one, operationId: "changeUser", ...named, ...changes },
      json: changeUserBody,
      summary: "Roles and permissions: what is left out stays",
      description: "Tokens that he has are void, and connections with them closed.",
      handle: (c) =>
        changed(c, "changed", async () => {
          return users.change(midOf(c), await body(c, changeUserBody));
        }),
    },
    {
      ...{ method: "post", path: `${one}/activate`, operationId: "activateUser" },
      ...{ summary: "Let a user log in", ...named, ...changes },
      handle: (c) => changed(c, "activated", () => users.activate(midOf(c))),
    },
    {
      ...{ method: "post", path: `${one}/disable`, operationId: "disableUser" },
      ...{ summary: "Lock a user out", ...named, ...changes },
      description: "His connections are closed with 4505 on every comet within a second.",
      handle: (c) => changed(c, "disabled", () => users.disable(midOf(c))),
    },
    {
      ...{ method: "put", path: `${one}/password`, operationId: "setPassword" },
      ...{ summary: "Give a user a new password", ...named, ...changes },
      description: "Tokens that he has are void, and connections with them closed.",
      json: passwordBody,
      handle: (c) =>
        changed(c, "password", async () => {
          const { password } = await body(c, passwordBody);
          return users.setPassword(midOf(c), password);
        }),
    },
  ];
}

/** Who he is and what he may do now. */
export function userAct(does: string, by: string, user: User): Act {
  const { mid, name, state, roles, permissions } = user;
  return { action: "user", by, does, mid, name, state, roles, permissions };
}

export function roleRoutes({ roles, audit }: UserRoutesDeps): ApiRoute[] {
  const [all, named] = ["/api/v1/roles", "/api/v1/roles/{role}"];
  const roleOf = (c: Context<Env>) => checked(rolePath, c.req.param()).role;
  return [
    {
      ...{ method: "get", path: all, operationId: "listRoles", summary: "All roles" },
      answers: { 200: { text: "As they are.", schema: rolesAnswer } },
      problems: [503, 504],
      handle: async (c) => c.json({ roles: await roles.list() }),
    },
    {
      ...{ method: "put", path: named, operationId: "putRole", summary: "Make or change a role" },
      description: "Holds for tokens that are issued from now on.",
      ...{ pathParameters: rolePath, query: actorQuery, json: permissionsBody, problems },
      answers: { 200: { text: "As it is now.", schema: roleAnswer } },
      handle: async (c) => {
        const by = actorOf(c);
        const role = await roles.put(roleOf(c), await body(c, permissionsBody));
        audited(c, audit, { action: "role", by, does: "stored", ...role });
        return c.json(role);
      },
    },
    {
      ...{ method: "delete", path: named, operationId: "removeRole", summary: "Remove a role" },
      description: "Users who have it are left without what it allowed.",
      ...{ pathParameters: rolePath, query: actorQuery, problems: [404, ...problems] },
      answers: { 200: { text: "Gone.", schema: removedAnswer } },
      handle: async (c) => {
        const [by, role] = [actorOf(c), roleOf(c)];
        await roles.remove(role);
        audited(c, audit, { action: "role", by, does: "removed", role });
        return c.json({ removed: true });
      },
    },
  ];
}
