/** Who may connect, over the running system: signed tokens, what they allow, and what ends them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ClientOptions, connectClient } from "../harness/client.ts";
import { connectV2 } from "../harness/client-v2.ts";
import { type System, startSystem } from "../harness/cluster.ts";
import { hs256, inSeconds, SECRET, unsigned } from "../harness/tokens.ts";
import { waitFor } from "../harness/wait.ts";

const env = {
  GOIM_AUTH_MODE: "jwt",
  GOIM_AUTH_HS256: SECRET,
  GOIM_AUTH_ISSUER: "https://issuer.example",
  GOIM_AUTH_AUDIENCE: "goim",
  GOIM_AUTH_CLOCK_SKEW: "0ms",
};
const good = { iss: "https://issuer.example", aud: "goim", mid: 7, exp: inSeconds(600) };
const token = (claims: object = {}, header = {}) => hs256({ ...good, ...claims }, header);

describe.each(["kv", "redis"] as const)("signed tokens, sessions in %s", (store) => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({ store, env, comets: 2 });
  }, 60_000);
  afterAll(() => system.stop());

  const at = (n = 0) => (system.comets[n] ?? system.comets[0]).ws;
  const v2 = (n = 0, more: Partial<ClientOptions> = {}) => connectV2({ url: at(n), ...more });
  const login = async (text: string, n = 0) => {
    const client = await v2(n);
    await client.auth(text);
    return client;
  };
  /** Close code of a login, or "in". */
  const outcome = async (text: string, version: 1 | 2 = 1) => {
    const client = await connectClient({ url: at(), version });
    const reply = await client.auth(text).catch(() => undefined);
    if (reply !== undefined) {
      await client.close();
      return "in";
    }
    return (await client.closed).code;
  };
  const api = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${system.logics[0].http}${path}`, init);
    return { status: response.status, json: (await response.json()) as never };
  };
  const revoke = (kind: string, value: string | number, more = {}) =>
    api("/api/v1/revocations", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ kind, value, ...more }),
    });
  const stored = async (room: string) => {
    const page = await api(`/api/v1/rooms/live/${room}/messages`);
    return (page.json as { messages: unknown[] }).messages.length;
  };

  it("lets a good one in, alone and inside of goim's JSON, with every digit", async () => {
    const mid = "9007199254740993";
    const text = JSON.stringify(good).replace('"mid":7', `"mid":${mid}`);
    const client = await v2();
    const reply = await client.auth(hs256(text));
    expect(reply).toMatchObject({ mid, expiresAt: good.exp * 1000 });
    const inside = await v2();
    const asked = { mid: 7, token: token({ key: "k-own" }), device: "phone", room_id: "live://9" };
    expect(await inside.auth(asked)).toMatchObject({
      ...{ mid: "7", key: "k-own", device: "phone" },
      room: { room: "live://9" },
    });
    // Version 1: an empty reply, and the claims count.
    const one = await connectClient({ url: at() });
    expect((await one.auth(token({ mid: "8", room_id: "live://8" }))).body).toHaveLength(0);
    for (const open of [client.client, inside.client, one]) await open.close();
  });

  it("refuses every other one with 4503", async () => {
    const tampered = token().split(".");
    tampered[1] = Buffer.from(JSON.stringify({ ...good, mid: 1 })).toString("base64url");
    const bad: Record<string, string> = {
      unsigned: JSON.stringify({ mid: 7, key: "k" }),
      "alg none": unsigned(good),
      "alg none in any case": unsigned(good).replace(/^[^.]+/, part('{"alg":"nOnE"}')),
      expired: token({ exp: inSeconds(-1) }),
      "not yet good": token({ nbf: inSeconds(60) }),
      "wrong key": hs256(good, {}, "another secret of thirty-two bytes!!"),
      "wrong audience": token({ aud: "other" }),
      "wrong issuer": token({ iss: "https://other.example" }),
      "no issuer": hs256({ aud: "goim", mid: 7 }),
      tampered: tampered.join("."),
      "without signature": token().replace(/[^.]+$/, ""),
      "another algorithm": token({}, { alg: "HS512" }),
      "unknown critical header": token({}, { crit: ["exp2"], exp2: 1 }),
      "no mid": hs256({ ...good, mid: undefined }),
      "mid of 65 bits": hs256(JSON.stringify(good).replace(":7", ":9223372036854775808")),
      "a forged mid besides": JSON.stringify({ mid: 8, token: token() }),
      "a key that ends lines": token({ key: "a\r\nb" }),
      "a room rule that ends lines": token({ rooms: ["live://1\n*"] }),
      "not a token": "goim.push.>",
      empty: "",
    };
    for (const [what, text] of Object.entries(bad)) {
      expect(await outcome(text), what).toBe(4503);
      expect(await outcome(text, 2), `${what}, version 2`).toBe(4503);
    }
    expect(await outcome(JSON.stringify({ device: "a\tb", token: token() }))).toBe(4501);
    expect(await outcome("x".repeat(1 << 20))).toBeOneOf([1006, 4502]);
    expect(await outcome(token())).toBe("in");
  });

  it("closes with 4008 when it is over, and stays with a new one of the same user", async () => {
    const exp = inSeconds(2);
    const [left, stays] = [await login(token({ exp })), await login(token({ exp, mid: 8 }))];
    const reply = await stays.refresh(token({ mid: 8, exp: inSeconds(600) }));
    expect(reply).toEqual({ expiresAt: expect.any(Number), left: [] });
    expect((await left.client.closed).code).toBe(4008);
    await stays.counts();
    await expect(stays.refresh(token({ mid: 9 }))).rejects.toThrow("forbidden");
    await expect(stays.refresh(token({ mid: 8, exp: 1 }))).rejects.toThrow("unauthorized");
    await expect(stays.refresh(unsigned(good))).rejects.toThrow("unauthorized");
    await stays.counts();
    await stays.client.close();
  });

  it("allows the rooms of the token only: join, resume, publish, history, refresh", async () => {
    const other = await login(token({ mid: 20 }));
    const [b] = await other.join("live://B");
    const first = await other.publish({ room: "live://B", op: 1000 }, "secret of B");
    const client = await login(
      token({ rooms: ["live://A", "video://*", { room: "live://R", role: "reader" }] }),
    );
    const since = { room: "live://B", since: 0, epoch: (b as { epoch: string }).epoch };
    for (const wish of [
      "live://B",
      since,
      { room: "live://B", history: 5 },
      "live://*",
      "live://>",
      "live://A*",
      "video:/*",
    ]) {
      const [entry] = await client.join(wish);
      expect(entry, JSON.stringify(wish)).toMatchObject({ error: { code: "forbidden" } });
    }
    await expect(client.publish({ room: "live://B", op: 1000 }, "x")).rejects.toThrow("forbidden");
    await expect(client.history({ room: "live://B" })).rejects.toThrow("forbidden");
    await expect(client.history({ room: "live://B", after: first.offset - 1 })).rejects.toThrow(
      "forbidden",
    );

    const joined = await client.join("live://A", "video://1", "live://R");
    expect(joined.every((one) => !("error" in one))).toBe(true);
    await client.publish({ room: "live://A", op: 1000 }, "a");
    await expect(client.publish({ room: "live://R", op: 1000 }, "x")).rejects.toThrow("forbidden");
    await client.history({ room: "live://R" });
    expect(await client.refresh(token({ rooms: ["live://A"] }))).toMatchObject({
      left: ["video://1", "live://R"],
    });
    await expect(client.publish({ room: "video://1", op: 1000 }, "x")).rejects.toThrow("forbidden");

    expect(await stored("B")).toBe(1);
    expect(await stored("R")).toBe(0);
    await other.client.close();
    await client.client.close();
  });

  it("allows them only in version 1, too: at login and for change room", async () => {
    const one = token({ rooms: ["live://A"], room_id: "live://B" });
    expect(await outcome(one)).toBe(4503);
    const client = await connectClient({ url: at() });
    await client.auth(token({ mid: 21, rooms: ["live://A"], room_id: "live://A" }));
    await client.changeRoom("");
    await client.changeRoom("live://A");
    await expect(client.changeRoom("live://B")).rejects.toThrow("4503");
  });

  it("takes messages over HTTP in the token's own name, into its rooms only", async () => {
    const send = (text: string | undefined, body: object) =>
      api("/api/v1/me/publish", {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          ...(text === undefined ? {} : { Authorization: `Bearer ${text}` }),
        },
        body: JSON.stringify(body),
      });
    const to = (room: string, more = {}) => ({ type: "live", room, body: "x", ...more });
    const status = async (text: string | undefined, body: object) =>
      (await send(text, body)).status;
    const text = token({
      ...{ mid: 51, iat: inSeconds(-1), key: "k51" },
      rooms: ["live://me-A", { room: "live://me-R", role: "reader" }],
    });
    const listens = await login(token({ mid: 52 }));
    await listens.join("live://me-A");
    expect(await send(text, to("me-A"))).toMatchObject({ status: 200, json: { duplicate: false } });
    expect(await listens.client.waitFor(({ text: said }) => said === "x")).toMatchObject({
      op: 1000,
    });

    for (const room of ["me-B", "me-R", "*", ">", "me-A*", "me-A\n", "me-A.x"]) {
      expect(await status(text, to(room)), room).toBe(403);
    }
    const tampered = text.split(".");
    tampered[1] = part(JSON.stringify({ ...good, mid: 1 }));
    const bad = {
      none: undefined,
      unsigned: JSON.stringify({ mid: 51, key: "k51" }),
      "alg none": unsigned({ ...good, mid: 51 }),
      expired: token({ mid: 51, exp: inSeconds(-1) }),
      "wrong key": hs256(good, {}, "another secret of thirty-two bytes!!"),
      "wrong audience": token({ mid: 51, aud: "other" }),
      tampered: tampered.join("."),
      "a forged mid besides": JSON.stringify({ mid: 8, token: text }),
    };
    for (const [what, one] of Object.entries(bad)) {
      expect(await status(one, to("me-A")), what).toBe(401);
    }
    for (const forged of [{ mid: 8 }, { sender: "8" }, { key: "k8" }]) {
      expect(await status(text, to("me-A", forged))).toBe(400);
    }
    expect((await revoke("mid", 51)).status).toBe(201);
    await waitFor(async () => (await status(text, to("me-A", { id: "late" }))) === 401, {
      timeoutMs: 1000,
    });
    const page = await api("/api/v1/rooms/live/me-A/messages?limit=50");
    const { messages } = page.json as { messages: { sender?: string }[] };
    expect(new Set(messages.map(({ sender }) => sender))).toEqual(new Set(["51"]));
    for (const room of ["me-B", "me-R"]) expect(await stored(room)).toBe(0);
    await listens.client.close();
  });

  it("bounds the rooms of a connection by the token's limit", async () => {
    const client = await v2();
    expect(await client.auth(token({ limits: { rooms: 1 } }))).toMatchObject({
      limits: { rooms: 1 },
    });
    await client.join("live://1");
    await expect(client.join("live://2")).rejects.toThrow("too_large");
    await client.client.close();
  });

  it("revokes users, keys and tokens on every comet in a second, and at logins", async () => {
    const iat = inSeconds(-1);
    const cases = [
      { kind: "mid", value: 31, text: token({ mid: 31, iat }) },
      { kind: "key", value: "key-32", text: token({ mid: 32, key: "key-32", iat }) },
      { kind: "token", value: "jti-33", text: token({ mid: 33, jti: "jti-33", iat }) },
    ];
    for (const { kind, value, text } of cases) {
      const clients = [await login(text)];
      if (kind !== "key") clients.push(await login(text, 1));
      const stays = await login(token({ mid: 39 }), 1);
      const startedMs = performance.now();
      expect((await revoke(kind, value)).status).toBe(201);
      for (const { client } of clients) expect((await client.closed).code).toBe(4505);
      expect(performance.now() - startedMs).toBeLessThan(1000);
      expect(await outcome(text)).toBe(4503);
      await stays.counts();
      await stays.client.close();
    }
    // What is issued later is good, and so is everything once it is lifted.
    expect(await outcome(token({ mid: 31, iat: inSeconds(2) }))).toBe("in");
    const lifted = await api("/api/v1/revocations/mid/31", { method: "DELETE" });
    expect(lifted.status).toBe(200);
    await waitFor(async () => (await outcome(cases[0]?.text ?? "")) === "in");
    expect((await api("/api/v1/revocations/mid/31", { method: "DELETE" })).status).toBe(404);
  });

  it("refuses revocations of nobody, and of what cannot be named", async () => {
    for (const [kind, value] of [
      ["mid", 0],
      ["mid", "x"],
      ["mid", "*"],
      ["key", ""],
      ["key", "a\nb"],
      ["key", "k".repeat(201)],
      ["token", "\u0000"],
      ["room", "live://1"],
    ] as const) {
      expect((await revoke(kind, value)).status, `${kind} ${value}`).toBe(400);
    }
    // A wildcard is a name like any other: it means no other key.
    const stays = await login(token({ mid: 41, key: "key-41", iat: inSeconds(-1) }));
    expect((await revoke("key", "*")).status).toBe(201);
    expect((await revoke("key", ">")).status).toBe(201);
    await stays.counts();
    await stays.client.close();
  });

  it("writes no token and no line of a client's making into a log", async () => {
    const secret = token({ key: "k\nlevel=fatal" });
    await outcome(secret);
    await outcome(`${secret.slice(0, -3)}AAA`);
    await fetch(`${system.logics[0].http}/api/v1/nothing`, {
      headers: { "X-Request-Id": "a b\tc", Authorization: "Bearer gk_leak" },
    });
    const logs = system.logs();
    expect(logs).not.toContain(secret.split(".")[2]);
    expect(logs).not.toContain(SECRET);
    expect(logs).not.toContain("gk_leak");
    for (const line of logs.split("\n")) {
      expect(() => JSON.parse(line.replace(/^\[[\w-]+\] /, "")), line).not.toThrow();
    }
  });
});

const part = (text: string) => Buffer.from(text).toString("base64url");
