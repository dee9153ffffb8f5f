import { describe, expect, it } from "vitest";
import { createSubjects } from "../bus/subjects.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { createMetrics } from "../kit/metrics.ts";
import { type ClientMessage, createClientPublish } from "./client-publish.ts";
import { identityOf } from "./identity.ts";
import type { Push, PushTarget } from "./publish.ts";

const message = (changes: Partial<ClientMessage> = {}): ClientMessage => ({
  ...{ mid: "7", key: "k", room: "live://1", op: 1000, body: Buffer.from("hi"), id: "" },
  ...{ excludeSelf: false, device: "d", platform: "web", ip: "::1", ...changes },
});

function setup(
  publish: "joined" | "off" = "joined",
  fails?: Error,
  { duplicate = false, shadow = false } = {},
) {
  const fates: string[] = [];
  const asked: string[] = [];
  const published: { target: PushTarget; push: Push }[] = [];
  const metrics = createMetrics();
  const clientPublish = createClientPublish(
    { publish, toUsers: "users", bodyBytesMax: 10 },
    {
      publisher: {
        publish: async (target, push) => {
          published.push({ target, push });
          if (fails !== undefined) throw fails;
          return { offset: 1024, epoch: "e", duplicate };
        },
      },
      subjects: createSubjects("goim"),
      layout: {
        classOf: () => ({ name: "live", stream: "GOIM_ROOM", types: [] }),
        shardOf: () => 3,
      },
      guard: {
        speech: async (_speech, body, same) => {
          asked.push(same);
          return { body, shadow, settled: (fate) => fates.push(fate) };
        },
      },
      clock: new FakeClock(),
      metrics,
    },
  );
  const idOf = async (changes: Partial<ClientMessage>) => {
    await clientPublish(message(changes));
    return published.at(-1)?.push.identity;
  };
  return { clientPublish, published, metrics, idOf, fates, asked };
}

describe("a client's message", () => {
  it("is stored in its room under its sender's mid", async () => {
    const { clientPublish, published, metrics } = setup();
    const answer = await clientPublish(message());
    expect(answer).toEqual({ offset: 1024, epoch: "e", duplicate: false });
    expect(published).toEqual([
      {
        target: expect.objectContaining({
          ...{ stream: "GOIM_ROOM", subject: "goim.push.room.live.3.live.1" },
        }),
        push: { op: 1000, body: Buffer.from("hi"), sender: "7" },
      },
    ]);
    const text = await metrics.registry.metrics();
    expect(text).toContain('goim_client_publish_total{result="stored"} 1');
  });

  it("for a user goes to the user's stream, from who has a mid", async () => {
    const { clientPublish, published } = setup();
    await clientPublish(message({ room: "", user: "8" }));
    expect(published[0]?.target).toMatchObject({
      ...{ stream: "GOIM_USER", subject: "goim.push.user.3.8" },
    });
    expect(published[0]?.push.sender).toBe("7");
    const anonymous = clientPublish(message({ mid: "0", room: "", user: "8" }));
    await expect(anonymous).rejects.toMatchObject({ code: "forbidden" });
    for (const user of ["0", "-1"]) {
      const nobody = clientPublish(message({ room: "", user }));
      await expect(nobody).rejects.toMatchObject({ code: "invalid" });
    }
    expect(published).toHaveLength(1);
  });

  it("does not come back to its sender who says so", async () => {
    const { clientPublish, published } = setup();
    await clientPublish(message({ excludeSelf: true }));
    expect(published[0]?.push.exclude).toEqual(["k"]);
  });

  it("with an id is the same only from the same sender, in the same room", async () => {
    const { idOf } = setup();
    const first = await idOf({ id: "m1" });
    expect(await idOf({ id: "m1" })).toEqual(first);
    // The same user on another connection.
    expect(await idOf({ id: "m1", key: "k2" })).toEqual(first);
    const others = [
      await idOf({ id: "m2" }),
      await idOf({ id: "m1", mid: "8" }),
      await idOf({ id: "m1", room: "live://2" }),
      await idOf({ id: "m1", mid: "0", key: "7" }),
      await idOf({ id: "m1", mid: "0", key: "k" }),
      await idOf({ id: "m1", mid: "0", key: "k2" }),
    ];
    const ids = [first, ...others].map((identity) => identity?.id);
    expect(new Set(ids).size).toBe(7);
    expect(await idOf({ id: "" })).toBeUndefined();
  });

  it("never meets a push of the API under the same id", async () => {
    const { idOf, published } = setup();
    const mine = await idOf({ id: "m1" });
    const to = { subject: published[0]?.target.subject ?? "", target: "" };
    const theirs = identityOf(to, { sender: "", key: "m1" }, { op: 1000, body: Buffer.from("hi") });
    expect(theirs.id).not.toBe(mine?.id);
  });

  it("with the same id and other content is another message", async () => {
    const { idOf } = setup();
    const first = await idOf({ id: "m1" });
    for (const changes of [{ op: 1001 }, { body: Buffer.from("ho") }, { excludeSelf: true }]) {
      const other = await idOf({ id: "m1", ...changes });
      expect(other?.id).toBe(first?.id);
      expect(other?.fingerprint).not.toBe(first?.fingerprint);
    }
  });

  it("of who is banned in the shadow is stored in its place, for its sender alone", async () => {
    const { clientPublish, published } = setup("joined", undefined, { shadow: true });
    const push = async (changes: Partial<ClientMessage>) => {
      const answer = await clientPublish(message(changes));
      expect(answer).toEqual({ offset: 1024, epoch: "e", duplicate: false });
      const last = published.at(-1);
      const { op: _, body: __, ...rest } = last?.push ?? { op: 0, body: new Uint8Array(0) };
      return [last?.target.subject, rest];
    };
    const room = "goim.push.room.live.3.live.1";
    expect(await push({})).toEqual([room, { sender: "7", only: "7" }]);
    expect(await push({ excludeSelf: true, viewer: "p.1" })).toEqual([
      ...[room, { sender: "7", only: "7", exclude: ["k"] }],
    ]);
    expect(await push({ mid: "0", viewer: "p.1" })).toEqual([room, { sender: "0", only: "p.1" }]);
    // Nobody has this name.
    expect(await push({ mid: "0" })).toEqual([room, { sender: "0", only: "-" }]);
    const gone = { sender: "7", transient: true, expiresAt: 1 };
    expect(await push({ room: "", user: "8" })).toEqual(["goim.push.user.3.8", gone]);
    expect(await push({ room: "", user: "7" })).toEqual(["goim.push.user.3.7", { sender: "7" }]);
  });

  it.each<[string, Error | undefined, boolean, string]>([
    ["stored", undefined, false, "stored"],
    ["stored before", undefined, true, "duplicate"],
    ["not stored", new GoimError("unavailable", "down"), false, "failed"],
    ["another one's id", new GoimError("conflict", "taken"), false, "failed"],
    ["nobody knows", new GoimError("timeout", "no answer"), false, "stored"],
    ["a bug", new Error("bug"), false, "stored"],
  ])("tells moderation what became of it: %s", async (_, fails, duplicate, fate) => {
    const { clientPublish, fates } = setup("joined", fails, { duplicate });
    await clientPublish(message()).catch(() => undefined);
    expect(fates).toEqual([fate]);
  });

  it("is the same to moderation only with its id, target and content", async () => {
    const { clientPublish, asked } = setup();
    const first = { id: "m1" };
    const others = [
      { id: "m2" },
      { id: "m1", room: "live://2" },
      { id: "m1", body: Buffer.from("ho") },
      { id: "m1", op: 1001 },
      { id: "m1", room: "", user: "8" },
      { id: "m1", room: "", user: "9" },
    ];
    for (const each of [first, first, ...others]) await clientPublish(message(each));
    expect(asked[1]).toBe(asked[0]);
    expect(new Set(asked).size).toBe(7);
    await clientPublish(message());
    expect(asked.at(-1)).toBe("");
  });

  it.each([
    [{ op: 999 }, "invalid"],
    [{ op: 8 }, "invalid"],
    [{ op: 2 ** 31 }, "invalid"],
    [{ room: "" }, "invalid"],
    [{ room: `live://${"x".repeat(400)}` }, "invalid"],
    [{ key: "" }, "invalid"],
    [{ id: "x".repeat(129) }, "invalid"],
    [{ body: Buffer.alloc(11) }, "too_large"],
  ])("is refused: %o", async (changes, code) => {
    const { clientPublish, published } = setup();
    await expect(clientPublish(message(changes))).rejects.toMatchObject({ code });
    expect(published).toEqual([]);
  });

  it("is refused where clients do not publish", async () => {
    const { clientPublish, metrics } = setup("off");
    await expect(clientPublish(message())).rejects.toMatchObject({ code: "forbidden" });
    const text = await metrics.registry.metrics();
    expect(text).toContain('goim_client_publish_total{result="forbidden"} 1');
  });

  it("whose fate is unknown says so, and what an id is good for", async () => {
    const { clientPublish } = setup("joined", new GoimError("timeout", "no answer"));
    const plain = clientPublish(message());
    await expect(plain).rejects.toMatchObject({ code: "outcome_unknown", message: "no answer" });
    const named = clientPublish(message({ id: "m1" }));
    await expect(named).rejects.toThrow(/stored once/);
  });
});
