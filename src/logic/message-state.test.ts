import { describe, expect, it } from "vitest";
import { createSubjects } from "../bus/subjects.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { goim } from "../protocol/gen/messages.js";
import { createMessageStates } from "./message-state.ts";

const subjects = createSubjects("goim");
const NOW = 10_000;

function setup(entries: readonly goim.push.IPushEntry[], subject = subjects.pushUser(3, "7")) {
  const asked: unknown[] = [];
  const data = goim.push.PushBatch.encode({ entries: [...entries] }).finish();
  const states = createMessageStates({
    reader: {
      state: async (stream) => {
        asked.push(stream);
        return { epoch: "e2", first: 1, last: 9 };
      },
      message: async (_stream, sequence) =>
        sequence === 5
          ? { subject, sequence, data, timeMs: 0, header: () => undefined }
          : undefined,
    },
    cursors: {
      devices: async (epoch, mids) => {
        asked.push([epoch, ...mids]);
        const cursor = { session: "s", since: 8, all: 0 };
        return [
          [
            { device: "new", acked: 0, handed: 0, ...cursor },
            { device: "handed", acked: 0, handed: 5_121, ...cursor },
            // What is acknowledged may be told before what is handed over.
            { device: "done", acked: 6_144, handed: 5_120, ...cursor },
          ],
        ];
      },
    },
    layout: { shardOf: () => 3 },
    subjects,
    clock: new FakeClock(NOW),
  });
  return { states, asked };
}

const entry = { op: 1000, body: Buffer.from("hello"), time: 9_000 };

describe("the state of a message", () => {
  it("is what is stored, and how far each device has it", async () => {
    const { states, asked } = setup([entry, { ...entry, expiresAt: 20_000, sender: "3" }]);
    expect(await states({ mid: "7", offset: 5_121 })).toEqual({
      ...{ mid: "7", offset: 5_121, epoch: "e2", op: 1000, bytes: 5, timeMs: 9_000 },
      ...{ expiresAt: 20_000, expired: false, transient: false, sender: "3" },
      devices: [
        { device: "new", handed: false, acked: false, since: 8 },
        { device: "handed", handed: true, acked: false, since: 8 },
        { device: "done", handed: true, acked: true, since: 8 },
      ],
    });
    expect(asked).toEqual(["GOIM_USER", ["e2", "7"]]);
  });

  it("is expired from its moment on", async () => {
    const at = async (expiresAt: number) =>
      (await setup([{ ...entry, expiresAt }]).states({ mid: "7", offset: 5_120 })).expired;
    expect([await at(NOW), await at(NOW + 1), await at(0)]).toEqual([true, false, false]);
  });

  it("of a live one knows no devices", async () => {
    const { states, asked } = setup([{ ...entry, transient: true }]);
    const state = await states({ mid: "7", offset: 5_120 });
    expect(state).toMatchObject({ transient: true, devices: [] });
    expect(asked).toEqual(["GOIM_USER"]);
  });

  it.each([
    ["a message that is not kept", "7", 9_216],
    ["an index the message does not have", "7", 5_121],
    ["another user's message", "8", 5_120],
    ["before all", "7", 0],
  ])("of %s is not found", async (_, mid, offset) => {
    const { states } = setup([entry], subjects.pushUser(3, "7"));
    await expect(states({ mid, offset })).rejects.toMatchObject({ code: "not_found" });
  });

  it("of another life of the stream is a reset", async () => {
    const { states } = setup([entry]);
    const question = { mid: "7", offset: 5_120 };
    await expect(states({ ...question, epoch: "e1" })).rejects.toMatchObject({ code: "reset" });
    expect(await states({ ...question, epoch: "e2" })).toMatchObject({ epoch: "e2" });
  });
});
