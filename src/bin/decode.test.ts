import fc from "fast-check";
import Long from "long";
import { describe, expect, it } from "vitest";
import { goim } from "../protocol/gen/messages.js";
import { decodePayload, payloadTypes } from "./decode.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("decodePayload", () => {
  it("shows a batch with bodies as text, or base64 when they are none", () => {
    const entries = [
      { op: 1000, body: bytes("你好"), time: 1_700_000_000_000 },
      { op: 1001, body: Uint8Array.of(0xff, 0x00) },
    ];
    const payload = goim.push.PushBatch.encode({ entries }).finish();
    expect(decodePayload(payload)).toEqual({
      type: "PushBatch",
      entries: [
        { op: 1000, body: "你好", time: 1_700_000_000_000 },
        { op: 1001, body: { base64: "/wA=" } },
      ],
    });
  });

  it("keeps the digits that a number would lose", () => {
    const mid = "9007199254740993";
    const cast = { epoch: "e1", prev: Long.fromString(mid), entries: [] };
    expect(decodePayload(goim.push.RoomCast.encode(cast).finish())).toMatchObject({ prev: mid });
    expect(payloadTypes()).toContain("DeliverItem");
  });

  it("tells batch, cast and digest apart", () => {
    const text = fc.string({ minLength: 1, maxLength: 20 });
    const op = fc.integer({ min: 1, max: 5000 });
    const entry = fc.record({ op, body: fc.uint8Array({ maxLength: 50 }) });
    const entries = fc.array(entry, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(text, entries, fc.nat(), (epoch, list, term) => {
        const batch = goim.push.PushBatch.encode({ entries: list }).finish();
        const cast = goim.push.RoomCast.encode({
          epoch,
          prev: 1024,
          entries: list.map((item, index) => ({ ...item, offset: 2048 + index })),
        }).finish();
        const digest = goim.push.Digest.encode({
          epoch,
          job: "job-1",
          term,
          n: 1,
          part: 0,
          parts: 1,
          rooms: [{ room: "live://1", last: 2048 }],
        }).finish();
        const types = [batch, cast, digest].map((payload) => decodePayload(payload));
        expect(types).toMatchObject([
          { type: "PushBatch" },
          { type: "RoomCast" },
          { type: "Digest" },
        ]);
      }),
    );
  });

  it("takes a type by name, and says what there is", () => {
    const payload = goim.comet.RoomsReq.encode({}).finish();
    expect(decodePayload(payload, "RoomsReq")).toEqual({ type: "RoomsReq" });
    expect(() => decodePayload(payload, "Nothing")).toThrow("there are");
    expect(() => decodePayload(payload)).toThrow("empty");
    expect(() => decodePayload(bytes("no protobuf at all"))).toThrow("--type");
    expect(() => decodePayload(Uint8Array.of(0x0a, 0x7f), "PushBatch")).toThrow("no PushBatch");
  });
});
