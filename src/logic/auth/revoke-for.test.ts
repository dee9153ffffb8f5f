import { expect, it } from "vitest";
import { revokeForOf, revokeForProblems } from "./revoke-for.ts";

const HOUR = 3_600_000;
type Auth = Parameters<typeof revokeForOf>[0]["auth"];

function of(auth: Partial<Auth>, users = { enabled: true, tokenLifeMax: 168 * HOUR }) {
  const whole = { mode: "insecure", maxTokenLife: 0, revokeFor: 0, clockSkew: 5_000 } as const;
  const config = { auth: { ...whole, ...auth }, users };
  return { ms: revokeForOf(config), problems: revokeForProblems(config).length };
}

it("a revocation that does not say outlives every token that it may mean", () => {
  const off = { enabled: false, tokenLifeMax: 168 * HOUR };
  expect(of({})).toEqual({ ms: 168 * HOUR + 10_000, problems: 0 });
  expect(of({ mode: "nats" }, off).ms).toBe(24 * HOUR + 10_000);
  expect(of({ mode: "jwt" }).ms).toBe(Number.POSITIVE_INFINITY);
  expect(of({ mode: "jwt", maxTokenLife: HOUR }).ms).toBe(168 * HOUR + 10_000);
  expect(of({ mode: "jwt", maxTokenLife: 200 * HOUR }).ms).toBe(200 * HOUR + 10_000);
  expect(of({ mode: "jwt", maxTokenLife: 2 * HOUR }, off).ms).toBe(24 * HOUR + 10_000);
});

it("a start with one that is shorter is refused", () => {
  expect(of({ revokeFor: 24 * HOUR }).problems).toBe(1);
  expect(of({ revokeFor: 168 * HOUR })).toEqual({ ms: 168 * HOUR, problems: 0 });
  expect(of({ revokeFor: HOUR }, { enabled: false, tokenLifeMax: 168 * HOUR }).problems).toBe(0);
  const jwt = { mode: "jwt", maxTokenLife: 200 * HOUR } as const;
  expect(of({ ...jwt, revokeFor: 199 * HOUR }).problems).toBe(1);
  expect(of({ ...jwt, revokeFor: 200 * HOUR }).problems).toBe(0);
});
