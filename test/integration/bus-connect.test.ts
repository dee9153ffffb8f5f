import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { nkeys } from "@nats-io/nats-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Bus } from "../../src/bus/bus.ts";
import { connectBus } from "../../src/bus/connect.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { isGoimError } from "../../src/kit/errors.ts";
import { createLog, silentLog } from "../../src/kit/log.ts";
import { createMetrics } from "../../src/kit/metrics.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";

const text = (data: Uint8Array) => new TextDecoder().decode(data);
const bytes = (value: string) => new TextEncoder().encode(value);

function open(url: string, more: object = {}): Promise<Bus> {
  const base = { url, prefix: "goim", name: "test", clock: systemClock, log: silentLog };
  return connectBus({ ...base, ...more });
}

/** Runs `body` with a bus, then closes it. */
async function withBus(url: string, body: (bus: Bus) => Promise<void>, more: object = {}) {
  const bus = await open(url, more);
  try {
    await body(bus);
  } finally {
    await bus.close();
  }
}

/** Publishes more than the kernel takes: the rest waits in the process, up to the bound. */
async function fillUp(bus: Bus): Promise<void> {
  const block = new Uint8Array(512 * 1024);
  let bound = false;
  for (let n = 0; n < 100 && !bound; n++) {
    try {
      bus.publish("a", block);
      await new Promise((resolve) => setImmediate(resolve));
    } catch (error) {
      bound = isGoimError(error, "busy");
    }
  }
  expect(bound).toBe(true);
}

async function connectionsOf(server: TestNats): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${server.monitorPort}/varz`);
  return ((await response.json()) as { connections: number }).connections;
}

describe("a connection", () => {
  let nats: TestNats;
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(async () => {
    await nats.stop();
  });

  it("carries messages with headers, and a handler that throws ends nothing", async () => {
    await withBus(nats.url, async (bus) => {
      const seen: string[] = [];
      bus.subscribe("a.*", (message) => {
        seen.push(`${message.subject} ${text(message.data)} ${message.header("Goim-Op")}`);
        if (seen.length === 1) throw new Error("broken handler");
      });
      bus.publish("a.b", bytes("one"), { "Goim-Op": "1000" });
      bus.publish("a.c", bytes("two"));
      await waitFor(() => seen.length === 2, { timeoutMs: 5_000 });
      expect(seen).toEqual(["a.b one 1000", "a.c two undefined"]);
    });
  });

  it("tells no responder from no answer, and both from an answer", async () => {
    await withBus(nats.url, async (bus) => {
      const ask = bus.request("nobody", bytes(""), { timeoutMs: 5_000 });
      await expect(ask).rejects.toMatchObject({ code: "unavailable" });
      bus.subscribe("silent", () => undefined);
      const silent = bus.request("silent", bytes(""), { timeoutMs: 100 });
      await expect(silent).rejects.toMatchObject({ code: "timeout" });
      bus.subscribe("echo", (message) => message.respond(message.data));
      const answers = await Promise.all(
        ["x", "y", "z"].map((value) => bus.request("echo", bytes(value), { timeoutMs: 5_000 })),
      );
      expect(answers.map(text)).toEqual(["x", "y", "z"]);
    });
  });

  it("retries only as often as it is told", async () => {
    await withBus(nats.url, async (bus) => {
      let asked = 0;
      bus.subscribe("third", (message) => {
        if (++asked === 3) message.respond(bytes("now"));
      });
      const twice = bus.request("third", bytes(""), { timeoutMs: 100, retries: 1 });
      await expect(twice).rejects.toMatchObject({ code: "timeout" });
      expect(asked).toBe(2);
      expect(text(await bus.request("third", bytes(""), { timeoutMs: 5_000 }))).toBe("now");
    });
  });

  it("refuses a payload above the server's limit without losing the connection", async () => {
    await withBus(nats.url, async (bus) => {
      const large = new Uint8Array(bus.maxPayloadBytes + 1);
      expect(() => bus.publish("a", large)).toThrowError(
        expect.objectContaining({ code: "too_large" }),
      );
      await bus.flush();
      expect(bus.connected).toBe(true);
    });
  });

  it("divides a queue group's messages", async () => {
    await withBus(nats.url, async (bus) => {
      let count = 0;
      bus.subscribe("work", () => count++, { queue: "q" });
      bus.subscribe("work", () => count++, { queue: "q" });
      for (let n = 0; n < 20; n++) bus.publish("work", bytes(""));
      await bus.flush();
      await waitFor(() => count >= 20, { timeoutMs: 5_000 });
      expect(count).toBe(20);
    });
  });

  it("closed, it refuses everything as unavailable", async () => {
    const bus = await open(nats.url);
    await bus.close();
    expect(() => bus.subscribe("a", () => {})).toThrowError(
      expect.objectContaining({ code: "unavailable" }),
    );
    const asked = bus.request("a", bytes(""), { timeoutMs: 1_000 });
    await expect(asked).rejects.toMatchObject({ code: "unavailable" });
  });

  it("shows a token, from the address or apart", async () => {
    const guarded = await startNats({ config: 'authorization { token: "t@ken" }' });
    const address = `127.0.0.1:${guarded.port}`;
    await withBus(`nats://t%40ken@${address}`, (bus) => bus.flush());
    await withBus(`nats://${address}`, (bus) => bus.flush(), { token: "t@ken" });
    await guarded.stop();
  }, 15_000);

  it("signs with a credentials file, and refuses one that is none", async () => {
    const user = nkeys.createUser();
    const seed = new TextDecoder().decode(user.getSeed());
    const path = join(mkdtempSync(join(tmpdir(), "goim-creds-")), "user.creds");
    const block = (name: string, content: string) =>
      `-----BEGIN ${name}-----\n${content}\n------END ${name}------\n`;
    writeFileSync(path, block("NATS USER JWT", "e30.e30.e30") + block("USER NKEY SEED", seed));
    const guarded = await startNats({
      config: `authorization { users: [{ nkey: ${user.getPublicKey()} }] }`,
    });
    const url = `nats://127.0.0.1:${guarded.port}`;
    await withBus(url, (bus) => bus.flush(), { credentials: path });
    writeFileSync(path, "nothing");
    await expect(open(url, { credentials: path })).rejects.toMatchObject({ code: "invalid" });
    await guarded.stop();
    rmSync(dirname(path), { recursive: true });
  }, 15_000);

  it("takes credentials from the address and counts what passes", async () => {
    const guarded = await startNats({
      config: 'authorization { user: "goim", password: "p@ss" }',
    });
    const metrics = createMetrics();
    const url = `nats://goim:p%40ss@127.0.0.1:${guarded.port}`;
    await withBus(
      url,
      async (bus) => {
        bus.publish("a", bytes("12345"));
        await bus.flush();
        const shown = await metrics.registry.metrics();
        expect(shown).toContain("goim_nats_connected 1");
        expect(shown).toContain("goim_nats_out_bytes_total 5");
      },
      { metrics },
    );
    await guarded.stop();
  });
});

describe("a server that is not there", () => {
  it("is waited for, with a line in the log", async () => {
    const nats = await startNats();
    await nats.kill();
    const lines: string[] = [];
    const log = createLog({ name: "test", level: "info" });
    log.warn = (...line: unknown[]) => {
      lines.push(String(line[1]));
    };
    const opening = open(nats.url, { log });
    await waitFor(() => lines.includes("waiting for NATS"), { timeoutMs: 10_000 });
    await nats.restart();
    const bus = await opening;
    expect(bus.connected).toBe(true);
    await bus.close();
    await nats.stop();
  });

  it("is waited for no longer than the signal says", async () => {
    const abort = new AbortController();
    const opening = open("nats://127.0.0.1:1", { signal: abort.signal });
    abort.abort(new Error("enough"));
    await expect(opening).rejects.toThrow("enough");
  });

  it("is refused when it is too old, with a sentence that helps", async () => {
    const nats = await startNats();
    await expect(open(nats.url, { minVersion: "99.0.0" })).rejects.toThrow(
      /too old: goim needs 99\.0\.0 or newer .*releases page/,
    );
    await nats.stop();
  });
});

describe("a lost server", () => {
  it("makes publish and request fail at once, and nothing is sent afterwards", async () => {
    const nats = await startNats();
    await withBus(nats.url, async (bus) => {
      const seen: string[] = [];
      const statuses: string[] = [];
      bus.onStatus((status) => statuses.push(status));
      bus.subscribe("a", (message) => seen.push(text(message.data)));
      await bus.flush();
      await nats.kill();
      await waitFor(() => !bus.connected, { timeoutMs: 5_000 });

      // Tried all the time, so that some fall into the moments in which the client is dialling.
      let refused = 0;
      let sent = 0;
      const trying = setInterval(() => {
        try {
          const wasConnected = bus.connected;
          bus.publish("a", bytes(wasConnected ? "after" : "while down"));
          sent++;
        } catch (error) {
          if (isGoimError(error, "unavailable")) refused++;
        }
      }, 1);
      await waitFor(() => refused > 300, { timeoutMs: 10_000 });
      await expect(bus.request("a", bytes(""), { timeoutMs: 60_000 })).rejects.toMatchObject({
        code: "unavailable",
      });
      await expect(bus.flush()).rejects.toMatchObject({ code: "unavailable" });
      await nats.restart();
      await waitFor(() => bus.connected && sent > 10, { timeoutMs: 10_000 });
      clearInterval(trying);
      await waitFor(() => seen.length === sent, { timeoutMs: 5_000 });
      expect(new Set(seen)).toEqual(new Set(["after"]));
      expect(statuses).toEqual(["down", "up"]);
    });
    await nats.stop();
  });

  it("is noticed within 10 s when it hangs, even with its socket full", async () => {
    const nats = await startNats();
    await withBus(
      nats.url,
      async (bus) => {
        await bus.flush();
        nats.pause();
        const since = performance.now();
        await fillUp(bus);
        await waitFor(() => !bus.connected, { timeoutMs: 10_000 });
        expect(performance.now() - since).toBeLessThan(10_000);
        nats.resume();
        await waitFor(() => bus.connected, { timeoutMs: 10_000 });
        await bus.flush();
      },
      { outboundBytesMax: 16 * 1024 * 1024 },
    );
    await nats.stop();
  });

  it("is left for another server when it hangs with its socket full", async () => {
    const servers = await Promise.all([startNats(), startNats()]);
    const url = servers.map((server) => server.url).join(",");
    await withBus(
      url,
      async (bus) => {
        const mine = await Promise.all(
          servers.map(async (server) => (await connectionsOf(server)) > 0),
        );
        const [hanging, other] = mine[0] ? servers : [...servers].reverse();
        hanging?.pause();
        await fillUp(bus);
        await waitFor(() => !bus.connected, { timeoutMs: 12_000 });
        await waitFor(() => bus.connected, { timeoutMs: 12_000 });
        await bus.flush();
        if (other !== undefined) expect(await connectionsOf(other)).toBe(1);
        hanging?.resume();
      },
      { outboundBytesMax: 16 * 1024 * 1024 },
    );
    await Promise.all(servers.map((server) => server.stop()));
  });
});
