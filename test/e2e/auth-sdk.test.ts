/** The SDK with signed tokens: refresh on the living connection, and coming back after expiry. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hs256, inSeconds, SECRET } from "../harness/tokens.ts";
import { waitFor } from "../harness/wait.ts";
import { SdkSystem } from "./sdk-system.ts";

describe("the SDK with signed tokens", () => {
  let sdk: SdkSystem;
  beforeAll(async () => {
    const env = { GOIM_AUTH_MODE: "jwt", GOIM_AUTH_HS256: SECRET, GOIM_AUTH_CLOCK_SKEW: "0ms" };
    sdk = await SdkSystem.start({ env });
  }, 60_000);
  afterAll(() => sdk.stop());

  const token = (seconds: number, more: object = {}) => {
    return hs256({ mid: 7, exp: inSeconds(seconds), ...more });
  };

  it("stays connected over the end of its first token when it is refreshed", async () => {
    let asked = 0;
    const client = await sdk.online({
      token: () => ({ token: token(asked++ === 0 ? 3 : 600), device: "d-7" }),
    });
    const states: string[] = [];
    client.on("state", ({ name }) => states.push(name));
    const first = client.session?.expiresAt ?? 0;
    expect(first).toBeGreaterThan(Date.now());
    const { expiresAt, left } = await client.refresh();
    expect(left).toEqual([]);
    expect(expiresAt).toBeGreaterThan(first);
    await waitFor(() => Date.now() > first + 1_500, { timeoutMs: 10_000 });
    expect(states).toEqual([]);
    expect(client.session?.device).toBe("d-7");
    await expect(client.refresh(token(600, { mid: 8 }))).rejects.toMatchObject({
      code: "forbidden",
    });
    await client.close();
  });

  it("comes back by itself with a new one after 4008, and ends when it is revoked", async () => {
    let asked = 0;
    const client = await sdk.online({
      token: () => token(asked++ === 0 ? 1 : 600, { mid: 9, iat: inSeconds(-1) }),
    });
    await waitFor(() => asked >= 2 && client.state.name === "online", { timeoutMs: 10_000 });
    await fetch(`${sdk.system.logics[0].http}/api/v1/revocations`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ kind: "mid", value: 9 }),
    });
    await waitFor(() => client.state.name === "closed");
    expect(client.state).toMatchObject({ cause: { code: 4505, final: true } });
  });

  it("is out of the rooms that a new token does not allow", async () => {
    const client = await sdk.online({ token: token(600, { mid: 11 }) });
    const room = client.joinRoom("live://1");
    await room.ready;
    const { left } = await client.refresh(token(600, { mid: 11, rooms: ["live://2"] }));
    expect(left).toEqual(["live://1"]);
    expect(room.state).toBe("left");
    await client.close();
  });
});
