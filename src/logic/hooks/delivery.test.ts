import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../kit/clock.fake.ts";
import { pauseMs } from "./delivery.ts";
import { createWebhook } from "./webhook.ts";

describe("the pause after an attempt", () => {
  it("doubles, and ends at the bound however often it is tried", () => {
    const config = { retryMin: 100, retryMax: 1000 };
    const pauses = [1, 2, 3, 4, 5, 6, 60, 5000].map((attempt) => pauseMs(config, attempt, 0));
    expect(pauses).toEqual([100, 200, 400, 800, 1000, 1000, 1000, 1000]);
    for (const attempt of [1, 5, 500]) {
      const longest = pauseMs(config, attempt, 0);
      const shortest = pauseMs(config, attempt, 0.999);
      expect(shortest).toBeLessThan(longest);
      expect(shortest).toBeGreaterThan(longest / 2);
    }
  });
});

describe("a posted event", () => {
  it("has a signature over the time and every byte that is posted", async () => {
    const clock = new FakeClock();
    const seen: { body: Uint8Array; signature: string | null }[] = [];
    const post = createWebhook(
      { url: "http://127.0.0.1/x", secret: "s", timeout: 1000 },
      {
        clock,
        fetch: async (_url, init) => {
          const headers = new Headers(init?.headers);
          const body = init?.body as Uint8Array;
          seen.push({ body, signature: headers.get("goim-signature") });
          return new Response(null, { status: 204 });
        },
      },
    );
    const data = Buffer.from('{"mid":"7"}');
    await post({ id: "online/7", type: "online", data, attempt: 1 });
    const [{ body, signature } = { body: new Uint8Array(), signature: "" }] = seen;
    expect(Buffer.from(body).toString()).toBe(
      '{"id":"online/7","type":"online","event":{"mid":"7"}}',
    );
    const t = Math.floor(clock.now() / 1000);
    const mac = createHmac("sha256", "s")
      .update(`${t}.${Buffer.from(body)}`)
      .digest("hex");
    expect(signature).toBe(`t=${t},v1=${mac}`);
  });
});
