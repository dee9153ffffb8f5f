import { describe, expect, it } from "vitest";
import { createSubjects } from "../bus/subjects.ts";
import { GoimError } from "../kit/errors.ts";
import { createMetrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import type { CursorMove } from "../store/cursors.ts";
import { type Ack, createAcks } from "./acks.ts";

const ack = (changes: Partial<Ack> = {}): Ack => ({
  ...{ mid: "7", device: "d", session: "c/i/1", since: 5, epoch: "e", acked: 2048, handed: 4096 },
  ...changes,
});

function setup(results: readonly PromiseSettledResult<boolean>[], connected = true) {
  const moves: [string, CursorMove[]][] = [];
  const notes: [string, { device: string; epoch: string; acked: number }][] = [];
  const told: string[] = [];
  const metrics = createMetrics();
  const acks = createAcks({
    cursors: {
      advance: async (lives, asked) => {
        moves.push([lives.user, [...asked]]);
        told.push(lives.all);
        return [...results];
      },
    },
    layout: { epoch: (stream) => (stream === "GOIM_ALL" ? "a" : "e") },
    bus: {
      subjects: createSubjects("goim"),
      publish: (subject, data) => {
        if (!connected) throw new GoimError("unavailable", "not connected");
        const { device, epoch, acked } = goim.logic.AckReq.decode(data);
        notes.push([subject, { device, epoch, acked: Number(acked) }]);
      },
    },
    metrics,
  });
  return { acks, moves, notes, metrics, told };
}

const moved = { status: "fulfilled", value: true } as const;
const fenced = { status: "fulfilled", value: false } as const;

describe("acknowledgements", () => {
  it("move cursors together, and who waits is told of those that moved", async () => {
    const away = { status: "rejected", reason: new GoimError("timeout", "no answer") } as const;
    const { acks, moves, notes, metrics } = setup([moved, fenced, away]);
    const asked = [ack(), ack({ mid: "8" }), ack({ mid: "9" })];
    const results = await acks.acknowledge(asked);
    expect(results).toEqual(["moved", "fenced", away.reason]);
    expect(moves).toEqual([["e", asked.map((one) => ({ ...one, all: 0 }))]]);
    expect(notes).toEqual([["goim.acked.7", { device: "d", epoch: "e", acked: 2048 }]]);
    const text = await metrics.registry.metrics();
    for (const result of ["moved", "fenced", "timeout"]) {
      expect(text).toContain(`goim_acks_total{result="${result}"} 1`);
    }
  });

  it("move the position among broadcasts, unless it is of another life", async () => {
    const { acks, moves, told } = setup([moved, moved]);
    const asked = [ack({ all: 7, allEpoch: "a" }), ack({ mid: "8", all: 9, allEpoch: "before" })];
    expect(await acks.acknowledge(asked)).toEqual(["moved", "moved"]);
    expect(moves[0]?.[1].map(({ all }) => all)).toEqual([7, 0]);
    expect(told).toEqual(["a"]);
    const [result] = await acks.acknowledge([ack({ all: 2 ** 53, allEpoch: "a" })]);
    expect(result).toMatchObject({ code: "invalid" });
  });

  it("of another life of the stream, of nobody, beyond 2^53 move nothing", async () => {
    const { acks, moves, notes } = setup([moved]);
    const results = await acks.acknowledge([
      ack({ epoch: "before" }),
      ack({ mid: "0" }),
      ack({ mid: "" }),
      ack({ acked: 2 ** 53 }),
      ack({ handed: 2 ** 60 }),
      ack({ mid: "good" }),
    ]);
    expect(results.map((one) => (typeof one === "string" ? one : one.code))).toEqual([
      ...["reset", "invalid", "invalid", "invalid", "invalid", "moved"],
    ]);
    expect(moves.map(([, asked]) => asked.map(({ mid }) => mid))).toEqual([["good"]]);
    expect(notes.map(([subject]) => subject)).toEqual(["goim.acked.good"]);
    await acks.acknowledge([ack({ epoch: "before" })]);
    expect(moves).toHaveLength(1);
  });

  it("are taken though nobody can be told now; of nothing acknowledged nobody is", async () => {
    expect(await setup([moved], false).acks.acknowledge([ack()])).toEqual(["moved"]);
    const { acks, notes } = setup([moved]);
    await acks.acknowledge([ack({ acked: 0 })]);
    expect(notes).toEqual([]);
  });

  it("fail with a bug as a bug", async () => {
    const { acks } = setup([{ status: "rejected", reason: new TypeError("bug") }]);
    await expect(acks.acknowledge([ack()])).rejects.toThrow(TypeError);
  });
});
