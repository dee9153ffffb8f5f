import { describe, expect, it } from "vitest";
import type { KvBucket } from "../bus/bus.ts";
import { createSubjects } from "../bus/subjects.ts";
import { GoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import { MemoryBucket } from "./bucket.fixture.ts";
import { Peers } from "./peers.ts";

function setUp() {
  const bucket = new MemoryBucket();
  const bus = {
    subjects: createSubjects("goim"),
    connected: true,
    request: () => Promise.reject(new GoimError("unavailable", "nobody")),
    onStatus: () => () => {},
  };
  const deps = { bus, bucket: bucket as unknown as KvBucket, log: silentLog };
  const peers = new Peers({ id: "a", incarnation: "a1" }, { probeTimeout: 100 }, deps);
  return { bucket, peers };
}

describe("leaving", () => {
  it("takes the sign of life away, and none comes after it", async () => {
    const { bucket, peers } = setUp();
    await peers.beat();
    expect(await bucket.get(peers.key)).toBeDefined();
    await peers.leave();
    await peers.beat();
    expect(await bucket.get(peers.key)).toBeUndefined();
  });

  it("waits for a sign of life that is on its way, which would outlive it", async () => {
    const { bucket, peers } = setUp();
    let open = () => {};
    bucket.before = new Promise((resolve) => {
      open = resolve;
    });
    const beating = peers.beat();
    const leaving = peers.leave();
    open();
    await Promise.all([beating, leaving]);
    expect(await bucket.get(peers.key)).toBeUndefined();
  });
});
