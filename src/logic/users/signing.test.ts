import { describe, expect, it } from "vitest";
import { FakeClock } from "../../kit/clock.fake.ts";
import { silentLog } from "../../kit/log.ts";
import { openSigning, rotateSecret } from "./signing.ts";
import { memoryStore, usersSetUp } from "./users.fixture.ts";

const options = {
  ...{ secretLead: 10_000, secretsMax: 3, tokenLifeMax: 60_000, clockSkew: 5000, triesMax: 4 },
  voidPrevious: false,
};

async function setUp() {
  const clock = new FakeClock();
  const { store } = memoryStore();
  const deps = { clock, log: silentLog, signal: new AbortController().signal };
  const open = () => openSigning(store, deps);
  const rotate = (more: object = {}) => rotateSecret(store, { ...options, ...more }, clock);
  return { clock, store, open, rotate };
}

describe("the secrets of tokens", () => {
  it("are one for all logics, and a new one is followed by all at the same time", async () => {
    const { clock, open, rotate } = await setUp();
    const [{ keys: one }, { keys: two }] = [await open(), await open()];
    expect(two.current()).toEqual(one.current());
    const first = one.current();
    const { kid, from, previous } = await rotate();
    expect(previous).toEqual([{ kid: "goim-users", until: from + 70_000 }]);
    for (const keys of [one, two]) {
      // Known at once, used later: by then nobody is left who does not know it.
      expect(keys.current()).toMatchObject({ kid: "goim-users", secret: first.secret });
      expect(keys.find(kid)?.secret).not.toBe(first.secret);
    }
    clock.advance(10_000);
    for (const keys of [one, two]) {
      expect(keys.current().kid).toBe(kid);
      expect(keys.find("goim-users")?.secret).toBe(first.secret);
    }
    clock.advance(69_999);
    expect(one.find("goim-users")).toBeDefined();
    clock.advance(1);
    expect(one.find("goim-users")).toBeUndefined();
    expect(one.find("goim-users.other")).toBeUndefined();
  });

  it("are bounded in number, and the ones before can be made void", async () => {
    const { clock, open, rotate, store } = await setUp();
    const { keys, close } = await open();
    await rotate();
    await rotate();
    await expect(rotate()).rejects.toMatchObject({ code: "conflict" });
    const before = (await store.signing())?.value.keys.map((key) => key.kid);
    const { kid, previous, voided } = await rotate({ voidPrevious: true });
    expect(previous).toEqual([]);
    expect(voided.map((key) => key.kid)).toEqual(before);
    expect(keys.current().kid).toBe(kid);
    expect(keys.find("goim-users")).toBeUndefined();
    // Told again by each rotation, for one that broke off before anybody acted by it.
    expect((await rotate()).voided).toEqual(voided);
    clock.advance(80_000);
    // What is over is forgotten.
    expect((await rotate()).voided).toEqual([]);
    expect((await store.signing())?.value.keys).toHaveLength(2);
    close();
    const last = keys.current();
    await rotate({ voidPrevious: true });
    expect(keys.current()).toEqual(last);
  });

  it("lose nothing when two rotate at once, and make one where there is none", async () => {
    const { rotate, store, open } = await setUp();
    await rotate();
    await Promise.all([rotate(), rotate()]);
    const kids = (await store.signing())?.value.keys.map(({ kid }) => kid);
    expect(new Set(kids).size).toBe(3);
    expect((await open()).keys.current().kid).toBe(kids?.[2]);
    const stubborn = { ...store, putSigning: async () => undefined };
    const work = rotateSecret(stubborn, { ...options, secretsMax: 9 }, new FakeClock());
    await expect(work).rejects.toMatchObject({ code: "busy" });
  });

  it("let tokens of the old one in until they are over, and none of a void one", async () => {
    const { clock, open, rotate } = await setUp();
    const { keys } = await open();
    const { logins, own } = await usersSetUp(keys);
    const minted = async () => Buffer.from((await logins.mint({ mid: "7" }, 3_600_000)).token);
    const kidOf = (token: Buffer) =>
      JSON.parse(Buffer.from(`${token}`.split(".")[0] ?? "", "base64url").toString()).kid as string;
    const old = await minted();
    const { kid } = await rotate();
    clock.advance(10_000);
    const fresh = await minted();
    expect([kidOf(old), kidOf(fresh)]).toEqual(["goim-users", kid]);
    for (const token of [old, fresh]) {
      expect(own.takes(token)).toBe(true);
      expect((await own.verify(token)).token.mid).toBe("7");
    }
    await rotate({ voidPrevious: true });
    for (const token of [old, fresh]) {
      expect(own.takes(token)).toBe(true);
      await expect(own.verify(token)).rejects.toMatchObject({ code: "unauthorized" });
    }
  });
});
