/** /api/v1/users, /api/v1/roles: who may log in, and what they may do then. */
import type { Context } from "hono";
import type { z } from "zod";
import type { Roles } from "../../users/roles.ts";
import type { Users } from "../../users/users.ts";
import type { Env } from "../answer.ts";
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

export function userRoutes({ pageMax }: UsersApiOptions, users: Users): ApiRoute[] {
  const query = usersQuery(pageMax);
  const named = {
    pathParameters: userPath,
    answers: { 200: { text: "The user as he is now.", schema: userAnswer } },
    problems: [404, 409, ...problems],
  };
  return [
    {
      ...{ method: "post", path, operationId: "registerUser", summary: "Register a user" },
      json: registerBody,
      answers: { 201: { text: "Registered.", schema: userAnswer } },
      problems: [404, 409, ...problems],
      handle: async (c) => c.json(await users.register(await body(c, registerBody)), 201),
    },
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
    {
      ...{ method: "patch", path: one, operationId: "changeUser", ...named, json: changeUserBody },
      summary: "Roles and permissions: what is left out stays",
      description: "Tokens that he has are void, and connections with them closed.",
      handle: async (c) => c.json(await users.change(midOf(c), await body(c, changeUserBody))),
    },
    {
      ...{ method: "post", path: `${one}/activate`, operationId: "activateUser", ...named },
      summary: "Let a user log in",
      handle: async (c) => c.json(await users.activate(midOf(c))),
    },
    {
      ...{ method: "post", path: `${one}/disable`, operationId: "disableUser", ...named },
      summary: "Lock a user out",
      description: "His connections are closed with 4505 on every comet within a second.",
      handle: async (c) => c.json(await users.disable(midOf(c))),
    },
    {
      ...{ method: "put", path: `${one}/password`, operationId: "setPassword", ...named },
      summary: "Give a user a new password",
      description: "Tokens that he has are void, and connections with them closed.",
      json: passwordBody,
      handle: async (c) => {
        const { password } = await body(c, passwordBody);
        return c.json(await users.setPassword(midOf(c), password));
      },
    },
  ];
}

export function roleRoutes(roles: Roles): ApiRoute[] {
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
      ...{ pathParameters: rolePath, json: permissionsBody, problems },
      answers: { 200: { text: "As it is now.", schema: roleAnswer } },
      handle: async (c) => c.json(await roles.put(roleOf(c), await body(c, permissionsBody))),
    },
    {
      ...{ method: "delete", path: named, operationId: "removeRole", summary: "Remove a role" },
      description: "Users who have it are left without what it allowed.",
      ...{ pathParameters: rolePath, problems: [404, ...problems] },
      answers: { 200: { text: "Gone.", schema: removedAnswer } },
      handle: async (c) => {
        await roles.remove(roleOf(c));
        return c.json({ removed: true });
      },
    },
  ];
}
