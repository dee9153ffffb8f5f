import { describe, expect, it } from "vitest";
import { type ErrorCode, GoimError } from "../../../kit/errors.ts";
import { fieldsOf, plain, setup, stored } from "./api.fixture.ts";

describe("a push", () => {
  it.each([
    ["room", { type: "live", room: "1" }, "type=live&room=1", "room", "live://1"],
    ["user", { user: "9007199254740993" }, "user=9007199254740993", "user", "9007199254740993"],
    ["user", { user: 7 }, "user=7", "user", "7"],
    ["all", {}, "", "all", 0],
    ["all", { speed: 64 }, "speed=64", "all", 64],
  ])("to one %s is taken as JSON and as raw body", async (path, target, query, kind, id) => {
    const { post, raw, calls } = setup();
    const answer = await post(path, { ...target, op: 1000, body: "hi" });
    expect(answer).toMatchObject({ status: 200, json: stored });
    expect(await raw(`${path}?op=1000&${query}`, "hi")).toMatchObject({ status: 200 });
    expect(calls).toEqual([
      [kind, id, "hi", { op: 1000, ...plain }],
      [kind, id, "hi", { op: 1000, ...plain }],
    ]);
  });

  it("carries any bytes: base64, raw, none at all", async () => {
    const { post, raw, calls } = setup();
    await post("all", { op: 1, bodyBase64: "AP8K" });
    await raw("all?op=1", Uint8Array.of(0, 255, 10));
    await raw("all?op=1", '{"json":"as the message"}', { "Content-Type": "text/plain" });
    await post("all", { op: 1 });
    expect(calls.map((call) => call[2])).toEqual([
      ...["\0ÿ\n", "\0ÿ\n", '{"json":"as the message"}', ""],
    ]);
  });

  it("has an expiry and an idempotency key", async () => {
    const { post, raw, calls } = setup();
    const headers = { "Idempotency-Key": "order-17" };
    await post("all", { op: 1, expiresIn: "1h30m" }, headers);
    await raw("all?op=1&expiresIn=500ms", "", headers);
    const idempotency = { sender: "", key: "order-17" };
    expect(calls.map((call) => call[3])).toEqual([
      { op: 1, expiresInMs: 5_400_000, idempotency },
      { op: 1, expiresInMs: 500, idempotency },
    ]);
  });

  it("takes every value of a repeated query name as a target", async () => {
    const { raw, calls } = setup();
    await raw("users?op=1&users=1&users=2", "x");
    await raw("keys?op=1&keys=a%20b&keys=c+d", "x");
    expect(calls.map((call) => call[1])).toEqual(["1", "2", "a b", "c d"]);
  });
});

describe("what is refused, each with the name of the field", () => {
  const room = { type: "live", room: "1", op: 1000 };
  it.each([
    ["room", { ...room, wait: "delivered" }, "wait"],
    ["room", { ...room, qos: "acked" }, "qos"],
    ["room", { ...room, exclude: ["a", "b", "c"] }, "exclude"],
    ["room", { ...room, exclude: "a" }, "exclude"],
    ["user", { user: 1, op: 1, retain: true }, "retain"],
    ["user", { user: 1, op: 1, exclude: ["a"] }, "exclude"],
    ["user", { user: 1, op: 1, moderate: true }, "moderate"],
    ["user", { user: 1, op: 1, qos: "best" }, "qos"],
    ["user", { user: 1, op: 1, qos: "live", wait: "acked" }, "wait"],
    ["user", { user: 1, op: 1, wait: "read" }, "wait"],
    ["user", { user: 1, op: 1, deadline: 100 }, "deadline"],
    ["users", { users: [1], op: 1, wait: "acked", deadline: 30_001 }, "deadline"],
    ["users", { users: [1], op: 1, wait: "acked", deadline: 0 }, "deadline"],
    ["users", { users: [1], op: 1, wait: "acked", deadline: "1s" }, "deadline"],
    ["keys", { keys: ["k"], op: 1, wait: "acked" }, "wait"],
    ["keys", { keys: ["k"], op: 1, qos: "live" }, "qos"],
    ["all", { op: 1, retain: 1 }, "retain"],
    ["all", { op: 1, wait: "delivered" }, "wait"],
    ["room", { type: "live", op: 1 }, "room"],
    ["room", { ...room, op: undefined }, "op"],
    ["room", { ...room, op: 0 }, "op"],
    ["room", { ...room, op: 2 ** 31 }, "op"],
    ["room", { ...room, op: "1" }, "op"],
    ["room", { ...room, room: "" }, "room"],
    ["room", { ...room, body: 5 }, "body"],
    ["room", { ...room, body: "a", bodyBase64: "YQ==" }, "bodyBase64"],
    ["room", { ...room, bodyBase64: "a?" }, "bodyBase64"],
    ["room", { ...room, expiresIn: "soon" }, "expiresIn"],
    ["room", { ...room, expiresIn: "30" }, "expiresIn"],
    ["room", { ...room, expiresIn: "0s" }, "expiresIn"],
    ["room", { ...room, expiresIn: "721h" }, "expiresIn"],
    ["user", { user: 0, op: 1 }, "user"],
    ["user", { user: "9223372036854775808", op: 1 }, "user"],
    ["user", { user: 2 ** 53, op: 1 }, "user"],
    ["user", { op: 1 }, "user"],
    ["users", { users: [], op: 1 }, "users"],
    ["users", { users: [1, "x"], op: 1 }, "users.1"],
    ["keys", { keys: [""], op: 1 }, "keys.0"],
    ["all", { op: 1, speed: -1 }, "speed"],
    ["all", { op: 1, __proto__x: 1 }, "__proto__x"],
  ])("JSON to %s: %o", async (path, body, field) => {
    const { post, calls } = setup();
    const { status, type, json } = await post(path, body);
    expect({ status, type }).toEqual({ status: 400, type: "application/problem+json" });
    expect(json).toMatchObject({ code: "invalid", status: 400, retry: false });
    expect(fieldsOf(json)).toContain(field);
    expect(json?.detail).toContain(field);
    expect(calls).toEqual([]);
  });

  it.each([
    ["room?type=live&room=1&op=1&wait=acked", "wait"],
    ["room?type=live&room=1&op=1&room=2", "room"],
    ["room?type=live&room=1&op=x", "op"],
    ["room?type=live&room=1&op=1.5", "op"],
    ["room?type=live&room=1&op=1&body=x", "body"],
    ["all?op=1&__proto__=x", "__proto__"],
    ["users?op=1", "users"],
    ["all?op=1&retain=yes", "retain"],
    ["user?op=1&user=1&deadline=5", "deadline"],
  ])("raw to %s", async (path, field) => {
    const { raw, calls } = setup();
    const { status, json } = await raw(path, "message");
    expect(status).toBe(400);
    expect(fieldsOf(json)[0]).toBe(field);
    expect(calls).toEqual([]);
  });

  it("a query beside a JSON body, broken JSON, a broken query, a bad idempotency key", async () => {
    const { post, raw, calls } = setup();
    const body = { op: 1 };
    expect((await post("all?op=1", body)).json?.detail).toMatch(/op: no such parameter/);
    expect((await post("all", "{")).json?.detail).toMatch(/not JSON/);
    expect((await post("all", "[]")).status).toBe(400);
    expect((await raw("all?op=1&speed=%ff", "")).json?.detail).toMatch(/UTF-8/);
    for (const key of ["with space", "x".repeat(256), "ü"]) {
      const { json } = await post("all", body, { "Idempotency-Key": key });
      expect(json?.detail).toMatch(/^Idempotency-Key: 1 to 255/);
    }
    expect(calls).toEqual([]);
  });

  it("what is too large or too much", async () => {
    const { post, raw, calls } = setup();
    const users = ["1", "2", "3", "4"];
    const large = "x".repeat(101);
    const answers = [
      await post("users", { users, op: 1 }),
      await raw("all?op=1", large),
      await post("all", { op: 1, body: large }),
      await post("all", { op: 1, body: "x".repeat(3_000) }),
      await post("batch", { items: [1, 2, 3, 4] }),
    ];
    for (const { status, json } of answers) {
      expect({ status, code: json?.code }).toEqual({ status: 413, code: "too_large" });
    }
    expect(calls).toEqual([]);
  });
});

describe("a push that fails", () => {
  it.each([
    ["conflict", 409, false],
    ["too_large", 413, false],
    ["busy", 429, true],
    ["unavailable", 503, true],
    ["outcome_unknown", 504, true],
  ] as [ErrorCode, number, boolean][])("as %s is answered %i", async (code, status, retry) => {
    const { post } = setup({ "*": new GoimError(code, "a sentence") });
    const answer = await post("all", { op: 1 }, { "X-Request-Id": "r1" });
    expect(answer.status).toBe(status);
    expect(answer.type).toBe("application/problem+json");
    expect(answer.json).toMatchObject({
      ...{ type: `urn:goim:problem:${code}`, status, code, retry },
      ...{ detail: "a sentence", requestId: "r1", title: expect.any(String) },
    });
    const again = status === 429 || status === 503 ? "1" : null;
    expect(answer.headers.get("retry-after")).toBe(again);
  });

  it("as a bug says nothing but the id of the request", async () => {
    const { post } = setup({ "*": new TypeError("secret") as unknown as GoimError });
    const answer = await post("all", { op: 1 }, { "X-Request-Id": "r1" });
    expect(answer).toMatchObject({ status: 500, type: "application/problem+json" });
    expect(answer.json).toMatchObject({ code: "internal", detail: "internal error; request r1" });
  });

  it("for some of its targets is answered 207 with a result each", async () => {
    const { post } = setup({
      "2": new GoimError("busy", "full"),
      "3": new GoimError("timeout", "t"),
    });
    const { status, json } = await post("users", { users: [1, 2, 3], op: 1 });
    expect(status).toBe(207);
    expect(json).toEqual({
      ...{ stored: 1, failed: 2 },
      results: [
        { user: "1", ok: true, ...stored },
        { user: "2", ok: false, problem: expect.objectContaining({ code: "busy", status: 429 }) },
        { user: "3", ok: false, problem: expect.objectContaining({ code: "timeout" }) },
      ],
    });
  });

  it("for all of its targets in one way is answered with that failure", async () => {
    const { post } = setup({ "*": new GoimError("unavailable", "NATS is away") });
    const answer = await post("keys", { keys: ["a", "b"], op: 1 });
    expect(answer).toMatchObject({ status: 503, type: "application/problem+json" });
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(answer.json).toMatchObject({ code: "unavailable", stored: 0, failed: 2 });
    expect(answer.json?.results).toHaveLength(2);
  });
});

describe("a batch", () => {
  it("has a result per item, bad ones among them, in order", async () => {
    const { post, calls } = setup({ k: new GoimError("conflict", "another") });
    const { status, json } = await post("batch", {
      items: [
        { to: "room", type: "live", room: "1", op: 1, body: "a", idempotencyKey: "i1" },
        { to: "key", key: "k", op: 1, expiresIn: "1s" },
        { to: "user", op: 1 },
      ],
    });
    expect(status).toBe(207);
    expect(json).toMatchObject({
      ...{ stored: 1, failed: 2 },
      results: [
        { index: 0, ok: true, ...stored },
        { index: 1, ok: false, problem: { code: "conflict" } },
        { index: 2, ok: false, problem: { code: "invalid", errors: [{ field: "user" }] } },
      ],
    });
    const idempotency = { sender: "", key: "i1" };
    expect(calls).toEqual([
      ["room", "live://1", "a", { op: 1, expiresInMs: undefined, idempotency }],
      ["key", "k", "", { op: 1, expiresInMs: 1_000, idempotency: undefined }],
    ]);
  });

  it.each([
    [{ to: "nobody", op: 1 }],
    [{ to: "all", op: 1, wait: "acked" }],
    [{ to: "all", op: 1, room: "1" }],
    [{ to: "all", op: 1, body: "x".repeat(101) }],
    [{ to: "all", op: 1, idempotencyKey: "a b" }],
    [null],
    ["text"],
  ])("refuses the item %o alone", async (item) => {
    const { post, calls } = setup();
    const { status, json } = await post("batch", { items: [{ to: "all", op: 1 }, item] });
    expect({ status, stored: json?.stored, calls: calls.length }).toEqual({
      ...{ status: 207, stored: 1, calls: 1 },
    });
  });

  it("is refused as a whole without items, as another type, with the header", async () => {
    const { post, raw } = setup();
    const items = [{ to: "all", op: 1 }];
    expect((await post("batch", {})).json?.detail).toMatch(/items: missing/);
    expect((await post("batch", { items: [] })).status).toBe(400);
    expect((await post("batch", { items, atomic: true })).json?.detail).toMatch(/atomic/);
    expect((await raw("batch", "x")).json?.detail).toMatch(/application\/json/);
    const header = { "Idempotency-Key": "k" };
    expect((await post("batch", { items }, header)).json?.detail).toMatch(/each item/);
  });
});

describe("messages of a room", () => {
  const path = (room: string, query = "") =>
    `/api/v1/rooms/live/${encodeURIComponent(room)}/messages${query}`;

  it("are asked for with names of any text", async () => {
    const { ask, pages } = setup();
    const names = ["1", "a/b", "50%", "a%2Fb", "你好", "a b", "a+b", "?x=1", "#", "__proto__"];
    for (const name of names) expect((await ask(path(name))).status).toBe(200);
    expect(pages.map(([room]) => room)).toEqual(names.map((name) => `live://${name}`));
    expect(pages[0]?.[1]).toEqual({ limit: 10 });
  });

  it("pass on where to begin, and refuse what does not fit", async () => {
    const { ask, pages } = setup();
    await ask(path("1", "?after=1024&limit=5&epoch=e1"));
    await ask(path("1", "?before=9007199254740991"));
    expect(pages.map(([, request]) => request)).toEqual([
      { after: 1024, limit: 5, epoch: "e1" },
      { before: 9007199254740991, limit: 10 },
    ]);
    for (const bad of [
      "limit=0",
      "limit=11",
      "after=-1",
      "after=x",
      "after=1&before=2",
      "from=1",
    ]) {
      expect((await ask(path("1", `?${bad}`))).json?.code).toBe("invalid");
    }
    expect(pages).toHaveLength(2);
  });

  it("are text where they are text, else base64", async () => {
    const entry = { offset: 1, op: 5, timeMs: 9, expiresAt: 0, sender: "" };
    const bodies = [
      Buffer.from("你好"),
      Uint8Array.of(255),
      Buffer.from("\uFEFFx"),
      Buffer.from(""),
    ];
    const { ask } = setup(
      {},
      {
        ...{ epoch: "e1", cursor: 4, more: true, truncated: true, oldest: 1 },
        entries: bodies.map((body, n) => ({
          ...{ ...entry, body, expiresAt: n === 1 ? 99 : 0 },
          sender: n === 2 ? "7" : "",
        })),
      },
    );
    expect((await ask(path("1"))).json).toEqual({
      ...{ epoch: "e1", cursor: 4, more: true, truncated: true, oldest: 1 },
      messages: [
        { offset: 1, op: 5, time: 9, body: "你好" },
        { offset: 1, op: 5, time: 9, bodyBase64: "/w==", expiresAt: 99 },
        { offset: 1, op: 5, time: 9, body: "\uFEFFx", sender: "7" },
        { offset: 1, op: 5, time: 9, body: "" },
      ],
    });
  });

  it("of another life of the stream are a 409 named reset", async () => {
    const { ask } = setup({ "*": new GoimError("reset", "another epoch") });
    expect(await ask(path("1"))).toMatchObject({ status: 409, json: { code: "reset" } });
  });
});

describe("everything around", () => {
  it("unknown calls of /api are problems, others are goim's 404", async () => {
    const { ask, app } = setup();
    for (const path of ["/api/v1/push/nobody", "/api/v2/x", "/api/v1/push/all"]) {
      expect(await ask(path)).toMatchObject({ status: 404, json: { code: "not_found" } });
    }
    expect(await (await app.request("/apis")).text()).toBe("404 page not found");
  });

  it("metrics name the call, not the room", async () => {
    const { ask, post, metrics } = setup();
    await ask("/api/v1/rooms/live/secret/messages");
    await post("room", { op: 1 });
    const text = await metrics.registry.metrics();
    const messages = "/api/v1/rooms/{type}/{room}/messages";
    expect(text).toContain(`http_requests_total{route="${messages}",status="200"} 1`);
    expect(text).toContain('http_requests_total{route="/api/v1/push/room",status="400"} 1');
    expect(text).not.toContain("secret");
  });
});
