import { describe, expect, it } from "vitest";
import { systemClock } from "../../kit/clock.ts";
import { createMetrics } from "../../kit/metrics.ts";
import { createPasswords, missingCosts } from "./password.ts";

const config = { hashCost: 10, hashInFlight: 1, hashWaiting: 1 };
const open = (more: Partial<typeof config> = {}) =>
  createPasswords({ ...config, ...more }, { clock: systemClock, metrics: createMetrics() });

describe("passwords", () => {
  it("are stored with parameters and a salt of their own, and found right or wrong", async () => {
    const passwords = open();
    const [one, two] = [
      await passwords.hash("correct horse"),
      await passwords.hash("correct horse"),
    ];
    expect(one).toMatch(/^\$scrypt\$ln=10,r=8,p=3\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toBe(two);
    expect(one).not.toContain("horse");
    expect(await passwords.check("correct horse", one)).toBe(true);
    expect(await passwords.check("correct horsf", one)).toBe(false);
    // Cost may change: each is checked with its own.
    expect(await open({ hashCost: 11 }).check("correct horse", one)).toBe(true);
    // Typed with another keyboard: one letter, or a letter and its accent.
    expect(
      await passwords.check("cafe\u0301 au lait", await passwords.hash("caf\u00e9 au lait")),
    ).toBe(true);
  });

  it("say whether they cost less than one that is made now", async () => {
    const hash = await open().hash("a");
    expect([9, 10, 11].map((hashCost) => open({ hashCost }).isWeak(hash))).toEqual([
      ...[false, false, true],
    ]);
    expect(open().isWeak(hash.replace("p=3", "p=1"))).toBe(true);
  });

  it("take as long when wrong, whatever their hash cost, as a name that nobody has", async () => {
    const work = (costs: readonly number[]) => costs.reduce((sum, cost) => sum + 2 ** cost, 0);
    for (const cost of [10, 13, 15]) {
      expect(2 ** cost + work(missingCosts({ cost, block: 8, parallel: 3 }, 15))).toBe(2 ** 15);
    }
    expect(missingCosts({ cost: 16, block: 8, parallel: 3 }, 15)).toEqual([]);
    const hash = await open().hash("right");
    const passwords = open({ hashCost: 14 });
    const took = async (text: string, of: string | undefined) => {
      const times: number[] = [];
      for (let n = 0; n < 5; n++) {
        const since = performance.now();
        await passwords.check(text, of);
        times.push(performance.now() - since);
      }
      return Math.min(...times);
    };
    // Of the hash alone it would be a sixteenth.
    expect(await took("wrong", hash)).toBeGreaterThan(0.5 * (await took("wrong", undefined)));
    expect(await passwords.check("right", hash)).toBe(true);
  });

  it("are computed for nobody as well, and never right", async () => {
    const metrics = createMetrics();
    const passwords = createPasswords(config, { clock: systemClock, metrics });
    const before = await passwords.hash("x");
    expect(await passwords.check("x", undefined)).toBe(false);
    expect(await passwords.check("", undefined)).toBe(false);
    expect(await passwords.check("x", before)).toBe(true);
    const text = await metrics.registry.metrics();
    expect(text).toContain("goim_users_hash_seconds_count 4");
  });

  it("wait for a place, and one too many is told to come again", async () => {
    const passwords = open();
    const [first, second] = [passwords.hash("a"), passwords.hash("b")];
    await expect(passwords.hash("c")).rejects.toMatchObject({ code: "busy" });
    await expect(passwords.check("c", undefined)).rejects.toMatchObject({ code: "busy" });
    await Promise.all([first, second]);
    await passwords.hash("d");
  });

  it("are not computed by a record that would take all memory", async () => {
    const passwords = open();
    const good = await passwords.hash("a");
    for (const bad of [good.replace("ln=10", "ln=30"), good.replace("p=3", "p=99"), "plain", ""]) {
      await expect(passwords.check("a", bad), bad).rejects.toMatchObject({ code: "internal" });
    }
  });
});
