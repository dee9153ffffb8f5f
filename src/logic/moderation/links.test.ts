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

  it("does not pass over a letter that a dot or a colon is made of", () => {
    const found: string[] = [];
    for (let unit = 0; unit < 0x1_0000; unit++) {
      const text = `example${String.fromCharCode(unit)}com`;
      const plain = text.normalize("NFKC").replaceAll(/[\u3002\uff0e\uff61\u2024]/g, ".");
      if (plain !== "example.com") continue;
      found.push(unit.toString(16));
      expect(linksIn(text), unit.toString(16)).toEqual(["example.com"]);
    }
    expect(found).toContain("2e");
    expect(found.length).toBeGreaterThan(5);
    const colons = [":", "\ufe13", "\ufe55", "\uff1a"];
    for (const colon of colons) expect(linksIn(`http${colon}//host`), colon).toEqual(["host"]);
  });

  it("takes a host below a listed one for listed, and no other", () => {
    const listed = ["example.com"];
    expect(isListed("example.com", listed)).toBe(true);
    expect(isListed("a.example.com", listed)).toBe(true);
    expect(isListed("badexample.com", listed)).toBe(false);
  });
});
