/** Who may call the HTTP API, over the running system: keys by command line and by the API. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectAndAuth } from "../harness/client.ts";
import { type System, startSystem } from "../harness/cluster.ts";
import { waitFor } from "../harness/wait.ts";

const run = promisify(execFile);

interface Made {
  readonly key: { readonly id: string; readonly revokedAt: number };
  readonly secret: string;
}

describe.each(["kv", "redis"] as const)("keys of the HTTP API, sessions in %s", (store) => {
  let system: System;
  let admin: Made;
  const secrets: string[] = [];
  /** What the command line said besides its answers. */
  const said: string[] = [];
  beforeAll(async () => {
    system = await startSystem({ store, logics: 2 });
  }, 60_000);
  afterAll(() => system.stop());

  const cli = async (...args: string[]) => {
    const env = { ...process.env, GOIM_NATS_URL: system.nats.url };
    const { stdout, stderr } = await run(
      process.execPath,
      ["--import", "tsx", "src/bin/goim.ts", "key", ...args],
      { env },
    );
    said.push(stderr);
    return JSON.parse(stdout) as never;
  };
  const kept = (made: Made) => {
    secrets.push(made.secret);
    return made;
  };
  const call = async (
    path: string,
    options: {
      key?: string;
      json?: unknown;
      method?: string;
      n?: number;
      headers?: Record<string, string>;
    } = {},
  ) => {
    const {
      key,
      json,
      n = 0,
      method = json === undefined ? "GET" : "POST",
      headers = {},
    } = options;
    const logic = system.logics[n] ?? system.logics[0];
    const response = await fetch(`${logic.http}${path}`, {
      method,
      headers: {
        ...(json === undefined ? {} : { "Content-Type": "application/json" }),
        ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: (text.startsWith("{") ? JSON.parse(text) : {}) as Record<string, unknown>,
    };
  };
  const push = (room: string, key?: string, n = 0) =>
    call("/api/v1/push/room", {
      ...(key === undefined ? {} : { key }),
      n,
      json: { type: "live", room, op: 1000, body: "x" },
    });
  const goimPush = (room: string, key?: string, type = "live") =>
    call(`/goim/push/room?operation=1000&type=${type}&room=${room}`, {
      method: "POST",
      ...(key === undefined ? {} : { key }),
    });
  const create = async (spec: object, key = admin.secret) => {
    const { status, json } = await call("/api/v1/keys", { key, json: { name: "test", ...spec } });
    expect(status, JSON.stringify(json)).toBe(201);
    const made = kept(json as unknown as Made);
    // Every logic knows it in a moment.
    await waitFor(async () => (await call("/api/v1/nothing", { key: made.secret })).status === 404);
    for (const n of [0, 1]) {
      await waitFor(
        async () => (await call("/goim/online/total", { key: made.secret, n })).status !== 401,
      );
    }
    return made;
  };

  it("asks for none while there is none, and from the first one on everywhere", async () => {
    expect((await push("1")).status).toBe(200);
    expect((await goimPush("1")).status).toBe(200);
    admin = kept(await cli("create", "--name", "admin", "--scopes", "all"));
    expect(said[0]).toContain("this is the first key: from now on every call");
    await cli("list");
    expect(said[1]).not.toContain("first key");
    for (const n of [0, 1])
      await waitFor(async () => (await push("1", undefined, n)).status === 401);
    const client = await connectAndAuth({
      url: system.comets[0].ws,
      token: { mid: 1, room_id: "live://closed" },
    });
    const refused = [
      await push("closed"),
      await goimPush("closed"),
      await call("/goim/push/all?operation=1&speed=1", { method: "POST" }),
      await call("/goim/push/mids?operation=1&mids=1", { method: "POST" }),
      await call("/goim/push/keys?operation=1&keys=k", { method: "POST" }),
      await call("/goim/online/total"),
      await call("/goim/nodes/instances"),
      await call("/api/v1/presence/1"),
      await call("/api/v1/keys"),
      await call("/api/v1/revocations", { json: { kind: "mid", value: 1 } }),
    ];
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 401));
    expect(refused[0]?.headers.get("www-authenticate")).toBe('Bearer realm="goim"');
    expect((await call("/goim/nodes/weighted?platform=web")).status).toBe(200);
    expect((await push("closed", admin.secret)).status).toBe(200);
    expect((await goimPush("closed", admin.secret)).status).toBe(200);
    expect(
      (
        await call("/goim/push/room?operation=1000&type=live&room=closed", {
          method: "POST",
          headers: { "X-Api-Key": admin.secret },
        })
      ).status,
    ).toBe(200);
    // None of those that were refused reached the stream.
    const page = await call("/api/v1/rooms/live/closed/messages", { key: admin.secret });
    expect(page.json.messages).toHaveLength(3);
    await client.waitForCount(3);
    expect(client.messages).toHaveLength(3);
    await client.close();
  }, 60_000);

  it("looks at scopes and room types, each item of a batch by itself", async () => {
    const { secret } = await create({ scopes: ["push:room", "read"], roomTypes: ["live"] });
    expect((await push("2", secret)).status).toBe(200);
    expect((await goimPush("2", secret, "video")).status).toBe(403);
    expect(
      (await call("/api/v1/push/all", { key: secret, json: { op: 1000, body: "x" } })).status,
    ).toBe(403);
    expect(
      (await call("/api/v1/push/user", { key: secret, json: { user: 1, op: 1000, body: "x" } }))
        .status,
    ).toBe(403);
    expect((await call("/api/v1/rooms/video/2/messages", { key: secret })).status).toBe(403);
    expect(
      (await call("/api/v1/keys", { key: secret, json: { name: "n", scopes: ["read"] } })).status,
    ).toBe(403);
    expect(
      (await call("/api/v1/revocations", { key: secret, json: { kind: "mid", value: 1 } })).status,
    ).toBe(403);
    const item = (type: string) => ({ to: "room", type, room: "2", op: 1000, body: "x" });
    const batch = await call("/api/v1/push/batch", {
      key: secret,
      json: { items: [item("live"), item("video"), { to: "all", op: 1000, body: "x" }] },
    });
    const { results } = batch.json as { results: { ok: boolean; problem?: { code: string } }[] };
    expect(results.map(({ ok, problem }) => problem?.code ?? ok)).toEqual([
      true,
      "forbidden",
      "forbidden",
    ]);
  });

  it("answers 429 with Retry-After above the rate", async () => {
    const { secret } = await create({ scopes: ["read"], ratePerSecond: 0.01, burst: 20 });
    const answers = [];
    for (let n = 0; n < 25; n++) answers.push(await call("/goim/online/total", { key: secret }));
    const limited = answers.find(({ status }) => status === 429);
    expect(Number(limited?.headers.get("retry-after"))).toBeGreaterThan(1);
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(20);
  });

  it("ends a key at once on every logic when it is rotated or revoked, by either way", async () => {
    const first = await create({ scopes: ["push:room"] });
    const { json } = await call(`/api/v1/keys/${first.key.id}/rotate`, {
      key: admin.secret,
      method: "POST",
    });
    const second = kept(json as unknown as Made);
    for (const n of [0, 1]) {
      await waitFor(async () => (await push("3", first.secret, n)).status === 401, {
        timeoutMs: 1000,
      });
      expect((await push("3", second.secret, n)).status).toBe(200);
    }
    const third = kept(await cli("rotate", first.key.id, "--overlap", "1h"));
    for (const n of [0, 1])
      await waitFor(async () => (await push("3", third.secret, n)).status === 200);
    expect((await push("3", second.secret)).status).toBe(200);
    expect(((await cli("revoke", first.key.id)) as Made["key"]).revokedAt).toBeGreaterThan(0);
    for (const secret of [second.secret, third.secret]) {
      for (const n of [0, 1]) {
        await waitFor(async () => (await push("3", secret, n)).status === 401, { timeoutMs: 1000 });
      }
    }
    const again = await call(`/api/v1/keys/${first.key.id}/rotate`, {
      key: admin.secret,
      method: "POST",
    });
    expect(again.status).toBe(409);
    expect(
      (await call("/api/v1/keys/0123456789ab", { key: admin.secret, method: "DELETE" })).status,
    ).toBe(404);
    expect((await cli("list")) as Made["key"][]).toContainEqual(
      expect.objectContaining({ id: first.key.id }),
    );
  }, 60_000);

  it("refuses what is no key, whatever it is made of", async () => {
    const bad = [
      "*",
      ">",
      "gk_*",
      `gk_${admin.key.id}_${"A".repeat(43)}`,
      admin.secret.slice(0, -1),
      "x".repeat(100_000),
    ];
    for (const key of bad) expect((await push("4", key)).status, key.slice(0, 30)).toBe(401);
    // The server's bound of headers.
    const large = await push("4", "x".repeat(1 << 20)).catch(() => ({ status: 431 }));
    expect(large.status).toBe(431);
    for (const id of ["%2A", "..", "a%0Ab", "%00"]) {
      const { status } = await call(`/api/v1/keys/${id}`, { key: admin.secret, method: "DELETE" });
      expect([400, 404], id).toContain(status);
    }
    const named = await call("/api/v1/keys", {
      key: admin.secret,
      json: { name: "a\r\nb", scopes: ["read"] },
    });
    expect(named.status).toBe(400);
    const page = await call("/api/v1/rooms/live/4/messages", { key: admin.secret });
    expect(page.json.messages).toHaveLength(0);
  });

  it("stays closed when the last key is revoked, and shows no secret anywhere", async () => {
    const listed = (await cli("list")) as { id: string }[];
    for (const { id } of listed) await cli("revoke", id);
    for (const n of [0, 1])
      await waitFor(async () => (await push("5", admin.secret, n)).status === 401);
    expect((await push("5")).status).toBe(401);
    const logs = system.logs();
    for (const secret of secrets) expect(logs).not.toContain(secret.slice(16));
  }, 60_000);
});
