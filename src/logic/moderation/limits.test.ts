import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../kit/clock.fake.ts";
import { isGoimError } from "../../kit/errors.ts";
import { Limits, type Place, type Spoken } from "./limits.ts";
import { isListed, linksIn } from "./links.ts";
import type { Policy } from "./policy.ts";

function setup(policy: Policy) {
  const clock = new FakeClock();
  const limits = new Limits({ rememberedMax: 100, sameMs: 100_000 }, clock);
  /** One that is on its way. */
  const enter = (changes: Partial<Spoken> = {}): Place | string => {
    const spoken = { sender: "m1", room: "r", hash: "", same: "", at: clock.now(), ...changes };
    try {
      return limits.enter(spoken, policy);
    } catch (error) {
      if (!isGoimError(error)) throw error;
      return error.code;
    }
  };
  const say = (changes: Partial<Spoken> = {}) => {
    const place = enter(changes);
    if (typeof place === "string") return place;
    place.keep();
    return "ok";
  };
  return { clock, limits, enter, say };
}

describe("limits", () => {
  it("let one message through in slow mode, per sender and room", async () => {
    const { clock, say } = setup({ slowMs: 1000 });
    expect([say(), say(), say({ sender: "m2" }), say({ room: "r2" })]).toEqual([
      ...["ok", "slow", "ok", "ok"],
    ]);
    await clock.advance(1000);
    expect(say()).toBe("ok");
  });

  it("never let more than a burst and its rate through", () => {
    const steps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 });
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), steps, async (max, pauses) => {
        const { clock, say } = setup({ userRate: { max, windowMs: 1000 } });
        const passed: number[] = [];
        for (const pause of pauses) {
          await clock.advance(pause);
          if (say() === "ok") passed.push(clock.now());
        }
        for (const [index, from] of passed.entries()) {
          const within = passed.slice(index).filter((at) => at < from + 1000).length;
          expect(within).toBeLessThanOrEqual(2 * max);
        }
        // As many as are due at least: nobody is kept waiting for ever.
        if (pauses.length > 0) expect(passed.length).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });

  it("count a room, and a text, over all who speak or of one", () => {
    const room = setup({ roomRate: { max: 2, windowMs: 1000 } });
    expect(["m1", "m2", "m3"].map((sender) => room.say({ sender }))).toEqual([
      ...["ok", "ok", "rate_limited"],
    ]);
    const text = setup({ repeat: { max: 1, windowMs: 1000 } });
    const hashes = ["a", "b", "a"].map((hash) => text.say({ hash }));
    expect(hashes).toEqual(["ok", "ok", "rate_limited"]);
  });

  it("know for a while what is sent again, and what another logic let through", async () => {
    const { clock, limits, say } = setup({ slowMs: 1000 });
    say({ same: "a" });
    expect(limits.knows({ sender: "m1", same: "a" })).toBe(true);
    expect(limits.knows({ sender: "m1", same: "b" })).toBe(false);
    expect(limits.knows({ sender: "m2", same: "a" })).toBe(false);
    expect(limits.knows({ sender: "m1", same: "" })).toBe(false);
    const far = { sender: "m3", room: "r", hash: "", same: "c", at: clock.now() + 1e9 };
    limits.take(far, { slowMs: 1000 });
    expect(say({ sender: "m3" })).toBe("slow");
    await clock.advance(1000);
    expect(say({ sender: "m3" })).toBe("ok");
    await clock.advance(98_000);
    expect(limits.knows({ sender: "m1", same: "a" })).toBe(true);
    await clock.advance(1000);
    expect(limits.knows({ sender: "m1", same: "a" })).toBe(false);
    expect(limits.knows({ sender: "m3", same: "c" })).toBe(false);
  });

  it.each<[string, Policy, string]>([
    ["slow mode", { slowMs: 1000 }, "slow"],
    ["a sender's rate", { userRate: { max: 1, windowMs: 1000 } }, "rate_limited"],
    ["a room's rate", { roomRate: { max: 1, windowMs: 1000 } }, "rate_limited"],
    ["a text's rate", { repeat: { max: 1, windowMs: 1000 } }, "rate_limited"],
  ])("of %s hold for those on their way, who give their place back", (_, policy, code) => {
    const { limits, enter, say } = setup(policy);
    const first = enter({ hash: "h", same: "a" });
    expect([enter({ hash: "h" }), say({ hash: "h" })]).toEqual([code, code]);
    expect(limits.knows({ sender: "m1", same: "a" })).toBe(true);
    if (typeof first !== "string") first.giveBack();
    expect(limits.knows({ sender: "m1", same: "a" })).toBe(false);
    expect([say({ hash: "h" }), say({ hash: "h" })]).toEqual(["ok", code]);
  });

  it("let as many in at once as one after the other", () => {
    const { enter } = setup({ userRate: { max: 3, windowMs: 1000 } });
    const places = Array.from({ length: 10 }, () => enter());
    expect(places.filter((place) => typeof place !== "string")).toHaveLength(3);
    for (const place of places) if (typeof place !== "string") place.keep();
    expect(enter()).toBe("rate_limited");
  });
});

describe("links", () => {
  it.each([
    ["see http://a.example/x", ["a.example"]],
    ["ＷＷＷ．evil．com", ["www.evil.com"]],
    ["ev\u200bil。com now", ["evil.com"]],
    ["tg://join?x", ["join"]],
    ["例子.cn", ["例子.cn"]],
    ["i.e. and file.txt, 3.14, end.Next", []],
    ["", []],
  ])("in %j are %j", (text, hosts) => {
    expect(linksIn(text)).toEqual(hosts);
  });

  it("are listed with what is below", () => {
    const listed = ["example.com", "a.example.com", "badexample.com"].map((host) =>
      isListed(host, ["example.com"]),
    );
    expect(listed).toEqual([true, true, false]);
  });

  it("are found in bounded time", () => {
    const startedMs = performance.now();
    linksIn("a.".repeat(8000));
    linksIn("a".repeat(16_000));
    linksIn("http://".repeat(2000));
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });
});
