import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { GoimError, isGoimError } from "../../../kit/errors.ts";
import type { UserPresence } from "../../presence.ts";
import type { Env } from "../answer.ts";
import { mountApi } from "./app.ts";
import { presenceRoutes } from "./presence.ts";
import { problemAnswer } from "./problem.ts";

const place = { device: "d", platform: "web", comet: "c1", since: 5 };
const online: UserPresence = { mid: "7", online: true, sessions: [{ key: "k", ...place }] };

function setUp(next = "") {
  const asked: unknown[] = [];
  const routes = presenceRoutes(
    { jsonBytesMax: 1000, presence: { midsMax: 3, pageMax: 10 } },
    {
      presence: {
        of: async (mids) => {
          asked.push([...mids]);
          if (mids.includes("503")) throw new GoimError("unavailable", "the store is away");
          return mids.map((mid) => {
            if (mid === "7") return online;
            return { mid, online: false, sessions: [], lastSeen: 77 };
          });
        },
        page: async (cursor, limit) => {
          asked.push([cursor, limit]);
          return { users: [online], cursor: next };
        },
      },
    },
  );
  const app = new Hono<Env>();
  mountApi(app, routes);
  app.onError((error, c) => {
    if (isGoimError(error)) return problemAnswer(c, error);
    throw error;
  });
  const ask = async (path: string, body?: unknown) => {
    const init = { method: "POST", body: JSON.stringify(body) };
    const response = await app.request(`/api/v1/presence${path}`, body === undefined ? {} : init);
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  };
  return { ask, asked };
}

describe("GET /api/v1/presence/{mid}", () => {
  it("answers for one user", async () => {
    const { ask } = setUp();
    expect(await ask("/7")).toEqual({ status: 200, json: online });
    const offline = { mid: "9223372036854775807", online: false, sessions: [], lastSeen: 77 };
    expect((await ask("/9223372036854775807")).json).toEqual(offline);
  });

  it("refuses what is no mid, and says when it cannot be known", async () => {
    const { ask } = setUp();
    for (const mid of ["0", "x", "-1", "9223372036854775808", "1.5"]) {
      expect((await ask(`/${mid}`)).status).toBe(400);
    }
    expect(await ask("/503")).toMatchObject({ status: 503, json: { code: "unavailable" } });
  });
});

describe("POST /api/v1/presence", () => {
  it("answers for several users in their order", async () => {
    const { ask, asked } = setUp();
    const { json } = await ask("", { mids: [8, "7", 8] });
    const mids = (json.users as UserPresence[]).map((user) => [user.mid, user.online]);
    expect(mids).toEqual([
      ["8", false],
      ["7", true],
      ["8", false],
    ]);
    expect(asked).toEqual([["8", "7", "8"]]);
  });

  it("refuses too many, none, and what it does not know", async () => {
    const { ask } = setUp();
    expect((await ask("", { mids: [1, 2, 3, 4] })).status).toBe(413);
    expect((await ask("", { mids: [] })).status).toBe(400);
    expect((await ask("", { mids: [1], rooms: [] })).status).toBe(400);
    expect((await ask("", { mids: ["one"] })).status).toBe(400);
  });
});

describe("GET /api/v1/presence", () => {
  it("pages through who is online", async () => {
    const first = setUp("42");
    expect(await first.ask("?limit=5")).toEqual({
      status: 200,
      json: { users: [online], cursor: "42" },
    });
    const last = setUp();
    expect((await last.ask("?cursor=42")).json).toEqual({ users: [online] });
    expect([first.asked, last.asked]).toEqual([[["", 5]], [["42", 10]]]);
  });

  it("refuses a limit or cursor that is none", async () => {
    const { ask } = setUp();
    for (const query of ["limit=0", "limit=11", "cursor=abc", "page=2"]) {
      expect((await ask(`?${query}`)).status).toBe(400);
    }
  });
});
