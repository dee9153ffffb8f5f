import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { silentLog } from "../kit/log.ts";
import { MemoryBucket } from "./bucket.fixture.ts";
import { Lease } from "./lease.ts";
import { decodeLease, encodeLease, type LeaseValue } from "./lease-value.ts";

const config = { renew: 1500, interval: 500, silence: 5000 };
const key = "GOIM_ROOM.3";
const mine: LeaseValue = {
  ...{ job: "a", incarnation: "a1", term: 4 },
  ...{ epoch: "e", checkpoint: 10, warm: 8 },
};

let clock: FakeClock;
let bucket: MemoryBucket;
let position: { epoch: string; checkpoint: number; warm: number };
let lost: number;
let confirmed: number;
let lease: Lease;

beforeEach(async () => {
  clock = new FakeClock();
  bucket = new MemoryBucket();
  position = { epoch: "e", checkpoint: 10, warm: 8 };
  lost = 0;
  confirmed = 0;
  const revision = await bucket.put(key, encodeLease(mine));
  bucket.writes = 0;
  lease = new Lease({ key, value: mine, revision, beganAt: clock.monotonic() }, config, {
    bucket,
    clock,
    log: silentLog,
    position: () => position,
    onLost: () => {
      lost++;
    },
    onConfirmed: () => {
      confirmed++;
    },
  });
});

async function stored(): Promise<LeaseValue | undefined> {
  const entry = await bucket.get(key);
  return entry === undefined ? undefined : decodeLease(entry.value);
}

/** Time passes as in a job: a tick every quarter of a second. */
async function pass(ms: number): Promise<void> {
  for (let done = 0; done < ms; done += 250) {
    clock.advance(250);
    lease.tick();
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

describe("renewal", () => {
  it("is written every 1.5 s while nothing moves", async () => {
    await pass(6000);
    expect(bucket.writes).toBe(4);
    expect(await stored()).toEqual(mine);
  });

  it("carries the checkpoint, at most every 500 ms", async () => {
    for (let n = 0; n < 16; n++) {
      position = { ...position, checkpoint: 11 + n };
      await pass(250);
    }
    expect(bucket.writes).toBe(8);
    expect((await stored())?.checkpoint).toBe(26);
  });

  it("goes on when an answer was lost although the write was done", async () => {
    bucket.mode = "lose";
    await pass(1500);
    bucket.mode = "answer";
    position = { ...position, checkpoint: 12 };
    await pass(1500);
    expect(lost).toBe(0);
    expect((await stored())?.checkpoint).toBe(12);
    expect(lease.confirmed).toBe(true);
  });
});

describe("another owner", () => {
  it("is noticed by the failed compare-and-set, and nothing is written any more", async () => {
    await bucket.put(key, encodeLease({ ...mine, job: "b", incarnation: "b1", term: 5 }));
    await pass(1500);
    expect(lost).toBe(1);
    expect(lease.confirmed).toBe(false);
    position = { ...position, checkpoint: 99 };
    await pass(3000);
    expect(lost).toBe(1);
    expect((await stored())?.checkpoint).toBe(10);
  });

  it("with the same name but a later start is another one", async () => {
    await bucket.put(key, encodeLease({ ...mine, incarnation: "a2" }));
    await pass(1500);
    expect(lost).toBe(1);
  });
});

describe("a bucket that was lost", () => {
  it("gets the lease again from its owner, who alone knows the position", async () => {
    position = { ...position, checkpoint: 12 };
    bucket.lose();
    lease.renew();
    await settle();
    expect(await stored()).toEqual({ ...mine, checkpoint: 12 });
    position = { ...position, checkpoint: 13 };
    await pass(1500);
    expect((await stored())?.checkpoint).toBe(13);
    expect([lost, lease.confirmed]).toEqual([0, true]);
  });

  it("keeps the position of a lease that is being given up", async () => {
    bucket.lose();
    await lease.release(1000);
    expect(await stored()).toEqual({ ...mine, job: "", incarnation: "" });
  });

  it("is another job's when that one was faster", async () => {
    bucket.lose();
    const other = { ...mine, job: "b", incarnation: "b1", term: 5 };
    bucket.beforeCreate = () => void bucket.put(key, encodeLease(other));
    lease.renew();
    await settle();
    expect(await stored()).toEqual(other);
    expect(lost).toBe(1);
  });
});

describe("a pause", () => {
  it("makes the lease doubtful at once, before anything is written", () => {
    expect(lease.confirmed).toBe(true);
    clock.advance(5000);
    expect(lease.confirmed).toBe(false);
  });

  it("is over when a write that began after it is confirmed", async () => {
    clock.advance(20_000);
    expect(lease.confirmed).toBe(false);
    await pass(250);
    expect(lease.confirmed).toBe(true);
    expect(confirmed).toBe(1);
  });

  it("is not over when only a write from before it is confirmed", async () => {
    let open = () => {};
    bucket.gate = new Promise((resolve) => {
      open = resolve;
    });
    await pass(1500);
    clock.advance(20_000);
    expect(lease.confirmed).toBe(false);
    bucket.gate = undefined;
    open();
    await settle();
    expect(lease.confirmed).toBe(false);
    await pass(250);
    expect(lease.confirmed).toBe(true);
  });

  it("without NATS keeps the lease doubtful, and it is confirmed when NATS is back", async () => {
    bucket.mode = "refuse";
    await pass(6000);
    expect(lease.confirmed).toBe(false);
    expect(lost).toBe(0);
    bucket.mode = "answer";
    lease.renew();
    await settle();
    expect(lease.confirmed).toBe(true);
  });
});

describe("release", () => {
  it("writes the position of that moment, without an owner", async () => {
    position = { ...position, checkpoint: 20 };
    await lease.release(1000);
    expect(await stored()).toEqual({ ...mine, job: "", incarnation: "", checkpoint: 20 });
    expect(lease.held).toBe(false);
    await pass(3000);
    expect(bucket.writes).toBe(1);
  });

  it("is tried again when it was not taken", async () => {
    bucket.mode = "refuse";
    const released = lease.release(1000);
    await settle();
    bucket.mode = "answer";
    clock.advance(100);
    await released;
    expect((await stored())?.job).toBe("");
  });

  it("is given up after its deadline", async () => {
    bucket.mode = "refuse";
    const released = lease.release(150);
    for (let n = 0; n < 3; n++) {
      await settle();
      clock.advance(100);
    }
    await released;
    expect((await stored())?.job).toBe("a");
  });

  it("does not take a lease back that another job has", async () => {
    const other = { ...mine, job: "b", incarnation: "b1", term: 5 };
    await bucket.put(key, encodeLease(other));
    await lease.release(1000);
    expect(await stored()).toEqual(other);
    expect(lost).toBe(0);
  });
});
