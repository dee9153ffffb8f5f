import { describe, expect, it } from "vitest";
import type { Revocation } from "../../bus/revocations.ts";
import { createMetrics } from "../../kit/metrics.ts";
import { RateLimited } from "../auth/api-keys.ts";
import { createRegistrations, type RegistrationOptions } from "./registration.ts";
import { usersSetUp } from "./users.fixture.ts";

async function setUp(
  registration: RegistrationOptions["registration"],
  registrationRoles: string[] = [],
  pendingTtl = 0,
) {
  const { users, store, login, asked, clock, metrics } = await usersSetUp();
  const tries = { taken: 0, back: 0, most: 100 };
  const attempts = {
    take: () => {
      if (tries.taken - tries.back >= tries.most) throw new RateLimited(7, "too many");
      tries.taken++;
      return () => void tries.back++;
    },
  };
  const deps = { users, attempts, metrics: createMetrics() };
  const { register } = createRegistrations({ registration, registrationRoles, pendingTtl }, deps);
  return {
    ...{ users, store, login, asked, tries, clock, metrics },
    register: (name: string, password = "secret") => register({ name, password, address: "" }),
    failure: (name: string, password = "secret") =>
      register({ name, password, address: "" }).catch((error: Error) => error),
  };
}

describe("people who register themselves", () => {
  it("are refused where it is closed, before anything is looked at", async () => {
    const { failure, asked, tries } = await setUp("closed");
    expect(await failure("ann")).toMatchObject({ code: "forbidden" });
    expect([asked, tries.taken]).toEqual([[], 0]);
  });

  it("log in at once where it is open, with the roles that it gives and no others", async () => {
    const { users, store, register, failure, login, tries } = await setUp("open", ["fan"]);
    expect(await failure("ann")).toMatchObject({ code: "unavailable" });
    expect(tries).toMatchObject({ taken: 1, back: 1 });
    await store.putRole({ role: "fan", rooms: {}, changedAt: 0 }, undefined);
    const ann = await register("Ann");
    expect(ann).toMatchObject({ name: "ann", state: "active", roles: ["fan"], permissions: {} });
    expect(Number(ann?.mid)).toBeGreaterThan(2 ** 32);
    expect((await login("ann")).user.mid).toBe(ann?.mid);
    expect(await failure("ANN")).toMatchObject({ code: "conflict" });
    expect(await failure("ben", "xx")).toMatchObject({ code: "invalid" });
    expect((await users.list(0, 10)).items).toHaveLength(1);
    // A name that was taken counts like one that was free: names cannot be tried for nothing.
    expect(tries).toMatchObject({ taken: 4, back: 2 });
  });

  it("are told the same for a free name and a taken one where somebody activates", async () => {
    const { users, register, login } = await setUp("pending");
    expect(await register("ann")).toBeUndefined();
    expect(await register("ann", "of somebody else")).toBeUndefined();
    const [ann, ...others] = (await users.list(0, 10)).items;
    expect([ann?.state, others]).toEqual(["pending", []]);
    await expect(login("ann")).rejects.toMatchObject({ code: "unauthorized" });
    await users.activate(ann?.mid ?? "");
    await login("ann");
    await expect(login("ann", "of somebody else")).rejects.toMatchObject({ code: "unauthorized" });
  });

  it("are forgotten unless somebody activates them, and their names are free then", async () => {
    const { users, store, register, login, clock, metrics } = await setUp("pending", [], 60_000);
    for (const name of ["ann", "ben", "cat"]) await register(name);
    const [ann, ben, cat] = (await users.list(0, 10)).items;
    expect(ann?.expiresAt).toBe(clock.now() + 60_000);
    // Nobody who was decided about is forgotten, and a change alone decides nothing.
    expect((await users.activate(ben?.mid ?? "")).expiresAt).toBeUndefined();
    expect((await users.disable(cat?.mid ?? "")).expiresAt).toBeUndefined();
    expect((await users.change(ann?.mid ?? "", {})).expiresAt).toBe(clock.now() + 60_000);
    // What the store does when the time has come.
    const found = await store.user(ann?.mid ?? "");
    await store.removeUser(ann?.mid ?? "", found?.revision ?? 0);
    await expect(users.activate(ann?.mid ?? "")).rejects.toMatchObject({ code: "not_found" });
    await register("ann", "of somebody else");
    await register("ben", "of somebody else");
    const again = (await users.list(0, 10)).items.find(({ name }) => name === "ann");
    expect(again?.mid).not.toBe(ann?.mid);
    await users.activate(again?.mid ?? "");
    await login("ann", "of somebody else");
    await login("ben");
    expect(await metrics.registry.metrics()).toContain("goim_users_names_freed_total 1");
  });

  it("cost a hash, be the name taken or not", async () => {
    const { users, store } = await usersSetUp();
    const hashed: string[] = [];
    const passwords = {
      hash: async (password: string) => {
        hashed.push(password);
        return password;
      },
    };
    const { createUsers } = await import("./users.ts");
    const revocationWriter = { add: async (one: Revocation) => one };
    const deps = { store, passwords, revocationWriter, clock: Date, metrics: createMetrics() };
    const options = { passwordMin: 1, triesMax: 1, tokenLifeMax: 1, clockSkew: 1, revokeFor: 0 };
    const { register } = createRegistrations(
      { registration: "open", registrationRoles: [], pendingTtl: 0 },
      {
        users: createUsers(options, deps),
        attempts: { take: () => () => {} },
        metrics: createMetrics(),
      },
    );
    await users.register({
      ...{ name: "ann", password: "secret", active: true, roles: [], permissions: {} },
    });
    await register({ name: "ann", password: "1", address: "" }).catch(() => {});
    await register({ name: "ben", password: "2", address: "" });
    expect(hashed).toEqual(["1", "2"]);
  });

  it("wait after too many, with nothing looked at", async () => {
    const { register, failure, tries, asked } = await setUp("open");
    tries.most = 2;
    await register("ann");
    await register("ben");
    asked.length = 0;
    expect(await failure("cat")).toMatchObject({ code: "busy", retryAfterS: 7 });
    expect(asked).toEqual([]);
  });
});
