import { describe, expect, it } from "vitest";
import { hs256, inSeconds } from "../../../test/harness/tokens.ts";
import { FOREVER } from "../../bus/revocations.ts";
import { FakeClock } from "../../kit/clock.fake.ts";
import { createRoles } from "./roles.ts";
import { secret, usersSetUp } from "./users.fixture.ts";

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "",
    (error: { code: string }) => error.code,
  );

describe("users", () => {
  it("have one name and one mid each, and are shown without their hash", async () => {
    const { users, register, store } = await usersSetUp();
    const ann = await register("Ann", { mid: "9007199254740993" });
    expect(ann).toMatchObject({ mid: "9007199254740993", name: "ann", state: "active" });
    expect(JSON.stringify([ann, await users.list(0, 10)])).not.toContain("hash");
    expect(await codeOf(register("ANN"))).toBe("conflict");
    expect(await codeOf(register("ben", { mid: ann.mid }))).toBe("conflict");
    // Whoever lost a name leaves nothing behind.
    expect((await users.list(0, 10)).items).toHaveLength(1);
    expect(Number((await register("ben")).mid)).toBeGreaterThan(2 ** 32);
    expect(await codeOf(register("cat", { password: "ab" }))).toBe("invalid");
    expect(await codeOf(register("cat", { roles: ["none"] }))).toBe("not_found");
    expect(await store.midOf("cat")).toBeUndefined();
  });

  it("of two who want a name one gets it, and a registration that broke off goes on", async () => {
    const { users, register, store } = await usersSetUp();
    const both = await Promise.all(["1", "2"].map((mid) => codeOf(register("ann", { mid }))));
    expect(both.sort()).toEqual(["", "conflict"]);
    expect((await users.list(0, 10)).items).toHaveLength(1);
    const left = { ...(await users.get((await store.midOf("ann")) ?? "")), hash: "x" };
    await store.putUser({ ...left, mid: "5", name: "eve" }, undefined);
    expect(await codeOf(register("someone", { mid: "5" }))).toBe("conflict");
    expect((await register("eve", { mid: "5" })).mid).toBe("5");
  });

  it("are told from nobody by nothing: every refusal takes the same steps", async () => {
    const { users, register, login, asked, checks, tries } = await usersSetUp();
    await register("ann", { mid: "1" });
    await register("off", { mid: "2" });
    await users.disable("2");
    await register("new", { mid: "3", active: false });
    const steps: unknown[] = [];
    for (const [name, password] of [
      ["nobody", "secret"],
      ["ann", "wrong"],
      ["off", "secret"],
      ["off", "wrong"],
      ["new", "secret"],
    ] as const) {
      asked.length = 0;
      checks.length = 0;
      const error = await login(name, password).catch((error: Error) => error);
      expect(error).toMatchObject({ code: "unauthorized", message: "name or password is wrong" });
      steps.push([[...asked], checks.length]);
    }
    expect(new Set(steps.map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify([["midOf", "user"], 1])]),
    );
    // Each counted as a try; one that succeeds does not.
    expect(tries).toEqual({ taken: 5, back: 0 });
    await login("ann");
    expect(tries).toEqual({ taken: 6, back: 1 });
  });

  it("get a token that says what they may do, and that is good here", async () => {
    const { register, login, own, clock, store } = await usersSetUp();
    const roles = createRoles({ rolesMax: 2, triesMax: 3 }, { store, clock });
    await roles.put("fan", { rooms: { "live://*": "reader" }, limits: { rooms: 2 } });
    const mid = "9007199254740993";
    const permissions = { rooms: { "club://1": "member" } };
    await register("ann", { mid, roles: ["fan"], permissions });
    const wish = { room_id: "live://7", platform: "web", device: "d", accepts: [1000, 1001] };
    const { token, expiresAt, id } = await login("ann", "secret", wish);
    const body = Buffer.from(token);
    expect(own.takes(body)).toBe(true);
    const grant = await own.verify(body);
    expect(grant).toMatchObject({
      token: { mid, roomId: "live://7", platform: "web", device: "d", accepts: [1000, 1001] },
      limits: { rooms: 2 },
      ...{ tokenId: id, expiresAt, issuedAt: clock.now() },
    });
    expect(grant.rooms).toEqual([
      { pattern: "live://*", role: "reader" },
      { pattern: "club://1", role: "member" },
    ]);
    expect(await codeOf(login("ann", "secret", { room_id: "video://1" }))).toBe("forbidden");
    await roles.remove("fan");
    expect(await codeOf(login("ann", "secret", { room_id: "live://7" }))).toBe("forbidden");
    expect(await codeOf(roles.remove("fan"))).toBe("not_found");
    await roles.put("a", {});
    await roles.put("b", {});
    expect(await codeOf(roles.put("c", {}))).toBe("busy");
  });

  it("who is disabled while his password is looked at gets nothing that holds", async () => {
    const { users, register, login, meanwhile, revoked, logins, own } = await usersSetUp();
    await register("ann", { mid: "1" });
    meanwhile.do = async () => void (await users.disable("1"));
    expect(await codeOf(login("ann"))).toBe("unauthorized");
    expect(await codeOf(logins.mint({ mid: "1" }, 1000))).toBe("forbidden");
    meanwhile.do = async () => {};
    await users.activate("1");
    const { issuedAt } = await own.verify(Buffer.from((await login("ann")).token));
    expect(issuedAt).toBeGreaterThan(revoked.at(-1)?.at ?? 0);
    meanwhile.do = async () => {
      meanwhile.do = async () => {};
      await users.setPassword("1", "another");
    };
    expect(await codeOf(login("ann"))).toBe("unauthorized");
    expect(revoked.map(({ kind, value }) => `${kind} ${value}`)).toEqual(Array(3).fill("mid 1"));
    // Longer than any token lives.
    for (const { at, until } of revoked) expect(until - at).toBeGreaterThan(60_000);
  });

  it("are locked out, once disabled, for as long as others' tokens may live", async () => {
    const last = async (revokeFor: number, change: "disable" | "activate") => {
      const { users, register, revoked, clock } = await usersSetUp(undefined, revokeFor);
      await register("ann", { mid: "1" });
      await users.disable("1");
      if (change === "activate") await users.activate("1");
      return (revoked.at(-1)?.until ?? 0) - clock.now();
    };
    expect(await last(1_000, "disable")).toBe(75_000);
    expect(await last(90_000, "disable")).toBe(95_000);
    expect(await last(90_000, "activate")).toBe(70_000);
    const clock = new FakeClock();
    expect(await last(Number.POSITIVE_INFINITY, "disable")).toBe(FOREVER - clock.now());
  });

  it("have a cheap hash made again at a login, and nobody is put out by it", async () => {
    const { users, register, login, logins, store, meanwhile, revoked, checks, metrics } =
      await usersSetUp();
    await register("ann", { mid: "1" });
    const hashOf = async () => (await store.user("1"))?.value.hash;
    const weaken = async () => {
      const found = await store.user("1");
      if (found === undefined) throw new Error("no user");
      await store.putUser({ ...found.value, hash: "weak hash of secret" }, found.revision);
    };
    await weaken();
    expect(await codeOf(login("ann", "wrong"))).toBe("unauthorized");
    expect(await hashOf()).toBe("weak hash of secret");
    await login("ann");
    expect(await hashOf()).toBe("hash of secret");
    await login("ann");
    expect(await metrics.registry.metrics()).toContain('goim_users_rehashed_total{result="ok"} 1');
    // Two at once: the one that the other overtakes is let in all the same, after a second look.
    await weaken();
    let first = true;
    meanwhile.do = async () => {
      if (!first) return;
      first = false;
      await login("ann");
    };
    checks.length = 0;
    await login("ann");
    expect(checks).toHaveLength(3);
    expect(await hashOf()).toBe("hash of secret");
    // A password changed meanwhile is never overwritten by the old one.
    await weaken();
    meanwhile.do = async () => {
      meanwhile.do = async () => {};
      const credentials = { name: "ann", password: "secret", address: "" };
      await logins.changePassword(credentials, "fresh one");
    };
    expect(await codeOf(login("ann"))).toBe("unauthorized");
    expect(await hashOf()).toBe("hash of fresh one");
    await users.rehash("1", "secret", "weak hash of secret");
    expect(await hashOf()).toBe("hash of fresh one");
    expect(revoked).toHaveLength(1);
  });

  it("change their own password once, and only with the old one", async () => {
    const { register, logins, login, revoked } = await usersSetUp();
    await register("ann", { mid: "1" });
    const change = (password: string, to: string) =>
      logins.changePassword({ name: "ann", password, address: "" }, to);
    expect(await codeOf(change("wrong", "fresh one"))).toBe("unauthorized");
    expect(await codeOf(change("secret", "x"))).toBe("invalid");
    expect(revoked).toEqual([]);
    await change("secret", "fresh one");
    expect(revoked).toHaveLength(1);
    expect(await codeOf(login("ann"))).toBe("unauthorized");
    await login("ann", "fresh one");
  });
});

describe("own tokens", () => {
  it("are refused when they bear the mark and do not hold, and left alone without it", async () => {
    const { own, logins, clock } = await usersSetUp();
    const { token } = await logins.mint({ mid: "7", key: "k" }, 10_000);
    const [head, , signature] = token.split(".");
    const forged = Buffer.from(JSON.stringify({ mid: "8", exp: inSeconds(600) }));
    for (const bad of [
      [head, forged.toString("base64url"), signature].join("."),
      `${head}.${forged.toString("base64url")}.`,
      hs256(
        { mid: 8 },
        { kid: "goim-users", typ: undefined },
        "another secret of thirty-two bytes",
      ),
    ]) {
      expect(own.takes(Buffer.from(bad)), bad).toBe(true);
      expect(await codeOf(own.verify(Buffer.from(bad)))).toBe("unauthorized");
    }
    const wrapped = Buffer.from(JSON.stringify({ token, device: "d" }));
    expect(own.takes(wrapped)).toBe(true);
    expect((await own.verify(wrapped)).token).toMatchObject({ mid: "7", key: "k", device: "d" });
    const other = Buffer.from(JSON.stringify({ mid: 8, token }));
    expect(await codeOf(own.verify(other))).toBe("unauthorized");
    clock.advance(11_000);
    expect(await codeOf(own.verify(wrapped))).toBe("unauthorized");
    for (const left of [
      hs256({ mid: 7 }, {}, secret),
      '{"mid":7}',
      "",
      `{"key":"${head}."}`,
      "\u0000",
    ]) {
      expect(own.takes(Buffer.from(left)), left).toBe(false);
    }
  });

  it("that no auth packet would hold are not made", async () => {
    const { logins } = await usersSetUp();
    const rooms = Object.fromEntries(
      Array.from({ length: 100 }, (_, n) => [`live://${"x".repeat(40)}${n}`, "member"]),
    );
    expect(await codeOf(logins.mint({ mid: "7", rooms }, 1000))).toBe("too_large");
  });
});
