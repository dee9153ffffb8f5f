import { describe, expect, it } from "vitest";
import { isListed, linksIn } from "./links.ts";

describe("linksIn", () => {
  it.each([
    ["see http://a.b/c now", ["a.b"]],
    ["see Example.COM now", ["example.com"]],
    ["ｅｘａｍｐｌｅ。com", ["example.com"]],
    ["exam\u200bple.com", ["example.com"]],
    ["www.some.where", ["www.some.where"]],
    ["e.g. file.txt, 3.14", []],
    ["今天很好。明天也很好。", []],
  ])("finds the hosts of %j", (text, hosts) => {
    expect(linksIn(text)).toEqual(hosts);
  });

  it("is not led astray by what is written right before a host, however long", () => {
    for (const length of [1, 62, 63, 64, 500]) {
      const [found = ""] = linksIn(`${"好".repeat(length)}evil.com`);
      expect(found.endsWith("evil.com"), `${length}`).toBe(true);
    }
  });

  it("takes a host below a listed one for listed, and no other", () => {
    const listed = ["example.com"];
    expect(isListed("example.com", listed)).toBe(true);
    expect(isListed("a.example.com", listed)).toBe(true);
    expect(isListed("badexample.com", listed)).toBe(false);
  });
});
