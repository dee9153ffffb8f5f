import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Folded, fold, foldWord, isLongEnough, maskSpans } from "./fold.ts";

describe("folding", () => {
  it.each([
    ["ＢａＤ", "bad"],
    ["b\u200ba\u200dd", "bad"],
    ["b.a-d!", "bad"],
    ["b\u0301a\u0336d", "bad"],
    ["bád", "bad"],
    ["敏-感 词", "敏感词"],
    ["敏\u3000感\n词", "敏感词"],
    ["a  b\t c", "a b c"],
    ["Straße", "strasse"],
    ["\u{1d41b}\u{1d41a}\u{1d41d}", "bad"],
    ["ｶﾞ", foldWord("ガ")],
    ["①②", "12"],
    ["ﬁn", "fin"],
    ["İ", "i"],
    [" x ", "x"],
    ["!?…", ""],
  ])("%j is compared as %j", (text, folded) => {
    expect(foldWord(text)).toBe(folded);
  });

  it("keeps letters of kana and of Thai apart that differ in a mark", () => {
    expect(foldWord("か")).not.toBe(foldWord("が"));
    expect(foldWord("กิ")).not.toBe(foldWord("กี"));
  });

  it("folds what is folded to itself", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const once = foldWord(text);
        expect(foldWord(once)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  it("says for every unit which character it came from", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const out = new Folded();
        fold(text, out);
        let before = 0;
        for (let at = 0; at < out.length; at++) {
          const [start, end] = [out.starts[at] ?? -1, out.ends[at] ?? -1];
          expect(start).toBeGreaterThanOrEqual(before);
          expect([...text.slice(start, end)]).toHaveLength(1);
          before = start;
        }
      }),
    );
  });

  it("refuses words that are in every text", () => {
    expect(isLongEnough(foldWord("c++"))).toBe(false);
    expect(isLongEnough(foldWord("!"))).toBe(false);
    expect(isLongEnough(foldWord("毒"))).toBe(true);
    expect(isLongEnough(foldWord("no"))).toBe(true);
  });

  it("masks characters, not units, and the marks on them", () => {
    expect(maskSpans("x\u{1f600}y", [[1, 3]])).toBe("x*y");
    expect(maskSpans("bad\u0301 dog", [[0, 3]])).toBe("*** dog");
    expect(
      maskSpans("abcd", [
        [0, 1],
        [2, 4],
      ]),
    ).toBe("*b**");
  });
});
