import type { Hono } from "hono";
import { z } from "zod";
import type { Env } from "../answer.ts";
import { type MessagesDeps, type MessagesOptions, messageRoutes } from "./messages.ts";
import { moderationRoutes } from "./moderation.ts";
import type { ApiModerationDeps, ApiModerationOptions } from "./moderation-acts.ts";
import { openapiDocument } from "./openapi.ts";
import { type ApiPresenceDeps, type ApiPresenceOptions, presenceRoutes } from "./presence.ts";
import { type ApiPushDeps, type ApiPushOptions, apiPushRoutes } from "./push.ts";
import type { ApiRoute } from "./route.ts";

export interface ApiOptions
  extends ApiPushOptions,
    MessagesOptions,
    ApiPresenceOptions,
    ApiModerationOptions {}

export interface ApiDeps extends ApiPushDeps, MessagesDeps, ApiPresenceDeps, ApiModerationDeps {
  /** Version of the package. */
  readonly version: string;
}

/** Every call that is not goim's, with what the OpenAPI document says about it. */
export function apiRoutes(options: ApiOptions, deps: ApiDeps): ApiRoute[] {
  const routes = [
    ...apiPushRoutes(options, deps),
    ...messageRoutes(options, deps),
    ...presenceRoutes(options, deps),
    ...moderationRoutes(options, deps),
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

/** Whether failures on this path are answered as problem details. */
export function isApiPath(path: string): boolean {
  return path.startsWith("/api/");
}

export function mountApi(app: Hono<Env>, routes: readonly ApiRoute[]): void {
  for (const { method, path, handle } of routes) {
    app.on(method, honoPath(path), (c) => {
      // The label of the metrics: a path with ids in it would be a label per room.
      c.set("route", path);
      return handle(c);
    });
  }
}

/** {name} is :name for hono. */
export function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}
