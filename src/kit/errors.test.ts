import { describe, expect, it } from "vitest";
import { errorTable, GoimError, isGoimError, messageOf } from "./errors.ts";

describe("errors", () => {
  it("answers callers' mistakes with goim's -400 and ours with -500", () => {
    for (const [code, { http, goim }] of Object.entries(errorTable)) {
      const mistake = http < 500 && code !== "busy";
      expect(goim, code).toBe(mistake ? -400 : -500);
    }
  });

  it("invites a repetition only where it can help", () => {
    const repeatable = Object.entries(errorTable).filter(([, { retry }]) => retry);
    expect(repeatable.map(([code]) => code)).toEqual([
      ...["busy", "slow", "rate_limited", "unavailable", "timeout", "outcome_unknown"],
    ]);
  });

  it("tells expected failures from bugs, and their kinds", () => {
    const cause = new Error("socket closed");
    const error = new GoimError("unavailable", "NATS is away", { cause });
    expect(error).toMatchObject({ name: "GoimError", code: "unavailable", cause });
    expect(isGoimError(error)).toBe(true);
    expect(isGoimError(error, "unavailable")).toBe(true);
    expect(isGoimError(error, "timeout")).toBe(false);
    expect(isGoimError(cause)).toBe(false);
  });

  it("finds the sentence of anything thrown", () => {
    expect([messageOf(new Error("a")), messageOf("b"), messageOf(3)]).toEqual(["a", "b", "3"]);
  });
});
