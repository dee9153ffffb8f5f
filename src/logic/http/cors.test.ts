import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../kit/config.ts";
import { GoimError } from "../../kit/errors.ts";
import { logicConfig } from "../config.ts";
import type { Env } from "./answer.ts";
import { withCors } from "./cors.ts";

const ORIGIN = "https://chat.example.com";

function appFor(origins: string[]) {
  const app = new Hono<Env>();
  app.use("*", withCors(origins));
  app.get("/goim/nodes/weighted", (c) => c.json({ ok: true }));
  app.post("/api/v1/login", () => {
    throw new GoimError("unauthorized", "no");
  });
  app.get("/api/v1/users", (c) => c.json([]));
  app.onError((_, c) => c.json({ code: "unauthorized" }, 401));
  const ask = async (path: string, method = "GET", origin: string | undefined = ORIGIN) => {
    const headers: Record<string, string> = origin === undefined ? {} : { Origin: origin };
    const answer = await app.request(path, { method, headers });
    return { status: answer.status, allow: answer.headers.get("access-control-allow-origin") };
  };
  return { app, ask };
}

describe("pages of other origins", () => {
  it("of the list may ask what clients ask, and see why they are refused", async () => {
    const { app, ask } = appFor([ORIGIN]);
    expect(await ask("/goim/nodes/weighted")).toEqual({ status: 200, allow: ORIGIN });
    expect(await ask("/api/v1/login", "POST")).toEqual({ status: 401, allow: ORIGIN });
    expect(await ask("/api/v1/login", "OPTIONS")).toEqual({ status: 204, allow: ORIGIN });
    const headers = { Origin: ORIGIN };
    const preflight = await app.request("/api/v1/me/publish", { method: "OPTIONS", headers });
    expect(preflight.headers.get("access-control-allow-headers")).toContain("Authorization");
    expect(preflight.headers.get("access-control-allow-credentials")).toBeNull();
    expect(preflight.headers.get("vary")).toBe("Origin");
  });

  it("are told apart by caches, also where one of them is told nothing", async () => {
    const { app } = appFor([ORIGIN]);
    for (const Origin of [ORIGIN, "https://evil.example.com"]) {
      const answer = await app.request("/goim/nodes/weighted", { headers: { Origin } });
      expect(answer.headers.get("vary")).toBe("Origin");
    }
    expect((await app.request("/api/v1/users")).headers.get("vary")).toBeNull();
  });

  it("of no list are told nothing, nor is anybody about the rest of the API", async () => {
    const { ask } = appFor([ORIGIN]);
    for (const other of ["https://evil.example.com", `${ORIGIN}.evil.com`, "null"]) {
      const answer = await ask("/goim/nodes/weighted", "GET", other);
      expect(answer).toEqual({ status: 200, allow: null });
    }
    expect(await ask("/api/v1/users")).toEqual({ status: 200, allow: null });
    expect(await ask("/api/v1/users", "OPTIONS")).toEqual({ status: 404, allow: null });
    expect((await appFor([]).ask("/goim/nodes/weighted")).allow).toBeNull();
  });

  it("are all of them, where the list says so", async () => {
    const { ask } = appFor(["*"]);
    const other = "http://anywhere:8080";
    expect((await ask("/goim/nodes/weighted", "GET", other)).allow).toBe(other);
  });

  it("are named as origins and nothing else", () => {
    const load = (origins: string) =>
      loadConfig(logicConfig, { env: { GOIM_HTTP_CORS_ORIGINS: origins } }).http.corsOrigins;
    expect(load("https://a.com,http://localhost:8080")).toHaveLength(2);
    for (const bad of ["a.com", "https://a.com/", "https://a.com/x", "ftp://a.com"]) {
      expect(() => load(bad), bad).toThrow("corsOrigins");
    }
  });
});
