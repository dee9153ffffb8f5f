import { describe, expect, it } from "vitest";
import { Operation } from "../protocol/operation.ts";
import { Bench, run } from "./client.fixture.ts";
import { GoimClientError } from "./errors.ts";

const decoder = new TextDecoder();

describe("the connection", () => {
  it("goes from idle over connecting to online, and says who it is", async () => {
    const bench = new Bench();
    expect(bench.client.state).toEqual({ name: "idle" });
    await bench.online();
    expect(bench.states).toEqual(["connecting", "online"]);
    expect(bench.client.state).toEqual({ name: "online", url: "ws://one:3102/sub", version: 2 });
    expect(bench.client.session).toMatchObject({ session: "c/i/1", mid: "1" });
    const [auth] = bench.server.requests(Operation.Auth);
    expect(auth?.ver).toBe(2);
    expect(JSON.parse(decoder.decode(auth?.body))).toEqual({
      mid: 1,
      key: "k",
      accepts: [],
      device: "d",
    });
    await bench.close();
  });

  it("keeps every digit of a large mid", async () => {
    const bench = new Bench({ token: { mid: 9_223_372_036_854_775_807n } });
    await bench.online();
    const [auth] = bench.server.requests(Operation.Auth);
    expect(decoder.decode(auth?.body)).toContain('"mid":9223372036854775807,');
    await bench.close();
  });

  it("keeps the key that it made for nobody in particular, and makes none for a user", async () => {
    const bench = new Bench({ token: {} });
    await bench.online();
    bench.server.socket.cut();
    await bench.run(3_000);
    await bench.close();
    const user = new Bench({ token: { mid: 5 } });
    await user.online();
    await user.close();
    const keys = [
      ...bench.server.requests(Operation.Auth),
      ...user.server.requests(Operation.Auth),
    ].map(({ body }) => JSON.parse(decoder.decode(body)).key);
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), keys[0], undefined]);
  });

  it("asks a token function at each connect", async () => {
    let asked = 0;
    const bench = new Bench({ token: async () => ({ mid: 1, key: `k${++asked}` }) });
    await bench.online();
    bench.server.socket.cut();
    await bench.run(3_000);
    const keys = bench.server.requests(Operation.Auth).map(({ body }) => decoder.decode(body));
    expect(keys.map((text) => JSON.parse(text).key)).toEqual(["k1", "k2"]);
    await bench.close();
  });

  it("waits longer after each failure, and says until when and why", async () => {
    const bench = new Bench({ backoff: { baseMs: 100, factor: 2, maxMs: 1_000, jitter: 0 } });
    bench.server.down = true;
    const waits: number[] = [];
    bench.client.on("state", (state) => {
      if (state.name === "waiting") waits.push(state.retryAt - bench.clock.now());
    });
    bench.client.connect();
    await bench.run(3_000);
    // Half of each upper end, as the dice are loaded.
    expect(waits.slice(0, 6)).toEqual([50, 100, 200, 400, 500, 500]);
    expect(bench.client.state).toMatchObject({ cause: { code: 1006, final: false } });
    await bench.close();
  });

  it("begins with the short wait again only after a stable connection", async () => {
    const backoff = { baseMs: 100, factor: 2, maxMs: 10_000, jitter: 0 };
    const bench = new Bench({ backoff, timing: { stable: 1_000 } });
    const waits: number[] = [];
    bench.client.on("state", (state) => {
      if (state.name === "waiting") waits.push(state.retryAt - bench.clock.now());
    });
    await bench.online();
    for (const onlineMs of [10, 10, 1_500, 10]) {
      await bench.run(onlineMs);
      bench.server.socket.cut();
      await bench.run(400);
    }
    expect(waits).toEqual([50, 100, 50, 100]);
    await bench.close();
  });

  it("ends for good on the codes that say so, and on a closing packet", async () => {
    for (const close of [
      (bench: Bench) => bench.server.socket.end(4500, "taken"),
      (bench: Bench) => {
        const closing = { code: 4504, reason: "kicked", reconnect: false };
        bench.server.socket.notice(Operation.DisconnectReply, closing);
      },
    ]) {
      const bench = new Bench();
      const room = bench.client.joinRoom("live://1");
      await bench.online();
      const page = bench.client.publish("live://1", "x").catch((error) => error.code);
      close(bench);
      await bench.run();
      expect(bench.client.state).toMatchObject({ name: "closed", cause: { final: true } });
      expect(room.state).toBe("left");
      expect(["closed", "outcome_unknown", undefined]).toContain(await page);
      expect(bench.clock.pending).toBe(0);
    }
  });

  it("comes back after other codes", async () => {
    const bench = new Bench();
    await bench.online();
    bench.server.socket.end(4003, "slow");
    await bench.run(10);
    expect(bench.client.state).toMatchObject({ name: "waiting", cause: { code: 4003 } });
    await bench.run(2_000);
    expect(bench.client.state.name).toBe("online");
    await bench.close();
  });

  it("ends when the token function says that nobody may", async () => {
    const bench = new Bench({
      token: () => {
        throw new GoimClientError("unauthorized", "logged out");
      },
    });
    await bench.online();
    expect(bench.client.state).toMatchObject({ name: "closed", cause: { reason: "logged out" } });
  });

  it("gives up a connect that hangs", async () => {
    const bench = new Bench({ token: () => new Promise(() => undefined) });
    bench.client.connect();
    await bench.run(10_010);
    expect(bench.client.state).toMatchObject({ name: "waiting" });
    await bench.close();
  });
});

describe("life and death of a connection", () => {
  it("beats, and takes any packet as life", async () => {
    const bench = new Bench();
    const counts: unknown[] = [];
    bench.client.on("counts", (value) => counts.push(value));
    bench.client.joinRoom("live://1");
    await bench.online();
    await bench.run(30_100);
    expect(bench.server.requests(Operation.Heartbeat)).toHaveLength(1);
    expect(counts).toEqual([{ "live://1": 7 }]);
    bench.server.refusals.set(Operation.Heartbeat, "silence");
    await bench.run(30_000);
    bench.server.pushRoom("live://1", "still here");
    await bench.run(15_000);
    expect(bench.client.state.name).toBe("online");
    await bench.close();
  });

  it("leaves a connection whose heartbeat nobody answers", async () => {
    const bench = new Bench();
    await bench.online();
    bench.server.socket.cut(false);
    await bench.run(30_000 + 9_900);
    expect(bench.client.state.name).toBe("online");
    await bench.run(200);
    expect(bench.states.slice(2)).toEqual(["waiting"]);
    await bench.run(2_000);
    expect(bench.client.state.name).toBe("online");
    await bench.close();
  });

  it("looks after a server that leaves a request unanswered", async () => {
    const bench = new Bench();
    const room = bench.client.joinRoom("live://1");
    await bench.online();
    bench.server.socket.cut(false);
    const receipt = room.publish("x");
    await bench.run(16_000);
    expect(await receipt).toMatchObject({ duplicate: false });
    await bench.close();
  });

  it("tries at once when the network is back, and probes when it changed", async () => {
    const network = new EventTarget();
    const bench = new Bench({ network, backoff: { baseMs: 60_000, maxMs: 60_000 } });
    await bench.online();
    bench.server.socket.cut(false);
    network.dispatchEvent(new Event("offline"));
    await bench.run(10_010);
    expect(bench.client.state.name).toBe("waiting");
    network.dispatchEvent(new Event("online"));
    await bench.run();
    expect(bench.client.state.name).toBe("online");
    await bench.close();
  });

  it("moves to another server on a go-away, within the jitter and without a wait", async () => {
    const bench = new Bench();
    const room = bench.client.joinRoom("live://1");
    const seen: string[] = [];
    room.onMessage((message) => seen.push(message.text()));
    await bench.online();
    bench.server.pushRoom("live://1", "before");
    await bench.run();
    bench.server.socket.notice(Operation.GoAway, {
      nodes: ["two:3102"],
      deadline: 10,
      jitter: 4,
    });
    await bench.run(1_900);
    expect(bench.server.urls).toHaveLength(1);
    await bench.run(150);
    expect(bench.server.urls).toEqual(["ws://one:3102/sub", "ws://two:3102/sub"]);
    expect(bench.states).toEqual(["connecting", "online", "connecting", "online"]);
    bench.server.pushRoom("live://1", "after");
    await bench.run();
    expect(seen).toEqual(["before", "after"]);
    await bench.close();
  });

  it("leaves no timer and no socket when closed, whatever was going on", async () => {
    const bench = new Bench();
    const room = bench.client.joinRoom("live://1");
    const loop = room.messages();
    const next = loop.next();
    const inbox = bench.client.messages().next();
    await bench.online();
    bench.server.refusals.set(Operation.SendMsg, "silence");
    const publish = bench.client.publish("live://1", "x").catch((error) => error.code);
    const history = bench.client.history("live://1").catch((error) => error.code);
    const closed = bench.client.close();
    expect(bench.client.state.name).toBe("closed");
    await bench.run(5);
    await closed;
    expect(await next).toEqual({ done: true, value: undefined });
    expect(await inbox).toEqual({ done: true, value: undefined });
    expect(await publish).toBe("outcome_unknown");
    expect(await history).toBe("closed");
    expect(bench.clock.pending).toBe(0);
    expect(bench.server.sockets.size).toBe(0);
    expect(() => bench.client.joinRoom("live://2")).toThrow(/closed/);
  });

  it("closes while it waits, and before it was ever connected", async () => {
    const bench = new Bench();
    await bench.close();
    expect(bench.client.state.name).toBe("closed");
    const waiting = new Bench();
    waiting.server.down = true;
    await waiting.online();
    await waiting.close();
  });
});

describe("addresses from logic", () => {
  const data = {
    domain: "d",
    ws_port: 3102,
    wss_port: 3103,
    heartbeat: 20,
    nodes: ["a", "b"],
    backoff: { max_delay: 300, base_delay: 3, factor: 1.8, jitter: 0.3 },
    heartbeat_max: 2,
  };
  const ok = (value: unknown) => ({ ok: true, status: 200, json: async () => ({ data: value }) });

  it("are tried in turn, with the server's waits, and kept while logic is away", async () => {
    const asked: string[] = [];
    let away = false;
    const bench = new Bench({
      nodes: "https://logic:3111/",
      fetch: async (url) => {
        asked.push(url);
        if (away) throw new Error("logic is away");
        return ok(data);
      },
    });
    bench.server.down = true;
    const waits: number[] = [];
    bench.client.on("state", (state) => {
      if (state.name === "waiting") waits.push(state.retryAt - bench.clock.now());
    });
    bench.client.connect();
    await bench.run(10);
    away = true;
    await bench.run(40_000);
    expect(asked[0]).toBe("https://logic:3111/goim/nodes/weighted?platform=");
    const [one, two, three] = bench.server.urls;
    expect([one, two, three]).toEqual(["wss://a:3103/sub", "wss://b:3103/sub", "wss://a:3103/sub"]);
    expect(waits[0]).toBeCloseTo((3_000 * 1.3) / 2);
    expect(waits[1]).toBeCloseTo((3_000 * 1.8 * 1.3) / 2);
    await bench.close();
  });

  it("give up when logic was never there, and come back", async () => {
    const clock = new Bench({ nodes: "http://logic", fetch: async () => ok({ nodes: [] }) });
    await clock.online();
    expect(clock.client.state).toMatchObject({ name: "waiting" });
    await run(clock.clock, 10);
    await clock.close();
  });
});

describe("an old server", () => {
  it("is spoken to in version 1, and told from a new one", async () => {
    const bench = new Bench();
    bench.server.version = 1;
    const room = bench.client.joinRoom("live://1");
    const second = bench.client.joinRoom("live://2");
    const seen: string[] = [];
    room.onMessage((message) => seen.push(`${message.log} ${message.text()}`));
    await bench.online();
    expect(bench.client.state).toMatchObject({ name: "online", version: 1 });
    expect([room.state, second.state]).toEqual(["joined", "joining"]);
    expect(bench.errors.map(({ code, room }) => [code, room])).toEqual([
      ["unsupported", "live://2"],
    ]);
    const [changed] = bench.server.requests(Operation.ChangeRoom);
    expect([changed?.ver, decoder.decode(changed?.body)]).toEqual([1, "live://1"]);
    const body = new TextEncoder().encode("hi");
    bench.server.socket.push([{ offset: 5, op: 1000, body }], 0);
    await bench.run();
    expect(seen).toEqual(["any hi"]);
    await expect(bench.client.publish("live://1", "x")).rejects.toMatchObject({
      code: "unsupported",
    });
    await expect(bench.client.history("live://1")).rejects.toMatchObject({ code: "unsupported" });
    await bench.close();
  });

  it("makes a hole at each loss, and the room is told", async () => {
    const bench = new Bench();
    bench.server.version = 1;
    const room = bench.client.joinRoom("live://1");
    let resets = 0;
    room.onReset(() => {
      resets += 1;
    });
    await bench.online();
    bench.server.socket.cut();
    await bench.run(2_000);
    expect([room.state, resets]).toEqual(["joined", 1]);
    await bench.close();
  });
});
