import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonElements, jsonMembers } from "./raw-json.ts";

/** JSON text of a value with white space wherever JSON allows some. */
function spaced(value: fc.JsonValue, space: string): string {
  if (Array.isArray(value)) {
    return `[${space}${value.map((one) => spaced(one, space)).join(`${space},${space}`)}${space}]`;
  }
  if (value !== null && typeof value === "object") {
    const members = Object.entries(value).map(
      ([name, one]) =>
        `${JSON.stringify(name)}${space}:${space}${spaced(one as fc.JsonValue, space)}`,
    );
    return `{${space}${members.join(`${space},${space}`)}${space}}`;
  }
  return JSON.stringify(value);
}

const spaces = fc.constantFrom("", " ", "\n\t ");

describe("jsonMembers", () => {
  it("gives every member with its value as written", () => {
    const text = ' { "a" : 9007199254740993 , "b\\"{" : {"c":[1,"}"]}, "d":"x,\\\\" ,"e":null} ';
    expect(jsonMembers(text)).toEqual([
      { name: "a", raw: "9007199254740993" },
      { name: 'b"{', raw: '{"c":[1,"}"]}' },
      { name: "d", raw: '"x,\\\\"' },
      { name: "e", raw: "null" },
    ]);
  });

  it("gives a repeated name each time, and nothing for an empty object", () => {
    expect(jsonMembers('{"a":1,"a":2}').map(({ raw }) => raw)).toEqual(["1", "2"]);
    expect(jsonMembers(" { } ")).toEqual([]);
  });

  it("agrees with JSON.parse on any object", () => {
    const objects = fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue());
    fc.assert(
      fc.property(objects, spaces, (object, space) => {
        const members = jsonMembers(spaced(object as fc.JsonValue, space));
        const read = members.map(({ name, raw }) => [name, JSON.parse(raw) as unknown]);
        expect(read).toEqual(Object.entries(JSON.parse(JSON.stringify(object)) as object));
      }),
    );
  });
});

describe("jsonElements", () => {
  it("agrees with JSON.parse on any array", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), spaces, (array, space) => {
        const read = jsonElements(spaced(array as fc.JsonValue, space)).map(
          (raw) => JSON.parse(raw) as unknown,
        );
        expect(read).toEqual(JSON.parse(JSON.stringify(array)));
      }),
    );
  });
});
