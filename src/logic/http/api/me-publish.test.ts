import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { GoimError, isGoimError } from "../../../kit/errors.ts";
import type { ClientMessage } from "../../client-publish.ts";
import type { Env } from "../answer.ts";
import { mountApi } from "./app.ts";
import { mePublishRoutes } from "./me-publish.ts";
import { problemAnswer } from "./problem.ts";

function setUp(caller: { mid?: string; key?: string } = {}) {
  const sent: ClientMessage[] = [];
  const app = new Hono<Env>();
  const routes = mePublishRoutes(
    { jsonBytesMax: 1000, bodyBytesMax: 10 },
    {
      identify: async (request) => {
        if (request.headers.get("authorization") !== "Bearer t") {
          throw new GoimError("unauthorized", "no token");
        }
        const mayPublish = async (room: string) => {
          if (room === "live://closed") throw new GoimError("forbidden", "not you");
        };
        return { mid: "7", key: "k", device: "d", platform: "web", ip: "", ...caller, mayPublish };
      },
      clientPublish: async (message) => {
        sent.push(message);
        return { offset: 1024, epoch: "e", duplicate: false };
      },
    },
  );
  mountApi(app, routes);
  app.onError((error, c) => {
    if (!isGoimError(error)) throw error;
    return problemAnswer(c, error);
  });
  const post = async (value: object | string, query = "", headers: Record<string, string> = {}) => {
    const json = typeof value !== "string";
    const response = await app.request(`/api/v1/me/publish${query}`, {
      method: "POST",
      body: json ? JSON.stringify(value) : value,
      headers: {
        ...{ Authorization: "Bearer t", ...headers },
        "Content-Type": json ? "application/json" : "text/plain",
      },
    });
    return { status: response.status, json: await response.json() };
  };
  return { sent, post };
}

const room = { type: "live", room: "1" };

describe("POST /api/v1/me/publish", () => {
  it("sends to a room, or to a user, in the caller's name", async () => {
    const { sent, post } = setUp();
    expect(await post({ ...room, body: "hi", id: "m1" })).toEqual({
      ...{ status: 200, json: { offset: 1024, epoch: "e", duplicate: false } },
    });
    await post({ user: 8, op: 1001, bodyBase64: "aGk=" });
    await post("raw", "?type=live&room=2", { "Idempotency-Key": "m2" });
    const shown = sent.map(({ body, ...rest }) => ({
      ...rest,
      text: Buffer.from(body).toString(),
    }));
    const from = { mid: "7", key: "k", device: "d", platform: "web", ip: "", excludeSelf: false };
    expect(shown).toEqual([
      { ...from, room: "live://1", op: 1000, id: "m1", text: "hi" },
      { ...from, room: "", user: "8", op: 1001, id: "", text: "hi" },
      { ...from, room: "live://2", op: 1000, id: "m2", text: "raw" },
    ]);
  });

  it("refuses with the documented code, and nothing is sent", async () => {
    const { sent, post } = setUp();
    const statuses = [
      await post({ ...room, body: "x" }, "", { Authorization: "Bearer forged" }),
      await post({ type: "live", room: "closed", body: "x" }),
      await post({ body: "x" }),
      await post({ ...room, user: 8, body: "x" }),
      await post({ ...room, op: 8, body: "x" }),
      await post({ ...room, body: "x".repeat(11) }),
      await post({ ...room, mid: 8, body: "x" }),
      await post({ ...room, id: "a", body: "x" }, "", { "Idempotency-Key": "b" }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([401, 403, 400, 400, 400, 413, 400, 400]);
    const nobody = setUp({ mid: "0", key: "" });
    expect((await nobody.post({ ...room, id: "a", body: "x" })).status).toBe(400);
    expect((await nobody.post({ ...room, body: "x" })).status).toBe(200);
    expect(sent).toEqual([]);
  });
});
