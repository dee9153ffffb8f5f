import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isGoimError } from "../kit/errors.ts";
import { createSubjects } from "./subjects.ts";

const subjects = createSubjects("goim");

/**
 * Texts that go wrong elsewhere: any UTF-16, lone surrogates among it, and NATS's own characters.
 */
const nasty = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: fc.constantFrom("=", ".", "*", ">", " ", "/", ":", "-", "u", "2", "E", "a") }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom("", "=", "=-", "==", "=2E", "=uD800", "\ud800", "\udc00", "直播", "😀", "\u0000"),
);

const fits = (text: string) => {
  try {
    subjects.escape(text);
    return true;
  } catch {
    return false;
  }
};
const text = nasty.filter(fits);
const roomId = fc
  .oneof(
    nasty,
    fc.tuple(nasty, nasty).map(([type, room]) => `${type}://${room}`),
    fc.constantFrom("1000", "://1000", "live://1000", "live:///1000", "://", ":////", "a://b://c"),
  )
  .filter((id) => {
    try {
      subjects.room(id);
      return true;
    } catch {
      return false;
    }
  });

/** What nats-server takes as one literal token, and the NATS KV as a part of a key. */
const tokenPattern = /^[-/_=a-zA-Z0-9]+$/;

/** NATS's own rule for whether a subscription gets a subject. */
function matches(filter: string, subject: string): boolean {
  const [want, have] = [filter.split("."), subject.split(".")];
  for (const [index, token] of want.entries()) {
    if (token === ">") return have.length > index;
    if (have[index] === undefined || (token !== "*" && token !== have[index])) return false;
  }
  return want.length === have.length;
}

describe("escape", () => {
  it("makes a valid token of every text and finds the text again", () => {
    fc.assert(
      fc.property(text, (value) => {
        const token = subjects.escape(value);
        expect(token).toMatch(tokenPattern);
        expect(token.length).toBeLessThanOrEqual(200);
        expect(subjects.unescape(token)).toBe(value);
      }),
      { numRuns: 2_000 },
    );
  });

  it("gives no two texts one token", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(subjects.escape(a) === subjects.escape(b)).toBe(a === b);
      }),
      { numRuns: 2_000 },
    );
  });

  it("takes one spelling only", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."=uD8002Eaf-") }), (token) => {
        const value = subjects.unescape(token);
        if (value !== undefined) expect(subjects.escape(value)).toBe(token);
      }),
      { numRuns: 2_000 },
    );
    for (const token of [
      "=61",
      "=2e",
      "=",
      "=2",
      "=FF",
      "=ED=A0=80",
      "a.b",
      "a b",
      "",
      "=uD83D=uDE00",
    ]) {
      const value = subjects.unescape(token);
      expect(value === undefined || subjects.escape(value) === token).toBe(true);
    }
    expect(subjects.unescape("=61")).toBeUndefined();
    expect(subjects.unescape("=ED=A0=80")).toBeUndefined();
  });

  it("leaves plain ids readable", () => {
    expect(subjects.escape("user_1-a")).toBe("user_1-a");
    expect(subjects.escape("a.b")).toBe("a=2Eb");
    expect(subjects.escape("")).toBe("=");
    expect(subjects.escape("直")).toBe("=E7=9B=B4");
    expect(subjects.escape("\ud800")).toBe("=uD800");
  });

  it("refuses an id of more than 200 bytes, also before it works on it", () => {
    expect(subjects.escape("a".repeat(200))).toHaveLength(200);
    const refused = [
      () => subjects.escape("a".repeat(201)),
      () => subjects.escape("直".repeat(23)),
      () => subjects.escape(".".repeat(10_000_000)),
      () => subjects.room(`${"t".repeat(150)}://${"r".repeat(150)}`),
      () => subjects.kvKey("k".repeat(201)),
    ];
    for (const action of refused) {
      try {
        action();
        expect.unreachable();
      } catch (error) {
        expect(isGoimError(error, "invalid")).toBe(true);
      }
    }
  });
});

describe("room subjects", () => {
  it("keep rooms apart and give the id back", () => {
    fc.assert(
      fc.property(roomId, roomId, (a, b) => {
        expect(subjects.parseRoom(subjects.room(a))).toBe(a);
        expect(subjects.parseRoom(subjects.pushRoom("live", 3, a))).toBe(a);
        expect(subjects.room(a) === subjects.room(b)).toBe(a === b);
      }),
      { numRuns: 2_000 },
    );
  });

  it("reach no other subject, whatever the id says", () => {
    const others = [
      subjects.all,
      subjects.digestAll,
      subjects.pushAll,
      subjects.cometCounts,
      subjects.digestFilter,
      subjects.pushRoomFilter("keep"),
      subjects.pushRoomFilter("live", 4),
      subjects.pushUserFilter(),
      subjects.comet("c", "push"),
      "goim.room.live.1000",
    ];
    fc.assert(
      fc.property(roomId, (id) => {
        const [cast, push] = [subjects.room(id), subjects.pushRoom("live", 3, id)];
        expect(cast.split(".")).toHaveLength(4);
        expect(matches("goim.room.*.*", cast)).toBe(true);
        expect(matches(subjects.pushRoomFilter("live", 3), push)).toBe(true);
        for (const other of others) {
          if (id === "live://1000" && other.endsWith("live.1000")) continue;
          expect(matches(other, cast) || matches(other, push)).toBe(false);
        }
      }),
    );
  });

  it("tell an id without :// from one with an empty type", () => {
    const ids = ["1000", "://1000", "", "://", "=-", "=-://x", "x"];
    expect(new Set(ids.map((id) => subjects.room(id))).size).toBe(ids.length);
    expect(subjects.room("live://1000")).toBe("goim.room.live.1000");
    expect(subjects.room("1000")).toBe("goim.room.=-.1000");
    expect(subjects.room("://1000")).toBe("goim.room.=.1000");
    expect(subjects.pushRoom("keep", 12, "im://a.b")).toBe("goim.push.room.keep.12.im.a=2Eb");
  });

  it("are not parsed from anything else", () => {
    const wrong = [
      "goim.room.live",
      "goim.room.live.1000.more",
      "other.room.live.1000",
      "goim.push.room.live.3.a",
      "goim.push.user.3.7",
      "goim.room.=-.=3A=2F=2F",
      "goim.room.a=3A=2F=2Fb.c",
      "goim.room.=61.b",
      "goim.all",
      "",
    ];
    for (const subject of wrong) expect(subjects.parseRoom(subject), subject).toBeUndefined();
  });
});

describe("the other subjects", () => {
  it("give back user and digest source", () => {
    fc.assert(
      fc.property(text, (mid) => {
        expect(subjects.parseUser(subjects.pushUser(5, mid))).toBe(mid);
      }),
    );
    expect(subjects.parseUser("goim.push.key.3.7")).toBeUndefined();
    expect(subjects.parseDigest(subjects.digest("keep", 15))).toEqual({
      className: "keep",
      shard: 15,
    });
    expect(subjects.parseDigest(subjects.digestAll)).toBe("all");
    for (const wrong of [
      "goim.digest.live",
      "goim.digest.live.x",
      "goim.digest.live.01",
      "goim.all",
    ]) {
      expect(subjects.parseDigest(wrong), wrong).toBeUndefined();
    }
  });

  it("match their filters and only those", () => {
    expect(matches(subjects.pushUserFilter(3), subjects.pushUser(3, "a.b"))).toBe(true);
    expect(matches(subjects.pushUserFilter(3), subjects.pushUser(4, "7"))).toBe(false);
    expect(matches(subjects.digestFilter, subjects.digest("live", 1))).toBe(true);
    expect(matches(subjects.digestFilter, subjects.digestAll)).toBe(true);
    expect(matches(subjects.cometCounts, subjects.comet("a.b.*", "counts"))).toBe(true);
    expect(matches(subjects.cometCounts, subjects.comet("a", "push"))).toBe(false);
    expect(matches(subjects.receiptFilter("l.1"), subjects.receipt("l.1", "a.*"))).toBe(true);
    expect(matches(subjects.receiptFilter("l.1"), subjects.receipt("l.2", "a"))).toBe(false);
    expect(subjects.receipt("l1", "z9")).toBe("goim.receipt.l1.z9");
    expect(subjects.acked("7")).toBe("goim.acked.7");
  });

  it("keep comets, jobs, keys and mids apart, as KV keys too", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const of = (id: string) => [
          subjects.comet(id, "push"),
          subjects.job(id),
          subjects.kvKey(id),
          subjects.kvMid(id),
          subjects.kvComet("r", id, "x"),
        ];
        expect(new Set([...of(a), ...of(b)]).size).toBe(a === b ? 5 : 10);
        expect([subjects.kvKeyOf(subjects.kvKey(a)), subjects.kvMidOf(subjects.kvMid(a))]).toEqual([
          a,
          a,
        ]);
        expect(subjects.kvKeyOf(subjects.kvMid(a))).toBeUndefined();
        for (const key of of(a).slice(2)) {
          for (const token of key.split(".")) expect(token).toMatch(tokenPattern);
        }
      }),
    );
    expect(subjects.kvKey("7")).not.toBe(subjects.kvMid("7"));
    expect(subjects.kv("a", "", "b.c")).toBe("a.=.b=2Ec");
  });

  it("name streams and buckets after the prefix", () => {
    const other = createSubjects("goim-b");
    expect(subjects.roomStream("live")).toBe("GOIM_ROOM");
    expect(subjects.roomStream("keep")).toBe("GOIM_ROOM_KEEP");
    expect(other.stream("user")).toBe("GOIM-B_USER");
    expect(other.bucket("comets")).toBe("GOIM-B_COMETS");
    expect(other.room("live://1")).toBe("goim-b.room.live.1");
    expect(subjects.parseRoom(other.room("live://1"))).toBeUndefined();
    expect(subjects.event("online", "mid.1", "")).toBe("goim.event.online.mid=2E1.=");
  });

  it("refuse prefixes and classes that would be more than one token", () => {
    for (const prefix of ["", "a.b", "Goim", "*", "a b", "x".repeat(33)]) {
      expect(() => createSubjects(prefix)).toThrow(/prefix/);
    }
    for (const className of ["", "a.b", "*", ">", "Live"]) {
      expect(() => subjects.pushRoom(className, 0, "a://b")).toThrow(/class/);
      expect(() => subjects.pushRoomFilter(className, 0)).toThrow(/class/);
    }
  });
});
