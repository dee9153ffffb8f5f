import { describe, expect, it } from "vitest";
import { roleIn } from "./room-rules.ts";

const rule = (pattern: string, role = pattern) => ({ pattern, role });

describe("roleIn", () => {
  it("takes the very id first, then the longest pattern", () => {
    const rules = [rule("*"), rule("live://*"), rule("live://1*"), rule("live://1")];
    expect(roleIn(rules, "live://1")).toBe("live://1");
    expect(roleIn(rules, "live://12")).toBe("live://1*");
    expect(roleIn(rules, "live://2")).toBe("live://*");
    expect(roleIn(rules, "video://2")).toBe("*");
  });

  it("allows nothing without a rule that fits", () => {
    expect(roleIn([], "live://1")).toBeUndefined();
    expect(roleIn([rule("live://1")], "live://10")).toBeUndefined();
    expect(roleIn([rule("live://1")], "live://1*")).toBeUndefined();
    expect(roleIn([rule("live://*")], "Live://1")).toBeUndefined();
    expect(roleIn([rule("*://1")], "live://1")).toBeUndefined();
    expect(roleIn([rule("live://*")], "")).toBeUndefined();
  });
});
