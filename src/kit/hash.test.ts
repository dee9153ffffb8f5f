import { describe, expect, it } from "vitest";
import { hash32 } from "./hash.ts";

describe("hash32", () => {
  // Part of the wire contract: another value here means that shards are computed differently.
  it.each([
    ["", 2872998923],
    ["a", 444641715],
    ["123", 3788853710],
    ["live://1000", 1735231184],
    ["直播://北京", 4217563627],
    ["😀", 855877642],
  ])("of %j stays what it is", (text, hash) => {
    expect(hash32(text)).toBe(hash);
  });

  it.each([
    ["rooms", (n: number) => `live://${n}`],
    ["mids", (n: number) => String(n)],
    ["snowflake ids", (n: number) => String(7_000_000_000_000_000_000n + BigInt(n) * 4_194_304n)],
  ])("spreads %s evenly over 16 shards", (_, name) => {
    const count = 64_000;
    const shards = new Array<number>(16).fill(0);
    for (let n = 0; n < count; n++) {
      const shard = hash32(name(n)) % 16;
      shards[shard] = (shards[shard] ?? 0) + 1;
    }
    const mean = count / 16;
    for (const shard of shards) expect(Math.abs(shard - mean)).toBeLessThan(mean * 0.1);
  });

  it("changes about half of the bits with one character", () => {
    let changed = 0;
    for (let n = 0; n < 1000; n++) {
      let difference = hash32(`room${n}a`) ^ hash32(`room${n}b`);
      for (; difference !== 0; difference &= difference - 1) changed++;
    }
    expect(changed / 1000).toBeGreaterThan(14);
    expect(changed / 1000).toBeLessThan(18);
  });
});
