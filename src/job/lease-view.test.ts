import { beforeEach, describe, expect, it } from "vitest";
import { encodeLease, encodePresence, type LeaseValue } from "./lease-value.ts";
import { LeaseView, WatchTime } from "./lease-view.ts";

const key = "GOIM_ROOM.0";
const specs = [
  { key, stream: "GOIM_ROOM", shard: 0, kind: "room", filter: "x", digestSubject: "d" } as const,
];
const value: LeaseValue = {
  ...{ job: "b", incarnation: "b1", term: 1 },
  ...{ epoch: "e", checkpoint: 0, warm: 0 },
};

let view: LeaseView;
let revision: number;

beforeEach(() => {
  view = new LeaseView({ id: "a", incarnation: "a1" }, 5000, specs);
  revision = 0;
});

function lease(change: Partial<LeaseValue>, nowMs: number): void {
  view.apply({ key, value: encodeLease({ ...value, ...change }), revision: ++revision }, nowMs);
}

function presence(job: string, incarnation: string, nowMs: number): void {
  const bytes = encodePresence({ job, incarnation, beat: revision });
  view.apply({ key: `job.${job}`, value: bytes, revision: ++revision }, nowMs);
}

describe("a lease", () => {
  it("is nobody's when there is none, or it was given up", () => {
    expect(view.owned(key, 0)).toBe(false);
    lease({ job: "", incarnation: "" }, 0);
    expect(view.owned(key, 0)).toBe(false);
    expect(view.lease(key).revision).toBe(1);
  });

  it("is its owner's until it did not change for 5 s", () => {
    lease({}, 1000);
    expect(view.owned(key, 5999)).toBe(true);
    expect(view.owned(key, 6000)).toBe(false);
  });

  it("is kept by a change, not by the same revision told again", () => {
    lease({}, 0);
    view.apply({ key, value: encodeLease(value), revision }, 4000);
    expect(view.owned(key, 5000)).toBe(false);
    lease({}, 5000);
    expect(view.owned(key, 9999)).toBe(true);
  });

  it("is nobody's as soon as its owner is gone, until the next sign of life", () => {
    lease({}, 0);
    view.markGone("b", "b1");
    expect(view.owned(key, 1)).toBe(false);
    presence("b", "b1", 2);
    expect(view.owned(key, 3)).toBe(true);
  });

  it("does not belong to a newer process of the same name", () => {
    lease({}, 0);
    presence("b", "b2", 1);
    expect(view.owned(key, 2)).toBe(false);
  });

  it("of an earlier start of this job is nobody's, its own is its own", () => {
    lease({ job: "a", incarnation: "a0" }, 0);
    expect(view.owned(key, 0)).toBe(false);
    lease({ job: "a", incarnation: "a1" }, 0);
    expect(view.owned(key, 99_999)).toBe(true);
  });

  it("that cannot be read is nobody's and can still be taken", () => {
    view.apply({ key, value: new Uint8Array([1]), revision: 7 }, 0);
    expect(view.owned(key, 0)).toBe(false);
    expect(view.lease(key)).toMatchObject({ value: undefined, revision: 7 });
  });

  it("that was deleted is created again", () => {
    lease({}, 0);
    view.apply({ key, value: undefined, revision: ++revision }, 1);
    expect(view.lease(key).revision).toBeUndefined();
  });

  it("that the bucket lost is its owner's as before, and is taken over with its position", () => {
    lease({ checkpoint: 7 }, 0);
    view.apply({ key, value: undefined, revision: ++revision }, 1000);
    expect(view.owned(key, 5999)).toBe(true);
    expect(view.owned(key, 6000)).toBe(false);
    const { value: kept, revision: none } = view.lease(key);
    expect(kept).toMatchObject({ checkpoint: 7, epoch: "e", term: 1 });
    expect(none).toBeUndefined();
  });
});

describe("jobs", () => {
  it("live by presence or by leases, for 5 s after the last sign", () => {
    presence("c", "c1", 0);
    lease({}, 3000);
    expect(view.livePeers(4000).map(({ id }) => id)).toEqual(["c", "b"]);
    expect(view.livePeers(5000).map(({ id }) => id)).toEqual(["b"]);
    expect(view.livePeers(8000)).toEqual([]);
  });

  it("leave by taking their presence away", () => {
    presence("c", "c1", 0);
    view.apply({ key: "job.c", value: undefined, revision: ++revision }, 1);
    expect(view.livePeers(2)).toEqual([]);
  });

  it("that leave are not counted again for the leases that they still hold", () => {
    presence("b", "b1", 0);
    view.apply({ key: "job.b", value: undefined, revision: ++revision }, 1);
    lease({}, 2);
    expect(view.livePeers(3)).toEqual([]);
    expect(view.owned(key, 3)).toBe(true);
    presence("b", "b2", 4);
    expect(view.livePeers(5).map(({ id }) => id)).toEqual(["b"]);
  });

  it("do not count this job itself", () => {
    presence("a", "a1", 0);
    expect(view.livePeers(0)).toEqual([]);
  });

  it("are forgotten when they are long dead, and what they left is told", () => {
    presence("c", "c1", 0);
    expect(view.sweep(60_000, 60_000)).toEqual([]);
    expect(view.sweep(60_001, 60_000)).toEqual([{ key: "job.c", revision: 1 }]);
    expect(view.sweep(60_002, 60_000)).toEqual([]);
  });
});

describe("watch time", () => {
  it("stands still while NATS is away", () => {
    const time = new WatchTime(0, 500);
    time.advance(250, true);
    time.advance(500, false);
    time.advance(750, true);
    expect(time.elapsedMs).toBe(500);
  });

  it("takes a pause of this process as a moment", () => {
    const time = new WatchTime(0, 500);
    time.advance(250, true);
    time.advance(60_250, true);
    expect(time.elapsedMs).toBe(750);
  });
});
