import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHeaderText, headerText, newTraceparent } from "./headers.ts";

describe("headerText", () => {
  it("leaves what is plain, and writes the rest as a URL does", () => {
    expect(headerText("live://1000")).toBe("live://1000");
    expect(headerText("a b,c%\r\nGoim-Mid: 1")).toBe("a%20b%2Cc%25%0D%0AGoim-Mid:%201");
    expect(headerText("房")).toBe("%E6%88%BF");
    expect(fromHeaderText("%ZZ")).toBeUndefined();
  });

  it("is one line without commas, from which the text can be read again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const value = headerText(text);
        expect(value).toMatch(/^[\x21-\x2b\x2d-\x7e]*$/);
        expect(fromHeaderText(value)).toBe(text);
      }),
    );
  });
});

it("every trace has its own ids", () => {
  const traces = new Set(Array.from({ length: 1000 }, newTraceparent));
  expect(traces.size).toBe(1000);
  for (const trace of traces) expect(trace).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
});
