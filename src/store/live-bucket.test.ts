import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { LiveBucket } from "./live-bucket.ts";

const bytes = Buffer.from("x");

/** A bucket that may be lost: then calls fail until it is looked at. */
function create() {
  const clock = new FakeClock();
  const state = { epoch: "e1", lost: false, code: "not_found" as const, looks: 0, calls: 0 };
  const bus = { connected: true };
  const call = async () => {
    state.calls++;
    if (state.lost) throw new GoimError(state.code, "no such stream");
  };
  const bucket = {
    get epoch() {
      return state.epoch;
    },
    refresh: async () => {
      state.looks++;
      if (state.lost) state.epoch = `e${Number(state.epoch.slice(1)) + 1}`;
      state.lost = false;
      return state.epoch;
    },
    get: async (key: string) => {
      await call();
      return { key, value: bytes, revision: 1 };
    },
    update: async () => {
      await call();
      return 1;
    },
  };
  return { clock, state, bus, bucket, live: new LiveBucket(1000, { bus, clock, bucket }) };
}

describe("LiveBucket", () => {
  it("makes the calls that met a loss again once the bucket is there, after one look", async () => {
    const { live, state } = create();
    state.lost = true;
    const calls = [live.update("a", bytes, 0), live.update("b", bytes, 0), live.get("c")] as const;
    expect(await Promise.all(calls)).toEqual([1, 1, { key: "c", value: bytes, revision: 1 }]);
    expect(state.looks).toBe(1);
    expect(await live.epoch()).toBe("e2");
  });

  it("passes a failure on when the bucket is the same", async () => {
    const { live, state, bucket } = create();
    bucket.refresh = async () => state.epoch;
    state.lost = true;
    await expect(live.get("a")).rejects.toMatchObject({ code: "not_found" });
    expect(state.calls).toBe(1);
  });

  it("does not repeat what may have been done", async () => {
    const { live, state, bucket } = create();
    bucket.update = async () => {
      throw new GoimError("timeout", "no answer");
    };
    await expect(live.update("a", bytes, 0)).rejects.toMatchObject({ code: "timeout" });
    expect(state.looks).toBe(0);
  });

  it("fails at once without a connection", async () => {
    const { live, bus, state } = create();
    bus.connected = false;
    await expect(live.get("a")).rejects.toMatchObject({ code: "unavailable" });
    await expect(live.epoch()).rejects.toMatchObject({ code: "unavailable" });
    expect(state).toMatchObject({ calls: 0, looks: 0 });
  });

  it("looks at the epoch again when what it knows is old", async () => {
    const { live, clock, state } = create();
    expect(await live.epoch()).toBe("e1");
    state.epoch = "e9";
    clock.advance(999);
    expect(await live.epoch()).toBe("e1");
    clock.advance(1);
    expect(await live.epoch()).toBe("e9");
    expect(state.looks).toBe(2);
  });
});
