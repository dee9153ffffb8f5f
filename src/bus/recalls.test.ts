import { describe, expect, it } from "vitest";
import { encodeRecall, type Recall, Recalls, recallKey } from "./recalls.ts";
import { createSubjects } from "./subjects.ts";

const base: Recall = {
  ...{ log: "room", target: "live://1", epoch: "e", below: 5000, reason: "", actor: "", at: 1 },
};

describe("recalls", () => {
  const set = (recalls: Recalls, key: string, changes: Partial<Recall>) =>
    recalls.set(key, encodeRecall({ ...base, ...changes }));
  const has = (recalls: Recalls, offset: number, sender = "7", time = 100, epoch = "e") =>
    recalls.of("room", "live://1", epoch)?.({ offset, op: 1000, sender, time }) ?? false;

  it("hide one message, in its log and its epoch only, until they are gone", () => {
    const recalls = new Recalls();
    set(recalls, "a", { offset: 1024 });
    set(recalls, "b", { offset: 1024 });
    expect([has(recalls, 1024), has(recalls, 1025)]).toEqual([true, false]);
    expect(has(recalls, 1024, "7", 100, "another")).toBe(false);
    expect(recalls.of("user", "live://1", "e")).toBeUndefined();
    recalls.set("a", undefined);
    expect(has(recalls, 1024)).toBe(true);
    recalls.set("b", undefined);
    expect([has(recalls, 1024), recalls.size]).toEqual([false, 0]);
  });

  it("hide those of a sender and of a time, below their tombstone", () => {
    const recalls = new Recalls();
    set(recalls, "a", { sender: "7" });
    set(recalls, "b", { from: 200, to: 300 });
    expect([has(recalls, 4999), has(recalls, 5000), has(recalls, 1, "8")]).toEqual([
      ...[true, false, false],
    ]);
    const times = [199, 200, 299, 300].map((time) => has(recalls, 1, "8", time));
    expect(times).toEqual([false, true, true, false]);
  });

  it("hide no notice of an earlier recall, which who was away must get", () => {
    const recalls = new Recalls();
    set(recalls, "a", {});
    const hidden = recalls.of("room", "live://1", "e");
    expect([1000, 40].map((op) => hidden?.({ offset: 1, op, time: 1 }))).toEqual([true, false]);
  });

  it("pass over what cannot be read", () => {
    const recalls = new Recalls();
    expect(recalls.set("a", Buffer.from("{"))).toBeUndefined();
    expect(recalls.size).toBe(0);
  });

  it("have a key per tombstone", () => {
    expect(recallKey(createSubjects("goim"), base)).toBe("room.live=3A=2F=2F1.5000");
  });
});
