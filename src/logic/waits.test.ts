import { describe, expect, it } from "vitest";
import type { BusMessage } from "../bus/bus.ts";
import { createSubjects } from "../bus/subjects.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import type { DeviceCursor } from "../store/cursors.ts";
import { createWaits } from "./waits.ts";

const stored = { offset: 5_120, epoch: "e", duplicate: false };

function setup(targetsMax = 10) {
  const clock = new FakeClock();
  const listeners = new Map<string, Set<(message: BusMessage) => void>>();
  const asked: [string, string[]][] = [];
  const cursors = new Map<string, DeviceCursor[]>();
  const failing = { devices: false };
  const metrics = createMetrics();
  const waits = createWaits(
    { targetsMax },
    {
      bus: {
        subjects: createSubjects("goim"),
        subscribe: (subject, onMessage) => {
          const all = listeners.get(subject) ?? new Set();
          listeners.set(subject, all.add(onMessage));
          return {
            unsubscribe: () => {
              all.delete(onMessage);
              if (all.size === 0) listeners.delete(subject);
            },
            drain: async () => {},
          };
        },
      },
      cursors: {
        devices: async (epoch, mids) => {
          asked.push([epoch, [...mids]]);
          if (failing.devices) throw new GoimError("unavailable", "away");
          return mids.map((mid) => cursors.get(mid) ?? []);
        },
      },
      id: "l1",
      clock,
      log: silentLog,
      metrics,
    },
  );
  const tell = (filter: string, subject: string, data: Uint8Array) => {
    for (const listener of listeners.get(filter) ?? []) {
      listener({ subject, data, header: () => undefined, respond: () => {} });
    }
  };
  const receipt = (subject: string, target: string, delivered: number) =>
    tell("goim.receipt.l1.*", subject, goim.push.Receipt.encode({ target, delivered }).finish());
  const note = (mid: string, device: string, acked: number, epoch = "e") => {
    const data = goim.logic.AckReq.encode({ mid, device, epoch, acked }).finish();
    tell(`goim.acked.${mid}`, `goim.acked.${mid}`, data);
  };
  const place = (mid: string, device: string, acked: number) => {
    const cursor = { device, acked, handed: acked, session: "", since: 0, all: 0 };
    cursors.set(mid, [...(cursors.get(mid) ?? []), cursor]);
  };
  return { waits, clock, listeners, asked, failing, metrics, receipt, tell, note, place };
}

/** Lets promises run that have nothing to wait for. */
async function settle() {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** What a promise came to, as soon as it has. */
function watch<T>(promise: Promise<T>): { value: T | undefined } {
  const seen: { value: T | undefined } = { value: undefined };
  void promise.then((value) => {
    seen.value = value;
  });
  return seen;
}

describe("wait=delivered", () => {
  it("ends when every target was told, each with its connections", async () => {
    const { waits, clock, receipt } = setup();
    let subject = "";
    const seen = watch(
      waits.delivered(["7", "8"], 1_000, async (at) => {
        subject = at;
        return stored;
      }),
    );
    await settle();
    expect(subject).toBe("goim.receipt.l1.0");
    receipt(subject, "7", 2);
    receipt(subject, "9", 5);
    receipt("goim.receipt.l1.9", "8", 5);
    await settle();
    expect(seen.value).toBeUndefined();
    receipt(subject, "8", 0);
    // A job that took over tells it again.
    receipt(subject, "7", 0);
    await settle();
    expect(seen.value).toEqual(
      new Map([
        ["7", { ...stored, delivered: 2 }],
        ["8", { ...stored, delivered: 0 }],
      ]),
    );
    expect(clock.pending).toBe(0);
  });

  it("keeps a receipt that comes before the push is known to be stored", async () => {
    const { waits, receipt } = setup();
    const answer = await waits.delivered(["7"], 1_000, async (subject) => {
      receipt(subject, "7", 3);
      return stored;
    });
    expect(answer.get("7")).toEqual({ ...stored, delivered: 3 });
  });

  it("ends at the deadline, counted from the call: pending, who was told was told", async () => {
    const { waits, clock, receipt } = setup();
    let subject = "";
    const seen = watch(
      waits.delivered(["7", "8"], 1_000, async (at) => {
        subject = at;
        clock.advance(600);
        return stored;
      }),
    );
    await settle();
    receipt(subject, "7", 1);
    clock.advance(399);
    await settle();
    expect(seen.value).toBeUndefined();
    clock.advance(1);
    await settle();
    expect(seen.value).toEqual(
      new Map([
        ["7", { ...stored, delivered: 1 }],
        ["8", { ...stored, pending: true }],
      ]),
    );
    // Too late, and nobody is harmed.
    receipt(subject, "8", 1);
  });

  it("does not wait for a push that was there before, nor for one not stored", async () => {
    const { waits, clock } = setup();
    const before = { ...stored, duplicate: true };
    const answer = await waits.delivered(["7"], 1_000, async () => before);
    expect(answer.get("7")).toEqual({ ...before, pending: true });
    const failing = waits.delivered(["7"], 1_000, async () => {
      throw new GoimError("unavailable", "NATS is away");
    });
    await expect(failing).rejects.toMatchObject({ code: "unavailable" });
    expect(clock.pending).toBe(0);
  });

  it("takes no bytes that are no receipt", async () => {
    const { waits, tell, clock } = setup();
    const seen = watch(waits.delivered(["7"], 50, async () => stored));
    await settle();
    tell("goim.receipt.l1.*", "goim.receipt.l1.0", Uint8Array.of(10, 255));
    clock.advance(50);
    await settle();
    expect(seen.value?.get("7")).toMatchObject({ pending: true });
  });
});

describe("wait=acked", () => {
  it("ends with the first device whose note reaches the offset", async () => {
    const { waits, note, listeners, asked } = setup();
    const seen = watch(waits.acked("7", 1_000, async () => stored));
    await settle();
    note("7", "d1", 5_119);
    note("7", "d2", 9_999, "another epoch");
    note("8", "d3", 9_999);
    await settle();
    expect(seen.value).toBeUndefined();
    note("7", "d1", 5_120);
    await settle();
    expect(seen.value).toEqual({ ...stored, acked: ["d1"] });
    expect([...listeners.keys()]).toEqual([]);
    expect(asked).toEqual([]);
  });

  it("keeps a note that comes before the push is known to be stored", async () => {
    const { waits, note } = setup();
    const answer = await waits.acked("7", 1_000, async () => {
      note("7", "d1", 6_144);
      // Another logic's note, told late.
      note("7", "d1", 1_024);
      return stored;
    });
    expect(answer.acked).toEqual(["d1"]);
  });

  it("at the deadline asks the cursors, one question for all", async () => {
    const { waits, clock, place, asked } = setup();
    place("7", "d1", 5_120);
    place("7", "d2", 5_119);
    const seven = watch(waits.acked("7", 1_000, async () => stored));
    const eight = watch(waits.acked("8", 1_000, async () => stored));
    await settle();
    clock.advance(1_000);
    await settle();
    clock.runYielded();
    await settle();
    expect(seven.value).toEqual({ ...stored, acked: ["d1"] });
    expect(eight.value).toEqual({ ...stored, acked: [], pending: true });
    expect(asked).toEqual([["e", ["7", "8"]]]);
  });

  it("is pending where the cursors cannot be read either", async () => {
    const { waits, clock, failing } = setup();
    failing.devices = true;
    const seen = watch(waits.acked("7", 1_000, async () => stored));
    await settle();
    clock.advance(1_000);
    await settle();
    clock.runYielded();
    await settle();
    expect(seen.value).toMatchObject({ pending: true });
  });

  it("of a push that was there before asks at once", async () => {
    const { waits, clock, place } = setup();
    place("7", "d1", 5_120);
    const before = { ...stored, duplicate: true };
    const seen = watch(waits.acked("7", 1_000, async () => before));
    await settle();
    clock.runYielded();
    await settle();
    expect(seen.value).toEqual({ ...before, acked: ["d1"] });
  });

  it("listens once for all who wait for one user, until the last is gone", async () => {
    const { waits, note, listeners } = setup();
    const later = { ...stored, offset: 9_216 };
    const first = watch(waits.acked("7", 1_000, async () => stored));
    const second = watch(waits.acked("7", 1_000, async () => later));
    await settle();
    expect(listeners.get("goim.acked.7")?.size).toBe(1);
    note("7", "d1", 5_120);
    await settle();
    expect([first.value?.acked, second.value]).toEqual([["d1"], undefined]);
    expect(listeners.get("goim.acked.7")?.size).toBe(1);
    note("7", "d1", 9_216);
    await settle();
    expect(second.value?.acked).toEqual(["d1"]);
    expect(listeners.size).toBe(0);
  });
});

describe("the bound", () => {
  it("refuses one more before it is stored, and takes one again when another is gone", async () => {
    const { waits, clock, metrics } = setup(2);
    let published = 0;
    const publish = async () => {
      published++;
      return stored;
    };
    const first = watch(waits.delivered(["7", "8"], 100, publish));
    await settle();
    for (const more of [waits.acked("9", 100, publish), waits.delivered(["9"], 100, publish)]) {
      await expect(more).rejects.toMatchObject({ code: "busy" });
    }
    expect(published).toBe(1);
    const text = await metrics.registry.metrics();
    expect(text).toContain("goim_push_waiting 2");
    expect(text).toContain('goim_push_waits_total{for="acked",result="busy"} 1');
    clock.advance(100);
    await settle();
    expect(first.value?.size).toBe(2);
    watch(waits.acked("9", 100, publish));
    expect(published).toBe(2);
  });

  it("stop lets everybody go with what is known", async () => {
    const { waits, clock, listeners } = setup();
    const one = watch(waits.delivered(["7"], 60_000, async () => stored));
    const two = watch(waits.acked("7", 60_000, async () => stored));
    await settle();
    waits.stop();
    await settle();
    clock.runYielded();
    await settle();
    expect(one.value?.get("7")).toMatchObject({ pending: true });
    expect(two.value).toMatchObject({ pending: true });
    expect(listeners.size).toBe(0);
    const late = waits.delivered(["7"], 60_000, async () => stored);
    expect((await late).get("7")).toMatchObject({ pending: true });
    expect(clock.pending).toBe(0);
  });
});
