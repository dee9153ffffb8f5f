import { describe, expect, it } from "vitest";
import { FakeClock } from "../../kit/clock.fake.ts";
import { type ErrorCode, GoimError } from "../../kit/errors.ts";
import { silentLog } from "../../kit/log.ts";
import { createMetrics } from "../../kit/metrics.ts";
import type { ApiPusher } from "../api-push.ts";
import type { History } from "../history.ts";
import type { Moderation } from "../moderation/moderation.ts";
import type { Instance, WeightedNodes } from "../nodes.ts";
import type { Presence } from "../presence.ts";
import type { RoomParts } from "../rooms/create.ts";
import { createHttpApp } from "./app.ts";

type Call = readonly unknown[];

const weighted: WeightedNodes = {
  domain: "conn.goim.io",
  tcp_port: 3101,
  ws_port: 3102,
  wss_port: 0,
  heartbeat: 240,
  nodes: ["comet1.goim.io"],
  backoff: { max_delay: 300, base_delay: 3, factor: 1.8, jitter: 0.3 },
  heartbeat_max: 2,
};

const instance: Instance = {
  region: "sh",
  zone: "sh001",
  env: "dev",
  appid: "goim.comet",
  hostname: "comet1",
  addrs: ["nats://goim.comet.comet1"],
  version: "",
  latest_timestamp: 1795245184128752147n,
  metadata: { addrs: "127.0.0.1", conn_count: "3", ip_count: "1", offline: "false", weight: "10" },
};

const bounds = { excludeMax: 2, waitMs: 1, waitMsMax: 2 };

function setup(failure?: () => Error, { perCaller = false } = {}) {
  const calls: Call[] = [];
  const take = (...call: Call) => {
    if (failure !== undefined) throw failure();
    calls.push(call.map((part) => (part instanceof Uint8Array ? Buffer.from(part) : part)));
  };
  const metrics = createMetrics();
  const app = createHttpApp(
    {
      ...{ bodyBytesMax: 1000, jsonBytesMax: 1000, targetsMax: 3, batchMax: 3, pageMax: 10 },
      ...bounds,
      presence: { midsMax: 3, pageMax: 10 },
      rooms: { pageMax: 10, midsMax: 3, metadataMax: 2 },
      moderation: { reportsMax: 10 },
    },
    {
      // The calls of /api/v1 have tests of their own.
      apiPusher: {} as ApiPusher,
      history: {} as History,
      messageStates: () => Promise.reject(new Error("not asked")),
      presence: {} as Presence,
      roomParts: {} as RoomParts,
      moderation: {} as Moderation,
      version: "1.2.3",
      pusher: {
        keys: async (...call) => take("keys", ...call),
        mids: async (...call) => take("mids", ...call),
        room: async (...call) => {
          take("room", ...call);
          return { offset: 1, epoch: "e", duplicate: false };
        },
        all: async (...call) => {
          take("all", ...call);
          return { offset: 1, epoch: "e", duplicate: false };
        },
      },
      online: {
        room: (id) => ({ "test://1": 1, "test://1,2": 12, "test://__proto__": 5 })[id] ?? 0,
        top: (prefix, limit) => {
          calls.push(["top", prefix, limit]);
          return prefix === "none" ? [] : [{ room: "test://1", count: 1 }];
        },
        totals: () => ({ connections: 2803, ips: 3 }),
        start: () => {},
        stop: () => {},
      },
      nodes: {
        perCaller,
        weighted: (...call) => {
          calls.push(["weighted", ...call]);
          return weighted;
        },
        instances: () => [instance],
      },
      clock: new FakeClock(),
      log: silentLog,
      metrics,
    },
  );
  const ask = async (method: string, path: string, init: RequestInit = {}) => {
    const response = await app.request(`/goim/${path}`, { method, ...init });
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      headers: response.headers,
      text: await response.text(),
    };
  };
  return { ask, calls, metrics, app };
}

const DONE = '{"code":0,"message":""}';
const JSON_TYPE = "application/json; charset=utf-8";
const missing = (...names: string[]) =>
  names
    .map(
      (name) => `Key: '${name}' Error:Field validation for '${name}' failed on the 'required' tag`,
    )
    .join("\n");

describe("goim's push calls", () => {
  it.each([
    ["push/keys?operation=1000&keys=k1&keys=k2", ["keys", 1000, ["k1", "k2"]]],
    ["push/keys?keys=k1", ["keys", 0, ["k1"]]],
    [
      "push/mids?operation=1000&mids=123&mids=9007199254740993",
      ["mids", 1000, ["123", "9007199254740993"]],
    ],
    ["push/mids?operation=1000", ["mids", 1000, []]],
    ["push/room?operation=1000&type=live&room=1000", ["room", 1000, "live://1000"]],
    ["push/room?operation=-1&type=%E4%BD%A0&room=a+b", ["room", -1, "你://a b"]],
    ["push/all?operation=1000&speed=64", ["all", 1000, 64]],
    ["push/all?operation=1000", ["all", 1000, 0]],
  ] as [string, unknown[]][])("POST %s is answered with code 0", async (path, call) => {
    const { ask, calls } = setup();
    const answer = await ask("POST", path, { body: Uint8Array.of(0, 255, 10) });
    expect(answer).toMatchObject({ status: 200, type: JSON_TYPE, text: DONE });
    expect(calls).toEqual([[...call, Buffer.from([0, 255, 10])]]);
  });

  it("takes an empty body and none at all", async () => {
    const { ask, calls } = setup();
    await ask("POST", "push/room?operation=1&type=t&room=r", { body: "" });
    await ask("POST", "push/room?operation=1&type=t&room=r");
    expect(calls.map((call) => call.at(-1))).toEqual([Buffer.alloc(0), Buffer.alloc(0)]);
  });

  it.each([
    ["push/room?operation=1000&type=live", missing("Room")],
    ["push/room", missing("Op", "Type", "Room")],
    ["push/room?operation=0&type=live&room=1", missing("Op")],
    ["push/room?operation=1&type=&room=1", missing("Type")],
    ["push/room?operation=abc&type=live&room=1", 'strconv.ParseInt: parsing "abc": invalid syntax'],
    ["push/mids?operation=1000&mids=1,2", 'strconv.ParseInt: parsing "1,2": invalid syntax'],
    [
      "push/mids?mids=9223372036854775808",
      'strconv.ParseInt: parsing "9223372036854775808": value out of range',
    ],
    [
      "push/keys?operation=99999999999&keys=k",
      'strconv.ParseInt: parsing "99999999999": value out of range',
    ],
    ["push/all", missing("Op")],
    ["push/all?operation=1&speed=x", 'strconv.ParseInt: parsing "x": invalid syntax'],
  ])("POST %s is refused in goim's words", async (path, message) => {
    const { ask, calls } = setup();
    const answer = await ask("POST", path);
    expect(answer).toMatchObject({ status: 400, type: JSON_TYPE });
    expect(JSON.parse(answer.text)).toEqual({ code: -400, message });
    expect(calls).toEqual([]);
  });

  it("answers a push to no keys as goim does", async () => {
    const { ask, calls } = setup();
    expect(await ask("POST", "push/keys?operation=1000")).toMatchObject({
      status: 200,
      type: JSON_TYPE,
      text: '{"code":-400,"message":""}',
    });
    expect(calls).toEqual([]);
  });
});

describe("goim's questions", () => {
  it.each([
    ["online/total", '{"conn_count":2803,"ip_count":3}'],
    ["online/top?type=test&limit=5", '[{"room_id":"1","count":1}]'],
    ["online/top?type=none&limit=5", "[]"],
    ["online/room?type=test&rooms=1&rooms=2", '{"1":1,"2":0}'],
    ["online/room?type=test&rooms=1,2", '{"1,2":12}'],
    ["online/room?type=test&rooms=__proto__", '{"__proto__":5}'],
    ["online/room?type=test&rooms=", '{"":0}'],
    [
      "nodes/weighted?platform=web",
      '{"domain":"conn.goim.io","tcp_port":3101,"ws_port":3102,"heartbeat":240,' +
        '"nodes":["comet1.goim.io"],' +
        '"backoff":{"max_delay":300,"base_delay":3,"factor":1.8,"jitter":0.3},"heartbeat_max":2}',
    ],
    [
      "nodes/instances",
      '[{"region":"sh","zone":"sh001","env":"dev","appid":"goim.comet","hostname":"comet1",' +
        '"addrs":["nats://goim.comet.comet1"],"version":"",' +
        '"latest_timestamp":1795245184128752147,"metadata":{"addrs":"127.0.0.1",' +
        '"conn_count":"3","ip_count":"1","offline":"false","weight":"10"}}]',
    ],
  ])("GET %s", async (path, data) => {
    const { ask } = setup();
    expect(await ask("GET", path)).toMatchObject({
      status: 200,
      type: JSON_TYPE,
      text: `{"code":0,"message":"","data":${data}}`,
    });
  });

  it.each([
    ["online/top", missing("Type", "Limit")],
    ["online/top?type=live&limit=0", missing("Limit")],
    ["online/top?type=live&limit=x", 'strconv.ParseInt: parsing "x": invalid syntax'],
    ["online/top?type=live&limit=-1", "limit must be above 0"],
    ["online/room", missing("Type", "Rooms")],
    ["online/room?type=live", missing("Rooms")],
  ])("GET %s is refused", async (path, message) => {
    const { ask } = setup();
    const answer = await ask("GET", path);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toEqual({ code: -400, message });
  });

  it("passes on platform and region", async () => {
    const { ask, calls } = setup();
    await ask("GET", "nodes/weighted?platform=android&region=sh");
    await ask("GET", "nodes/weighted");
    expect(calls).toEqual([
      ["weighted", "android", "sh", "localhost"],
      ["weighted", "", "", "localhost"],
    ]);
  });
});

it.each([
  [true, "no-store"],
  [false, null],
])(
  "where clients are sent is in no cache where it depends on who asks: %s",
  async (perCaller, cache) => {
    const { app } = setup(undefined, { perCaller });
    const answer = await app.request("/goim/nodes/weighted?platform=web");
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, cache]);
  },
);

describe("everything else", () => {
  it.each([
    ["GET", "push/room?operation=1&type=t&room=r"],
    ["PUT", "push/room?operation=1&type=t&room=r"],
    ["POST", "online/total"],
    ["HEAD", "online/total"],
    ["OPTIONS", "push/all"],
    ["GET", "online"],
    ["GET", "../"],
    ["POST", "push/rooms"],
  ])("%s %s is not found, in plain text", async (method, path) => {
    const { ask, calls } = setup();
    const answer = await ask(method, path);
    expect(answer).toMatchObject({ status: 404, type: "text/plain" });
    if (method !== "HEAD") expect(answer.text).toBe("404 page not found");
    expect(calls).toEqual([]);
  });
});

describe("bounds", () => {
  it("takes a body up to the bound, and refuses one above with a sentence", async () => {
    const { ask, calls } = setup();
    const path = "push/room?operation=1&type=t&room=r";
    expect((await ask("POST", path, { body: "x".repeat(1000) })).status).toBe(200);
    const headers = { "content-length": "1001" };
    const answer = await ask("POST", path, { body: "x".repeat(1001), headers });
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.text)).toEqual({
      code: -400,
      message: "the body is larger than 1000 bytes",
    });
    expect(calls).toHaveLength(1);
  });

  it("counts a body that does not tell its length", async () => {
    const { ask, calls } = setup();
    const chunks = (count: number) =>
      new ReadableStream<Uint8Array>({
        start: (controller) => {
          for (let index = 0; index < count; index++) controller.enqueue(new Uint8Array(300));
          controller.close();
        },
      });
    const send = (count: number) =>
      ask("POST", "push/all?operation=1", { body: chunks(count), duplex: "half" } as RequestInit);
    expect((await send(3)).status).toBe(200);
    expect((await send(4)).status).toBe(413);
    expect(calls.map((call) => (call.at(-1) as Buffer).length)).toEqual([900]);
  });

  it.each([
    ["POST", "push/keys?operation=1&keys=a&keys=b&keys=c&keys=d"],
    ["POST", "push/mids?operation=1&mids=1&mids=2&mids=3&mids=4"],
    ["GET", "online/room?type=t&rooms=1&rooms=2&rooms=3&rooms=4"],
  ])("%s %s names too many targets", async (method, path) => {
    const { ask } = setup();
    const answer = await ask(method, path);
    expect(answer.status).toBe(413);
    expect((JSON.parse(answer.text) as { message: string }).message).toMatch(/at most 3/);
  });
});

describe("failures", () => {
  it.each([
    ["invalid", 400, -400],
    ["too_large", 413, -400],
    ["busy", 429, -500],
    ["unavailable", 503, -500],
    ["timeout", 504, -500],
  ] as [ErrorCode, number, number][])(
    "%s is answered with HTTP %i and code %i",
    async (code, status, goim) => {
      const { ask } = setup(() => new GoimError(code, "a sentence"));
      const answer = await ask("POST", "push/room?operation=1&type=t&room=r");
      expect(answer).toMatchObject({ status, type: JSON_TYPE });
      expect(JSON.parse(answer.text)).toEqual({ code: goim, message: "a sentence" });
      const retry = status === 429 || status === 503 ? "1" : null;
      expect(answer.headers.get("retry-after")).toBe(retry);
    },
  );

  it("hides what a bug says and names the request", async () => {
    const { ask } = setup(() => new TypeError("secret detail"));
    const headers = { "X-Request-Id": "req-1" };
    const answer = await ask("POST", "push/all?operation=1", { headers });
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.text)).toEqual({
      code: -500,
      message: "internal error; request req-1",
    });
  });
});

describe("request ids and metrics", () => {
  it("takes the caller's id when it is one, else makes one", async () => {
    const { ask } = setup();
    const idFor = async (id: string) =>
      (await ask("GET", "online/total", { headers: { "X-Request-Id": id } })).headers.get(
        "x-request-id",
      );
    expect(await idFor("abc-1.2:3")).toBe("abc-1.2:3");
    expect(await idFor("with space")).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idFor("x".repeat(200))).toMatch(/^[0-9a-f-]{36}$/);
    expect((await ask("GET", "nowhere")).headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("counts answers by known route and status", async () => {
    const { ask, metrics } = setup();
    await ask("POST", "push/all?operation=1");
    await ask("POST", "push/all");
    await ask("GET", "invented/by/a/caller");
    const text = await metrics.registry.metrics();
    expect(text).toContain('http_requests_total{route="/goim/push/all",status="200"} 1');
    expect(text).toContain('http_requests_total{route="/goim/push/all",status="400"} 1');
    expect(text).toContain('http_requests_total{route="other",status="404"} 1');
    expect(text).toContain('http_request_seconds_count{route="/goim/push/all"} 2');
    expect(text).not.toContain("invented");
  });
});
