import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isGoimError } from "../../kit/errors.ts";
import { parseToken, type Token } from "./token.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const parse = (text: string) => parseToken(bytes(text));
const empty: Token = { mid: "0", key: "", roomId: "", platform: "", accepts: [], device: "" };

function refusal(text: string | Uint8Array): string {
  try {
    parseToken(typeof text === "string" ? bytes(text) : text);
  } catch (error) {
    expect(isGoimError(error, "unauthorized")).toBe(true);
    return (error as Error).message;
  }
  throw new Error(`taken: ${text}`);
}

describe("parseToken", () => {
  it("reads goim's token", () => {
    const text =
      '{"mid":123, "room_id":"live://1000", "platform":"web", "key":"k1", "accepts":[1000,1001]}';
    expect(parse(text)).toEqual({
      mid: "123",
      key: "k1",
      roomId: "live://1000",
      platform: "web",
      accepts: [1000, 1001],
      device: "",
    });
  });

  it("reads the device, up to 64 characters whatever their bytes", () => {
    expect(parse('{"device":"phone 1"}').device).toBe("phone 1");
    expect(parse('{"device":null}').device).toBe("");
    const long = "😀".repeat(64);
    expect(parse(`{"device":"${long}"}`).device).toBe(long);
    expect(refusal(`{"device":"${long}x"}`)).toBe('"device" must not be longer than 64 characters');
    expect(refusal('{"device":7}')).toBe('"device" must be a text');
  });

  it("takes every field as optional", () => {
    expect(parse("{}")).toEqual(empty);
    expect(parse(" \n{ } ")).toEqual(empty);
  });

  it("keeps every digit of a mid", () => {
    expect(parse('{"mid":9007199254740993}').mid).toBe("9007199254740993");
    expect(parse('{"mid":9223372036854775807}').mid).toBe("9223372036854775807");
    expect(parse('{"mid":-9223372036854775808}').mid).toBe("-9223372036854775808");
    expect(parse('{"mid":-0}').mid).toBe("0");
  });

  it("reads null as Go does: the field keeps its zero, also as the whole token", () => {
    expect(parse('{"mid":null,"key":null,"room_id":null,"platform":null,"accepts":null}')).toEqual(
      empty,
    );
    expect(parse("null")).toEqual(empty);
    expect(parse('{"accepts":[1,null]}').accepts).toEqual([1, 0]);
    expect(parse('{"mid":5,"mid":null}').mid).toBe("5");
  });

  it("matches names in any case and takes the last of two, as Go does", () => {
    expect(parse('{"MID":7,"Room_ID":"r","KEY":"a","key":"b"}')).toEqual({
      ...empty,
      mid: "7",
      roomId: "r",
      key: "b",
    });
    expect(parse('{"\u212aey":"k","acceptſ":[3]}')).toEqual({ ...empty, key: "k", accepts: [3] });
  });

  it("ignores other names, whatever they hold", () => {
    expect(parse('{"x":{"mid":"text"},"mid ":[],"__proto__":{"mid":1},"mid":4}').mid).toBe("4");
  });

  it("refuses what is not JSON", () => {
    const texts = ["", " ", "{", "not json", '{"mid":1}x', '{"mid":01}', "{'mid':1}", '{"mid":1,}'];
    for (const text of texts) refusal(text);
    refusal(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)); // a byte order mark
    refusal(Uint8Array.of(0x7b, 0xff, 0x7d));
  });

  it("refuses JSON that is no object", () => {
    for (const text of ["[]", "1", '"mid"', "true"]) {
      expect(refusal(text)).toBe("the token is not a JSON object");
    }
  });

  it("refuses wrong types", () => {
    for (const raw of ['"str"', '"1"', "1.0", "1e3", "1.5", "true", "[]", "{}"]) {
      expect(refusal(`{"mid":${raw}}`)).toBe('"mid" must be a whole number of 64 bits');
    }
    for (const name of ["key", "room_id", "platform"]) {
      for (const raw of ["1", "true", "[]", "{}"]) {
        expect(refusal(`{"${name}":${raw}}`)).toBe(`"${name}" must be a text`);
      }
    }
    for (const raw of ["1", '"1000"', "{}", "true"]) {
      expect(refusal(`{"accepts":${raw}}`)).toBe('"accepts" must be a list of whole numbers');
    }
    for (const raw of ['"1"', "1.5", "[]", "true"]) {
      expect(refusal(`{"accepts":[1,${raw}]}`)).toBe('"accepts" must be a whole number of 32 bits');
    }
  });

  it("refuses numbers outside int64 and int32", () => {
    refusal('{"mid":9223372036854775808}');
    refusal('{"mid":-9223372036854775809}');
    refusal('{"accepts":[2147483648]}');
    refusal('{"accepts":[-2147483649]}');
    expect(parse('{"accepts":[2147483647,-2147483648]}').accepts).toEqual([
      2147483647, -2147483648,
    ]);
  });

  it("turns what is no text into U+FFFD, as Go does", () => {
    expect(parse('{"key":"\\ud800x"}').key).toBe("\ufffdx");
    expect(parseToken(Uint8Array.of(...bytes('{"key":"'), 0xff, ...bytes('"}'))).key).toBe(
      "\ufffd",
    );
  });

  it("never shows the token in what it says", () => {
    expect(refusal('{"mid":"secret-token"}')).not.toContain("secret-token");
    expect(refusal("secret-token")).not.toContain("secret-token");
  });
});

describe("parseToken, for any token", () => {
  const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  const text = fc.string({ unit: "grapheme" });
  const tokens = fc.record(
    {
      mid: int64,
      key: text,
      room_id: text,
      platform: text,
      accepts: fc.array(int32),
      device: fc.string({ unit: "grapheme-ascii", maxLength: 64 }),
      x: fc.json(),
    },
    { requiredKeys: [] },
  );

  it("gives back what was written, in any order of fields", () => {
    fc.assert(
      fc.property(tokens, fc.infiniteStream(fc.nat()), (token, order) => {
        const members = Object.entries(token)
          .map(([name, value]) => ({ name, value, rank: order.next().value as number }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ name, value }) => `"${name}":${written(value)}`);
        expect(parse(`{${members.join(",")}}`)).toEqual({
          mid: (token.mid ?? 0n).toString(),
          key: token.key ?? "",
          roomId: token.room_id ?? "",
          platform: token.platform ?? "",
          accepts: token.accepts ?? [],
          device: token.device ?? "",
        });
      }),
    );
  });

  it("takes or refuses any bytes, and never fails otherwise", () => {
    const inputs = fc.oneof(
      fc.uint8Array(),
      fc.json().map(bytes),
      tokens.map((token) => bytes(`{"mid":${written(token.key ?? 1n)},"accepts":${token.x ?? 1}}`)),
    );
    fc.assert(
      fc.property(inputs, (input) => {
        try {
          expect(BigInt.asIntN(64, BigInt(parseToken(input).mid))).toBeTypeOf("bigint");
        } catch (error) {
          if (!isGoimError(error, "unauthorized")) throw error;
        }
      }),
    );
  });
});

function written(value: unknown): string {
  return typeof value === "bigint" ? value.toString() : JSON.stringify(value);
}
