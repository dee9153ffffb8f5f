import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { createSubjects } from "../../../bus/subjects.ts";
import { FakeClock } from "../../../kit/clock.fake.ts";
import { isGoimError } from "../../../kit/errors.ts";
import { silentLog } from "../../../kit/log.ts";
import { createMetrics } from "../../../kit/metrics.ts";
import { apiKeySpec } from "../../auth/api-key-record.ts";
import { createApiKeyStore } from "../../auth/api-key-store.ts";
import { fakeBucket } from "../../auth/api-keys.fixture.ts";
import { createApiKeys, RateLimited } from "../../auth/api-keys.ts";
import type { Env } from "../answer.ts";
import { allow, charge, requireScope } from "./scope.ts";

async function setup(required = false) {
  const clock = new FakeClock();
  const bucket = fakeBucket();
  const subjects = createSubjects("goim");
  const store = createApiKeyStore({ keysMax: 3 }, { bucket, subjects, clock });
  const keys = createApiKeys(
    { required },
    { bucket, clock, log: silentLog, metrics: createMetrics() },
  );
  await keys.start();
  const app = new Hono<Env>();
  app.use("*", (c, next) => {
    c.set("apiKeys", keys);
    return next();
  });
  app.get("/room/:type", requireScope("push:room"), (c) => {
    allow(c, "push:room", c.req.param("type"));
    return c.text("in");
  });
  app.get("/batch", requireScope("push:room"), (c) => {
    charge(c, 9);
    return c.text("in");
  });
  app.onError((error, c) => {
    if (!isGoimError(error)) throw error;
    const after = error instanceof RateLimited ? ` ${error.retryAfterS}` : "";
    return c.text(`${error.code}${after}`);
  });
  const ask = async (path: string, headers: Record<string, string> = {}) =>
    await (await app.request(path, { headers })).text();
  const create = (given: object) => store.create(apiKeySpec.parse({ name: "n", ...given }));
  return { clock, bucket, store, keys, ask, create };
}

const bearer = (secret: string) => ({ Authorization: `Bearer ${secret}` });

describe("requireScope", () => {
  it("lets everybody in while there is no key, and nobody without one from then on", async () => {
    const { ask, create, store } = await setup();
    expect(await ask("/room/live")).toBe("in");
    const { key, secret } = await create({ scopes: ["push:room"] });
    expect(await ask("/room/live")).toBe("unauthorized");
    expect(await ask("/room/live", bearer(secret))).toBe("in");
    expect(await ask("/room/live", { "X-Api-Key": secret })).toBe("in");
    await store.revoke(key.id);
    expect(await ask("/room/live", bearer(secret))).toBe("unauthorized");
    expect(await ask("/room/live")).toBe("unauthorized");
  });

  it("lets nobody in without a key where one is required", async () => {
    const { ask } = await setup(true);
    expect(await ask("/room/live")).toBe("unauthorized");
  });

  it("refuses what is no secret of a key", async () => {
    const { ask, create } = await setup();
    const { key, secret } = await create({ scopes: ["push:room"] });
    const other = secret.slice(0, -2) + (secret.endsWith("A") ? "BB" : "AA");
    const bad = [
      other,
      `gk_${key.id}_`,
      "gk",
      "",
      secret.toUpperCase(),
      `${secret}x`,
      "x".repeat(1 << 20),
    ];
    for (const one of bad)
      expect(await ask("/room/live", bearer(one)), one.slice(0, 80)).toBe("unauthorized");
    expect(await ask("/room/live", { Authorization: `Basic ${secret}` })).toBe("unauthorized");
    expect(await ask("/room/live", { Authorization: secret })).toBe("unauthorized");
  });

  it("refuses a key without the scope, and rooms of other types", async () => {
    const { ask, create } = await setup();
    const read = await create({ scopes: ["read"] });
    expect(await ask("/room/live", bearer(read.secret))).toBe("forbidden");
    const live = await create({ scopes: ["push:room"], roomTypes: ["live"] });
    expect(await ask("/room/live", bearer(live.secret))).toBe("in");
    expect(await ask("/room/video", bearer(live.secret))).toBe("forbidden");
  });

  it("counts calls once each, batches by their items, and says when to come again", async () => {
    const { ask, create, clock } = await setup();
    const { secret } = await create({ scopes: ["push:room"], ratePerSecond: 0.5, burst: 12 });
    expect(await ask("/room/live", bearer(secret))).toBe("in");
    expect(await ask("/batch", bearer(secret))).toBe("in");
    expect(await ask("/room/live", bearer(secret))).toBe("in");
    expect(await ask("/room/live", bearer(secret))).toBe("busy 2");
    clock.advance(2_000);
    expect(await ask("/room/live", bearer(secret))).toBe("in");
    expect(await ask("/room/live", bearer(secret))).toBe("busy 2");
  });

  it("takes the old secret for a while after a rotation, when that is asked for", async () => {
    const { ask, create, store, clock } = await setup();
    const first = await create({ scopes: ["push:room"] });
    const second = await store.rotate(first.key.id, 1_000);
    expect(await ask("/room/live", bearer(first.secret))).toBe("in");
    expect(await ask("/room/live", bearer(second.secret))).toBe("in");
    clock.advance(1_000);
    expect(await ask("/room/live", bearer(first.secret))).toBe("unauthorized");
    const third = await store.rotate(first.key.id, 0);
    expect(await ask("/room/live", bearer(second.secret))).toBe("unauthorized");
    expect(await ask("/room/live", bearer(third.secret))).toBe("in");
  });

  it("refuses a key whose time is over", async () => {
    const { ask, create, clock } = await setup();
    const { secret } = await create({ scopes: ["push:room"], expiresAt: clock.now() + 50 });
    expect(await ask("/room/live", bearer(secret))).toBe("in");
    clock.advance(50);
    expect(await ask("/room/live", bearer(secret))).toBe("unauthorized");
  });

  it("stores no secret, and as many keys as it may", async () => {
    const { create, bucket, store } = await setup();
    const made = [];
    for (let n = 0; n < 3; n++) made.push(await create({ scopes: ["read"] }));
    await expect(create({ scopes: ["read"] })).rejects.toMatchObject({ code: "busy" });
    const stored = [...bucket.values.values()].map(({ value }) => Buffer.from(value).toString());
    const listed = JSON.stringify(await store.list());
    for (const { secret } of made) {
      const random = secret.slice(16);
      expect(stored.join() + listed).not.toContain(random);
    }
    expect(listed).not.toContain("hash");
  });

  it("refuses names that would break lines, and unknown scopes", () => {
    for (const given of [
      { name: "a\nb", scopes: ["read"] },
      { name: "a\u2028b", scopes: ["read"] },
      { name: "", scopes: ["read"] },
      { name: "n", scopes: [] },
      { name: "n", scopes: ["root"] },
    ]) {
      expect(apiKeySpec.safeParse(given).success, JSON.stringify(given)).toBe(false);
    }
  });
});
