import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isGoimError } from "../../kit/errors.ts";
import { goQuote, int32Of, int64TextsOf, intOf, parseQuery, require, textsOf } from "./query.ts";

const query = (text: string) => parseQuery(`http://host/path?${text}`);

function failure(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(isGoimError(error, "invalid")).toBe(true);
    return (error as Error).message;
  }
  throw new Error("did not fail");
}

describe("parseQuery", () => {
  it("keeps repeated parameters in order, decoded", () => {
    const read = query("keys=a&x=1&keys=b%20c+d&keys=%E4%BD%A0&keys=&keys");
    expect(textsOf(read, "keys")).toEqual(["a", "b c d", "你", "", ""]);
    expect(textsOf(read, "none")).toEqual([]);
  });

  it("reads nothing where there is no question mark, and nothing after a fragment", () => {
    expect(parseQuery("http://host/path").size).toBe(0);
    expect(textsOf(parseQuery("/p?a=1#a=2&a=3"), "a")).toEqual(["1"]);
  });

  it("leaves out pairs that Go leaves out", () => {
    expect([...query("a=%zz&b=1&c=%4&d;e=1&%=2&&f=2").keys()]).toEqual(["b", "f"]);
  });

  it("refuses bytes that are not UTF-8, because ids are text", () => {
    expect(failure(() => query("room=%ff"))).toContain("UTF-8");
  });

  it("reads back what URLSearchParams writes", () => {
    const text = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (pairs) => {
        const read = query(new URLSearchParams(pairs).toString());
        const flat = [...read].flatMap(([name, values]) => values.map((v) => [name, v]));
        // A pair of two empty texts is written as "=", which Go reads as a parameter without name.
        expect(flat).toEqual(
          [...new Set(pairs.map(([name]) => name))].flatMap((name) =>
            pairs.filter(([other]) => other === name),
          ),
        );
      }),
    );
  });
});

describe("integers", () => {
  it("reads the first value, and none or an empty one as 0", () => {
    expect(int32Of(query("op=7&op=8"), "op")).toBe(7);
    expect(int32Of(query("x=1"), "op")).toBe(0);
    expect(int32Of(query("op="), "op")).toBe(0);
    expect(int32Of(query("op=%2B5"), "op")).toBe(5);
    expect(int32Of(query("op=-2147483648"), "op")).toBe(-2147483648);
    expect(intOf(query("limit=9223372036854775807"), "limit")).toBe(9223372036854775807n);
  });

  it("keeps every digit of a mid, in canonical form", () => {
    expect(int64TextsOf(query("m=9007199254740993&m=007&m=%2B3&m=-0&m="), "m")).toEqual([
      "9007199254740993",
      "7",
      "3",
      "0",
      "0",
    ]);
  });

  it.each([
    ["abc", 'strconv.ParseInt: parsing "abc": invalid syntax'],
    ["1,2", 'strconv.ParseInt: parsing "1,2": invalid syntax'],
    ["1.5", 'strconv.ParseInt: parsing "1.5": invalid syntax'],
    ["1_000", 'strconv.ParseInt: parsing "1_000": invalid syntax'],
    ["0x10", 'strconv.ParseInt: parsing "0x10": invalid syntax'],
    ["-", 'strconv.ParseInt: parsing "-": invalid syntax'],
    [" 1", 'strconv.ParseInt: parsing " 1": invalid syntax'],
    ['"', 'strconv.ParseInt: parsing "\\"": invalid syntax'],
    ["2147483648", 'strconv.ParseInt: parsing "2147483648": value out of range'],
    ["-2147483649", 'strconv.ParseInt: parsing "-2147483649": value out of range'],
    ["99999999999", 'strconv.ParseInt: parsing "99999999999": value out of range'],
    // Go reads from the left: which comes first decides.
    ["99999999999x", 'strconv.ParseInt: parsing "99999999999x": value out of range'],
    ["4294967295x", 'strconv.ParseInt: parsing "4294967295x": invalid syntax'],
  ])("refuses %s as int32 in Go's words", (text, message) => {
    const read = query(new URLSearchParams({ op: text }).toString());
    expect(failure(() => int32Of(read, "op"))).toBe(message);
  });

  it("refuses mids outside int64 in Go's words", () => {
    for (const text of ["9223372036854775808", "-9223372036854775809", "1e3"]) {
      expect(failure(() => int64TextsOf(query(`m=1&m=${text}`), "m"))).toMatch(
        /^strconv\.ParseInt: parsing ".*": (value out of range|invalid syntax)$/,
      );
    }
  });

  it("agrees with BigInt on every int64 and its neighbours", () => {
    const near = fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n });
    fc.assert(
      fc.property(near, (value) => {
        const read = query(`m=${value}`);
        if (BigInt.asIntN(64, value) === value) {
          expect(int64TextsOf(read, "m")).toEqual([value.toString()]);
        } else {
          expect(failure(() => int64TextsOf(read, "m"))).toContain("value out of range");
        }
      }),
    );
  });
});

describe("require", () => {
  it("names all missing fields in gin's words", () => {
    expect(failure(() => require(["Op", false], ["Type", true], ["Room", false]))).toBe(
      "Key: 'Op' Error:Field validation for 'Op' failed on the 'required' tag\n" +
        "Key: 'Room' Error:Field validation for 'Room' failed on the 'required' tag",
    );
    require(["Op", true]);
  });
});

describe("goQuote", () => {
  it.each([
    ["plain 你 é", '"plain 你 é"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ["\n\t\x00\x7f", '"\\n\\t\\x00\\x7f"'],
    ["\u00a0\u200b", '"\\u00a0\\u200b"'],
    ["\u{e0001}", '"\\U000e0001"'],
  ])("writes %j as Go does", (text, quoted) => {
    expect(goQuote(text)).toBe(quoted);
  });
});
