import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { silentLog } from "../kit/log.ts";
import { fakeBucket } from "../logic/auth/api-keys.fixture.ts";
import type { KvBucket, KvLife } from "./bus.ts";
import { createRevocationWriter, FOREVER, watchRevocations } from "./revocations.ts";
import { createSubjects } from "./subjects.ts";

async function setUp() {
  const clock = new FakeClock();
  const bucket = fakeBucket();
  const lives: KvLife[] = [];
  const noting = {
    ...bucket,
    create: (key: string, value: Uint8Array, life: KvLife) => {
      lives.push(life);
      return bucket.create(key, value, life);
    },
    update: (key: string, value: Uint8Array, revision: number, life: KvLife) => {
      lives.push(life);
      return bucket.update(key, value, revision, life);
    },
  } as unknown as KvBucket;
  const subjects = createSubjects("goim");
  const revocations = await watchRevocations({ bucket: noting, clock, log: silentLog });
  const writer = createRevocationWriter({ bucket: noting, subjects, clock });
  const start = clock.now();
  /** For so long from now on, meaning what was issued until so much later than now. */
  const add = (lifeMs: number, { ahead = 0, cut = false } = {}) => {
    const now = clock.now();
    const times = { at: now + ahead, until: lifeMs === FOREVER ? FOREVER : now + lifeMs };
    return writer.add({ kind: "mid", value: "7", ...times }, { cut });
  };
  const isOut = (issuedAt: number) =>
    revocations.find({ mid: "7", key: "", tokenId: "", keyId: "", issuedAt }) !== undefined;
  return { clock, bucket, lives, revocations, writer, start, add, isOut };
}

describe("a revocation", () => {
  it("is never made shorter by a later one", async () => {
    const { clock, start, add, isOut } = await setUp();
    await add(60_000);
    clock.advance(1_000);
    expect(await add(2_000)).toMatchObject({ at: start + 1_000, until: start + 60_000 });
    clock.advance(10_000);
    expect(isOut(start)).toBe(true);
    // The later one means what came between the two as well.
    expect(isOut(start + 1_000)).toBe(true);
    expect(isOut(start + 1_001)).toBe(false);
    clock.advance(48_999);
    expect(isOut(start)).toBe(true);
    clock.advance(1);
    expect(isOut(start)).toBe(false);
  });

  it("never means less because of a later one, but for who is to get in again", async () => {
    const { clock, start, add, isOut } = await setUp();
    await add(60_000, { ahead: 5_000 });
    clock.advance(1_000);
    await add(90_000);
    expect(isOut(start + 5_000)).toBe(true);
    clock.advance(1_000);
    expect(await add(10, { cut: true })).toMatchObject({
      at: start + 2_000,
      until: start + 91_000,
    });
    expect([isOut(start + 2_000), isOut(start + 2_001)]).toEqual([true, false]);
  });

  it("stands for ever where that is asked for, until it is lifted", async () => {
    const { clock, lives, start, add, isOut, writer, revocations } = await setUp();
    await add(1_500);
    await add(FOREVER);
    await add(1_500);
    expect(lives).toEqual([{ ttlMs: 2_500 }, {}, {}]);
    clock.advance(400 * 86_400_000);
    expect(isOut(start)).toBe(true);
    expect(revocations.list()).toMatchObject([{ value: "7", until: FOREVER }]);
    expect(await writer.lift("mid", "7")).toBe(true);
    expect(isOut(start)).toBe(false);
  });

  it("holds whatever both say who write it at once", async () => {
    const { start, add, isOut, clock } = await setUp();
    await Promise.all([add(2_000), add(60_000), add(3_000, { ahead: 500 })]);
    clock.advance(59_999);
    expect(isOut(start + 500)).toBe(true);
  });
});
