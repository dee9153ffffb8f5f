/** Users of our own over the running system: who gets in, with what, and who does not. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Operation } from "../../src/protocol/operation.ts";
import { connectClient } from "../harness/client.ts";
import { hs256, inSeconds, SECRET, unsigned } from "../harness/tokens.ts";
import { waitFor } from "../harness/wait.ts";
import { passwordOf, UsersSystem } from "./users-system.ts";

describe.each(["kv", "redis"] as const)("users, sessions in %s", (store) => {
  let users: UsersSystem;
  beforeAll(async () => {
    users = await UsersSystem.start({ store });
    await users.register("ann", 7);
    await users.register("ben", 8);
  }, 60_000);
  afterAll(() => users?.system.stop());

  it("a login gives the token and where to go; both versions connect with it", async () => {
    const wish = { room_id: "live://1", platform: "ios", accepts: [1000], device: "phone" };
    const { status, json, headers } = await users.login("Ann", passwordOf("ann"), wish, 1);
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(json).toMatchObject({ mid: "7", name: "ann", roles: [], ...wish });
    expect(json.logic).toBe(users.system.logics[1]?.http);
    expect(json.comets).toMatchObject({
      nodes: expect.arrayContaining([expect.stringContaining("127.0.0.1")]),
      ...{ ws_port: 3102, heartbeat: 240, backoff: { factor: 1.8 } },
    });
    expect(json.expiresAt).toBeGreaterThan(Date.now() + 11 * 3_600_000);

    const two = await users.v2(json.token, 1);
    const one = await connectClient({ url: users.at() });
    expect((await one.auth({ token: json.token, device: "old" })).body).toHaveLength(0);
    const place = await users.v2({ token: json.token, room_id: "live://9" });
    await two.counts();
    const push = { type: "live", room: "1", op: 1000, body: "to the room" };
    await users.done("POST", "push/room", push);
    await users.done("POST", "push/user", { user: 7, op: 1000, body: "to ann" });
    for (const client of [two.client, one, place.client]) {
      await client.waitFor(({ text }) => text === "to the room");
      await client.waitFor(({ text }) => text === "to ann");
      await client.close();
    }
  });

  it("the token of another user's name, or a forged one, gets nobody in", async () => {
    const token = await users.token("ann");
    const [head = "", body = "", signature = ""] = token.split(".");
    const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as object;
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const bad = {
      "forged mid": `${head}.${part({ ...claims, mid: "8" })}.${signature}`,
      "another mid beside it": JSON.stringify({ mid: 8, token }),
      "without signature": `${head}.${body}.`,
      "another secret": hs256(claims as never, { kid: "goim-users", typ: undefined }),
      "wrapped and forged": JSON.stringify({ mid: 8, token: `${head}.${part({ mid: "8" })}.x` }),
    };
    for (const [what, text] of Object.entries(bad)) {
      expect(await users.outcome(text), what).toBe(4503);
      expect(await users.outcome(text, 2), what).toBe(4503);
    }
    // Without the mark they are none of ours: the mode decides, which here knows JSON only.
    expect(await users.outcome(unsigned(claims as never))).toBe(4503);
    expect(await users.outcome(token)).toBe("in");
  });

  it("unknown, wrong, disabled and pending have one answer", async () => {
    await users.register("off", 20);
    await users.done("POST", "users/20/disable");
    await users.register("new", 21, { active: false });
    const answers = await Promise.all([
      users.login("nobody"),
      users.login("ann", "wrong"),
      users.login("off"),
      users.login("new"),
    ]);
    const told = answers.map(({ status, json, headers }) => {
      const { requestId: _, ...problem } = json;
      return JSON.stringify([status, problem, headers.get("www-authenticate")]);
    });
    expect(new Set(told).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, json: { code: "unauthorized" } });
    await users.done("POST", "users/21/activate");
    expect((await users.login("new")).status).toBe(200);
  });

  it("whoever guesses has to wait, on every logic, and so has nobody else", async () => {
    await users.register("eve", 30);
    const statuses: number[] = [];
    for (let n = 0; n < 10; n++)
      statuses.push((await users.login("eve", `guess ${n}`, {}, n % 2)).status);
    expect(statuses).toEqual(Array(10).fill(401));
    for (const n of [0, 1]) {
      await waitFor(async () => (await users.login("eve", "guess", {}, n)).status === 429);
      // The right one, too: or guessing would go on.
      const { status, json, headers } = await users.login("eve", undefined, {}, n);
      expect([status, json.code]).toEqual([429, "busy"]);
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(10);
      const own = { name: "eve", password: passwordOf("eve"), newPassword: "something new" };
      expect((await users.api("POST", "me/password", own, { n })).status).toBe(429);
    }
    // The same for a name that nobody has.
    for (let n = 0; n < 10; n++) await users.login("nemo", "guess");
    expect((await users.login("nemo", "guess")).status).toBe(429);
    expect((await users.login("ann")).status).toBe(200);
  });

  it("a password of a megabyte, and others that cannot be, are never hashed", async () => {
    const hashed = async () => {
      const text = await (await fetch(`${users.system.logics[0].admin}/metrics`)).text();
      return Number(/^goim_users_hash_seconds_count (\d+)/m.exec(text)?.[1]);
    };
    const before = await hashed();
    const big = "x".repeat(1 << 20);
    expect((await users.login("ann", big)).status).toBe(413);
    expect((await users.login("ann", "x".repeat(257))).status).toBe(400);
    expect((await users.login("ann", "")).status).toBe(400);
    expect((await users.login("a\r\nb", "x")).status).toBe(400);
    const register = (more: object) =>
      users.api("POST", "users", { name: "zoe", password: "long enough", ...more });
    expect((await register({ password: big })).status).toBe(413);
    expect((await register({ password: "short" })).status).toBe(400);
    expect((await register({ name: "ANN" })).status).toBe(409);
    expect((await register({ mid: 7 })).status).toBe(409);
    expect((await register({ mid: 0 })).status).toBe(400);
    expect((await register({ roles: ["none"] })).status).toBe(404);
    expect((await users.api("GET", "users/999")).status).toBe(404);
    // Only the one whose mid was taken.
    expect(await hashed()).toBe(before + 1);
    expect(users.system.logs()).not.toContain("the password of");
  });

  it("names made of wildcards are names like any other", async () => {
    for (const name of ["*", ">", "u.7", "名字", "$KV.GOIM_USERS.>"]) {
      const { mid } = await users.done("POST", "users", { name, password: passwordOf(name) });
      expect((await users.login(name)).json.mid).toBe(mid);
      expect((await users.login(name, passwordOf("ann"))).status).toBe(401);
    }
    const names: string[] = [];
    let cursor = 0;
    do {
      const page = await users.done("GET", `users?limit=2&cursor=${cursor}`);
      names.push(...(page.users as { name: string }[]).map(({ name }) => name));
      cursor = (page.cursor as number | undefined) ?? 0;
    } while (cursor > 0);
    expect(new Set(names)).toContain("名字");
    expect(new Set(names).size).toBe(names.length);
  });

  it("who is disabled is out on every comet within a second, until he is activated", async () => {
    await users.register("dan", 40);
    const token = await users.token("dan");
    const clients = [await users.v2(token), await users.v2(token, 1)];
    const stays = await users.v2(await users.token("ben"), 1);
    const startedMs = performance.now();
    await users.done("POST", "users/40/disable");
    for (const { client } of clients) expect((await client.closed).code).toBe(4505);
    expect(performance.now() - startedMs).toBeLessThan(1000);
    expect(await users.outcome(token)).toBe(4503);
    expect((await users.login("dan")).status).toBe(401);
    expect((await users.api("POST", "tokens", { mid: 40 })).status).toBe(403);
    await stays.counts();
    await stays.client.close();
    await users.done("POST", "users/40/activate", undefined, { n: 1 });
    expect(await users.outcome(token)).toBe(4503);
    const fresh = await users.token("dan");
    await waitFor(async () => (await users.outcome(fresh)) === "in");
  });

  it("roles travel in the token, and who loses one loses the connection", async () => {
    const rooms = { "live://*": "reader", "club://1": "member" };
    await users.done("PUT", "roles/fan", { rooms, limits: { rooms: 2 } });
    await users.register("fay", 50, { roles: ["fan"] });
    const { json } = await users.login("fay");
    expect(json).toMatchObject({ roles: ["fan"], rooms, limits: { rooms: 2 } });
    const client = await users.v2(json.token);
    const [live, video] = await client.join("live://1", "video://1");
    expect([live, video].map((one) => one !== undefined && "error" in one)).toEqual([false, true]);
    const send = (room: string) => client.publish({ room, op: 1000 }, "x");
    await expect(send("live://1")).rejects.toThrow("forbidden");
    await client.join("club://1");
    await send("club://1");
    const refused = await users.login("fay", undefined, { room_id: "video://1" });
    expect(refused.status).toBe(403);
    await users.done("PATCH", "users/50", { roles: [], permissions: { rooms: {} } });
    expect((await client.client.closed).code).toBe(4505);
    const none = await users.v2(await users.token("fay"));
    expect((await none.join("live://1"))[0]).toMatchObject({ error: { code: "forbidden" } });
    await none.client.close();
  });

  it("a new password voids the old one, and every token made with it", async () => {
    await users.register("gil", 60);
    const token = await users.token("gil");
    const client = await users.v2(token);
    const asked = { name: "gil", password: passwordOf("gil"), newPassword: "a better password" };
    expect((await users.api("POST", "me/password", { ...asked, password: "no" })).status).toBe(401);
    await users.done("POST", "me/password", asked);
    expect((await client.client.closed).code).toBe(4505);
    expect((await users.login("gil")).status).toBe(401);
    const again = (await users.login("gil", "a better password")).json.token;
    expect(await users.outcome(again)).toBe("in");
    await users.done("PUT", "users/60/password", { password: "set by the desk" });
    await waitFor(async () => (await users.outcome(again)) === 4503);
    expect((await users.login("gil", "set by the desk")).status).toBe(200);
  });

  it("tokens for users of others: with a life, rooms and a key of their own", async () => {
    const mid = "9007199254740993";
    const asked = {
      mid,
      key: "k-9",
      rooms: { "live://*": "member" },
      life: "1h",
      accepts: [1000],
      room_id: "live://3",
    };
    const { status, json } = await users.api("POST", "tokens", asked);
    expect(status).toBe(201);
    const client = await users.v2(json.token);
    expect((await client.join("video://1"))[0]).toMatchObject({ error: { code: "forbidden" } });
    await users.done("POST", "push/user", { user: mid, op: 1000, body: "hi" });
    await client.client.waitFor(({ text }) => text === "hi");
    const revoke = { kind: "token", value: json.tokenId };
    await users.done("POST", "revocations", revoke);
    expect((await client.client.closed).code).toBe(4505);
    const short = (await users.done("POST", "tokens", { mid: 71, life: "1s" })).token;
    await waitFor(async () => (await users.outcome(short)) === 4503, { timeoutMs: 15_000 });
    for (const bad of [{}, { mid: 0 }, { mid: 1, life: "500ms" }, { mid: 1, life: "1000h" }]) {
      expect((await users.api("POST", "tokens", bad)).status, JSON.stringify(bad)).toBe(400);
    }
  });

  it("me/publish: stored once, in the name of the token, and read by who is there", async () => {
    const token = await users.token("ann");
    const ben = await users.v2(await users.token("ben"), 1);
    await ben.client.sub(1000);
    await ben.join("live://pub");
    const send = (body: object, n = 0) =>
      users.api("POST", "me/publish", body, { bearer: token, n });
    const message = { type: "live", room: "pub", body: "over HTTP", id: "m1" };
    const first = await send(message);
    expect(first).toMatchObject({ status: 200, json: { duplicate: false } });
    expect((await send(message, 1)).json).toEqual({ ...first.json, duplicate: true });
    await send({ user: 8, body: "for ben" });
    await ben.client.waitFor(({ text }) => text === "over HTTP");
    await ben.client.waitFor(({ text }) => text === "for ben");
    expect(await users.stored("live", "pub")).toEqual(["over HTTP"]);
    const { messages } = await users.done("GET", "rooms/live/pub/messages");
    expect(messages).toMatchObject([{ sender: "7" }]);
    await ben.client.close();
  });

  it("me/publish refuses forged, unsigned, revoked, banned, muted, and closed rooms", async () => {
    await users.register("hal", 80);
    await users.register("ida", 81, {
      permissions: { rooms: { "live://no-*": "reader", "club://x": "member" } },
    });
    await users.done("POST", "rooms", { type: "club", room: "x", join: "members", owner: "7" });
    const [hal, ida] = [await users.token("hal"), await users.token("ida")];
    const send = async (
      bearer: string | undefined,
      to: object = { type: "live", room: "no-1" },
    ) => {
      const body = { ...to, body: "must not be there" };
      const options = bearer === undefined ? {} : { bearer };
      const { status, json } = await users.api("POST", "me/publish", body, options);
      return `${status} ${json.code}`;
    };
    const [head = "", , signature = ""] = hal.split(".");
    const forged = Buffer.from(JSON.stringify({ mid: "7", exp: inSeconds(60) })).toString(
      "base64url",
    );
    expect(await send(undefined)).toBe("401 unauthorized");
    expect(await send(`${head}.${forged}.${signature}`)).toBe("401 unauthorized");
    // On loopback a connection may say who it is; a page of any origin may not.
    expect(await send('{"mid":7}')).toBe("401 unauthorized");
    expect(await send("gk_000000000000_x")).toBe("401 unauthorized");
    const forMid = await users.api(
      "POST",
      "me/publish",
      { mid: 7, user: 8, body: "x" },
      { bearer: hal },
    );
    expect(forMid.status).toBe(400);
    expect(await send(ida)).toBe("403 forbidden");
    expect(await send(ida, { type: "other", room: "1" })).toBe("403 forbidden");
    expect(await send(ida, { user: 7 })).toBe("403 forbidden");
    expect(await send(ida, { type: "club", room: "x" })).toBe("403 forbidden");
    expect(await send(hal, { type: "vip", room: "none" })).toBe("404 not_found");
    expect(await send(hal, { type: "live", room: "no-1", op: Operation.Auth })).toBe("400 invalid");

    const restrict = (kind: string, room: string) =>
      users.done("POST", `moderation/restrictions/${kind}`, { by: "user", value: "80", room });
    await restrict("mute", "live://no-1");
    await waitFor(async () => (await send(hal)) === "403 muted");
    await restrict("ban", "");
    await waitFor(async () => (await send(hal)) === "403 banned");
    expect(await send(hal, { type: "live", room: "no-2" })).toBe("403 banned");
    await users.done("POST", "users/81/disable");
    await waitFor(async () => (await send(ida, { user: 7 })) === "401 unauthorized");
    for (const room of ["no-1", "no-2"]) expect(await users.stored("live", room)).toEqual([]);
    expect(await users.stored("club", "x")).not.toContain("must not be there");
  });
});

describe("users beside a configured mode, and API keys", () => {
  let users: UsersSystem;
  let keys: Record<string, string>;
  beforeAll(async () => {
    const env = { GOIM_AUTH_MODE: "jwt", GOIM_AUTH_HS256: SECRET, GOIM_AUTH_AUDIENCE: "goim" };
    users = await UsersSystem.start({ env, comets: 1, logics: 1 });
    const key = async (...scopes: string[]) => {
      const made = { name: scopes.join(" "), scopes };
      const bearer = keys?.["keys:write"];
      const options = bearer === undefined ? {} : { bearer };
      return (await users.done("POST", "keys", made, options)).secret as string;
    };
    keys = { "keys:write": await key("keys:write") };
    for (const scope of ["users:write", "push:room", "read"]) keys[scope] = await key(scope);
  }, 60_000);
  afterAll(() => users?.system.stop());

  it("asks for users:write, and lets everybody log in", async () => {
    const wish = { name: "ann", password: passwordOf("ann"), mid: 7 };
    const calls: [string, string, object?][] = [
      ["POST", "users", wish],
      ["PATCH", "users/7", { roles: [] }],
      ["POST", "users/7/activate"],
      ["POST", "users/7/disable"],
      ["PUT", "users/7/password", { password: "another one" }],
      ["PUT", "roles/r", {}],
      ["DELETE", "roles/r"],
      ["POST", "tokens", { mid: 7 }],
    ];
    for (const [method, path, body] of calls) {
      expect((await users.api(method, path, body)).status, path).toBe(401);
      const refused = await users.api(method, path, body, { bearer: keys["push:room"] ?? "" });
      expect(refused.status, path).toBe(403);
    }
    expect((await users.api("GET", "users")).status).toBe(401);
    const admin = { bearer: keys["users:write"] ?? "" };
    expect((await users.api("POST", "users", wish, admin)).status).toBe(201);
    const listed = await users.done("GET", "users", undefined, { bearer: keys.read ?? "" });
    expect(listed.users).toMatchObject([{ mid: "7", name: "ann" }]);

    const token = await users.token("ann");
    expect(await users.outcome(token)).toBe("in");
    const sent = { type: "live", room: "1", body: "x" };
    expect((await users.api("POST", "me/publish", sent, { bearer: token })).status).toBe(200);
    // A key is no user, and a user's token no key.
    expect((await users.api("POST", "me/publish", sent, admin)).status).toBe(401);
    expect((await users.api("GET", "users", undefined, { bearer: token })).status).toBe(401);
  });

  it("its tokens are good besides those of the mode, and nothing else is", async () => {
    const good = { mid: 9, aud: "goim", exp: inSeconds(60) };
    expect(await users.outcome(hs256(good))).toBe("in");
    expect(await users.outcome(JSON.stringify({ mid: 7, key: "k" }))).toBe(4503);
    const marked = { kid: "goim-users", typ: undefined };
    expect(await users.outcome(hs256({ ...good, aud: "other" }, marked))).toBe(4503);
    expect(await users.outcome(hs256({ ...good, exp: inSeconds(-60) }, marked))).toBe(4503);
    const sent = { type: "live", room: "1", body: "x" };
    const mine = hs256({ ...good, rooms: ["live://2"] });
    expect((await users.api("POST", "me/publish", sent, { bearer: mine })).status).toBe(403);
    const there = { ...sent, room: "2" };
    expect((await users.api("POST", "me/publish", there, { bearer: mine })).status).toBe(200);
  });
});

describe("users switched off", () => {
  it("has none of their calls, and takes none of their tokens", async () => {
    const on = await UsersSystem.start({ comets: 1, logics: 1 });
    try {
      const token = (await on.done("POST", "tokens", { mid: 7 })).token as string;
      // The secret is kept: a logic that starts again takes what it made before.
      await on.system.logics[0].restart();
      expect(await on.outcome(token)).toBe("in");
      const env = { GOIM_USERS_ENABLED: "false" };
      const off = await UsersSystem.start({ nats: on.system.nats, env, comets: 1, logics: 1 });
      try {
        // Both comets ask both logics: the one that is on has to go.
        await on.system.logics[0].terminate();
        expect((await off.login("ann")).status).toBe(404);
        expect(await off.outcome(token)).toBe(4503);
      } finally {
        await off.system.stop();
      }
    } finally {
      await on.system.stop();
    }
  }, 90_000);
});
