/** People who register themselves, and secrets that are rotated, over the running system. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSystem } from "../harness/cluster.ts";
import { waitFor } from "../harness/wait.ts";
import { passwordOf, UsersSystem } from "./users-system.ts";

const run = promisify(execFile);

describe.each(["kv", "redis"] as const)("users who come by themselves, sessions in %s", (store) => {
  let users: UsersSystem;
  beforeAll(async () => {
    users = await UsersSystem.start({
      store,
      logics: 3,
      env: {
        GOIM_USERS_REGISTRATION_ROLES: "guest",
        GOIM_USERS_REGISTRATIONS_PER_ADDRESS: "6",
        GOIM_HTTP_PROXIES: "127.0.0.1",
      },
      envOf: {
        "logic-1": { GOIM_USERS_REGISTRATION: "open" },
        "logic-2": { GOIM_USERS_REGISTRATION: "pending", GOIM_USERS_PENDING_TTL: "3s" },
      },
    });
    await users.done("PUT", "roles/guest", { rooms: { "live://*": "member" } });
    await users.register("ann", 7);
  }, 60_000);
  afterAll(() => users?.system.stop());

  const register = (name: string, { n = 0, from = "1.1.1.1", more = {} } = {}) =>
    users.api(
      "POST",
      "register",
      { name, password: passwordOf(name), ...more },
      { n, headers: { "X-Forwarded-For": from } },
    );

  it("open: registers, logs in, connects, and is held to the roles it was given", async () => {
    const { status, json } = await register("bea", { from: "1.1.1.2" });
    expect([status, json.name, json.state]).toEqual([201, "bea", "active"]);
    const client = await users.v2(await users.token("bea", {}, 1));
    const [live, video] = await client.join("live://1", "video://1");
    expect([live, video].map((one) => one !== undefined && "error" in one)).toEqual([false, true]);
    await client.client.close();
    expect((await users.done("GET", `users/${json.mid}`)).roles).toEqual(["guest"]);
  });

  it("open: a taken name is a conflict, and nobody gives himself rights", async () => {
    const from = "1.1.1.3";
    expect((await register("ANN", { from })).json.code).toBe("conflict");
    for (const more of [
      { mid: 5 },
      { roles: ["admin"] },
      { permissions: {} },
      { active: true },
      { password: "short" },
      { password: "x".repeat(257) },
      { name: "a\nb" },
    ]) {
      expect((await register("cas", { from, more })).status, JSON.stringify(more)).toBe(400);
    }
    expect((await register("cas", { from, more: { password: "x".repeat(40_000) } })).status).toBe(
      413,
    );
    expect((await users.login("cas")).status).toBe(401);
  });

  it("pending: one answer for free and taken names, and in after somebody activated", async () => {
    const [free, taken] = [
      await register("dan", { n: 1, from: "1.1.1.4" }),
      await register("ann", { n: 1, from: "1.1.1.4" }),
    ];
    expect([free.status, free.json]).toEqual([202, { name: "dan", state: "pending" }]);
    expect([taken.status, taken.json]).toEqual([202, { name: "ann", state: "pending" }]);
    expect((await users.login("dan")).status).toBe(401);
    const page = await users.done("GET", "users?limit=100");
    const dan = (page.users as { name: string; mid: string }[]).find(({ name }) => name === "dan");
    await users.done("POST", `users/${dan?.mid}/activate`);
    expect((await users.login("dan")).status).toBe(200);
    expect((await users.login("ann")).json.mid).toBe("7");
  });

  it("pending: forgotten after a while, name and all, unless somebody decides", async () => {
    const ask = (name: string) => register(name, { n: 1, from: "1.1.1.5" });
    expect([(await ask("lea")).status, (await ask("max")).status]).toEqual([202, 202]);
    const all = async () => {
      const page = await users.done("GET", "users?limit=100");
      return new Map((page.users as { name: string; mid: string }[]).map((one) => [one.name, one]));
    };
    const before = await all();
    await users.done("POST", `users/${before.get("max")?.mid}/activate`);
    const nats = await connect({ servers: users.system.nats.url });
    const lifeOf = async (key: string) => {
      const question = JSON.stringify({ last_by_subj: `$KV.GOIM_USERS.${key}` });
      const reply = await nats.request("$JS.API.STREAM.MSG.GET.KV_GOIM_USERS", question);
      const { message } = reply.json<{ message?: { hdrs?: string } }>();
      return /Nats-TTL: *(\d+)s/.exec(Buffer.from(message?.hdrs ?? "", "base64").toString())?.[1];
    };
    // The name a little longer than its user.
    expect(Number(await lifeOf("n.lea"))).toBeGreaterThan(3600);
    expect(await lifeOf("n.max")).toBeUndefined();
    expect(await lifeOf(`u.${before.get("max")?.mid}`)).toBeUndefined();
    await nats.close();
    await waitFor(async () => !(await all()).has("lea"));
    expect((await users.login("max")).status).toBe(200);
    expect((await register("lea", { from: "1.1.1.6" })).status).toBe(201);
    expect((await users.login("lea")).status).toBe(200);
  });

  it("closed by default, and bounded by address on all logics together", async () => {
    expect((await register("eve", { n: 2 })).json.code).toBe("forbidden");
    const from = "2001:db8::";
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++) {
      statuses.push((await register(`e${n}`, { n: n % 2, from: `${from}${n}` })).status);
    }
    expect(statuses).toEqual([201, 202, 201, 202, 201, 202]);
    for (const n of [0, 1]) {
      await waitFor(async () => (await register("f", { n, from: `${from}f` })).status === 429);
      const { json, headers } = await register("f", { n, from: `${from}f` });
      expect(json.code).toBe("busy");
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(10);
    }
    // Logins from there are counted by themselves, and other addresses are not held up.
    expect((await users.login("ann")).status).toBe(200);
    expect((await register("gil", { from: "9.9.9.9" })).status).toBe(201);
  });

  it("a rotated secret: old tokens are good, new ones everywhere, void ones nowhere", async () => {
    const rotate = async (...args: string[]) => {
      const env = { ...process.env, GOIM_NATS_URL: users.system.nats.url };
      const cli = ["--import", "tsx", "src/bin/goim.ts", "user", "rotate-secret", ...args];
      const { stdout } = await run(process.execPath, cli, { env });
      type Names = { kid: string }[];
      return JSON.parse(stdout) as { kid: string; previous: Names; voided: Names };
    };
    const kidOf = (token: string) => {
      const head = Buffer.from(token.split(".")[0] ?? "", "base64url").toString();
      return (JSON.parse(head) as { kid: string }).kid;
    };
    const old = await users.token("ann");
    expect(kidOf(old)).toBe("goim-users");
    const { kid, previous } = await rotate("--set", "users.secretLead=500ms");
    expect(previous.map((one) => one.kid)).toEqual(["goim-users"]);
    for (const n of [0, 1, 2]) {
      await waitFor(async () => kidOf(await users.token("ann", {}, n)) === kid);
    }
    const fresh = await users.token("ann");
    // Whichever logic the comet asks.
    for (let n = 0; n < 6; n++) {
      for (const token of [old, fresh]) expect(await users.outcome(token)).toBe("in");
    }
    const head = Buffer.from('{"alg":"HS256","kid":"goim-users.none"}').toString("base64url");
    expect(await users.outcome(fresh.replace(/^[^.]*/, head))).toBe(4503);
    const other = await users.v2({ mid: 99, key: "unsigned" });
    const signed = [await users.v2(old, 0), await users.v2(fresh, 1), await users.v2(fresh, 0)];
    const { previous: good, voided } = await rotate("--void");
    expect([good, voided.map((one) => one.kid)]).toEqual([[], [kid, "goim-users"]]);
    const codes: number[] = [];
    for (const { client } of signed) void client.closed.then(({ code }) => codes.push(code));
    await waitFor(() => codes.length === signed.length, { timeoutMs: 1000 });
    expect(new Set(codes)).toEqual(new Set([4505]));
    expect((await other.join("live://1"))[0]?.room).toBe("live://1");
    await waitFor(async () => {
      const outcomes = await Promise.all([old, fresh, fresh].map((token) => users.outcome(token)));
      return outcomes.every((outcome) => outcome === 4503);
    });
    expect(await users.outcome(await users.token("ann"))).toBe("in");
    const own = { GOIM_AUTH_HS256: "a shared secret of thirty-two bytes!!" };
    await expect(rotate("--set", `auth.hs256=${own.GOIM_AUTH_HS256}`)).rejects.toThrow(
      "auth.hs256",
    );
  });
});

describe("a password whose hash is of an old configuration", () => {
  it("is hashed again at the next login, by which nobody is put out", async () => {
    const first = await UsersSystem.start({ comets: 1, logics: 1 });
    const hashed = async () => {
      const page = await (await fetch(`${users.system.logics[0].admin}/metrics`)).text();
      return /goim_users_rehashed_total\{result="ok"\} (\d+)/.exec(page)?.[1] ?? "0";
    };
    let users = first;
    try {
      await first.register("ann", 7);
      const token = await first.token("ann");
      const system = await startSystem({
        ...{ nats: first.system.nats, env: { GOIM_USERS_HASH_COST: "11" } },
      });
      try {
        users = new UsersSystem(system);
        expect((await users.login("ann", "wrong")).status).toBe(401);
        expect(await hashed()).toBe("0");
        for (let n = 0; n < 2; n++) expect((await users.login("ann")).status).toBe(200);
        expect(await hashed()).toBe("1");
        expect(await users.outcome(token)).toBe("in");
      } finally {
        await system.stop();
      }
    } finally {
      await first.system.stop();
    }
  }, 60_000);
});
