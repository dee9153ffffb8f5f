import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Bus, KvBucket, KvChange } from "../../src/bus/bus.ts";
import { JsApi } from "../../src/bus/js-api.ts";
import { openBucket } from "../../src/bus/kv.ts";
import { RuleWatch } from "../../src/bus/rule-watch.ts";
import { createStreamReader } from "../../src/bus/stream-reader.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { openBus } from "./logic-harness.ts";

const NAME = "GOIM_RULES";

describe("a watch that knows how far it has come", () => {
  let nats: TestNats;
  let bus: Bus;
  let bucket: KvBucket;

  beforeAll(async () => {
    nats = await startNats();
    bus = await openBus(nats.url);
    bucket = await openBucket(bus, { name: NAME });
  });

  afterAll(async () => {
    await bus?.close();
    await nats?.stop();
  });

  const bytes = (text: string) => new TextEncoder().encode(text);
  const watchOf = async (onChange: (change: KvChange) => void = () => {}) => {
    const reader = createStreamReader(bus);
    const deps = { bucket, reader, clock: systemClock, filter: ">" };
    const watch = new RuleWatch(onChange, deps);
    await watch.start();
    return watch;
  };

  it("is at the end where the last change was a deletion, of before or of now", async () => {
    await bucket.put("a", bytes("1"));
    await bucket.delete("b", await bucket.put("b", bytes("1")));
    const watch = await watchOf();
    expect(await watch.until(await watch.end(), 0)).toBe(true);
    await bucket.delete("c", await bucket.put("c", bytes("1")));
    expect(await watch.until(await watch.end(), 2_000)).toBe(true);
    watch.stop();
  });

  it("begins anew with a bucket that was created again", async () => {
    for (let n = 0; n < 20; n++) await bucket.put(`k${n}`, bytes("1"));
    const known = new Set<string>();
    const watch = await watchOf(({ key, value }) => {
      if (value === undefined) known.delete(key);
      else known.add(key);
    });
    const before = await watch.end();
    expect(await watch.until(before, 1_000)).toBe(true);
    await new JsApi(bus).call(`STREAM.DELETE.KV_${NAME}`);
    bucket = await openBucket(bus, { name: NAME });
    await bucket.put("fresh", bytes("1"));
    const now = await watch.end();
    expect([now.epoch === before.epoch, now.revision < before.revision]).toEqual([false, true]);
    // Its revision was reached long ago, in the life before.
    expect([known.has("fresh"), await watch.until(now, 0)]).toEqual([false, false]);
    expect(await watch.until(now, 10_000)).toBe(true);
    expect([...known]).toEqual(["fresh"]);
    expect(await watch.until(before, 0)).toBe(false);
    watch.stop();
  }, 30_000);
});
