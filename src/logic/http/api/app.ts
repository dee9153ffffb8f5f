import type { Hono } from "hono";
import { z } from "zod";
import type { Act, Audit } from "../../moderation/audit.ts";
import type { Roles } from "../../users/roles.ts";
import type { Users } from "../../users/users.ts";
import type { Env } from "../answer.ts";
import { type KeyRoutesDeps, type KeyRoutesOptions, keyRoutes } from "./keys.ts";
import { type LoginDeps, type LoginOptions, loginRoutes, tokenRoutes } from "./login.ts";
import { type MePublishDeps, mePublishRoutes } from "./me-publish.ts";
import { type MessagesDeps, type MessagesOptions, messageRoutes } from "./messages.ts";
import { moderationRoutes } from "./moderation.ts";
import type { ApiModerationDeps, ApiModerationOptions } from "./moderation-acts.ts";
import { openapiDocument } from "./openapi.ts";
import { type ApiPresenceDeps, type ApiPresenceOptions, presenceRoutes } from "./presence.ts";
import { type ApiPushDeps, type ApiPushOptions, apiPushRoutes } from "./push.ts";
import {
  type RevocationRoutesDeps,
  type RevocationRoutesOptions,
  revocationRoutes,
} from "./revocations.ts";
import { memberRoutes } from "./room-members.ts";
import { type RoomsApiDeps, type RoomsApiOptions, roomRoutes } from "./rooms.ts";
import type { ApiRoute } from "./route.ts";
import { allow, beyondRooms, scoped } from "./scope.ts";
import { roleRoutes, type UsersApiOptions, userRoutes } from "./users.ts";

export interface ApiOptions
  extends ApiPushOptions,
    MessagesOptions,
    ApiPresenceOptions,
    RoomsApiOptions,
    ApiModerationOptions {
  readonly auth?: AccessOptions;
  readonly users?: UsersApiOptions & LoginOptions;
}

export interface ApiDeps
  extends ApiPushDeps,
    MessagesDeps,
    ApiPresenceDeps,
    Omit<RoomsApiDeps, "audit">,
    ApiModerationDeps,
    Partial<Omit<KeyRoutesDeps, "audit">>,
    Partial<Omit<RevocationRoutesDeps, "audit">> {
  /** Clients that send with their tokens; none where nobody can tell who they are. */
  readonly me?: MePublishDeps;
  /** Users that the system keeps itself; none where the module is off. */
  readonly userParts?: UserApiParts | undefined;
  /** Version of the package. */
  readonly version: string;
}

/** Every call that is not goim's, with what the OpenAPI document says about it. */
export function apiRoutes(options: ApiOptions, having: ApiDeps): ApiRoute[] {
  const deps = { ...having, audit: (act: Act) => having.moderation.audit(act) };
  const routes = [
    ...apiPushRoutes(options, deps),
    ...messageRoutes(options, deps),
    ...presenceRoutes(options, deps),
    ...accessRoutes(options, deps),
    ...(deps.me === undefined ? [] : mePublishRoutes(options, deps.me)),
    ...usersRoutes(options, deps),
    ...scoped("rooms:write", [...roomRoutes(options, deps), ...memberRoutes(options, deps)]),
    ...scoped("moderate", moderationRoutes(options, deps)),
  ];
  const document: ApiRoute = {
    method: "get",
    path: "/openapi.json",
    summary: "This document",
    answers: { 200: { text: "OpenAPI 3.1.", schema: z.looseObject({ openapi: z.string() }) } },
    problems: [],
    handle: (c) => c.body(text, 200, { "Content-Type": "application/json" }),
  };
  routes.push(document);
  const text = JSON.stringify(openapiDocument(routes, deps));
  return routes;
}

export interface UserApiParts extends Pick<LoginDeps, "logins" | "registrations" | "clientIpOf"> {
  readonly users: Users;
  readonly roles: Roles;
}

type Having = ApiDeps & { readonly audit: Audit };

function usersRoutes({ users: options }: ApiOptions, deps: Having & Partial<LoginDeps>) {
  const { userParts, nodes, audit } = deps;
  if (options === undefined || userParts === undefined || nodes === undefined) return [];
  const login = { ...userParts, nodes, audit };
  return [
    ...loginRoutes(options, login),
    ...scoped("users:write", [
      ...beyondRooms([...userRoutes(options, login), ...roleRoutes(login)]),
      ...tokenRoutes(options, login),
    ]),
  ];
}

type AccessOptions = KeyRoutesOptions & RevocationRoutesOptions;

/** Who may do what is only asked where there is somebody to ask. */
function accessRoutes({ auth, ...options }: ApiOptions, deps: Having): ApiRoute[] {
  const { apiKeyStore, revocations, revocationWriter, clock, audit } = deps;
  if (auth === undefined || clock === undefined) return [];
  const bounds = { ...auth, jsonBytesMax: options.jsonBytesMax };
  return beyondRooms([
    ...(apiKeyStore === undefined ? [] : keyRoutes(bounds, { apiKeyStore, audit })),
    ...(revocations === undefined || revocationWriter === undefined
      ? []
      : revocationRoutes(bounds, { revocations, revocationWriter, clock, audit })),
  ]);
}

/** Whether failures on this path are answered as problem details. */
export function isApiPath(path: string): boolean {
  return path.startsWith("/api/");
}

export function mountApi(app: Hono<Env>, routes: readonly ApiRoute[]): void {
  for (const { method, path, scope, handle } of routes) {
    app.on(method, honoPath(path), (c) => {
      // The label of the metrics: a path with ids in it would be a label per room.
      c.set("route", path);
      if (scope !== undefined) allow(c, scope);
      return handle(c);
    });
  }
}

/** {name} is :name for hono. */
export function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}
