import { describe, expect, it } from "vitest";
import { GoimError } from "../kit/errors.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import { DigestLog } from "./digest.ts";

function setUp(keep = 3, partBytes = 1 << 16) {
  const published: goim.push.Digest[] = [];
  const bus = {
    up: true,
    publish: (_: string, data: Uint8Array) => {
      if (!bus.up) throw new GoimError("unavailable", "away");
      expect(data.length).toBeLessThanOrEqual(partBytes);
      published.push(goim.push.Digest.decode(data));
    },
  };
  const source = { subject: "d", epoch: "e", job: "a", term: 7 };
  const log = new DigestLog({ keep, partBytes }, source, { bus });
  return { log, bus, published };
}

const named = ({ rooms }: { rooms: goim.push.IDigestRoom[] }) =>
  rooms.map(({ room, last }) => [room, toNumber(last ?? 0)]);

describe("DigestLog", () => {
  it("covers the interval and the one before, with each room's newest offset", () => {
    const { log, published } = setUp();
    log.note("r", 1);
    log.note("s", 2);
    log.publish();
    log.note("r", 3);
    log.publish();
    log.publish();
    log.publish();
    expect(published.map(named)).toEqual([
      [
        ["r", 1],
        ["s", 2],
      ],
      [
        ["r", 3],
        ["s", 2],
      ],
      [["r", 3]],
      [],
    ]);
    expect(
      published.map(({ n, term, part, parts }) => [toNumber(n), toNumber(term), part, parts]),
    ).toEqual([
      [1, 7, 0, 1],
      [2, 7, 0, 1],
      [3, 7, 0, 1],
      [4, 7, 0, 1],
    ]);
  });

  it("leaves no hole in the numbers and no room out when NATS is away", () => {
    const { log, bus, published } = setUp();
    log.note("r", 1);
    bus.up = false;
    expect(log.publish()).toBe(false);
    log.note("s", 2);
    expect(log.publish()).toBe(false);
    bus.up = true;
    expect(log.publish()).toBe(true);
    expect(published.map(named)).toEqual([
      [
        ["r", 1],
        ["s", 2],
      ],
    ]);
    expect(toNumber(published[0]?.n ?? 0)).toBe(1);
  });

  it("answers with everything it keeps, and nothing older", () => {
    const { log } = setUp(2);
    for (const [room, last] of [
      ["a", 1],
      ["b", 2],
      ["c", 3],
      ["d", 4],
    ] as const) {
      log.note(room, last);
      log.publish();
    }
    log.note("e", 5);
    const reply = goim.push.DigestReply.decode(log.reply());
    expect(reply).toMatchObject({ owner: true, epoch: "e" });
    expect(toNumber(reply.n)).toBe(4);
    expect(named(reply).map(([room]) => room)).toEqual(["c", "d", "e"]);
  });

  it("goes in parts below the bound, whatever the rooms are called", () => {
    const { log, published } = setUp(3, 1024);
    const rooms = Array.from({ length: 200 }, (_, n) => `类型://房间-${n}`);
    for (const [index, room] of rooms.entries()) log.note(room, index + 1);
    log.publish();
    expect(published.length).toBeGreaterThan(1);
    expect(published.map(({ part }) => part)).toEqual(published.map((_, index) => index));
    for (const { parts, n } of published) {
      expect(parts).toBe(published.length);
      expect(toNumber(n)).toBe(1);
    }
    expect(published.flatMap(named).map(([room]) => room)).toEqual(rooms);
  });
});
