import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  address,
  addresses,
  addressText,
  choice,
  count,
  duration,
  flag,
  isLoopback,
  parseAddress,
  parseDuration,
  parseSize,
  ratio,
  size,
  text,
  texts,
} from "./config-values.ts";

describe("durations", () => {
  it.each([
    ["200ms", 200],
    ["1s", 1000],
    ["4m", 240_000],
    ["30m", 1_800_000],
    ["2h", 7_200_000],
    ["1.5s", 1500],
    ["1m30s", 90_000],
    ["0s", 0],
    ["250", 250],
    [250, 250],
  ])("reads %s", (written, ms) => {
    expect(parseDuration(written)).toBe(ms);
  });

  it.each(["", "s", "1 s", "-1s", "1d", "1s!", "1e3"])("refuses %j", (written) => {
    expect(parseDuration(written)).toBeUndefined();
    expect(duration("1s").safeParse(written).success).toBe(false);
  });

  it("keeps to its bounds, both included", () => {
    const schema = duration("1s", { min: "100ms", max: "1m" });
    expect(schema.parse(undefined)).toBe(1000);
    expect([schema.parse("100ms"), schema.parse(60_000)]).toEqual([100, 60_000]);
    for (const outside of ["99ms", 60_001, -1, 1.5, true, []]) {
      const result = schema.safeParse(outside);
      expect(result.success).toBe(false);
      expect(result.error?.issues[0]?.message).toContain("from 100ms to 1m");
    }
  });
});

describe("sizes", () => {
  it("counts in units of 1024", () => {
    expect(["512", "1b", "64kb", "1mb", "2gb", "1.5kb", "64 KB", 7].map(parseSize)).toEqual([
      512, 1, 65_536, 1_048_576, 2_147_483_648, 1536, 65_536, 7,
    ]);
  });

  it("refuses what is none", () => {
    for (const written of ["", "kb", "1tb", "-1", "1kib"]) {
      expect(parseSize(written)).toBeUndefined();
    }
    const result = size("64kb", { max: "1mb" }).safeParse("2mb");
    expect(result.error?.issues[0]?.message).toContain("at most 1mb");
  });
});

describe("addresses", () => {
  it("takes a port alone as loopback and other hosts as they are written", () => {
    expect(address(":3101").parse(undefined)).toEqual({ host: "127.0.0.1", port: 3101 });
    expect(parseAddress("0.0.0.0:0")).toEqual({ host: "0.0.0.0", port: 0 });
    expect(parseAddress("[::1]:80")).toEqual({ host: "::1", port: 80 });
    expect(parseAddress(":80", "10.0.0.1")).toEqual({ host: "10.0.0.1", port: 80 });
  });

  it("refuses what is none", () => {
    for (const written of ["", "3101", "a:b", ":65536", "::1:80", "a b:1", "http://a:1"]) {
      expect(address(":1").safeParse(written).success, written).toBe(false);
    }
    expect(address(":1").safeParse(3101).error?.issues[0]?.message).toContain("host:port");
  });

  it("comes back from its text", () => {
    const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
    fc.assert(
      fc.property(host, fc.nat(65_535), (name, port) => {
        const original = { host: name, port };
        expect(parseAddress(addressText(original))).toEqual(original);
      }),
    );
  });

  it("lists several, also from one text", () => {
    const schema = addresses([":1"]);
    expect(schema.parse(":1, 0.0.0.0:2")).toEqual([
      { host: "127.0.0.1", port: 1 },
      { host: "0.0.0.0", port: 2 },
    ]);
    expect(schema.parse([])).toEqual([]);
    const result = schema.safeParse([":1", "nonsense"]);
    expect(result.error?.issues[0]?.path).toEqual([1]);
  });

  it("knows which ones only this machine reaches", () => {
    const hosts = ["127.0.0.1", "127.3.2.1", "::1", "localhost", "0.0.0.0", "::", "10.0.0.1"];
    expect(hosts.map((host) => isLoopback({ host, port: 1 }))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe("plain values", () => {
  it("counts whole numbers from 0 unless told otherwise", () => {
    const schema = count(5, { max: 10 });
    expect([schema.parse(undefined), schema.parse(0)]).toEqual([5, 0]);
    for (const wrong of [-1, 1.5, 11, "5", Number.NaN, 2 ** 60]) {
      expect(schema.safeParse(wrong).success).toBe(false);
    }
    expect(count(-1, { min: -5 }).parse(-5)).toBe(-5);
  });

  it("takes fractions, flags, words and texts", () => {
    expect(ratio(0.6, { max: 1 }).safeParse(1.1).success).toBe(false);
    expect(ratio(0.6).parse(0.25)).toBe(0.25);
    expect(flag(true).parse(undefined)).toBe(true);
    expect(flag(true).safeParse("true").success).toBe(false);
    expect(choice(["kv", "redis"], "kv").safeParse("sql").error?.issues[0]?.message).toBe(
      "expected one of kv, redis",
    );
    expect(texts([]).parse("a, b,,c")).toEqual(["a", "b", "c"]);
    const lower = text("a", { pattern: /^[a-z]+$/, allowed: "lower case letters" });
    expect(lower.safeParse("A").error?.issues[0]?.message).toBe("expected lower case letters");
  });
});
