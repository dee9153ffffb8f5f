import fc from "fast-check";
import Long from "long";
import { describe, expect, it } from "vitest";
import { CloseCode, mayReconnect } from "./close-code.ts";
import { toNumber, toText } from "./int64.ts";
import { ENTRIES_MAX, indexOf, offsetOf, sequenceOf } from "./offset.ts";
import { Operation } from "./operation.ts";
import { parseRoomId, roomId } from "./room-id.ts";

describe("close codes", () => {
  it("are distinct and may stand in a close frame", () => {
    const codes = Object.values(CloseCode);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code === 1000 || (code >= 4000 && code <= 4999)).toBe(true);
  });

  it("say by their range whether to come back", () => {
    expect(mayReconnect(CloseCode.GoingAway)).toBe(true);
    expect(mayReconnect(CloseCode.Internal)).toBe(true);
    expect(mayReconnect(1006)).toBe(true);
    expect(mayReconnect(CloseCode.Taken)).toBe(false);
    expect(mayReconnect(CloseCode.Kicked)).toBe(false);
  });
});

describe("operations", () => {
  it("pair goim's requests with the next number", () => {
    expect(Operation.HeartbeatReply - Operation.Heartbeat).toBe(1);
    expect(Operation.AuthReply - Operation.Auth).toBe(1);
    expect(Operation.ChangeRoomReply - Operation.ChangeRoom).toBe(1);
    expect(Operation.SubReply - Operation.Sub).toBe(1);
    expect(Operation.UnsubReply - Operation.Unsub).toBe(1);
    expect([Operation.Heartbeat, Operation.Auth, Operation.Raw, Operation.ChangeRoom]).toEqual([
      2, 7, 9, 12,
    ]);
  });
});

describe("offsets", () => {
  it("come apart into what they were made of and keep the order", () => {
    const place = fc.tuple(fc.integer({ min: 1, max: 2 ** 43 - 1 }), fc.nat({ max: 1023 }));
    fc.assert(
      fc.property(place, place, ([sequence, index], [otherSequence, otherIndex]) => {
        const offset = offsetOf(sequence, index);
        expect(Number.isSafeInteger(offset)).toBe(true);
        expect([sequenceOf(offset), indexOf(offset)]).toEqual([sequence, index]);
        const other = offsetOf(otherSequence, otherIndex);
        const before =
          sequence < otherSequence || (sequence === otherSequence && index < otherIndex);
        expect(offset < other).toBe(before);
      }),
    );
    expect(offsetOf(1, 0)).toBe(ENTRIES_MAX);
  });
});

describe("room ids", () => {
  it("split at the first ://", () => {
    expect(parseRoomId("live://1000")).toEqual({ type: "live", room: "1000" });
    expect(parseRoomId("a://b://c")).toEqual({ type: "a", room: "b://c" });
    expect(parseRoomId("plain")).toEqual({ type: "", room: "plain" });
    expect(parseRoomId("://x")).toEqual({ type: "", room: "x" });
    expect(parseRoomId("")).toEqual({ type: "", room: "" });
  });

  it("come back from a type without ://", () => {
    const type = fc.string().filter((text) => !`${text}://`.slice(0, -3).includes("://"));
    fc.assert(
      fc.property(type, fc.string(), (kind, room) => {
        const id = roomId(kind, room);
        const at = id.indexOf("://");
        fc.pre(at === kind.length);
        expect(parseRoomId(id)).toEqual({ type: kind, room });
      }),
    );
  });
});

describe("64-bit fields", () => {
  it("keep every digit as text", () => {
    const snowflake = "7265112398347112459";
    expect(toText(Long.fromString(snowflake))).toBe(snowflake);
    expect(toText(42)).toBe("42");
    expect(toNumber(Long.fromString("9007199254740991"))).toBe(Number.MAX_SAFE_INTEGER);
    expect(toNumber(7)).toBe(7);
  });
});
