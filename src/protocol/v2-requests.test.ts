import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPackets } from "./frame.ts";
import { encodeMeta, parseJson, splitMeta } from "./v2.ts";
import { BadRequest, parseHistory, parseJoin, parseLeave, parsePublish } from "./v2-requests.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const json = (value: unknown) => bytes(JSON.stringify(value));
const parsers = { parseJoin, parseLeave, parseHistory, parsePublish };

describe("what clients ask for", () => {
  it("is refused with a sentence, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        for (const parse of Object.values(parsers)) {
          const result = parse(body);
          expect(result instanceof BadRequest && result.text !== "").toBe(true);
        }
      }),
    );
  });

  it("never throws, whatever the JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const meta = readPackets(encodeMeta(4, 1, value, new Uint8Array(2)), { version: 2 });
        const body = meta.packets[0]?.body ?? new Uint8Array(0);
        for (const parse of [parseJoin, parseLeave, parseHistory]) parse(json(value));
        parsePublish(body);
      }),
    );
  });

  it("comes through as it was written", () => {
    const offset = fc.nat({ max: Number.MAX_SAFE_INTEGER });
    const id = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" });
    const wish = fc.oneof(
      fc.record({ room: id }),
      fc.record({ room: id, since: offset, epoch: fc.string() }),
      fc.record({ room: id, history: offset }),
    );
    fc.assert(
      fc.property(fc.array(wish, { minLength: 1 }), fc.uint8Array(), (rooms, payload) => {
        expect(parseJoin(json({ rooms }))).toEqual(rooms);
        const ids = rooms.map(({ room }) => room);
        expect(parseLeave(json({ rooms: ids }))).toEqual(ids);
        const meta = { room: ids[0] ?? "", op: 7, id: "m", exclude: true };
        const { packets } = readPackets(encodeMeta(4, 1, meta, payload), { bodyBytesMax: 1e6 });
        expect(parsePublish(packets[0]?.body ?? payload)).toEqual({ meta, payload });
      }),
    );
  });

  it("a message may be for a user instead of a room", () => {
    const parsed = (meta: object) => {
      const packet = encodeMeta(4, 1, { op: 7, ...meta }, bytes("x"));
      return parsePublish(readPackets(packet, { bodyBytesMax: 1e6 }).packets[0]?.body ?? packet);
    };
    expect(parsed({ user: "9223372036854775807" })).toMatchObject({
      meta: { room: "", user: "9223372036854775807", op: 7, exclude: false },
    });
    for (const user of ["", "0", "-1", "01", "x", 7, null, "9223372036854775808", "7.up", "7 "]) {
      expect(parsed({ user })).toBeInstanceOf(BadRequest);
    }
    expect(parsed({ user: "7", room: "live://1" })).toBeInstanceOf(BadRequest);
    expect(parsed({ user: "7", exclude: true })).toBeInstanceOf(BadRequest);
  });

  it.each([
    [{ rooms: [] }, "the body"],
    [{ rooms: [{ room: "" }] }, "room is missing"],
    [{ rooms: [{ room: "\ud800" }] }, "room is missing"],
    [{ rooms: [{ room: "a", since: 1 }] }, "epoch"],
    [{ rooms: [{ room: "a", epoch: "E" }] }, "since"],
    [{ rooms: [{ room: "a", since: -1, epoch: "E" }] }, "since"],
    [{ rooms: [{ room: "a", since: 2 ** 53, epoch: "E" }] }, "since"],
    [{ rooms: [{ room: "a", since: 1, epoch: "E", history: 1 }] }, "exclude"],
    [{ rooms: [{ room: "a", history: 0.5 }] }, "history"],
  ])("a join like %j is refused", (value, words) => {
    const result = parseJoin(json(value));
    expect(result instanceof BadRequest ? result.text : "").toContain(words);
  });

  it.each([
    [{ room: "a", before: 1, after: 1 }, "exclude"],
    [{ room: "a", limit: 0 }, "limit"],
    [{ room: "a", before: "1" }, "before"],
    [{ room: "a", epoch: 1 }, "epoch"],
  ])("a question for history like %j is refused", (value, words) => {
    const result = parseHistory(json(value));
    expect(result instanceof BadRequest ? result.text : "").toContain(words);
  });

  it.each([
    [{ op: 1 }, "room"],
    [{ room: "a" }, "op"],
    [{ room: "a", op: 2 ** 31 }, "op"],
    [{ room: "a", op: 1, id: "" }, "id"],
    [{ room: "a", op: 1, id: "x".repeat(129) }, "id"],
    [{ room: "a", op: 1, exclude: 1 }, "exclude"],
  ])("a message with meta %j is refused", (meta, words) => {
    const [packet] = readPackets(encodeMeta(4, 1, meta, bytes("x"))).packets;
    const result = parsePublish(packet?.body ?? new Uint8Array(0));
    expect(result instanceof BadRequest ? result.text : "").toContain(words);
  });

  it("has a meta text that ends inside of its body", () => {
    expect(splitMeta(new Uint8Array(1))).toBeUndefined();
    expect(splitMeta(Uint8Array.of(0, 3, 0x7b, 0x7d))).toBeUndefined();
    expect(splitMeta(Uint8Array.of(0, 2, 0x7b, 0x7d, 9))?.rest).toEqual(Uint8Array.of(9));
    expect(parseJson(Uint8Array.of(0x22, 0xff, 0x22))).toBeUndefined();
  });
});
