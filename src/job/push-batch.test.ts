import { expect, it } from "vitest";
import { goim } from "../protocol/gen/messages.js";
import { offsetOf } from "../protocol/offset.ts";
import { decodePush, type Entry, type PushMessage, wireBytes } from "./push-batch.ts";

function decode(entry: goim.push.PushEntry.$Properties): Entry | undefined {
  const data = goim.push.PushBatch.encode({ entries: [entry] }).finish();
  const message = decodePush({ subject: "s", sequence: 3, data, timeMs: 99 });
  return (message as PushMessage).entries[0];
}

it("takes over what an entry says, and leaves out what it does not say", () => {
  const body = Buffer.from("x");
  const rare = { transient: true, retain: true, exclude: ["k1"], sender: "5", receipt: "r" };
  expect(decode({ op: 4, body, speed: 2, expiresAt: 7, time: 8, ...rare })).toEqual({
    ...{ offset: offsetOf(3, 0), op: 4, body, speed: 2, expiresAt: 7, time: 8 },
    ...rare,
  });
  // As whoever reads it from the stream: without a time of its own it has the stream's.
  expect(decode({ op: 4, body, time: 0 })).toEqual({
    ...{ offset: offsetOf(3, 0), op: 4, body, speed: 0, expiresAt: 0, time: 99 },
  });
});

it("knows a bound of its bytes on the way to comets", () => {
  const exclude = ["schlüssel", "鍵鍵鍵", ""];
  const big = Number.MAX_SAFE_INTEGER;
  const entry: Entry = {
    ...{ offset: big, op: -1, body: Buffer.alloc(300), speed: -1, expiresAt: big, time: big },
    ...{ loginBefore: big, transient: true, retain: true, exclude, sender: "9".repeat(19) },
  };
  const bare = goim.push.RoomCast.encode({ epoch: "e", entries: [] }).finish().length;
  const whole = goim.push.RoomCast.encode({ epoch: "e", entries: [entry] }).finish().length;
  expect(whole - bare).toBeLessThanOrEqual(wireBytes(entry));
});
