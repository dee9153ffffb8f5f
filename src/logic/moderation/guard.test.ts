import { describe, expect, it } from "vitest";
import { Restrictions } from "../../bus/restrictions.ts";
import { FakeClock } from "../../kit/clock.fake.ts";
import { GoimError, isGoimError } from "../../kit/errors.ts";
import { createMetrics } from "../../kit/metrics.ts";
import { createGuard, type Passed } from "./guard.ts";
import { Limits, type Spoken } from "./limits.ts";
import type { MessageHook } from "./message-hook.ts";
import { Policies, type Policy, scopeText } from "./policy.ts";
import { WordFilter } from "./word-filter.ts";

const room = "live://1";

async function setup(policy: Policy, hook?: MessageHook) {
  const clock = new FakeClock();
  const words = new WordFilter({ sliceMs: 5 }, clock);
  const scope = { kind: "room", room } as const;
  const rest = { revision: 1, scope, match: "anywhere" } as const;
  await words.set({ ...rest, id: "b", action: "block", words: ["verboten"] });
  const policies = new Policies();
  policies.set(scopeText(scope), new TextEncoder().encode(JSON.stringify(policy)));
  const toldOf: Spoken[] = [];
  const guard = createGuard({
    rules: { restrictions: new Restrictions(), policies, words },
    limits: new Limits({ rememberedMax: 100, sameMs: 110_000 }, clock),
    tell: (spoken) => toldOf.push(spoken),
    hook,
    canModerate: ({ mid }) => mid === "1",
    onFlagged: () => {},
    audit: () => {},
    clock,
    metrics: createMetrics(),
  });
  const speak = async (text: string | Uint8Array, same = "", mid = "7") => {
    const speech = { mid, key: "k", device: "", platform: "", ip: "", room, op: 1000, id: "" };
    try {
      return await guard.speech(speech, Buffer.from(text as string), same);
    } catch (error) {
      if (!isGoimError(error)) throw error;
      return error.code;
    }
  };
  const settle = (passed: Passed | string, fate: Parameters<Passed["settled"]>[0] = "stored") => {
    if (typeof passed === "string") return passed;
    passed.settled(fate);
    return fate;
  };
  return { clock, guard, speak, settle, toldOf };
}

const slow = { slowMs: 60_000 };

describe("limits of the guard", () => {
  it("hold for messages on their way, until one fails or was stored before", async () => {
    const { speak, settle, toldOf } = await setup(slow);
    for (const fate of ["failed", "duplicate"] as const) {
      const first = await speak("a");
      expect(await speak("b")).toBe("slow");
      expect(settle(first, fate)).toBe(fate);
    }
    expect(toldOf).toEqual([]);
    expect(settle(await speak("b"))).toBe("stored");
    expect(await speak("c")).toBe("slow");
    expect(toldOf).toMatchObject([{ sender: "m7", room }]);
  });

  it("are given back what words, links or the hook refuse", async () => {
    let verdict: "blocked" | "" = "blocked";
    const hook: MessageHook = async (_, body) => {
      if (verdict === "blocked") throw new GoimError("blocked", "no");
      return body;
    };
    const { speak, settle } = await setup({ ...slow, links: "deny" }, hook);
    for (const text of ["verboten", "see evil.com", "anything"]) {
      expect(await speak(text), text).toBe("blocked");
    }
    verdict = "";
    expect(settle(await speak("anything"))).toBe("stored");
  });

  it("let the same message through again, and count it where it was not stored", async () => {
    const { clock, speak, settle, toldOf } = await setup(slow);
    const first = await speak("a", "s1");
    const again = await speak("a", "s1");
    expect(await speak("a", "s2")).toBe("slow");
    expect([settle(first, "failed"), settle(again, "stored")]).toEqual(["failed", "stored"]);
    expect(toldOf).toHaveLength(1);
    expect(await speak("a", "s2")).toBe("slow");
    expect(settle(await speak("a", "s1"), "duplicate")).toBe("duplicate");
    expect(await speak("a", "s1", "8")).not.toBe("slow");
    await clock.advance(59_000);
    expect(await speak("b")).toBe("slow");
    await clock.advance(1000);
    settle(await speak("b"));
    // The streams would soon store it a second time: so it counts.
    await clock.advance(50_000);
    expect(await speak("a", "s1")).toBe("slow");
  });

  it("hold for nobody who moderates the room", async () => {
    const { speak, settle } = await setup(slow);
    for (const text of ["a", "b", "c"]) expect(settle(await speak(text, "", "1"))).toBe("stored");
  });
});

describe("bytes that are no text", () => {
  it("hide no word and no link, and are told from each other", async () => {
    const { speak, settle } = await setup({ repeat: { max: 1, windowMs: 1000 }, links: "deny" });
    const bytes = (text: string) => Buffer.from(text, "latin1");
    for (const text of ["verboten\xff", "ver\xffboten", "evil.com\xff", "e\xffvil.com"]) {
      expect(await speak(bytes(text)), text).toBe("blocked");
    }
    for (const body of [Uint8Array.of(0xff), Uint8Array.of(0xfe, 0x80)]) {
      const passed = await speak(body);
      expect(passed).toMatchObject({ body: Buffer.from(body) });
      expect(settle(passed)).toBe("stored");
      expect(await speak(body)).toBe("rate_limited");
    }
  });

  it("make no listed host of another one", async () => {
    const { speak } = await setup({ links: "listed", linkHosts: ["example.com"] });
    expect(await speak(Buffer.from("see example.com\xff", "latin1"))).not.toBe("blocked");
    expect(await speak(Buffer.from("evil\xffexample.com", "latin1"))).toBe("blocked");
  });

  it("are looked at in pushes too", async () => {
    const { guard } = await setup({});
    expect(() => guard.push(room, Buffer.from("verboten\xff", "latin1"))).toThrow(GoimError);
  });
});
