import { expect, it } from "vitest";
import { signingOf } from "./users.kv.ts";

it("the secrets of tokens: one without a name, or several, and nothing that is none", () => {
  const key = { kid: "goim-users", secret: "s", from: 0 };
  expect(signingOf({ secret: "s" })).toEqual({ keys: [key] });
  const record = { keys: [{ ...key, until: 7 }], voided: [{ kid: "x", until: 9 }] };
  expect(signingOf(record)).toBe(record);
  const none = [{}, { secret: "" }, { keys: {} }, { keys: [{ kid: "a" }] }, { config: {} }];
  for (const other of [...none, { keys: [{ ...key, secret: "" }] }]) {
    expect(() => signingOf(other as never), JSON.stringify(other)).toThrow("cannot be read");
  }
});
