import { describe, expect, it } from "vitest";
import { createSubjects } from "../../bus/subjects.ts";
import { FakeClock } from "../../kit/clock.fake.ts";
import { GoimError } from "../../kit/errors.ts";
import { createMetrics } from "../../kit/metrics.ts";
import { goim } from "../../protocol/gen/messages.js";
import type { MemberRecord, RoomRecord } from "../../store/rooms.ts";
import type { JoinHook } from "./join-hook.ts";
import { createRoomPolicy } from "./policy.ts";

const room: RoomRecord = {
  ...{ type: "club", room: "1", state: "open", title: "", owner: "7", join: "members" },
  ...{ capacity: 0, history: "all", metadata: {}, guard: 3, createdAt: 0, changedAt: 0 },
};
const member: MemberRecord = { state: "member", role: "member", since: 0, by: "" };

function setUp(config: { declaredOnly?: string[] } = {}, joinHook?: JoinHook) {
  const clock = new FakeClock();
  const stored = { room: room as RoomRecord | undefined, members: new Map([["8", member]]) };
  const reads = { rooms: 0, members: 0 };
  let hint = (_data: Uint8Array) => {};
  const accepted: string[] = [];
  const policy = createRoomPolicy(
    { declaredOnly: [], cacheAge: 500, cacheMax: 10, ...config },
    {
      bus: {
        subjects: createSubjects("goim"),
        subscribe: (_subject, onMessage) => {
          hint = (data) => onMessage({ data } as Parameters<typeof onMessage>[0]);
          return { unsubscribe: () => {}, drain: async () => {} };
        },
      },
      store: {
        room: async () => {
          reads.rooms++;
          return stored.room === undefined ? undefined : { value: stored.room, revision: 1 };
        },
        member: async (_name, mid) => {
          reads.members++;
          const value = stored.members.get(mid);
          return value === undefined ? undefined : { value, revision: 1 };
        },
      },
      types: { has: (type) => type !== "free" },
      online: () => 5,
      accept: async (_name, mid) => {
        accepted.push(mid);
        return stored.members.has(mid);
      },
      ...{ clock, metrics: createMetrics(), joinHook },
    },
  );
  policy.start();
  const ask = async (mid: string, { again = false, id = "club://1" } = {}) => {
    const [answer] = await policy.admit([{ room: id, mid, again }]);
    return answer instanceof GoimError ? answer.code : answer?.guard;
  };
  const change = (mids: string[]) =>
    hint(goim.comet.RoomChanged.encode({ room: "club://1", mids, guard: 4 }).finish());
  return { policy, stored, reads, clock, ask, change, accepted };
}

describe("who may enter", () => {
  it("members and the owner; nobody is asked about rooms without policies", async () => {
    const { ask, reads } = setUp();
    expect([await ask("8"), await ask("7"), await ask("9"), await ask("0")]).toEqual([
      ...[3, 3, "forbidden", "forbidden"],
    ]);
    const before = { ...reads };
    expect(await ask("9", { id: "free://1" })).toBe(0);
    expect(reads).toEqual(before);
  });

  it("reads at most once in a while, and at once after a change", async () => {
    const { ask, reads, clock, change, stored } = setUp();
    await Promise.all([ask("8"), ask("8"), ask("8")]);
    expect(reads).toEqual({ rooms: 1, members: 1 });
    stored.members.delete("8");
    expect(await ask("8")).toBe(3);
    expect(await ask("8", { again: true })).toBe("forbidden");
    change(["8"]);
    expect(await ask("8")).toBe("forbidden");
    stored.members.set("8", member);
    clock.advance(500);
    expect(await ask("8")).toBe(3);
  });

  it("looks again before it refuses somebody as no member, who may be one since", async () => {
    const { ask, reads, stored, policy } = setUp();
    expect(await ask("9")).toBe("forbidden");
    expect(reads).toEqual({ rooms: 1, members: 1 });
    await expect(policy.mayPublish("club://1", "9")).rejects.toMatchObject({ code: "forbidden" });
    stored.members.set("9", member);
    await policy.mayPublish("club://1", "9");
    await policy.mayPublish("club://1", "9");
    stored.members.set("10", { ...member, state: "banned" });
    for (let n = 0; n < 3; n++) expect(await ask("10")).toBe("forbidden");
    expect(reads).toEqual({ rooms: 1, members: 4 });
  });

  it("looks again before it refuses a room that may have been opened since", async () => {
    const { ask, stored } = setUp({ declaredOnly: ["club"] });
    stored.room = undefined;
    expect([await ask("8"), await ask("0")]).toEqual(["not_found", "not_found"]);
    stored.room = { ...room, join: "open" };
    expect([await ask("8"), await ask("0")]).toEqual([3, 3]);
    const other = setUp();
    other.stored.room = { ...room, state: "closed" };
    expect(await other.ask("8")).toBe("closed");
    other.stored.room = room;
    expect(await other.ask("8")).toBe(3);
  });

  it("a bound of connections, but not for admins and those who are in", async () => {
    const { ask, stored } = setUp();
    stored.room = { ...room, capacity: 5 };
    stored.members.set("10", { ...member, role: "admin" });
    expect([await ask("8"), await ask("10"), await ask("8", { again: true })]).toEqual([
      ...["full", 3, 3],
    ]);
  });

  it("those who were invited become members, and only by entering", async () => {
    const { ask, stored, accepted, policy } = setUp();
    stored.members.set("11", { ...member, state: "invited" });
    expect(await ask("11", { again: true })).toBe("forbidden");
    await expect(policy.mayRead("club://1", "11")).rejects.toMatchObject({ code: "forbidden" });
    expect([await ask("11"), accepted]).toEqual([3, ["11"]]);
  });

  it("nobody who is banned, nobody into a closed room, only declared ones where set", async () => {
    const { ask, stored } = setUp({ declaredOnly: ["club"] });
    stored.members.set("12", { ...member, state: "banned" });
    stored.room = { ...room, join: "open" };
    expect([await ask("12"), await ask("9")]).toEqual(["forbidden", 3]);
    stored.room = { ...room, state: "closed" };
    expect(await ask("7", { again: true })).toBe("closed");
    stored.room = undefined;
    expect(await ask("7", { again: true })).toBe("not_found");
    expect(await ask("7", { again: true, id: "other://1" })).toBe(0);
  });
});

describe("who moderates", () => {
  it("is the owner, or an admin, as far as both were looked at", async () => {
    const { ask, stored, policy, clock, change } = setUp();
    stored.members.set("10", { ...member, role: "admin" });
    const moderate = () => ["7", "8", "10", "0"].map((mid) => policy.moderates("club://1", mid));
    expect(moderate()).toEqual([false, false, false, false]);
    for (const mid of ["7", "8", "10"]) await ask(mid);
    expect(moderate()).toEqual([true, false, true, false]);
    expect(policy.moderates("free://1", "7")).toBe(false);
    stored.members.set("10", member);
    change(["10"]);
    expect(policy.moderates("club://1", "10")).toBe(false);
    await ask("10");
    expect(moderate()).toEqual([true, false, false, false]);
    clock.advance(500);
    expect(moderate()).toEqual([false, false, false, false]);
  });
});

describe("with a hook", () => {
  function withHook() {
    const asked: string[] = [];
    const set = setUp({}, async (wish, id, mid) => {
      asked.push(`${wish} ${id} ${mid}`);
      if (mid === "8") throw new GoimError("forbidden", "not today");
    });
    return { ...set, asked };
  }

  it("it has the last word about joins, history, and messages from outside", async () => {
    const { policy, ask, asked, stored } = withHook();
    expect(await ask("7")).toBe(3);
    expect(await ask("8")).toBe("forbidden");
    await expect(policy.mayRead("club://1", "8")).rejects.toThrow("not today");
    await expect(policy.mayPublishOutside("club://1", "8")).rejects.toThrow("not today");
    stored.room = undefined;
    expect(await ask("8", { id: "club://2" })).toBe("forbidden");
    expect(asked).toEqual([
      ...["join club://1 7", "join club://1 8", "history club://1 8", "publish club://1 8"],
      "join club://2 8",
    ]);
  });

  it("it is asked neither about whom the room refuses nor about who is in", async () => {
    const { policy, ask, asked } = withHook();
    expect(await ask("9")).toBe("forbidden");
    expect(await ask("8", { again: true })).toBe(3);
    await policy.mayPublish("club://1", "8");
    expect(asked).toEqual([]);
  });
});
