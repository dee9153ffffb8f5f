import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../kit/clock.ts";
import { foldWord } from "./fold.ts";
import { textOf } from "./message-text.ts";
import { type Dictionary, WordFilter } from "./word-filter.ts";

const dictionary = (words: readonly string[], changes: Partial<Dictionary> = {}): Dictionary => ({
  ...{ id: "d", revision: 1, scope: { kind: "all" }, action: "mask", match: "anywhere", words },
  ...changes,
});

async function filterOf(...dictionaries: Dictionary[]): Promise<WordFilter> {
  const filter = new WordFilter({ sliceMs: 5 }, systemClock);
  for (const one of dictionaries) await filter.set(one);
  return filter;
}

describe("the word filter", () => {
  it("masks the characters that were written", async () => {
    const filter = await filterOf(dictionary(["敏感词", "bad"]));
    const masked = (text: string) => filter.check("live://1", [text]).texts[0];
    expect(masked("这是敏-感\u200b词吗")).toBe("这是*****吗");
    expect(masked("ＢＡＤ b.a.d good")).toBe("*** ***** good");
    expect(masked("nothing")).toBe("nothing");
  });

  it("takes the hardest action of the dictionaries that hold for the room", async () => {
    const filter = await filterOf(
      dictionary(["one"], { id: "all", action: "flag" }),
      dictionary(["one"], { id: "type", action: "mask", scope: { kind: "type", type: "live" } }),
      dictionary(["one"], {
        ...{ id: "room", action: "block", scope: { kind: "room", room: "live://7" } },
      }),
    );
    const action = (room: string) => filter.check(room, ["one"]).action;
    expect([action("video://7"), action("live://1"), action("live://7")]).toEqual([
      ...["flag", "mask", "block"],
    ]);
    expect(filter.check("live://7", ["one"]).dictionaries).toEqual(["all", "type", "room"]);
    filter.remove("room");
    expect(action("live://7")).toBe("mask");
  });

  it("leaves longer words alone where only whole words count", async () => {
    const filter = await filterOf(dictionary(["ass"], { match: "word", action: "block" }));
    const action = (text: string) => filter.check("r", [text]).action;
    expect(["class", "as sure", "a.s.s!", "good.ass", "ass"].map(action)).toEqual([
      ...["pass", "pass", "block", "block", "block"],
    ]);
  });

  it("finds what a naive search over the folded texts finds", async () => {
    const letters = fc.constantFrom("a", "B", "é", "敏", "感", "-", "\u200b", "Ａ", " ", "\u0301");
    const words = fc.array(fc.string({ unit: letters, minLength: 1, maxLength: 5 }), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(words, fc.string({ unit: letters, maxLength: 40 }), async (list, text) => {
        const filter = await filterOf(dictionary(list, { action: "block" }));
        const folded = list.map(foldWord).filter((word) => word.length > 1 || word > "\u2e80");
        const naive = folded.some((word) => foldWord(text).includes(word));
        expect(filter.check("r", [text]).action).toBe(naive ? "block" : "pass");
      }),
      { numRuns: 1000 },
    );
  });

  it("masks nothing but the words, and leaves none", async () => {
    const letters = fc.constantFrom("a", "b", "c", "敏", "-", "\u200b");
    const list = ["ab", "敏a", "bca"];
    const filter = await filterOf(dictionary(list));
    fc.assert(
      fc.property(fc.string({ unit: letters, maxLength: 60 }), (text) => {
        const [masked = ""] = filter.check("r", [text]).texts;
        expect(masked).toHaveLength(text.length);
        for (let at = 0; at < text.length; at++) {
          if (masked[at] !== "*") expect(masked[at]).toBe(text[at]);
        }
        // A star stands between what it separated.
        for (const part of masked.split("*")) {
          for (const word of list) expect(foldWord(part)).not.toContain(word);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("builds 20,000 words without keeping others waiting, and replaces others", async () => {
    const words = Array.from({ length: 20_000 }, (_, index) => `词${index}敏感${index * 7}`);
    const filter = await filterOf(dictionary(["old"]));
    let longest = 0;
    // Of the processor, so that a busy machine makes no difference.
    let last = process.cpuUsage();
    const timer = setInterval(() => {
      const { user, system } = process.cpuUsage(last);
      longest = Math.max(longest, (user + system) / 1000);
      last = process.cpuUsage();
    }, 1);
    await filter.set(dictionary(words, { revision: 2 }));
    clearInterval(timer);
    // Slices are 5 ms; the rest is what else the process does.
    expect(longest).toBeLessThan(60);
    expect(filter.states()).toEqual([
      {
        id: "d",
        revision: 2,
        scope: { kind: "all" },
        words: 20_000,
        states: expect.any(Number),
        skipped: 0,
      },
    ]);
    expect(filter.check("r", ["old"]).action).toBe("pass");
    expect(filter.check("r", ["x 词 3 敏感 21"]).action).toBe("mask");
  });
});

describe("the texts of a message", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const string = (body: Uint8Array | undefined) => new TextDecoder().decode(body);

  it("are the strings of JSON, however they are escaped, and are put back", () => {
    const message = textOf(bytes('{"t":"\\u654f","n":[1,"x",null],"o":{"k":true}}'));
    expect(message?.texts).toEqual(["t", "敏", "n", "x", "o", "k"]);
    const masked = message?.texts.map((text) => (text === "敏" ? "*" : text)) ?? [];
    expect(string(message.replaced(masked, []))).toBe('{"t":"*","n":[1,"x",null],"o":{"k":true}}');
  });

  it("are the whole body where that is no JSON", () => {
    const message = textOf(bytes("{hello"));
    expect(message?.texts).toEqual(["{hello"]);
    expect(string(message.replaced(["*"], []))).toBe("*");
    expect(textOf(bytes("[".repeat(5000) + "]".repeat(5000)))?.texts).toHaveLength(1);
  });

  it("of bytes that are no UTF-8 are what of them is, as a lenient reader takes it", () => {
    const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (some) => {
        const body = Uint8Array.of(...some, 0xff);
        const [text = ""] = textOf(body).texts;
        const plain = (one: string) => one.replaceAll("\ufffd", "");
        expect(plain(text)).toBe(plain(lenient.decode(body)));
      }),
    );
    const json = Uint8Array.of(...bytes('{"t":"\\u654f'), 0xff, ...bytes('"}'));
    expect(textOf(json).texts).toEqual(["t", "敏\ufffd"]);
  });

  it("of such bytes are masked a star for each byte, and nothing else changes", async () => {
    const filter = new WordFilter({ sliceMs: 5 }, systemClock);
    await filter.set(dictionary(["敏感", "hush"], { action: "mask" }));
    const masked = (body: Uint8Array) => {
      const message = textOf(body);
      const { action, texts, spans } = filter.check("r", message.texts);
      return action === "mask" ? message.replaced(texts, spans) : action;
    };
    const head = [0x0a, 0x04, 0x80, 0xf0, 0x9f];
    const body = Uint8Array.of(...head, ...bytes("敏"), 0xff, ...bytes("感 𝐡ush"), 0xc0, 0x00);
    const stars = Array.from({ length: 7 }, () => 0x2a);
    const more = Array.from({ length: 7 }, () => 0x2a);
    expect(masked(body)).toEqual(Uint8Array.of(...head, ...stars, 0x20, ...more, 0xc0, 0x00));
    expect(masked(Uint8Array.of(...head, ...bytes("hus"), 0xff))).toBe("pass");
    expect(masked(Uint8Array.of(...bytes("hu"), 0xff, ...bytes("sh")))).toEqual(
      Uint8Array.from({ length: 5 }, () => 0x2a),
    );
  });
});
