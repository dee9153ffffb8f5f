import { describe, expect, it } from "vitest";
import {
  encodeRestriction,
  isAbout,
  type Restriction,
  Restrictions,
  restrictionFilter,
  restrictionKey,
  restrictionText,
} from "./restrictions.ts";
import { createSubjects } from "./subjects.ts";

const subjects = createSubjects("goim");
const one = (changes: Partial<Restriction> = {}): Restriction => ({
  ...{ kind: "mute", by: "user", value: "7", room: "", until: 0, reason: "", actor: "", since: 1 },
  ...changes,
});

function listOf(...all: Restriction[]): Restrictions {
  const list = new Restrictions();
  for (const each of all) list.set(restrictionKey(subjects, each), encodeRestriction(each));
  return list;
}

describe("restrictions", () => {
  const who = { mid: "7", device: "d", key: "k", ip: "::1" };

  it.each([
    ["user", "7"],
    ["device", "d"],
    ["key", "k"],
    ["ip", "::1"],
  ] as const)("hold for a %s everywhere", (by, value) => {
    const list = listOf(one({ by, value }));
    expect(list.find("mute", who, "live://1", 5)).toMatchObject({ by });
    expect(list.find("mute", who, "", 5)).toMatchObject({ by });
    expect(list.find("ban", who, "live://1", 5)).toBeUndefined();
    expect(list.find("mute", { mid: "8" }, "live://1", 5)).toBeUndefined();
  });

  it("hold in their room, for everyone in it too, and until they are over", () => {
    const here = listOf(one({ room: "live://1", until: 10 }));
    const rooms = ["live://1", "live://2", ""].map((room) => here.find("mute", who, room, 5));
    expect(rooms.map((found) => found !== undefined)).toEqual([true, false, false]);
    expect(here.find("mute", who, "live://1", 10)).toBeUndefined();
    const all = listOf(one({ by: "everyone", value: "", room: "live://1" }));
    expect(all.find("mute", {}, "live://1", 5)).toBeDefined();
    expect(all.find("mute", {}, "live://2", 5)).toBeUndefined();
  });

  it("never hold for all who are anonymous", () => {
    const list = listOf(one({ value: "0" }), one({ by: "device", value: "" }));
    expect(list.find("mute", { mid: "0", device: "" }, "live://1", 5)).toBeUndefined();
    expect(isAbout(one({ value: "0" }), { mid: "0" })).toBe(false);
  });

  it("go, and are replaced", () => {
    const list = listOf(one());
    const key = restrictionKey(subjects, one());
    list.set(key, encodeRestriction(one({ until: 3 })));
    expect([list.size, list.find("mute", who, "", 5)]).toEqual([1, undefined]);
    list.set(key, undefined);
    expect(list.size).toBe(0);
  });

  it("have keys that a watch of their kind finds", () => {
    const key = restrictionKey(subjects, one({ room: "live://1" }));
    expect(key).toBe("now.x.mute.user.7.live=3A=2F=2F1");
    expect(restrictionFilter(subjects, "mute")).toBe("now.x.mute.>");
    const text = restrictionText(one({ room: "live://1", until: 1000, reason: "spam" }));
    expect(text).toBe("muted in live://1 until 1970-01-01T00:00:01.000Z: spam");
  });
});
