import { describe, expect, it } from "vitest";
import { type ErrorCode, GoimError } from "../../../kit/errors.ts";
import { fieldsOf, plain, setup } from "./api.fixture.ts";

describe("what a push may ask for", () => {
  it("is the same as JSON and in the query", async () => {
    const { post, raw, calls } = setup();
    await post("room", { type: "live", room: "1", op: 1, exclude: ["a", "b"] });
    await raw("room?type=live&room=1&op=1&exclude=a&exclude=b", "");
    await post("user", { user: 1, op: 1, qos: "live", wait: "delivered" });
    await raw("user?user=1&op=1&qos=live&wait=delivered", "");
    await post("users", { users: [1], op: 1, qos: "acked", wait: "acked", deadline: 100 });
    await raw("users?users=1&op=1&qos=acked&wait=acked&deadline=100", "");
    await post("keys", { keys: ["k"], op: 1, wait: "delivered", deadline: 30_000 });
    await raw("keys?keys=k&op=1&wait=delivered&deadline=30000", "");
    await post("all", { op: 1, retain: true });
    await raw("all?op=1&retain=true", "");
    await post("room", { type: "live", room: "1", op: 1, moderate: true });
    await raw("room?type=live&room=1&op=1&moderate=true", "");
    const asked = calls.map((call) => call[3]);
    const pairs = Array.from({ length: 6 }, (_, n) => [asked[2 * n], asked[2 * n + 1]]);
    for (const [json, query] of pairs) expect(json).toEqual(query);
    expect(pairs.map(([json]) => json)).toEqual([
      { op: 1, ...plain, exclude: ["a", "b"] },
      { op: 1, ...plain, transient: true, wait: { until: "delivered", timeMs: 5_000 } },
      { op: 1, ...plain, wait: { until: "acked", timeMs: 100 } },
      { op: 1, ...plain, wait: { until: "delivered", timeMs: 30_000 } },
      { op: 1, ...plain, retain: true },
      { op: 1, ...plain, moderate: true },
    ]);
  });

  it("is not there where it says no: qos=stored, retain=false", async () => {
    const { post, raw, calls } = setup();
    await post("user", { user: 1, op: 1, qos: "stored" });
    await raw("all?op=1&retain=false", "");
    expect(calls.map((call) => call[3])).toEqual([
      { op: 1, ...plain },
      { op: 1, ...plain },
    ]);
  });

  it("may stand in the items of a batch", async () => {
    const { post, calls } = setup();
    const { json } = await post("batch", {
      items: [
        { to: "user", user: 1, op: 1, qos: "live", wait: "delivered" },
        { to: "room", type: "live", room: "1", op: 1, exclude: ["a"] },
        { to: "user", user: 1, op: 1, deadline: 5 },
      ],
    });
    expect(json).toMatchObject({ stored: 2, results: [{}, {}, { problem: { code: "invalid" } }] });
    const wait = { until: "delivered", timeMs: 5_000 };
    expect(calls.map((call) => call[3])).toEqual([
      { op: 1, ...plain, transient: true, wait },
      { op: 1, ...plain, exclude: ["a"] },
    ]);
  });
});

describe("the state of a message", () => {
  it("is asked for by mid and offset, and told per device", async () => {
    const { ask, states } = setup();
    const answer = await ask("/api/v1/messages/5120?mid=7&epoch=e1");
    expect(states).toEqual([{ mid: "7", offset: 5_120, epoch: "e1" }]);
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.json).toEqual({
      ...{ user: "7", offset: 5_120, epoch: "e1", op: 1_000, bytes: 5, time: 9 },
      ...{ expired: false, qos: "stored" },
      devices: [{ device: "d1", handed: true, acked: false, since: 8 }],
    });
  });

  it.each([
    ["x?mid=7", "offset"],
    ["9007199254740993?mid=7", "offset"],
    ["5120", "mid"],
    ["5120?mid=0", "mid"],
    ["5120?mid=7&device=d", "device"],
  ])("refuses %s", async (path, field) => {
    const { ask, states } = setup();
    const { status, json } = await ask(`/api/v1/messages/${path}`);
    expect(status).toBe(400);
    expect(fieldsOf(json)).toEqual([field]);
    expect(states).toEqual([]);
  });

  it.each([
    ["not_found", 404],
    ["reset", 409],
    ["unavailable", 503],
  ] as [ErrorCode, number][])("fails as %s with %i", async (code, status) => {
    const { ask } = setup({ "*": new GoimError(code, "a sentence") });
    expect(await ask("/api/v1/messages/5120?mid=7")).toMatchObject({ status, json: { code } });
  });
});
