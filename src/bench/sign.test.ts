import { jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { tokenOf } from "./sign.ts";

const secret = "a shared secret of thirty-two bytes!!";

describe("the token of a load client", () => {
  it("is signed where there is a secret, and good for a day", async () => {
    const claims = '{"mid":7,"key":"bench-1"}';
    expect(tokenOf(claims, "")).toBe(claims);
    const token = tokenOf(claims, secret, 1_000_000);
    const key = new TextEncoder().encode(secret);
    const { payload } = await jwtVerify(token, key, { currentDate: new Date(1_000_000) });
    expect(payload).toEqual({ mid: 7, key: "bench-1", exp: 1000 + 86_400 });
    await expect(jwtVerify(token, new TextEncoder().encode(`${secret}x`))).rejects.toThrow();
  });
});
