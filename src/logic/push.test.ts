import { describe, expect, it } from "vitest";
import { createSubjects } from "../bus/subjects.ts";
import { GoimError } from "../kit/errors.ts";
import { hash32 } from "../kit/hash.ts";
import { createMetrics } from "../kit/metrics.ts";
import type { Push, PushTarget } from "./publish.ts";
import { createPusher } from "./push.ts";

const subjects = createSubjects("goim");
const live = { name: "live", stream: "GOIM_ROOM", types: [] };
const keep = { name: "keep", stream: "GOIM_ROOM_KEEP", types: ["keep"] };
const shardOf = (target: string) => hash32(target) % 16;

function setup(fails: (target: PushTarget) => GoimError | undefined = () => undefined) {
  const published: { target: PushTarget; push: Push }[] = [];
  const pusher = createPusher({
    publisher: {
      publish: async (target, push) => {
        const failure = fails(target);
        if (failure !== undefined) throw failure;
        published.push({ target, push });
        return { offset: published.length, epoch: "e", duplicate: false };
      },
    },
    subjects,
    layout: { classOf: (id) => (id.startsWith("keep://") ? keep : live), shardOf },
    metrics: createMetrics(),
  });
  return { pusher, published };
}

const body = Buffer.from("hello");

describe("keys", () => {
  it("makes one entry per shard with all its keys", async () => {
    const { pusher, published } = setup();
    const keys = Array.from({ length: 100 }, (_, index) => `k${index}`);
    await pusher.keys(1000, keys, body);
    expect(published.flatMap(({ push }) => push.keys ?? []).sort()).toEqual([...keys].sort());
    expect(published.length).toBeLessThanOrEqual(16);
    for (const { target, push } of published) {
      expect(target.stream).toBe("GOIM_KEY");
      for (const key of push.keys ?? [])
        expect(target.subject).toBe(`goim.push.key.${shardOf(key)}`);
      expect(push).toMatchObject({ op: 1000, body });
    }
  });

  it("takes a repeated key once and skips what can be nobody's key", async () => {
    const { pusher, published } = setup();
    await pusher.keys(1000, ["a", "", "a", "x".repeat(5000)], body);
    expect(published.map(({ push }) => push.keys)).toEqual([["a"]]);
    await pusher.keys(1000, ["", "y".repeat(5000)], body);
    expect(published).toHaveLength(1);
  });

  it("says in the readable header how many there are", async () => {
    const { pusher, published } = setup();
    const sameShard = Array.from({ length: 200 }, (_, index) => `k${index}`).filter(
      (key) => shardOf(key) === 3,
    );
    await pusher.keys(1000, sameShard, body);
    expect(published[0]?.target.to).toBe(`key ${sameShard[0]} and ${sameShard.length - 1} more`);
  });
});

describe("mids", () => {
  it("makes one message per mid, exact to the last digit", async () => {
    const { pusher, published } = setup();
    await pusher.mids(1000, ["9007199254740993", "7"], body);
    expect(published.map(({ target }) => [target.stream, target.subject, target.to])).toEqual([
      [
        "GOIM_USER",
        `goim.push.user.${shardOf("9007199254740993")}.9007199254740993`,
        "mid 9007199254740993",
      ],
      ["GOIM_USER", `goim.push.user.${shardOf("7")}.7`, "mid 7"],
    ]);
  });

  it("takes a repeated mid once and skips those that nobody is found by", async () => {
    const { pusher, published } = setup();
    await pusher.mids(1000, ["7", "7", "0", "-5"], body);
    expect(published).toHaveLength(1);
    await pusher.mids(1000, [], body);
    expect(published).toHaveLength(1);
  });

  it("stores for the others when one fails, and says how many failed", async () => {
    const { pusher, published } = setup(({ to }) =>
      to === "mid 2" ? new GoimError("timeout", "no answer") : undefined,
    );
    const failure = await pusher.mids(1, ["1", "2", "3"], body).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: "timeout",
      message: "1 of 3 targets failed: no answer",
    });
    expect(published.map(({ target }) => target.to)).toEqual(["mid 1", "mid 3"]);
  });

  it("says no more than the failure for a single mid", async () => {
    const { pusher } = setup(() => new GoimError("busy", "full"));
    await expect(pusher.mids(1, ["1"], body)).rejects.toThrow(/^full$/);
  });
});

describe("room", () => {
  it("goes to the stream of its type's class and the shard of its id", async () => {
    const { pusher, published } = setup();
    expect(await pusher.room(1000, "live://1000", body)).toMatchObject({ offset: 1, epoch: "e" });
    await pusher.room(1000, "keep://a b", body);
    expect(published.map(({ target }) => target)).toEqual([
      {
        stream: "GOIM_ROOM",
        subject: `goim.push.room.live.${shardOf("live://1000")}.live.1000`,
        to: "room live://1000",
      },
      {
        stream: "GOIM_ROOM_KEEP",
        subject: `goim.push.room.keep.${shardOf("keep://a b")}.keep.a=20b`,
        to: "room keep://a b",
      },
    ]);
  });

  it("refuses an id that is too long for a subject", async () => {
    const { pusher } = setup();
    await expect(pusher.room(1, `live://${"x".repeat(300)}`, body)).rejects.toMatchObject({
      code: "invalid",
    });
  });
});

describe("all", () => {
  it("goes to the broadcast's stream with its speed", async () => {
    const { pusher, published } = setup();
    await pusher.all(1000, 64, body);
    await pusher.all(1000, -1, body);
    expect(
      published.map(({ target, push }) => [target.stream, target.subject, push.speed]),
    ).toEqual([
      ["GOIM_ALL", "goim.push.all", 64],
      ["GOIM_ALL", "goim.push.all", 0],
    ]);
  });
});
