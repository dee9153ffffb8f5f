import { describe, expect, it } from "vitest";
import { z } from "zod";
import { FakeClock } from "../../../kit/clock.fake.ts";
import { errorTable } from "../../../kit/errors.ts";
import { silentLog } from "../../../kit/log.ts";
import { createMetrics } from "../../../kit/metrics.ts";
import type { ApiPusher } from "../../api-push.ts";
import type { History } from "../../history.ts";
import type { Moderation } from "../../moderation/moderation.ts";
import type { Nodes } from "../../nodes.ts";
import type { Online } from "../../online.ts";
import type { Presence } from "../../presence.ts";
import type { Pusher } from "../../push.ts";
import type { RoomParts } from "../../rooms/create.ts";
import { createHttpApp } from "../app.ts";
import { honoPath, type UserApiParts } from "./app.ts";
import type { MePublishDeps } from "./me-publish.ts";

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly { name: string; in: string; required: boolean; schema: object }[];
  readonly requestBody?: { content: Record<string, { schema: object }> };
  readonly responses: Record<string, { description: string; content: object }>;
}

interface Document {
  readonly openapi: string;
  readonly info: { version: string };
  readonly paths: Record<string, Record<string, Operation>>;
}

const bounds = { excludeMax: 2, waitMs: 1, waitMsMax: 2 };
const app = createHttpApp(
  {
    ...{ bodyBytesMax: 100, jsonBytesMax: 100, targetsMax: 3, batchMax: 3, pageMax: 10, ...bounds },
    presence: { midsMax: 3, pageMax: 10 },
    rooms: { pageMax: 10, midsMax: 3, metadataMax: 2 },
    moderation: { reportsMax: 10 },
    users: { pageMax: 10, logicUrl: "", tokenLife: 1, tokenLifeMax: 1 },
  },
  {
    ...{ apiPusher: {} as ApiPusher, history: {} as History, pusher: {} as Pusher },
    messageStates: () => Promise.reject(new Error("not asked")),
    presence: {} as Presence,
    roomParts: {} as RoomParts,
    me: {} as MePublishDeps,
    userParts: {} as UserApiParts,
    moderation: {} as Moderation,
    ...{ online: {} as Online, nodes: {} as Nodes, version: "1.2.3" },
    ...{ clock: new FakeClock(), log: silentLog, metrics: createMetrics() },
  },
);

const document = async () => (await (await app.request("/openapi.json")).json()) as Document;

describe("the OpenAPI document", () => {
  it("describes every call, and nothing else", async () => {
    const { openapi, info, paths } = await document();
    expect({ openapi, version: info.version }).toEqual({ openapi: "3.1.0", version: "1.2.3" });
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${honoPath(path)}`),
    );
    const mounted = app.routes
      .filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path}`);
    expect(described.sort()).toEqual(mounted.sort());
    expect(mounted).toContain("POST /api/v1/push/room");
    expect(mounted).toContain("POST /goim/push/room");
  });

  it("has ids of their own, and answers for each call", async () => {
    const { paths } = await document();
    const operations = Object.values(paths).flatMap((one) => Object.values(one));
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain("postPushRoom");
    const statuses = new Set(Object.values(errorTable).map(({ http }) => http));
    for (const { operationId, responses, summary } of operations) {
      expect(summary).not.toBe("");
      for (const [status, { description, content }] of Object.entries(responses)) {
        expect(description, status).not.toBe("");
        if (operationId.startsWith("goim")) continue;
        const type = Number(status) < 300 ? "application/json" : "application/problem+json";
        expect(Object.keys(content)).toEqual([type]);
        if (Number(status) >= 300) expect(statuses).toContain(Number(status));
      }
    }
  });

  it("tells parameters, headers and bodies as they are taken", async () => {
    const { paths } = await document();
    const messages = paths["/api/v1/rooms/{type}/{room}/messages"]?.get;
    expect(messages?.parameters?.map((one) => [one.in, one.name, one.required])).toEqual([
      ["path", "type", true],
      ["path", "room", true],
      ["query", "after", false],
      ["query", "before", false],
      ["query", "limit", false],
      ["query", "epoch", false],
    ]);
    expect(messages?.parameters?.[4]?.schema).toMatchObject({ minimum: 1, maximum: 10 });

    const push = paths["/api/v1/push/room"]?.post;
    expect(Object.keys(push?.requestBody?.content ?? {})).toEqual(["application/json", "*/*"]);
    expect(push?.requestBody?.content["application/json"]?.schema).toMatchObject({
      type: "object",
      required: ["type", "room", "op"],
      additionalProperties: false,
    });
    const names = push?.parameters?.map(({ name }) => name);
    expect(names).toEqual([
      "type",
      "room",
      "exclude",
      "moderate",
      "op",
      "expiresIn",
      "Idempotency-Key",
    ]);
  });

  it("holds schemas that a JSON Schema reader takes back", async () => {
    const { paths } = await document();
    const schema =
      paths["/api/v1/push/user"]?.post?.requestBody?.content["application/json"]?.schema;
    const read = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
    expect(read.safeParse({ user: 1, op: 1, expiresIn: "1s", body: "x" }).success).toBe(true);
    expect(read.safeParse({ user: 1, op: 1, wait: "acked" }).success).toBe(true);
    expect(read.safeParse({ user: 1, op: 1, wait: "read" }).success).toBe(false);
    expect(read.safeParse({ user: 1, op: 1, retain: true }).success).toBe(false);
    expect(read.safeParse({ user: 1, op: 0 }).success).toBe(false);
  });
});
